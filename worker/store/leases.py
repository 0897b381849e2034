"""Leases and receipts: who may send a row now, and what came of it.

Owns every change of a row after it was planned, each compared with the lease: whoever lost it changes nothing. When a
row may be sent is `worker/dispatch`'s to judge.
"""

from dataclasses import dataclass
from uuid import uuid4

from sqlalchemy import Connection, and_, func, insert, or_, select, update
from sqlalchemy.dialects.sqlite import insert as upsert

from rules.model.times import Instant, Span
from worker.store.outbox import Entry
from worker.store.schema import audit, deliveries, outbox, tasks

DETAIL = 200
"""Longest reason of a connector that is kept."""


@dataclass(frozen=True, slots=True)
class Lease:
    """The right to send one row; `until` somebody else may take it."""

    ws: int
    action: str
    token: str
    epoch: int
    attempt: int


@dataclass(frozen=True, slots=True)
class Due:
    action: str
    verb: str
    case_id: str
    planned_at: Instant


@dataclass(frozen=True, slots=True)
class Filed:
    """A task that was sent."""

    task: str
    finding: str
    rule: str
    case_id: str
    area: str
    owner: str
    sink: str
    remote: str
    opened_at: Instant
    status: str


# what waits ------------------------------------------------------------------------------------------------------

_WAITING = outbox.c.status.in_(("planned", "unknown"))


def due(connection: Connection, ws: int, now: Instant) -> list[Due]:
    """Rows that may want something now: their time has come, or their lease ran out."""
    ready = or_(
        and_(_WAITING, outbox.c.not_before <= now), and_(outbox.c.status == "leased", outbox.c.lease_until <= now)
    )
    query = select(outbox.c.action, outbox.c.verb, outbox.c.case_id, outbox.c.planned_at)
    return [Due(*row) for row in connection.execute(query.where(outbox.c.ws == ws, ready))]


def next_due(connection: Connection, ws: int) -> Instant | None:
    """When the next row wants something."""
    found = [
        select(func.min(outbox.c.not_before)).where(outbox.c.ws == ws, _WAITING),
        select(func.min(outbox.c.lease_until)).where(outbox.c.ws == ws, outbox.c.status == "leased"),
        select(func.min(outbox.c.good_until)).where(
            outbox.c.ws == ws, outbox.c.status.in_(("draft", "planned")), outbox.c.good_until > 0
        ),
    ]
    times = [connection.execute(query).scalar() for query in found]
    return min((time for time in times if time is not None), default=None)


def expire(connection: Connection, ws: int, why: str, now: Instant) -> int:
    """Ends drafts and planned rows that would come too late."""
    late = and_(outbox.c.status.in_(("draft", "planned")), outbox.c.good_until > 0, outbox.c.good_until <= now)
    query = update(outbox).where(outbox.c.ws == ws, late).values(status="expired", why=why, ended_at=now)
    return connection.execute(query).rowcount


# D1 --------------------------------------------------------------------------------------------------------------


def take(connection: Connection, ws: int, entry: Entry, sink: str, now: Instant, length: Span) -> Lease:
    """Leases a row as it was read in this transaction, and notes the attempt."""
    lease = Lease(ws, entry.action, uuid4().hex, entry.epoch + 1, entry.attempts + 1)
    connection.execute(
        update(outbox)
        .where(outbox.c.ws == ws, outbox.c.action == entry.action)
        .values(
            status="leased", why="", sink=sink, lease=lease.token, lease_until=now + length, epoch=lease.epoch,
            attempts=lease.attempt,
        )
    )  # fmt: skip
    connection.execute(insert(deliveries).values(action=entry.action, attempt=lease.attempt, started=now))
    return lease


def renew(connection: Connection, lease: Lease, until: Instant) -> bool:
    """Right before the call. False: somebody else has the row."""
    return _change(connection, lease, {"lease_until": until})


