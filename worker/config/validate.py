"""A YAML file against a Pydantic model, with every problem at its place.

Owns the way from a validation error back to file, line and column. Reading YAML is `rules/language/nodes`'s.
"""

from typing import Annotated, TypeVar, get_origin

from pydantic import BaseModel, BeforeValidator, Field, ValidationError
from pydantic.fields import FieldInfo

from rules.language.nodes import Node, read
from rules.language.problems import Problem, Problems, nearest
from rules.language.rule import Place

Model = TypeVar("Model", bound=BaseModel)
MOST_VALUES = 200_000  # twenty thousand people with a few settings each
MOST_SHOWN = 60
"""Characters of a name from the file that a problem repeats."""

_MESSAGES = {
    "model_type": "names with values are needed",
    "dict_type": "names with values are needed",
    "tuple_type": "a list is needed",
}
"""Instead of Pydantic's, which name our classes and Python's types."""

_HINTS = {
    "model_type": "name: value, one a line",
    "dict_type": "name: value, one a line",
    "string_type": "a text is needed; quotes make one of anything",
    "int_type": "a whole number is needed",
    "int_parsing": "a whole number is needed",
    "int_from_float": "a whole number is needed",
    "bool_type": "true or false",
    "bool_parsing": "true or false",
    "tuple_type": "such as [one, two]",
}

Int = Annotated[int, Field(strict=True)]
Flag = Annotated[bool, Field(strict=True)]
"""As written: `true` is no number, and 'yes' is a text."""


def _listed(value: object) -> object:
    return [value] if isinstance(value, str) else value


Words = Annotated[
    tuple[Annotated[str, Field(min_length=1, max_length=300)], ...], BeforeValidator(_listed), Field(max_length=500)
]
"""One text or a list of them."""


def validated(model: type[Model], text: str, file: str) -> tuple[Model | None, tuple[Problem, ...]]:
    """The model of a file, or all that is wrong with it."""
    problems = Problems()
    root = read(file, text, problems, MOST_VALUES)
    if root is not None:
        try:
            found = model.model_validate(_plain(root))
        except ValidationError as error:
            for one in error.errors(include_url=False, include_context=False, include_input=False):
                _add(problems, root, model, one["loc"], one["type"], one["msg"])
        else:
            return (None if len(problems) else found), problems.sorted()
    return None, problems.sorted()


def _add(
    problems: Problems,
    root: Node,
    model: type[BaseModel],
    where: tuple[int | str, ...],
    kind: str,
    message: str,
) -> None:
    name = str(where[-1]) if where else ""
    if kind == "extra_forbidden":
        problems.add(
            _place(root, where, of_key=True), f"unknown key {_named(where)}", nearest(name, _keys(model, where[:-1]))
        )
    elif kind == "missing":
        problems.add(_place(root, where[:-1], of_key=False), f"'{name}' is missing")
    elif not where:
        problems.add(_place(root, where, of_key=False), "the file must be names with values", _HINTS["model_type"])
    else:
        text = _MESSAGES.get(kind) or message.removeprefix("Value error, ")
        said = f"{_named(where)}: {text[:1].lower()}{text[1:]}"
        problems.add(_place(root, where, of_key=False), said, _described(model, where) or _HINTS.get(kind, ""))


def _named(where: tuple[int | str, ...]) -> str:
    """'tier', or 'paths', value 2."""
    if isinstance(where[-1], int) and len(where) > 1:
        return f"{_named(where[:-1])}, value {where[-1] + 1}"
    return f"'{str(where[-1])[:MOST_SHOWN]}'"


def _place(node: Node, where: tuple[int | str, ...], of_key: bool) -> Place:
    """As deep as the file goes; for an unknown key the key itself."""
    for position, step in enumerate(where):
        last = position == len(where) - 1
        if isinstance(step, int) and step < len(node.items):
            node = node.items[step]
        elif isinstance(step, str) and step in node.entries:
            if last and of_key:
                return node.keys[step]
            node = node.entries[step]
    return node.place


def _keys(model: type[BaseModel], where: tuple[int | str, ...]) -> list[str]:
    """The keys that stand where an unknown one stood."""
    current, _ = _walked(model, where)
    return [field.alias or name for name, field in current.model_fields.items()] if current else []


def _described(model: type[BaseModel], where: tuple[int | str, ...]) -> str:
    """What the model says of the field that is wrong."""
    _, field = _walked(model, where)
    return (field.description or "") if field else ""


def _walked(model: type[BaseModel], where: tuple[int | str, ...]) -> tuple[type[BaseModel] | None, FieldInfo | None]:
    """The model that a place leads into, and the last field on the way; keys of a map and places in a list are none."""
    current: type[BaseModel] | None = model
    last: FieldInfo | None = None
    is_key = False
    for step in where:
        if is_key or isinstance(step, int):
            is_key = False
            continue
        field = current.model_fields.get(step) if current else None
        if field is None:
            return None, last
        last, is_key = field, _is_map(field.annotation)
        current = _inner(field.annotation)
    return current, last


def _is_map(annotation: object) -> bool:
    return get_origin(annotation) is dict


def _inner(annotation: object) -> type[BaseModel] | None:
    """The model inside dict[str, M], list[M] or M | None."""
    if isinstance(annotation, type) and issubclass(annotation, BaseModel):
        return annotation
    for one in getattr(annotation, "__args__", ()):
        found = _inner(one)
        if found is not None:
            return found
    return None


def _plain(node: Node) -> object:
    if node.kind == "map":
        return {name: _plain(value) for name, value in node.entries.items()}
    if node.kind == "list":
        return [_plain(one) for one in node.items]
    return node.scalar
