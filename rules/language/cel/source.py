"""Generated Python for the usual case: all values known, nothing fails. No other module generates code.

Owns the source text of a clause. Names from outside never enter it, only places (a0, b1) and the `repr` of
whole numbers, truths and texts. Where a value is unknown or something fails, the three-valued twin decides.
"""

from collections.abc import Callable, Mapping, Sequence

from rules.language.cel.official import MOST_VALUES
from rules.language.cel.operations import OPERATIONS, Failed
from rules.language.cel.wire import Node

_OPERATORS = {
    "logical_and": "({0} and {1})",
    "logical_or": "({0} or {1})",
    "conditional": "({1} if {0} else {2})",
}
_FUNCTIONS = {run.run.__name__: run.run for run in OPERATIONS.values() if run.fails}


def generated(node: Node, arguments: Mapping[str, str], slow: Callable[..., object]) -> Callable[..., object]:
    """A function of the values of `arguments` (name → vocabulary type). No macro may stand in a macro."""
    space: dict[str, object] = {**_FUNCTIONS, "Failed": Failed, "slow": slow}
    exec(compile(function_text(node, arguments), "<clause>", "exec"), space)  # noqa: S102  # our own templates
    test = space["test"]
    assert callable(test)
    return test


def function_text(node: Node, arguments: Mapping[str, str]) -> str:
    places = {name: f"a{place}" for place, name in enumerate(arguments)}
    given = ", ".join(places.values())
    lines = [f"def test({given}):"]
    if unusual := " or ".join(_unusual(places[name], type_) for name, type_ in arguments.items()):
        lines.append(f"    if {unusual}: return slow({given})")
    result = f"return {_text(node, places)}"
    if any(part.overloads and _fails(part.overloads) for part in node.walk()):
        lines += [f"    try: {result}", f"    except Failed: return slow({given})"]
    else:
        lines.append(f"    {result}")
    return "\n".join(lines) + "\n"


def _unusual(place: str, type_: str) -> str:
    is_list = type_.startswith("list(")
    return f"{place} is None" + (f" or len({place}) > {MOST_VALUES}" if is_list else "")


def _fails(overloads: Sequence[str]) -> bool:
    operation = OPERATIONS.get(overloads[0])
    return operation is not None and operation.fails


def _text(node: Node, places: Mapping[str, str]) -> str:
    if node.kind == "constant":
        return repr(node.value)
    if node.kind == "name":
        return places[node.text]
    if node.kind in ("exists", "all"):
        return _macro(node, places)
    parts = [_text(part, places) for part in node.args]
    if node.kind == "list":
        return "(" + "".join(f"{part}, " for part in parts) + ")"
    overload = node.overloads[0]
    pattern = _OPERATORS[overload] if overload in _OPERATORS else OPERATIONS[overload].source
    return pattern.format(*parts)


def _macro(node: Node, places: Mapping[str, str]) -> str:
    """A list, not a generator: shorter to run for the few elements there are. Nothing fails here, so order is
    free."""
    bound = f"b{len(places)}"
    condition = _text(node.args[1], {**places, node.text: bound})
    every = "any" if node.kind == "exists" else "all"
    return f"{every}([{condition} for {bound} in {_text(node.args[0], places)}])"
