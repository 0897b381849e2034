"""Dispatch of one workspace: one due action after the other, each leased, sent, and given its receipt.

Owns the loop and its order, and that one action's trouble is never another's. The questions are `judge.py`'s, the words
`compose.py`'s, the call `call.py`'s, the receipt `receipt.py`'s.
"""

import asyncio
import traceback
from collections.abc import Callable, Mapping

import structlog
from sqlalchemy import Connection, select

from connectors.base import Message, Sink
from rules.model.events import Event
from rules.model.times import Instant
from worker import clock, metrics
from worker.config.sparekey import Settings
from worker.crashpoints import reach
from worker.dispatch import receipt
from worker.dispatch.call import Answer, call
from worker.dispatch.compose import Composer, NoWords
from worker.dispatch.digest import Digests
from worker.dispatch.job import Job
from worker.dispatch.judge import Judge
from worker.dispatch.limits import channels_of, limits_of
from worker.ports import Faces, Standing, StoreAway
from worker.rulebook import Rulebook
from worker.store import leases, outbox
from worker.store.database import Store
from worker.store.leases import Due
from worker.store.schema import workspaces

log = structlog.get_logger()

MOST = 50
SECONDS = 20.0
"""A step ends after so many actions or so long, so that the time it was given stays the time."""

STATUSES = ("draft", "planned", "leased", "unknown", "sent", "rejected", "withdrawn", "expired", "digest")
_ORDER = {"retract": 0, "close": 0, "comment": 1, "remind": 1, "task": 2, "nudge": 2, "digest": 3}

Append = Callable[[Connection, list[Event]], None]


class Dispatcher:
    """`append` journals facts in the transaction of a receipt; `appended` is called after it.

    `contact` gives who hears what has no other receiver.
    """

    def __init__(
        self,
        store: Store,
        ws: int,
        sinks: Mapping[str, Sink],
        settings: Settings,
        standing: Standing,
        faces: Faces,
        book: Callable[[], Rulebook],
        append: Append,
        appended: Callable[[], None],
        contact: Callable[[], str] = lambda: "",
    ) -> None:
        limits = limits_of(settings)
        self._store = store
        self._ws = ws
        self._standing = standing
        self._append = append
        self._appended = appended
        self._composer = Composer(faces, standing, book)
        self._judge = Judge(ws, channels_of(sinks, settings), standing, faces, limits, contact)
        self._digests = Digests(ws, standing, limits, contact)
        with store.reading() as connection:
            query = select(workspaces.c.name).where(workspaces.c.ws == ws)
            self._workspace = str(connection.execute(query).scalar() or settings.workspace)

    async def step(self, now: Instant) -> int:
        """Does what is due, most urgent first; how many rows changed. 0: nothing is due.

        Raises StoreAway; what was being sent then is looked up later.
        """
        moved, began = self._expire(now), clock.elapsed()
        for due in self._due(now):
            moved += await self._one(due.action, now)
            if moved >= MOST or clock.elapsed() - began > SECONDS:
                break
        else:
            moved += self._make_digests(now)
        if moved:
            self._count()
        return moved

    def next_due(self, now: Instant) -> Instant | None:
        """When `step` has something to do; None while nothing waits."""
        with self._store.reading() as connection:
            times = (leases.next_due(connection, self._ws), self._digests.next_due(connection, now))
        return min((time for time in times if time is not None), default=None)

    # what is due ----------------------------------------------------------------------------------------------

    def _due(self, now: Instant) -> list[Due]:
        with self._store.reading() as connection:
            found = leases.due(connection, self._ws, now)
        urgency = {case: self._standing.urgency(case) for case in {due.case_id for due in found} if case}
        last = (1, 0, 0, 0, "")
        return sorted(
            found,
            key=lambda due: (_ORDER[due.verb], urgency.get(due.case_id, last), due.planned_at, due.action),
        )

    def _expire(self, now: Instant) -> int:
        with self._store.reading() as connection:
            next_due = leases.next_due(connection, self._ws)
        if next_due is None or next_due > now:
            return 0
        with self._store.writing("d1") as connection:
            return leases.expire(connection, self._ws, "its moment has passed", now)

    def _make_digests(self, now: Instant) -> int:
        with self._store.reading() as connection:
            next_due = self._digests.next_due(connection, now)
        if next_due is None or next_due > now:
            return 0
        with self._store.writing("d1") as connection:
            return self._digests.make(connection, now)

    def _count(self) -> None:
        with self._store.reading() as connection:
            counts = outbox.counts(connection, self._ws)
        for status in STATUSES:
            metrics.outbox.labels(status=status).set(counts.get(status, 0))

    # one action -----------------------------------------------------------------------------------------------

    async def _one(self, action: str, now: Instant) -> int:
        """1 where the row changed."""
        try:
            with self._store.writing("d1") as connection:
                job = self._judge.judge(connection, action, now)
        except StoreAway:
            raise
        except Exception as error:  # a poison row; its neighbours go on
            return self._poison(action, f"it cannot be read ({type(error).__name__})", error, now)
        if isinstance(job, bool):
            return int(job)
        reach("d1.committed")
        return await self._send(job, now)

    async def _send(self, job: Job, now: Instant) -> int:
        try:
            twin = self._composer.twin(job, now)
            message = twin if job.subject.how == "look" else self._composer.message(job, now)
        except Exception as error:  # words that cannot be made will not be made later
            why = str(error) if isinstance(error, NoWords) else f"its words cannot be made ({type(error).__name__})"
            log.error("action without words", action=job.entry.action, rule=job.entry.rule, error=_fault(error))
            return self._receive(job, Answer("unspeakable", detail=why), now)
        if not self._renewed(job, now):
            return 0
        reach("sink.before")
        answer = await self._called(job, message, twin)
        reach("sink.after")
        return self._receive(job, answer, now)

    def _renewed(self, job: Job, now: Instant) -> bool:
        with self._store.writing("d1") as connection:
            return leases.renew(connection, job.lease, now + job.subject.channel.lease)

    async def _called(self, job: Job, message: Message, twin: Message) -> Answer:
        return await asyncio.to_thread(call, job, message, twin)

    def _receive(self, job: Job, answer: Answer, now: Instant) -> int:
        try:
            with self._store.writing("d2") as connection:
                facts = receipt.write(connection, job, answer, self._workspace, now)
                if facts:
                    self._append(connection, facts)
        except StoreAway:
            raise
        except Exception as error:  # the lease runs out, and it is looked at again
            log.error("receipt not written", action=job.entry.action, error=_fault(error))
            return 1
        reach("d2.committed")
        if facts:
            self._appended()
        return int(facts is not None)

    def _poison(self, action: str, why: str, error: Exception, now: Instant) -> int:
        log.error("action cannot be judged", action=action, error=_fault(error))
        with self._store.writing("d1") as connection:
            return leases.reject(connection, self._ws, action, why, now)


def _fault(error: Exception) -> str:
    """What went wrong and where; without its text, which may name people."""
    last = traceback.extract_tb(error.__traceback__)[-1]
    return f"{type(error).__name__} in {last.name}, line {last.lineno}"
