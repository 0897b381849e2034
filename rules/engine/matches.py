"""Which combinations of an event a rule or a count looks at, and under which key.

Owns `each` × `when` × key. At most 50 combinations; clauses are asked as soon as their names are bound.
"""

from typing import NamedTuple

from rules.engine.frame import Frame, Key
from rules.engine.keys import key_of
from rules.engine.plans import Ask, EachPlan, ListenPlan

MAX_COMBINATIONS = 50


class Match(NamedTuple):
    bound: dict[str, str]
    key: Key


class Found:
    """`no_key`: combinations with a missing part. `unknown`: clauses that could not be answered."""

    __slots__ = ("matches", "no_key", "too_many", "unknown")

    def __init__(self) -> None:
        self.matches: list[Match] = []
        self.no_key = 0
        self.too_many = False
        self.unknown = 0


_NONE, _UNKNOWN = Found(), Found()  # shared, because most events match nothing; nobody changes what find() gives
_UNKNOWN.unknown = 1


def find(listen: ListenPlan, frame: Frame) -> Found:
    """All matches of one alternative of `on`, in the order of `each`."""
    frame.bound = {}
    for ask in listen.asks:
        answer = ask(frame)
        if answer is not True:
            return _NONE if answer is False else _UNKNOWN
    found = Found()
    if listen.each:
        _bind(listen, listen.each, {}, frame, found)
    else:
        _take(listen, {}, frame, found)
    return found


def _bind(listen: ListenPlan, each: tuple[EachPlan, ...], bound: dict[str, str], frame: Frame, found: Found) -> None:
    first, rest = each[0], each[1:]
    frame.bound = bound
    value = first.values(frame)
    for one in value if isinstance(value, tuple) else (value,):
        if not isinstance(one, str) or not one:
            continue
        inner = {**bound, first.name: one} if bound else {first.name: one}
        frame.bound = inner
        if first.asks and not _hold(first.asks, frame, found):
            continue
        if rest:
            _bind(listen, rest, inner, frame, found)
        else:
            _take(listen, inner, frame, found)
        if found.too_many:
            return


def _take(listen: ListenPlan, bound: dict[str, str], frame: Frame, found: Found) -> None:
    frame.bound = bound
    key = key_of(frame, listen.key)
    if key is None:
        found.no_key += 1
    elif len(found.matches) == MAX_COMBINATIONS:
        found.too_many = True
    else:
        found.matches.append(Match(bound, key))


def _hold(asks: tuple[Ask, ...], frame: Frame, found: Found) -> bool:
    for ask in asks:
        answer = ask(frame)
        if answer is not True:
            found.unknown += answer is not False
            return False
    return True
