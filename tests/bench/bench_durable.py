"""The durable pipeline: journalled, decided, committed, on SQLite with FULL synchronisation, with every rule.

In the same process: the bare append of the same rows in batches of 100, and the backtest of the same events in memory. Also bytes
written an event, memory, flatness, and how long a restart takes until it decides. SPAREKEY_LONG=1: a million events.
"""

import asyncio
import os
import resource
import sqlite3
import sys
import tempfile
import time
from collections.abc import Iterator
from itertools import islice
from pathlib import Path

import msgspec
from measure import AREAS, catalogue, histories, say
from msgspec.structs import replace

sys.path.insert(0, str(Path(__file__).resolve().parents[1]))
from desk_kit import Desk  # the folder of the tests is put on the path above

from rules.engine.decide import Engine
from rules.engine.plans import Program
from rules.engine.state import State
from rules.model.events import Event
from rules.model.times import DAY
from worker.log import configure

BATCH = 500
EVENTS = 1_000_000 if os.environ.get("SPAREKEY_LONG") else 100_000


def stream(events: list[Event], count: int) -> Iterator[Event]:
    """The history over and over, each time later than before and with other ids."""
    span = (events[-1].at - events[0].at) // DAY * DAY + DAY
    copies = (
        replace(event, id=f"{event.id}~{n}", at=event.at + n * span) for n in range(1000) for event in events
    )  # fmt: skip
    return islice(copies, count)


def batches(events: Iterator[Event]) -> Iterator[list[Event]]:
    while batch := list(islice(events, BATCH)):
        yield batch


def written() -> int:
    """Bytes that this process gave to the disk."""
    try:
        lines = Path("/proc/self/io").read_text("utf-8").splitlines()
    except OSError:
        return 0
    return int(next(line.split()[1] for line in lines if line.startswith("write_bytes")))


def bare_append(folder: Path, events: list[Event]) -> float:
    """Rows a second: a key and a body, a hundred in a commit."""
    encode = msgspec.msgpack.Encoder().encode
    with sqlite3.connect(folder / "bare.db", isolation_level=None) as connection:
        connection.execute("PRAGMA journal_mode=WAL")
        connection.execute("PRAGMA synchronous=FULL")
        connection.execute("CREATE TABLE journal (seq INTEGER PRIMARY KEY, event_key TEXT UNIQUE, body BLOB)")
        started = time.perf_counter()
        for place in range(0, len(events), 100):
            rows = [(event.id, encode(event)) for event in events[place : place + 100]]
            connection.execute("BEGIN IMMEDIATE")
            connection.executemany("INSERT INTO journal (event_key, body) VALUES (?, ?)", rows)
            connection.execute("COMMIT")
        took = time.perf_counter() - started
    connection.close()
    return len(events) / took


def backtest(program: Program, events: Iterator[Event]) -> float:
    engine = Engine(State.new("main"), program)
    engine.decide([AREAS])
    lines = [msgspec.json.encode(event) for event in events]
    decode = msgspec.json.Decoder(Event).decode
    started = time.perf_counter()
    engine.decide(decode(line) for line in lines)
    return len(lines) / (time.perf_counter() - started)


async def durable(desk: Desk, events: Iterator[Event]) -> list[float]:
    """Events a second, tenth by tenth."""
    rates, seen, started = [], 0, time.perf_counter()
    await desk.receiver.receive([AREAS], "config")
    for batch in batches(events):
        desk.now = batch[-1].at + 1
        await desk.receiver.receive(batch, "backfill")
        while await desk.decider.step(flush=True):
            pass
        seen += len(batch)
        if seen >= (len(rates) + 1) * EVENTS // 10:
            rates.append(EVENTS / 10 / (time.perf_counter() - started))
            started = time.perf_counter()
    return rates


def main() -> None:
    configure()
    program = catalogue()
    name, events = next(iter(found for found in histories() if found[0] in ("lustre", "history")))
    with tempfile.TemporaryDirectory() as tmp:
        folder = Path(tmp)
        floor = bare_append(folder, list(stream(events, 50_000)))
        memory_only = backtest(program, stream(events, 50_000))
        desk = Desk(folder / "s.db", program, 0, checkpoint_events=10_000, checkpoint_every=1 << 60)
        before, started = written(), time.perf_counter()
        rates = asyncio.run(durable(desk, stream(events, EVENTS)))
        rate = EVENTS / (time.perf_counter() - started)
        more = {"floor": round(floor), "peer": round(memory_only)}
        say(f"durable, {EVENTS:,} events of {name}", rate, "/s", at_least=15_000, **more)
        say("durable, of the backtest in the same run", rate / memory_only, "×", at_least=0.5)
        say("durable, the slowest tenth of the fastest", min(rates) / max(rates), "×", at_least=0.8)
        say("bytes written an event", (written() - before) / EVENTS, "B", at_least=2_500)
        say("size of the store an event", (folder / "s.db").stat().st_size / EVENTS, "B")
        say("memory of the process", resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024, "MB", at_least=300)
        started = time.perf_counter()
        again = desk.again()
        asyncio.run(again.decider.step())
        say("restart to deciding", time.perf_counter() - started, "s", at_least=1)
        again.close()


main()
