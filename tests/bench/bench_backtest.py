"""Backtest in memory: decode our event lines and decide them with the whole catalogue, guards included.

Floors in the same process: msgspec decoding alone, and pydantic decoding of the same shape, made from our structs.
"""

from collections.abc import Callable
from functools import reduce
from operator import or_
from types import UnionType
from typing import Any, get_args, get_origin, get_type_hints

import msgspec
from measure import AREAS, catalogue, histories, say, seconds
from pydantic import BaseModel, create_model

from rules.engine.decide import Engine
from rules.engine.plans import Program
from rules.engine.state import State
from rules.model.events import Event

DECODER = msgspec.json.Decoder(Event)


def same_shape(struct: type[msgspec.Struct], known: dict[type, type[BaseModel]]) -> type[BaseModel]:
    """A pydantic model with the fields, types and defaults of a msgspec struct, and of the structs inside it."""
    if struct not in known:
        hints = get_type_hints(struct)
        fields: dict[str, Any] = {}
        for field in msgspec.structs.fields(struct):
            default = ... if field.default is msgspec.NODEFAULT else field.default
            fields[field.name] = (translated(hints[field.name], known), default)
        known[struct] = create_model(struct.__name__, **fields)
    return known[struct]


def translated(hint: Any, known: dict[type, type[BaseModel]]) -> Any:
    if isinstance(hint, type) and issubclass(hint, msgspec.Struct):
        return same_shape(hint, known)
    inner = [translated(one, known) if one is not Ellipsis else one for one in get_args(hint)]
    if not inner:
        return hint
    return reduce(or_, inner) if get_origin(hint) is UnionType else get_origin(hint)[tuple(inner)]


def each(read: Callable[[bytes], object], lines: list[bytes]) -> None:
    for line in lines:
        read(line)


def backtest(program: Program, lines: list[bytes]) -> None:
    engine = Engine(State.new("main"), program)
    engine.decide([AREAS])
    engine.decide(DECODER.decode(line) for line in lines)


def main() -> None:
    program, pydantic = catalogue(), same_shape(Event, {})
    for name, events in histories():
        lines = [msgspec.json.encode(event) for event in events]
        n = len(lines)
        floor = seconds(lambda lines=lines: each(DECODER.decode, lines))
        peer = seconds(lambda lines=lines: each(pydantic.model_validate_json, lines))
        whole = seconds(lambda lines=lines: backtest(program, lines))
        say(f"decode {name}, msgspec", n / floor, "/s", peer=round(n / peer), ratio=round(peer / floor, 2))
        rules = f"backtest {name}, {len(program.rules)} rules"
        say(rules, n / whole, "/s", at_least=30_000, floor=round(n / floor), peer=round(n / peer))
        say(f"backtest {name}, times pydantic decoding", whole / peer, "times", at_least=15)


main()
