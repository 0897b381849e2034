"""C1: what arrived is journalled, in one commit with its cursor, before anybody hears that it arrived.

Owns the group commit and its refusals. Deliveries that wait together are committed together; each waits for its commit.
Knows nothing of payloads and decides nothing: `told` hears of what was journalled.
"""

import asyncio
import shutil
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field

import structlog
from msgspec.structs import replace
from sqlalchemy import Connection

from rules.model.accounts import Account
from rules.model.events import Event
from rules.model.times import MINUTE, Instant
from worker import metrics
from worker.crashpoints import reach
from worker.intake.richer import enrichment
from worker.people.identity import Directory
from worker.ports import Arrived, Origin, StoreAway
from worker.store import dead_letters, heads
from worker.store.cursors import Cursor, put_cursor
from worker.store.database import Store
from worker.store.journal import Journal, Row

log = structlog.get_logger()

MOST_TOGETHER = 100
"""Deliveries that one commit takes."""
SKEW = 5 * MINUTE
"""An event further ahead of our clock than this takes the time of its arrival: else time itself would jump."""


@dataclass(frozen=True, slots=True)
class Reserve:
    """Below this much free disk nothing more is taken, so that decisions and checkpoints can still be written."""

    megabytes: int = 200
    percent: int = 2


@dataclass(slots=True)
class _Waiting:
    events: Sequence[Event]
    origin: Origin
    cursor: Cursor | None
    dead: dead_letters.DeadLetter | None
    done: "asyncio.Future[Arrived]"
    arrived: Arrived = field(default_factory=Arrived)


