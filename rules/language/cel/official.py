"""The official CEL library (cel-expr-python): parse, check, evaluate. The only module that imports it.

Owns the declarations given to it and the conversion of values: whole microseconds here, datetime there.
An unknown value is a variable that is left out. Of the vocabulary it knows that an entity is its id.
"""

from collections.abc import Callable, Mapping
from datetime import datetime, timedelta
from typing import Any

from cel_expr_python import cel  # type: ignore[import-untyped]  # ships stubs, but no py.typed

from rules.language.rule import ERROR
from rules.model.times import instant, moment
from rules.model.vocabulary import ENTITIES, element

MOST_VALUES = 300
"""A list with more values than this counts as unknown, in every way of evaluating."""

MOST_ITERATIONS = 10_000
"""The library gives up an evaluation that reaches this many iterations of its macros, in all."""

_MICROSECOND = timedelta(microseconds=1)
_TYPES = {
    "bool": cel.Type.BOOL,
    "int": cel.Type.INT,
    "str": cel.Type.STRING,
    "time": cel.Type.TIMESTAMP,
    "duration": cel.Type.DURATION,
    "dyn": cel.Type.DYN,
}
_NAMES = {"BOOL": "bool", "INT": "int", "STRING": "str", "TIMESTAMP": "time", "DURATION": "duration"}


class Refused(Exception):  # named by what happened, as all exceptions here
    """The library does not take this text. The message is the library's own."""


def parse(text: str) -> bytes:
    """The serialized tree, names and types unchecked. Raises Refused."""
    return _compile(_BARE, text, unchecked=True).serialize()  # type: ignore[no-any-return]


class Checked:
    """A checked text. `variables`: CEL name → vocabulary type; `constants`: CEL name → value."""

    def __init__(self, text: str, variables: Mapping[str, str], constants: Mapping[str, int | str]) -> None:
        declared = {name: _cel_type(type_) for name, type_ in variables.items()}
        declared |= {name: _cel_type("str" if isinstance(value, str) else "int") for name, value in constants.items()}
        self._expression = _compile(cel.NewEnv(variables=declared, functions=_FUNCTIONS), text)
        self._constants = dict(constants)
        self.serialized: bytes = self._expression.serialize()
        self.type: str = _NAMES.get(
            self._expression.return_type().name(), self._expression.return_type().name().lower()
        )

    def evaluator(self, reads: Mapping[str, str]) -> Callable[..., object]:
        """A function of the variables' values, in that order; None in or out is unknown, ERROR out is an
        error."""
        evaluate, constants = self._expression.eval, self._constants
        given = tuple((name, _to_cel(type_)) for name, type_ in reads.items())

        def official(*values: object) -> object:
            data: dict[str, object] = dict(constants)
            for (name, convert), value in zip(given, values, strict=True):
                if value is not None and not (isinstance(value, tuple) and len(value) > MOST_VALUES):
                    data[name] = convert(value)
            try:
                return _from_cel(evaluate(data=data))
            except RuntimeError:  # "Iteration budget exceeded": no answer was reached, so it is unknown
                return None

        return official


def fails(text: str, argument: str) -> bool:
    """Whether evaluating `text`, in which `argument` is a string variable of that name, is an error."""
    checked = Checked(text, {"argument": "str"}, {})
    return checked.evaluator({"argument": "str"})(argument) is ERROR


def _compile(environment: Any, text: str, unchecked: bool = False) -> Any:
    try:
        return environment.compile(text, disable_check=unchecked)
    except (RuntimeError, ValueError) as refusal:
        raise Refused(str(refusal)) from None


def _cel_type(type_: str) -> Any:
    if type_.startswith("list("):
        return cel.Type.List(_cel_type(element(type_)))
    return cel.Type.STRING if type_ in ENTITIES else _TYPES[type_]


def _to_cel(type_: str) -> Callable[[Any], object]:
    if type_.startswith("list("):
        return list
    return {"time": moment, "duration": _length}.get(type_, _same)


def _same(value: object) -> object:
    return value


def _length(microseconds: int) -> timedelta:
    return timedelta(microseconds=microseconds)


def _from_cel(result: Any) -> object:
    value = result.plain_value()
    if isinstance(value, str) and result.type().name() == "ERROR":
        return None if _MISSING in str(value) else ERROR
    if isinstance(value, timedelta):
        return value // _MICROSECOND
    if isinstance(value, datetime):
        return instant(value)
    return tuple(value) if isinstance(value, list) else value


_MISSING = "No value with name"


def _days(count: int) -> timedelta:
    return timedelta(days=count)


def _hours(count: int) -> timedelta:
    return timedelta(hours=count)


def _function(name: str, parameters: list[Any], result: Any, run: Callable[..., object]) -> Any:
    overload = cel.Overload(f"{name}_declared", return_type=result, parameters=parameters, is_member=False, impl=run)
    return cel.FunctionDecl(name, [overload])


def _never(*_: object) -> int:
    raise ValueError("experience is given as a value")


_INT, _DYN = cel.Type.INT, cel.Type.DYN
_FUNCTIONS = [
    _function("days", [_INT], cel.Type.DURATION, _days),
    _function("hours", [_INT], cel.Type.DURATION, _hours),
    # Declared only so that a wrong use of it does not hide the other problems of the text.
    _function("experience", [_DYN, _DYN], _INT, _never),
]
_BARE = cel.NewEnv(variables={})
