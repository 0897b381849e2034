"""Which checked clauses are compiled, and how their tree is made ready for it.

Owns the border of the subset: outside it a clause is left to the official evaluator, slower and as right.
"""

from collections.abc import Collection, Mapping
from dataclasses import replace

from rules.language.cel.operations import CONNECTIVES, OPERATIONS
from rules.language.cel.wire import Node
from rules.language.rule import Bound

_CONSTANTS = frozenset(("int", "bool", "string"))
_COMPARISONS = frozenset(
    ("less_int64", "less_equals_int64", "greater_int64", "greater_equals_int64", "equals", "not_equals")
)


def inside(node: Node, names: Collection[str]) -> bool:
    """Whether everything in this tree can be compiled; `names` are the variables there are.

    A part of dynamic type is outside: Python's 1 == True is not CEL's.
    """
    if node.dynamic:
        return False
    if node.kind in ("exists", "all"):
        source, condition = node.args
        return inside(source, names) and inside(condition, {*names, node.text})
    if node.kind == "constant":
        return node.text in _CONSTANTS
    if node.kind == "name":
        return node.text in names
    known = node.kind == "list" or _is_known(node)
    return known and all(inside(part, names) for part in node.args)


def _is_known(call: Node) -> bool:
    if len(call.overloads) != 1:
        return False
    return call.overloads[0] in OPERATIONS or call.overloads[0] in CONNECTIVES


def with_constants(node: Node, numbers: Mapping[str, int | str]) -> Node:
    """The tree with each name of a `with` number replaced by its value."""
    if node.kind == "name" and node.text in numbers:
        value = numbers[node.text]
        return Node("constant", node.at, "string" if isinstance(value, str) else "int", value)
    return replace(node, args=tuple(with_constants(part, numbers) for part in node.args))


def has_nested_macros(node: Node) -> bool:
    """A macro inside a macro multiplies: only such a clause can use up the iterations that one evaluation may
    take."""
    macros = [part for part in node.walk() if part.kind in ("exists", "all")]
    return any(part.kind in ("exists", "all") for macro in macros for part in macro.args[1].walk())


def minimums(node: Node, numbers: Mapping[str, int | str], counts: Collection[str]) -> tuple[tuple[str, str], ...]:
    """The conjuncts of the form `count.n >= name of a number`, as (count, name)."""
    if node.overloads == ("logical_and",):
        return tuple(pair for part in node.args for pair in minimums(part, numbers, counts))
    if node.overloads != ("greater_equals_int64",):
        return ()
    measure, number = node.args
    count, _, last = measure.text.rpartition(".")
    both_names = measure.kind == "name" and number.kind == "name"
    if both_names and last == "n" and count in counts and number.text in numbers:
        return ((count, number.text),)
    return ()


def shares(node: Node, numbers: Mapping[str, int | str], counts: Collection[str]) -> tuple[str, ...]:
    """The numbers that stand beside a measured percentage in a comparison."""
    found = []
    for call in node.walk():
        if call.overloads and call.overloads[0] in _COMPARISONS and len(call.args) == 2:
            for one, other in (call.args, call.args[::-1]):
                count, _, rest = one.text.partition(".")
                is_share = one.kind == "name" and count in counts and rest.endswith(".percent")
                if is_share and other.kind == "name" and other.text in numbers:
                    found.append(other.text)
    return tuple(dict.fromkeys(found))


_SIGNS = {
    "less_int64": "<",
    "less_equals_int64": "<=",
    "greater_int64": ">",
    "greater_equals_int64": ">=",
    "equals": "==",
    "not_equals": "!=",
}
_TURNED = {"<": ">", "<=": ">=", ">": "<", ">=": "<="}


def bounds(node: Node) -> tuple[Bound, ...]:
    """The conjuncts that compare a name with a constant; a name alone is `== true`, `!name` is `== false`."""
    overload = node.overloads[0] if len(node.overloads) == 1 else ""
    if overload == "logical_and":
        return tuple(bound for part in node.args for bound in bounds(part))
    if node.kind == "name":
        return ((node.text, "==", True),)
    if overload == "logical_not" and node.args[0].kind == "name":
        return ((node.args[0].text, "==", False),)
    if overload not in _SIGNS:
        return ()
    (one, other), sign = node.args, _SIGNS[overload]
    if one.kind == "constant":
        one, other, sign = other, one, _TURNED.get(sign, sign)
    value = other.value
    if one.kind != "name" or other.kind != "constant" or not isinstance(value, int | str):
        return ()
    return ((one.text, sign, value),)
