"""A YAML file against a Pydantic model, with every problem at its place.

Owns the way from a validation error back to file, line and column. Reading YAML is `rules/language/nodes`'s.
"""

from typing import TypeVar

from pydantic import BaseModel, ValidationError

from rules.language.nodes import Node, read
from rules.language.problems import Problem, Problems, nearest
from rules.language.rule import Place

Model = TypeVar("Model", bound=BaseModel)


def validated(model: type[Model], text: str, file: str) -> tuple[Model | None, tuple[Problem, ...]]:
    """The model of a file, or all that is wrong with it."""
    problems = Problems()
    root = read(file, text, problems)
    if root is None:
        return None, problems.sorted()
    try:
        return model.model_validate(_plain(root)), problems.sorted()
    except ValidationError as error:
        for one in error.errors(include_url=False, include_context=False):
            _add(problems, root, model, one["loc"], one["type"], one["msg"])
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
        problems.add(_place(root, where, of_key=True), f"unknown key '{name}'", nearest(name, _keys(model, where[:-1])))
    elif kind == "missing":
        problems.add(_place(root, where[:-1], of_key=False), f"'{name}' is missing")
    else:
        text = message.removeprefix("Value error, ")
        problems.add(_place(root, where, of_key=False), f"'{name}': {text[:1].lower()}{text[1:]}")


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
    current: object = model
    for step in where:
        field = (
            current.model_fields.get(str(step))
            if isinstance(current, type) and issubclass(current, BaseModel)
            else None
        )
        if field is not None:
            current = _inner(field.annotation)
    if not (isinstance(current, type) and issubclass(current, BaseModel)):
        return []
    return [field.alias or name for name, field in current.model_fields.items()]


def _inner(annotation: object) -> object:
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
