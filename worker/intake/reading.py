"""Reading a source to its end, in batches that are journalled one by one.

Owns the order: events first, the cursor with the last of them, so that a reading that was interrupted begins again
and loses nothing (what came twice is known by its id). The source is read in a thread; between batches others have
their turn.
"""

import asyncio
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from itertools import islice

from connectors.base import Identify, Reading
from rules.model.events import Event
from rules.model.times import Instant
from worker.intake.receive import Receiver
from worker.ports import Origin
from worker.store.cursors import Cursor

BATCH = 250

Open = Callable[[Identify, Reading], Iterator[Event]]
Told = Callable[[int], None]


@dataclass(slots=True)
class Read:
    """What reading a source came to."""

    new: int = 0
    known: int = 0
    newest: Instant = 0
    reading: Reading = field(default_factory=Reading)


async def read(
    receiver: Receiver, source: str, stamp: str, events: Open, origin: Origin, told: Told | None = None
) -> Read:
    """Journals all events of a source, then says in its cursor that it was read up to `stamp`. Raises StoreAway,
    ConfigError."""
    found = Read()
    iterator = events(receiver.identify, found.reading)
    while True:
        batch = await asyncio.to_thread(_next, iterator)
        if not batch:
            break
        arrived = await receiver.receive(batch, origin)
        found.new += arrived.new
        found.known += arrived.duplicates
        now = receiver.now()  # one date in the far future must not hide what happens until then
        found.newest = max([found.newest, *(min(event.at, now) for event in batch)])
        if told is not None:
            told(len(batch))
    for place, reason in found.reading.malformed:
        await receiver.dead_letter("normalise", source, place, reason, None)
    await receiver.receive((), origin, Cursor(source, "", etag=stamp, watermark=found.newest))
    return found


def _next(iterator: Iterator[Event]) -> list[Event]:
    return list(islice(iterator, BATCH))
