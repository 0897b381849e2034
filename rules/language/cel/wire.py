"""The syntax tree of a clause, read from the bytes that the official library gives out.

`Expression.serialize()` is a `google.protobuf.Any` around a `cel.expr.ParsedExpr` (unchecked) or
`cel.expr.CheckedExpr`. Owns the few fields of those messages that are needed and the `Node` they become.
Knows no names and no types. Field numbers: syntax.proto and checked.proto in
https://github.com/google/cel-spec/tree/master/proto/cel/expr
"""

import struct
from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace
from typing import Literal

Kind = Literal["constant", "name", "select", "has", "call", "list", "map", "exists", "all", "loop"]
Message = dict[int, list[int | bytes]]
References = dict[int, tuple[str, tuple[str, ...]]]

_CONSTANTS = {1: "null", 2: "bool", 3: "int", 4: "uint", 5: "double", 6: "string", 7: "bytes"}


@dataclass(frozen=True, slots=True)
class Node:
    """`at`: character of the text that the library names for it (an operator, a dot, an opening bracket).

    `text`: the type of a constant; a name (resolved and dotted after checking); the field of a select; the
    function of a call; the variable of a macro. `args` of exists and all: the list and the condition; of any
    other macro (`loop`): list, start, condition, step, result. `overloads` and `dynamic` (its type is known
    at evaluation only, or holds such a type) are filled after checking only.
    """

    kind: Kind
    at: int
    text: str = ""
    value: object = None
    args: tuple["Node", ...] = ()
    overloads: tuple[str, ...] = ()
    dynamic: bool = False

    def walk(self) -> Iterator["Node"]:
        """This node and everything below it, outer first."""
        yield self
        for part in self.args:
            yield from part.walk()


def tree(serialized: bytes) -> Node:
    """The tree of a serialized expression, checked or not."""
    envelope = _message(serialized)
    body = _message(_bytes(envelope, 2))
    if _text(envelope, 1).endswith("CheckedExpr"):
        return _Reader(_positions(body, 5), _references(body), _dynamic(body)).node(_bytes(body, 4))
    return _Reader(_positions(body, 3), {}, frozenset()).node(_bytes(body, 2))


class _Reader:
    def __init__(self, positions: dict[int, int], references: References, dynamic: frozenset[int]) -> None:
        self.positions = positions
        self.references = references
        self.dynamic = dynamic

    def node(self, raw: bytes) -> Node:
        fields = _message(raw)
        node = self.shaped(fields)
        return replace(node, dynamic=True) if _int(fields, 2) in self.dynamic else node

    def shaped(self, fields: Message) -> Node:
        number = _int(fields, 2)
        at = self.positions.get(number, 0)
        name, overloads = self.references.get(number, ("", ()))
        if 3 in fields:
            return _constant(_message(_bytes(fields, 3)), at)
        if 4 in fields:
            return Node("name", at, name or _text(_message(_bytes(fields, 4)), 1))
        if 5 in fields:
            return self.select(_message(_bytes(fields, 5)), at)
        if 6 in fields:
            return self.call(_message(_bytes(fields, 6)), at, overloads)
        if 7 in fields:
            return Node("list", at, args=self.nodes(_message(_bytes(fields, 7)), 1))
        if 9 in fields:
            return self.macro(_message(_bytes(fields, 9)), at)
        return Node("map", at)

    def nodes(self, fields: Message, number: int) -> tuple[Node, ...]:
        return tuple(self.node(raw) for raw in fields.get(number, ()) if isinstance(raw, bytes))

    def select(self, fields: Message, at: int) -> Node:
        return Node("has" if 3 in fields else "select", at, _text(fields, 2), args=self.nodes(fields, 1))

    def call(self, fields: Message, at: int, overloads: tuple[str, ...]) -> Node:
        """The target of a member call is the first argument; `value` says that there was one."""
        arguments = self.nodes(fields, 1) + self.nodes(fields, 3)
        return Node("call", at, _text(fields, 2), 1 in fields, arguments, overloads)

    def macro(self, fields: Message, at: int) -> Node:
        variable, total = _text(fields, 1), _text(fields, 3)
        parts = tuple(part for number in (2, 4, 5, 6, 7) for part in self.nodes(fields, number))
        source, start, _, step, result = parts
        plain = 8 not in fields and start.text == "bool" and result.text == total
        kind = _MACROS.get((step.text, start.value)) if plain else None
        if kind and step.args[0].text == total:
            return Node(kind, at, variable, args=(source, step.args[1]))
        return Node("loop", at, variable, args=parts)


