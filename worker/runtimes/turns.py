"""Single turns of the loops: reading a source once, taking edited files once.

Owns what one turn does; how often is the runtime's, and commands may ask for one.
"""

import asyncio
from pathlib import Path

import structlog

from connectors.errors import ConfigError
from rules.model.times import DAY, Instant
from worker import metrics
from worker.config.load import load, watched
from worker.intake import reading
from worker.runtimes.service import Service
from worker.store import cursors
from worker.wiring.sources import Reader

log = structlog.get_logger()

HISTORY = 400 * DAY
"""How far a first reading goes back: as long as the journal is kept, and facts of a year need it."""
OVERLAP = 8 * DAY
"""How far before the newest known event a source is read again: as far as late events may come."""


async def poll(service: Service, reader: Reader) -> reading.Read | None:
    """Reads a source if it says something new; the first time its history, quietly. None where nothing is new."""
    with service.store.reading() as connection:
        cursor = cursors.cursor_of(connection, reader.name)
    stamp = await asyncio.to_thread(reader.stamp)
    if cursor is not None and cursor.etag == stamp:
        return None
    first = cursor is None
    since = service.now() - HISTORY
    if cursor is not None and reader.incremental:
        since = max(since, cursor.watermark - OVERLAP)
    if not first:
        return await read(service, reader, stamp, since)
    async with service.warming:
        await service.decider.set_status("warming", f"reading {reader.name}")
        try:
            return await read(service, reader, stamp, since)
        finally:
            await service.decider.set_status("quiet")


async def read(
    service: Service, reader: Reader, stamp: str, since: Instant, told: reading.Told | None = None
) -> reading.Read:
    workspace = service.journal.workspace
    found = await reading.read(
        service.receiver,
        reader.name,
        stamp,
        lambda identify, seen: reader.read(identify, workspace, since, seen),
        "backfill" if told else "poll",
        told,
    )
    log.info("source read", source=reader.name, new=found.new, known=found.known, bad=found.reading.malformed_count)
    return found


async def reload(service: Service) -> bool:
    """Takes edited files; what is broken keeps the old ones and says so. True where something was taken."""
    before = service.configuration
    if watched(before.folder, before.settings.rules).digest == before.digest:
        return False
    try:
        now = load(before.folder)
    except ConfigError as error:
        if not service.broken:
            log.error("the configuration is broken; the old one holds", problems=str(error).split("\n")[:20])
        service.broken = str(error)
        metrics.configuration_broken.set(1)
        return False
    service.broken = ""
    metrics.configuration_broken.set(0)
    if now.digest == before.digest:
        return False
    await service.reconfigure(now)
    log.info("configuration reloaded")
    return True


def socket_of(store: Path) -> Path:
    return store.with_name(store.name + ".sock")
