"""Evaluates a clause both ways on made-up values, as `rules check` does before it trusts a compiled clause.

Owns the choice of values: the same for the same clause, near the numbers and texts it names, often unknown.
"""

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from hashlib import blake2b

from rules.language.rule import Clause, Rule
from rules.model.times import DAY, HOUR
from rules.model.vocabulary import ENTITIES, element

_INT64 = (-(1 << 63), (1 << 63) - 1)
_TIMES = (0, 1_767_225_600_000_000, 1_767_225_600_000_001, 1_767_225_600_000_000 + 30 * DAY)
_UNKNOWN_IN_PERCENT = 15


@dataclass(frozen=True, slots=True)
class Disagreement:
    values: tuple[object, ...]
    compiled: object
    official: object


def disagreements(clause: Clause, activations: int = 50) -> list[Disagreement]:
    """Where `test` and `official` differ; empty if all is well."""
    found = (
        Disagreement(values, clause.test(*values), clause.official(*values))
        for values in _activations(clause, activations)
    )
    return [one for one in found if not same(one.compiled, one.official)]


def clauses_of(rule: Rule) -> Iterator[Clause]:
    """Every expression of a rule, wherever it stands."""
    for listen in (*rule.on, *rule.unless, *(one for count in rule.counts for one in count.on or ())):
        yield from listen.when
    for count in rule.counts:
        yield from count.when
        yield from (count.matching,) if count.matching else ()
    spans = (*rule.after.waits, rule.after.again) if rule.after else ()
    for span in (*spans, rule.cooldown.span if rule.cooldown else None):
        yield from (span.expression,) if span and span.expression else ()
    yield from (*rule.when, *rule.fire)


def same(one: object, other: object) -> bool:
    """Equal, and of one type: 1 is not True, an error is not unknown."""
    return type(one) is type(other) and one == other


def _activations(clause: Clause, count: int) -> Iterator[tuple[object, ...]]:
    numbers = [int(digits) for digits in re.findall(r"\d{1,18}", clause.text)]
    ints = (0, 1, 2, 3, *(near for number in numbers for near in (number - 1, number, number + 1)), *_INT64)
    texts = ("", "a", "é", *re.findall(r"""["']([^"']*)["']""", clause.text))
    for turn in range(count):
        yield tuple(
            _value(type_, f"{clause.text} {turn} {place}", ints, texts) for place, type_ in enumerate(clause.types)
        )


def _value(type_: str, seed: str, ints: Sequence[int], texts: Sequence[str]) -> object:
    number = _number(seed)
    if number % 100 < _UNKNOWN_IN_PERCENT:
        return None
    if type_.startswith("list("):
        kind = element(type_)
        return tuple(_known(kind, _number(f"{seed} {place}"), ints, texts) for place in range(number // 100 % 4))
    return _known(type_, number // 100, ints, texts)


def _number(seed: str) -> int:
    return int.from_bytes(blake2b(seed.encode(), digest_size=8).digest(), "big")


def _known(type_: str, number: int, ints: Sequence[int], texts: Sequence[str]) -> object:
    if type_ in ENTITIES:
        return f"{type_}-{number % 3}"
    choices: Sequence[object] = {
        "bool": (True, False),
        "int": ints,
        "str": texts,
        "time": _TIMES,
        "duration": (0, HOUR, -DAY, 2 * DAY),
    }[type_]
    return choices[number % len(choices)]