class Receiver:
    """Takes deliveries for one workspace. `now` is the clock; `told` gets what is new, after its commit."""

    def __init__(
        self,
        store: Store,
        journal: Journal,
        directory: Directory,
        now: Callable[[], Instant],
        told: Callable[[list[Row]], None],
        reserve: Reserve = Reserve(),
    ) -> None:
        self._store = store
        self._journal = journal
        self._directory = directory
        self._now = now
        self._told = told
        self._reserve = reserve
        self._waiting: list[_Waiting] = []
        self._committing: asyncio.Task[None] | None = None

    @property
    def is_waiting(self) -> bool:
        """Whether somebody waits for a commit: long work makes room then."""
        return bool(self._waiting)

    def now(self) -> Instant:
        return self._now()

    def identify(self, account: Account) -> str:
        return self._directory.person(account)

    async def receive(self, events: Sequence[Event], origin: Origin, cursor: Cursor | None = None) -> Arrived:
        """Journals events, with the cursor of their source. Returns after the commit; raises StoreAway without one."""
        return await self._commit(_Waiting(events, origin, cursor, None, asyncio.get_running_loop().create_future()))

    async def dead_letter(self, stage: str, source: str, ref: str, error: str, payload: bytes | None) -> str:
        letter = dead_letters.made(self._journal.ws, stage, source, ref, error, self._now(), payload)
        await self._commit(_Waiting((), "live", None, letter, asyncio.get_running_loop().create_future()))
        metrics.dead_letters.labels(source=source).inc()
        return letter.id

    async def _commit(self, delivery: _Waiting) -> Arrived:
        self._waiting.append(delivery)
        if self._committing is None or self._committing.done():
            self._committing = asyncio.create_task(self._commit_all())
        return await delivery.done

    async def _commit_all(self) -> None:
        while self._waiting:
            await asyncio.sleep(0)  # whoever is ready now comes along
            group, self._waiting = self._waiting[:MOST_TOGETHER], self._waiting[MOST_TOGETHER:]
            self._settle(group)
            reach("intake.acknowledged")

    def _settle(self, group: list[_Waiting]) -> None:
        """Commits a group and tells everybody in it. One bad event must not take its neighbours along: what cannot be
        written together is written one by one, and what cannot be written at all becomes a dead letter."""
        try:
            self._write(group)
        except StoreAway as error:
            for delivery in group:
                if not delivery.done.done():
                    delivery.done.set_exception(error)
        except Exception as error:
            log.warning("not writable together; one by one", deliveries=len(group), error=type(error).__name__)
            self._settle_apart(group, error)
        else:
            for delivery in group:
                if not delivery.done.done():  # its caller may have gone away
                    delivery.done.set_result(delivery.arrived)

    def _settle_apart(self, group: list[_Waiting], error: Exception) -> None:
        if len(group) > 1:
            for delivery in group:
                self._settle([delivery])
            return
        try:
            rest = self._in_pieces(group[0], error)
        except Exception as last:
            if not group[0].done.done():
                group[0].done.set_exception(last)
        else:
            self._settle(rest)

    def _in_pieces(self, delivery: _Waiting, error: Exception) -> list[_Waiting]:
        """Writes the events of one delivery one by one; gives what is left to do to finish it: its cursor, a letter."""
        arrived = Arrived()
        for event in delivery.events if len(delivery.events) > 1 else ():
            one = _Waiting([event], delivery.origin, None, None, asyncio.get_running_loop().create_future())
            self._settle([one])
            new = one.done.result()  # raises StoreAway: then nothing more is tried, and the cursor stays
            arrived = Arrived(arrived.new + new.new, arrived.duplicates + new.duplicates)
        letter = None
        if len(delivery.events) == 1:
            letter = self._buried(delivery.events[0], error)
        elif not delivery.events:
            raise error  # nothing of anybody's: a fault of ours
        delivery.events, delivery.dead, delivery.arrived = (), letter, arrived
        return [delivery]

    def _buried(self, event: Event, error: Exception) -> dead_letters.DeadLetter:
        why = f"{type(error).__name__}: {error}"
        metrics.dead_letters.labels(source=event.source).inc()
        payload = repr(event).encode("utf-8", "backslashreplace")
        return dead_letters.made(self._journal.ws, "intake", event.source, event.id, why, self._now(), payload)

    def _write(self, group: list[_Waiting]) -> None:
        """One commit for all of them; what failed leaves nothing behind in memory."""
        reach("c1.begin")
        self._check_disk()
        new: list[Row] = []
        try:
            with self._store.writing("c1") as connection:
                for delivery in group:
                    new += self._append(connection, delivery)
                self._directory.write(connection)
                reach("c1.written")
        except BaseException:
            self._directory.failed()
            self._journal.forget()
            raise
        self._directory.written()
        self._journal.written()
        _count(group)
        reach("c1.committed")
        if new:
            self._told(new)

    def _append(self, connection: Connection, delivery: _Waiting) -> list[Row]:
        if delivery.dead is not None:
            dead_letters.put(connection, delivery.dead)
        if delivery.cursor is not None:
            put_cursor(connection, delivery.cursor, self._now())
        if not delivery.events:
            return []
        now = self._now()
        events = [_not_ahead(event, now) for event in delivery.events]
        rows, known = self._journalled(connection, events, delivery.origin, now)
        more = [found for copy in known if (found := self._richer(connection, copy)) is not None]
        if more:
            rows += self._journalled(connection, more, delivery.origin, now)[0]
        delivery.arrived = Arrived(len(rows), len(known))
        return rows

    def _journalled(
        self, connection: Connection, events: Sequence[Event], origin: Origin, now: Instant
    ) -> tuple[list[Row], list[Event]]:
        seq = heads.newest_seq(connection, self._journal.ws)
        done = self._journal.append(connection, events, origin, now, seq)
        if done.new:
            heads.appended(connection, self._journal.ws, done.new[-1].seq)
        return done.new, done.known

    def _richer(self, connection: Connection, copy: Event) -> Event | None:
        known = self._journal.find(connection, copy.id)
        return enrichment(known, copy) if known is not None else None

    def _check_disk(self) -> None:
        """Raises StoreAway while there is still room for what was acknowledged to be decided."""
        disk = shutil.disk_usage(self._store.path.parent)
        least = max(self._reserve.megabytes * 1_000_000, disk.total * self._reserve.percent // 100)
        metrics.disk_free_bytes.set(disk.free)
        if disk.free < least:
            raise StoreAway(f"only {disk.free // 1_000_000} MB free, the reserve is {least // 1_000_000}: make room")


def _count(group: list[_Waiting]) -> None:
    for delivery in group:
        if delivery.events:  # what was written in pieces is counted already
            counted = metrics.events_received.labels
            counted(origin=delivery.origin, outcome="new").inc(delivery.arrived.new)
            counted(origin=delivery.origin, outcome="duplicate").inc(delivery.arrived.duplicates)


def _not_ahead(event: Event, now: Instant) -> Event:
    if event.at <= now + SKEW:
        return event
    log.warning(
        "event from the future takes the time of its arrival", id=event.id, seconds=(event.at - now) // 1_000_000
    )
    return replace(event, at=now)
