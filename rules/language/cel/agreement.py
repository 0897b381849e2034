"""Evaluates a clause both ways on made-up values, as `rules check` does before it trusts a compiled clause.

Owns the choice of values: the same for the same clause, near the numbers and texts it names, often unknown.
"""

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from hashlib import blake2b

from rules.language.cel.names import Scope, Word, type_of
from rules.language.rule import Clause
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


def disagreements(
    clause: Clause,
    roots: Mapping[str, str],
    counts: Mapping[str, Mapping[str, str]] | None = None,
    activations: int = 50,
) -> list[Disagreement]:
    """Where `test` and `official` differ; empty if all is well. `roots` and `counts` as given to
    `compile_clause`."""
    types = [read_type(name, Scope(roots, {}, counts or {})) for name in clause.reads]
    found = (
        Disagreement(values, clause.test(*values), clause.official(*values))
        for values in _activations(clause, types, activations)
    )
    return [one for one in found if not same(one.compiled, one.official)]


def same(one: object, other: object) -> bool:
    """Equal, and of one type: 1 is not True, an error is not unknown."""
    return type(one) is type(other) and one == other


def read_type(name: str, scope: Scope) -> str:
    if name.startswith("experience("):
        return "int"
    found = type_of(tuple(Word(word, 0) for word in name.split(".")), scope)
    return found if isinstance(found, str) else "str"


def _activations(clause: Clause, types: Sequence[str], count: int) -> Iterator[tuple[object, ...]]:
    numbers = [int(digits) for digits in re.findall(r"\d{1,18}", clause.text)]
    ints = (0, 1, 2, 3, *(near for number in numbers for near in (number - 1, number, number + 1)), *_INT64)
    texts = ("", "a", "é", *re.findall(r"""["']([^"']*)["']""", clause.text))
    for turn in range(count):
        yield tuple(_value(type_, f"{clause.text} {turn} {place}", ints, texts) for place, type_ in enumerate(types))


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
