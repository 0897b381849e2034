"""What benchmarks share: the histories that are there, the whole catalogue compiled, the clock, the line to print."""

import gc
import json
import os
import time
from collections.abc import Callable, Iterator
from pathlib import Path

from connectors.files.source import read
from rules.engine.compile import compile_rules
from rules.engine.plans import Program
from rules.language.load import load_rules
from rules.model.areas import AreaMap
from rules.model.events import Event, order_key
from worker import catalog

ROOT = Path(__file__).resolve().parents[2]
SHARED = Path(os.environ.get("SPAREKEY_SHARED", ROOT.parent / "shared")) / "data" / "histories"
AREAS = Event(id="areas", kind="areas.changed", at=0, source="configuration", area_map=AreaMap(fallback_depth=1))


def say(name: str, value: float, unit: str, **more: object) -> None:
    print(json.dumps({"name": name, "value": round(value, 3), "unit": unit, **more}), flush=True)


def seconds(work: Callable[[], object], times: int = 3) -> float:
    """The best of a few, in CPU time."""
    best = float("inf")
    for _ in range(times):
        started = time.process_time()
        work()
        best = min(best, time.process_time() - started)
    return best


def histories() -> Iterator[tuple[str, list[Event]]]:
    """Name and events in order: the shared ones when they are there, else the demo's."""
    sources = [SHARED / f"{name}.jsonl.xz" for name in ("kafka", "lustre", "kv_engine")]
    if not sources[0].exists():
        sources = [ROOT / "worker" / "demo" / "history.jsonl.xz"]
    for source in sources:
        yield source.name.partition(".")[0], sorted(read(source, lambda account: account.id), key=order_key)


def catalogue() -> Program:
    """Every rule, with the collector set as the service sets it."""
    gc.set_threshold(200_000, 20, 50)
    return compile_rules(load_rules([catalog.packs()["catalog/all"]], catalog.packs()).rules)