def change(connection: Connection, ws: int, entry: Entry, **values: object) -> None:
    """A row that is not leased waits longer, or ends."""
    same = and_(outbox.c.ws == ws, outbox.c.action == entry.action, outbox.c.epoch == entry.epoch)
    connection.execute(update(outbox).where(same, outbox.c.status == entry.status).values(**values))


def reject(connection: Connection, ws: int, action: str, why: str, now: Instant) -> int:
    """A row that nobody can read."""
    waits = and_(outbox.c.ws == ws, outbox.c.action == action, outbox.c.status.in_(("planned", "leased", "unknown")))
    values = {"status": "rejected", "why": why, "ended_at": now, "lease": ""}
    return connection.execute(update(outbox).where(waits).values(values)).rowcount


def abandon(connection: Connection, ws: int, entry: Entry, not_before: Instant, why: str) -> None:
    """A lease that ran out: nobody knows what came of it."""
    connection.execute(
        update(deliveries)
        .where(deliveries.c.action == entry.action, deliveries.c.outcome == "")
        .values(outcome="ambiguous", detail=why)
    )
    change(connection, ws, entry, status="unknown", not_before=not_before, why=why, lease="")


def doubtful_since(connection: Connection, action: str) -> Instant:
    """When the first attempt began of which nobody knows what came of it; 0 where there is none."""
    query = select(func.min(deliveries.c.started)).where(
        deliveries.c.action == action, deliveries.c.outcome == "ambiguous"
    )
    return connection.execute(query).scalar() or 0


# D2 --------------------------------------------------------------------------------------------------------------


def settle(connection: Connection, lease: Lease, outcome: str, detail: str, now: Instant, **values: object) -> bool:
    """What came of an attempt. False: the lease was lost, and nothing is changed."""
    if not _change(connection, lease, {**values, "lease": ""}):
        return False
    connection.execute(
        update(deliveries)
        .where(deliveries.c.action == lease.action, deliveries.c.attempt == lease.attempt)
        .values(outcome=outcome, detail=detail[:DETAIL], ended=now)
    )
    return True


def _change(connection: Connection, lease: Lease, values: dict[str, object]) -> bool:
    mine = and_(
        outbox.c.ws == lease.ws,
        outbox.c.action == lease.action,
        outbox.c.status == "leased",
        outbox.c.lease == lease.token,
        outbox.c.epoch == lease.epoch,
    )
    return connection.execute(update(outbox).where(mine).values(values)).rowcount == 1


def unbundle(connection: Connection, digest: str) -> None:
    """A digest that was not delivered told nothing. For anything else nothing changes."""
    connection.execute(update(outbox).where(outbox.c.bundled == digest).values(bundled=""))


# tasks that were filed -------------------------------------------------------------------------------------------

_FILED = [tasks.c[name] for name in Filed.__slots__]


def file(connection: Connection, ws: int, filed: Filed) -> None:
    values = {name: getattr(filed, name) for name in Filed.__slots__}
    row = upsert(tasks).values(ws=ws, **values)
    connection.execute(row.on_conflict_do_update(index_elements=["task"], set_={"remote": filed.remote}))


def filed(connection: Connection, ws: int, *, task: str = "", case: str = "", area: str = "") -> Filed | None:
    """The newest task by its key, by its case, or by its area; the first of the three that is given."""
    same = tasks.c.task == task if task else tasks.c.case_id == case if case else tasks.c.area == area
    query = select(*_FILED).where(tasks.c.ws == ws, same).order_by(tasks.c.opened_at.desc()).limit(1)
    row = connection.execute(query).first()
    return Filed(*row) if row and (task or case or area) else None


def closed(connection: Connection, ws: int, task: str) -> None:
    connection.execute(update(tasks).where(tasks.c.ws == ws, tasks.c.task == task).values(status="closed"))


def note(connection: Connection, at: Instant, who: str, did: str, on_what: str, why: str = "") -> None:
    """One line of the audit log."""
    connection.execute(insert(audit).values(at=at, who=who, did=did, on_what=on_what, why=why))
