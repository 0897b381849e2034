"""Backtest in memory: decode our event lines and decide them with the whole catalogue, guards included.

Floors in the same process: msgspec decoding alone, and pydantic decoding of the same shape, made from our structs. History: the shared ones when
they are there, else the demo's.
"""

import gc
import json
import os
import resource
import time
from functools import reduce
from operator import or_
from pathlib import Path
from types import UnionType
from typing import Any, get_args, get_origin, get_type_hints

import msgspec
from pydantic import BaseModel, create_model

from connectors.files.source import read
from rules.engine.compile import compile_rules
from rules.engine.decide import Engine
from rules.engine.state import State
from rules.language.load import load_rules
from rules.model.areas import AreaMap
from rules.model.events import Event, order_key
from worker import catalog

ROOT = Path(__file__).resolve().parents[2]
SHARED = Path(os.environ.get("SPAREKEY_SHARED", ROOT.parent / "shared")) / "data" / "histories"


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


PydanticEvent = same_shape(Event, {})


def say(name: str, value: float, unit: str, **more: object) -> None:
    print(json.dumps({"name": name, "value": round(value, 2), "unit": unit, **more}), flush=True)


def seconds(work: object, times: int = 3) -> float:
    """The best of a few, in CPU time."""
    best = float("inf")
    for _ in range(times):
        started = time.process_time()
        work()  # type: ignore[operator]
        best = min(best, time.process_time() - started)
    return best


def main() -> None:
    rules = load_rules([catalog.packs()["catalog/all"]], catalog.packs()).rules
    program = compile_rules(rules)
    sources = [SHARED / f"{name}.jsonl.xz" for name in ("kafka", "lustre", "kv_engine")]
    if not sources[0].exists():
        sources = [ROOT / "worker" / "demo" / "history.jsonl.xz"]
    gc.set_threshold(200_000, 20, 50)
    for source in sources:
        events = sorted(read(source, lambda account: account.id), key=order_key)
        lines = [msgspec.json.encode(event) for event in events]
        areas = Event(
            id="areas", kind="areas.changed", at=0, source="configuration", area_map=AreaMap(fallback_depth=1)
        )
        decoder = msgspec.json.Decoder(Event)

        def decode(lines: list[bytes] = lines, decoder: msgspec.json.Decoder[Event] = decoder) -> None:
            for line in lines:
                decoder.decode(line)

        def validate(lines: list[bytes] = lines) -> None:
            for line in lines:
                PydanticEvent.model_validate_json(line)

        def backtest(
            lines: list[bytes] = lines, decoder: msgspec.json.Decoder[Event] = decoder, first: Event = areas
        ) -> None:
            engine = Engine(State.new("main"), program)
            engine.decide([first])
            engine.decide(decoder.decode(line) for line in lines)

        name = source.name.partition(".")[0]
        n = len(lines)
        floor, peer, whole = seconds(decode), seconds(validate), seconds(backtest, 2)
        say(f"decode {name}, msgspec", n / floor, "/s", peer="pydantic", ratio=round(peer / floor, 2))
        say(
            f"backtest {name}, {len(rules)} rules",
            n / whole,
            "/s",
            at_least=30_000,
            floor=round(n / floor),
            peer=round(n / peer),
        )
        say(f"backtest {name}, pydantic floors", whole / peer, "of it", at_least=15)
    say("backtest, peak memory of the process", resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024, "MB")


main()
