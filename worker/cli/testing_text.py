"""The screen and the JSON of `rules test`: which cases passed, what differed, and why. Owns their wording."""

from collections.abc import Iterator, Sequence

from rules.speech.amounts import count
from rules.speech.harmless import plain
from rules.testing.checking import Difference
from rules.testing.moments import when
from rules.testing.running import Result
from rules.testing.watching import Spot

MOST_SHOWN = 300
MOST_LINES = 12


Unmet = Sequence[tuple[Spot, str]]
"""Clauses that no test made true, or false, or that none reached."""


def screen(results: Sequence[Result], unmet: Unmet) -> Iterator[str]:
    for one in results:
        yield f"{'PASS' if one.passed else 'FAIL'} {plain(one.name, MOST_SHOWN)}"
        for difference in one.differences:
            yield from _difference(difference, one.zone)
    passed = sum(one.passed for one in results)
    yield f"{passed} passed, {len(results) - passed} failed"
    if unmet:
        yield f"{count(len(unmet), 'condition')} that no test made both true and false (a failure with --strict only):"
    for spot, word in unmet:
        yield f"  {spot.place} {spot.rule} {spot.stage}: {_harmless(spot.text)}   never {word}"


def _difference(found: Difference, zone: str) -> Iterator[str]:
    yield f"  {found.place}  at {when(found.at, zone)} {zone}"
    yield f"      {_harmless(found.line)}"
    for number, line in enumerate(found.because[:MOST_LINES]):
        yield f"      {'because' if not number else '       '} {_harmless(line)}"


def _harmless(line: str) -> str:
    """Harmless, with the gaps between its parts."""
    return "   ".join(plain(part, MOST_SHOWN) for part in line.split("   "))


def document(results: Sequence[Result], unmet: Unmet) -> dict[str, object]:
    passed = sum(one.passed for one in results)
    return {
        "passed": passed,
        "failed": len(results) - passed,
        "cases": [_case(one) for one in results],
        "unmet": [
            {"place": str(spot.place), "rule": spot.rule, "field": spot.stage, "clause": spot.text, "never": word}
            for spot, word in unmet
        ],
    }


def _case(one: Result) -> dict[str, object]:
    because = [
        f"{found.place}: {line}"
        for found in one.differences
        for line in (" ".join(found.line.split()), *found.because[:MOST_LINES])
    ]
    return {"file": one.file, "name": one.name, "passed": one.passed, "because": because}