_MACROS: dict[tuple[str, object], Literal["exists", "all"]] = {
    ("_||_", False): "exists",
    ("_&&_", True): "all",
}


def _constant(fields: Message, at: int) -> Node:
    number = next(iter(fields), 1)
    raw = fields[number][0] if fields else 0
    kind = _CONSTANTS.get(number, "other")
    if isinstance(raw, int):
        return Node("constant", at, kind, _SCALARS.get(kind, int)(raw))
    if kind == "double":
        return Node("constant", at, kind, struct.unpack("<d", raw)[0])
    return Node("constant", at, kind, raw.decode() if kind == "string" else raw)


def _positions(body: Message, number: int) -> dict[int, int]:
    info = _message(_bytes(body, number))
    entries = [_message(raw) for raw in info.get(4, ()) if isinstance(raw, bytes)]
    return {_int(entry, 1): _int(entry, 2) for entry in entries}


def _references(body: Message) -> References:
    found: References = {}
    for raw in body.get(2, ()):
        entry = _message(raw) if isinstance(raw, bytes) else {}
        reference = _message(_bytes(entry, 2))
        overloads = tuple(text.decode() for text in reference.get(3, ()) if isinstance(text, bytes))
        found[_int(entry, 1)] = (_text(reference, 1), overloads)
    return found


def _dynamic(body: Message) -> frozenset[int]:
    entries = [_message(raw) for raw in body.get(3, ()) if isinstance(raw, bytes)]
    return frozenset(_int(entry, 1) for entry in entries if _is_dynamic(_message(_bytes(entry, 2))))


def _is_dynamic(type_: Message) -> bool:
    """Of `cel.expr.Type`: dyn is field 1, a list is field 6 with its element in field 1."""
    if 6 in type_:
        return _is_dynamic(_message(_bytes(_message(_bytes(type_, 6)), 1)))
    return 1 in type_ or not type_


def _message(raw: bytes) -> Message:
    """Field number → values in order; varints as int, everything else as bytes."""
    fields: Message = {}
    place = 0
    while place < len(raw):
        tag, place = _varint(raw, place)
        length = {1: 8, 5: 4}.get(tag & 7, 0)
        if tag & 7 == 0:
            value, place = _varint(raw, place)
            fields.setdefault(tag >> 3, []).append(value)
            continue
        if tag & 7 == 2:
            length, place = _varint(raw, place)
        fields.setdefault(tag >> 3, []).append(raw[place : place + length])
        place += length
    return fields


def _varint(raw: bytes, place: int) -> tuple[int, int]:
    value = shift = 0
    while True:
        byte = raw[place]
        place += 1
        value |= (byte & 127) << shift
        shift += 7
        if byte < 128:
            return value, place


def _signed(value: int) -> int:
    return value - (1 << 64) if value >= 1 << 63 else value


_SCALARS: dict[str, Callable[[int], object]] = {"bool": bool, "int": _signed}


def _bytes(fields: Message, number: int) -> bytes:
    value = fields.get(number, [b""])[0]
    return value if isinstance(value, bytes) else b""


def _int(fields: Message, number: int) -> int:
    value = fields.get(number, [0])[0]
    return value if isinstance(value, int) else 0


def _text(fields: Message, number: int) -> str:
    return _bytes(fields, number).decode()
