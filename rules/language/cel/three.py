"""Three-valued evaluation: closures over a list of values, where None is unknown and ERROR is an error.

Owns CEL's absorption: `false && unknown` is false, `true || error` is true, and so in the macros. Elsewhere
the leftmost part without a value says whether the whole is unknown or an error, as in the official evaluator.
"""

from collections.abc import Callable, Mapping
from typing import Any

from rules.language.cel.official import MOST_ITERATIONS, MOST_VALUES
from rules.language.cel.operations import OPERATIONS, Failed
from rules.language.cel.wire import Node
from rules.language.rule import ERROR

Values = list[Any]
"""The arguments, then a place for the variable of each macro, then the number of iterations so far."""

Run = Callable[[Values], object]


class Exhausted(Exception):  # named by what happened
    """More iterations than one evaluation may take."""


def three_valued(node: Node, names: tuple[str, ...]) -> Callable[..., object]:
    """A function of the values of `names`, in that order."""
    run = _compiled(node, {name: place for place, name in enumerate(names)})
    macros = sum(part.kind in ("exists", "all") for part in node.walk())
    rest = [None] * macros + [0]

    def three(*values: object) -> object:
        given = [None if type(value) is tuple and len(value) > MOST_VALUES else value for value in values]
        try:
            return run(given + rest)
        except Exhausted:
            return None

    return three


def _compiled(node: Node, places: Mapping[str, int]) -> Run:
    if node.kind == "constant":
        return _constant(node.value)
    if node.kind == "name":
        return _name(places[node.text])
    if node.kind in ("exists", "all"):
        return _macro(node, places)
    parts = [_compiled(part, places) for part in node.args]
    if node.kind == "list":
        return _list(parts)
    overload = node.overloads[0]
    if overload in ("logical_and", "logical_or"):
        return _connective(overload == "logical_or", *parts)
    return _conditional(*parts) if overload == "conditional" else _strict(OPERATIONS[overload].run, parts)


def _constant(value: object) -> Run:
    return lambda values: value


def _name(place: int) -> Run:
    return lambda values: values[place]


def _connective(decides: bool, left: Run, right: Run) -> Run:
    """`decides` is the value that settles the whole on either side: true for `||`, false for `&&`."""

    def connective(values: Values) -> object:
        first = left(values)
        if first is decides:
            return first
        second = right(values)
        has_value = first is not None and first is not ERROR
        return second if second is decides or has_value else first

    return connective


def _conditional(condition: Run, yes: Run, no: Run) -> Run:
    def conditional(values: Values) -> object:
        chosen = condition(values)
        if chosen is True:
            return yes(values)
        return no(values) if chosen is False else chosen

    return conditional


def _macro(node: Node, places: Mapping[str, int]) -> Run:
    """exists is a chain of `||` over the elements, all a chain of `&&`."""
    decides, place = node.kind == "exists", len(places)
    source = _compiled(node.args[0], places)
    condition = _compiled(node.args[1], {**places, node.text: place})

    def macro(values: Values) -> object:
        elements: Any = source(values)
        if elements is None or elements is ERROR:
            return elements
        total: object = not decides
        for number, element in enumerate(elements, start=1):
            _count(values)
            values[place] = element
            answer = condition(values)
            if answer is decides:
                if number < len(elements):
                    _count(values)  # the library has taken the next element before it sees that it may stop
                return answer
            total = answer if total is (not decides) else total  # the first without a value
        return total

    return macro


def _count(values: Values) -> None:
    values[-1] += 1
    if values[-1] >= MOST_ITERATIONS:
        raise Exhausted


def _list(parts: list[Run]) -> Run:
    def elements(values: Values) -> object:
        found = tuple(part(values) for part in parts)
        return next((value for value in found if value is None or value is ERROR), found)

    return elements


def _strict(run: Callable[..., object], parts: list[Run]) -> Run:
    if len(parts) == 2:
        return _strict_pair(run, *parts)

    def strict(values: Values) -> object:
        known = [part(values) for part in parts]
        for value in known:
            if value is None or value is ERROR:
                return value
        try:
            return run(*known)
        except Failed:
            return ERROR

    return strict


def _strict_pair(run: Callable[..., object], left: Run, right: Run) -> Run:
    def strict(values: Values) -> object:
        first = left(values)
        if first is None or first is ERROR:
            return first
        second = right(values)
        if second is None or second is ERROR:
            return second
        try:
            return run(first, second)
        except Failed:
            return ERROR

    return strict
