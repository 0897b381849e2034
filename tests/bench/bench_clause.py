"""How long one condition takes: compiled, three-valued and by the official evaluator, in one run.

Run by path: python tests/bench/bench_clause.py. Prints one JSON object a line. Times are the best of several
rounds that take turns, so that a busy machine slows every side. The peer is the official evaluator as a rule
would use it: the conversion of values is in it.
"""

import json
import math
import sys
from collections.abc import Callable
from pathlib import Path
from timeit import Timer

sys.path.insert(0, str(Path(__file__).resolve().parents[2]))

from rules.language.cel import compile_clause
from rules.language.rule import Clause

ROUNDS, LOOPS = 15, 4_000
COMPILED_AT_LEAST, THREE_VALUED_AT_LEAST, COMPILE_AT_LEAST = 1.2, 1.2, 2_000.0

ROOTS = {"pull_request": "pull_request", "area": "area", "issue": "issue", "team": "team"}
COUNTS = {"changes": {"n": "int", "top.percent": "int"}}
NUMBERS = {"least": 8, "share": 70, "fair": 150}
CASES: dict[str, tuple[str, tuple[object, ...]]] = {
    "compare with a number": ("changes.n >= least", (9,)),
    "two comparisons": ("changes.n >= least && changes.top.percent >= share", (9, 77)),
    "not in a list": ('!("design" in pull_request.labels)', (("bug", "docs"),)),
    "size of a list": ("size(pull_request.reviewers) > 0", (("p1", "p2"),)),
    "exists over three": (
        'issue.labels.exists(l, l in ["small", "good first issue"])',
        (("bug", "docs", "small"),),
    ),
    "checked arithmetic": ("changes.top.percent * team.active_people >= fair", (40, 5)),
    "experience": ("experience(pull_request.author, area) == 0", (0,)),
}


def microseconds(*calls: Callable[[], object]) -> list[float]:
    """The best time of each call; the calls take turns."""
    timers = [Timer(call) for call in calls]
    best = [math.inf] * len(timers)
    for _ in range(ROUNDS):
        for place, timer in enumerate(timers):
            best[place] = min(best[place], timer.timeit(LOOPS) / LOOPS * 1e6)
    return best


def compiled(text: str) -> Clause:
    clause = compile_clause(text, ROOTS, NUMBERS, COUNTS)
    assert clause.compiled, text
    return clause


def show(name: str, value: float, at_least: float, peer: float | None = None) -> None:
    """`at_least`: the value that must not be exceeded; `ratio`: how many times faster than the peer."""
    line: dict[str, object] = {"name": name, "value": round(value, 3), "unit": "µs", "at_least": at_least}
    if peer is not None:
        line |= {"peer": round(peer, 3), "ratio": round(peer / value, 1)}
    print(json.dumps(line, ensure_ascii=False))


def main() -> None:
    for name, (text, values) in CASES.items():
        clause = compiled(text)
        unknown = (None, *values[1:])
        test, official = clause.test, clause.official
        assert test(*values) == official(*values) is True
        known, three, peer = microseconds(
            lambda test=test, values=values: test(*values),
            lambda test=test, unknown=unknown: test(*unknown),
            lambda official=official, values=values: official(*values),
        )
        show(f"clause: {name}", known, COMPILED_AT_LEAST, peer)
        show(f"clause, one value unknown: {name}", three, THREE_VALUED_AT_LEAST, peer)
    text = "changes.n >= least && changes.top.percent >= share"
    best = min(Timer(lambda: compiled(text)).repeat(5, 50)) / 50 * 1e6
    show("clause: check and compile one", best, COMPILE_AT_LEAST)


if __name__ == "__main__":
    main()
