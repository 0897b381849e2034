"""The operators and functions that are compiled, by the overload ids of the official checker.

Owns what each of them does with known values, as a function and as Python source. Whole numbers are 64 bit;
times and durations are microseconds. What is not listed here is left to the official evaluator.
"""

import operator
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from rules.model.times import DAY, HOUR

_LIMIT = 1 << 63
LONGEST_DURATION = 3_652_500 * DAY + 999_999
"""Microseconds: the official library takes none longer than 10,000 years and a fraction of a second."""


class Failed(Exception):  # named by what happened
    """The operation has no result: overflow, division by zero, no such index."""


@dataclass(frozen=True, slots=True)
class Operation:
    source: str
    run: Callable[..., object]
    fails: bool = False


def _int64(value: int) -> int:
    if -_LIMIT <= value < _LIMIT:
        return value
    raise Failed


def add(left: int, right: int) -> int:
    return _int64(left + right)


def subtract(left: int, right: int) -> int:
    return _int64(left - right)


def multiply(left: int, right: int) -> int:
    return _int64(left * right)


def divide(left: int, right: int) -> int:
    """Towards zero, unlike Python's."""
    if right == 0:
        raise Failed
    size = abs(left) // abs(right)
    return _int64(size if (left < 0) == (right < 0) else -size)


def modulo(left: int, right: int) -> int:
    """With the sign of the left side, unlike Python's. The least number modulo -1 overflows, as in C."""
    if right == 0 or (left == -_LIMIT and right == -1):
        raise Failed
    rest = abs(left) % abs(right)
    return -rest if left < 0 else rest


def negate(value: int) -> int:
    return _int64(-value)


def index(values: tuple[Any, ...], place: int) -> Any:
    if 0 <= place < len(values):
        return values[place]
    raise Failed


def days(count: int) -> int:
    return _duration(count * DAY)


def hours(count: int) -> int:
    return _duration(count * HOUR)


def _duration(microseconds: int) -> int:
    if -LONGEST_DURATION <= microseconds <= LONGEST_DURATION:
        return microseconds
    raise Failed


def _is_in(value: object, values: tuple[object, ...]) -> bool:
    return value in values


def _function(run: Callable[..., object]) -> Operation:
    places = ", ".join(f"{{{place}}}" for place in range(run.__code__.co_argcount))
    return Operation(f"{run.__name__}({places})", run, fails=True)


def _relations() -> dict[str, Operation]:
    signs = {
        "less": ("<", operator.lt),
        "less_equals": ("<=", operator.le),
        "greater": (">", operator.gt),
        "greater_equals": (">=", operator.ge),
    }
    types = ("int64", "string", "bool", "timestamp", "duration")
    return {
        f"{name}_{type_}": Operation(f"({{0}} {sign} {{1}})", run)
        for name, (sign, run) in signs.items()
        for type_ in types
    }


_SIZE = Operation("len({0})", len)

OPERATIONS: dict[str, Operation] = {
    **_relations(),
    "equals": Operation("({0} == {1})", operator.eq),
    "not_equals": Operation("({0} != {1})", operator.ne),
    "logical_not": Operation("(not {0})", operator.not_),
    "in_list": Operation("({0} in {1})", _is_in),
    "size_list": _SIZE,
    "list_size": _SIZE,
    "size_string": _SIZE,
    "string_size": _SIZE,
    "add_string": Operation("({0} + {1})", operator.add),
    "contains_string": Operation("({1} in {0})", operator.contains),
    "starts_with_string": Operation("{0}.startswith({1})", str.startswith),
    "ends_with_string": Operation("{0}.endswith({1})", str.endswith),
    "add_int64": _function(add),
    "subtract_int64": _function(subtract),
    "multiply_int64": _function(multiply),
    "divide_int64": _function(divide),
    "modulo_int64": _function(modulo),
    "negate_int64": _function(negate),
    "index_list": _function(index),
    "days_declared": _function(days),
    "hours_declared": _function(hours),
}
CONNECTIVES = frozenset(("logical_and", "logical_or", "conditional"))
"""Not strict: they can have a value although a part of them has none."""
