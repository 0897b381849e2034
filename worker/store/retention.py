"""How long rows are kept, and letting go of them.

Owns the lengths (PRODUCT promise 5) and the deletes. The journal is cut by `deciding/baselines.py`, because a state
has to be kept in its place.
"""

from sqlalchemy import ColumnElement, Connection, Table, and_, delete, select, update

from rules.model.times import DAY, Instant
from worker.store import dead_letters as letters
from worker.store.schema import (
    audit,
    backfills,
    budget,
    dead_letters,
    deliveries,
    findings,
    judgements,
    outbox,
    outbox_people,
    pulses,
    tasks,
)

JOURNAL = 400 * DAY
MESSAGES = 180 * DAY
DELIVERIES = 90 * DAY
PULSES = 90 * DAY
AUDIT = 3 * 366 * DAY
_ENDED = ("sent", "rejected", "withdrawn", "expired", "digest")


def forget(connection: Connection, now: Instant) -> dict[str, int]:
    """Deletes what is too old; gives how many rows of each table."""
    connection.execute(update(dead_letters).where(dead_letters.c.at < now - letters.PAYLOAD_KEPT).values(payload=None))
    gone = outbox.c.status.in_(_ENDED), outbox.c.ended_at < now - MESSAGES
    connection.execute(
        delete(outbox_people).where(outbox_people.c.action.in_(select(outbox.c.action).where(and_(*gone))))
    )
    return {table.name: connection.execute(delete(table).where(old)).rowcount for table, old in _old(now)}


def _old(now: Instant) -> list[tuple[Table, ColumnElement[bool]]]:
    return [
        (findings, and_(findings.c.status != "open", findings.c.opened_at < now - JOURNAL)),
        (outbox, and_(outbox.c.status.in_(_ENDED), outbox.c.ended_at < now - MESSAGES)),
        (tasks, and_(tasks.c.status == "closed", tasks.c.opened_at < now - MESSAGES)),
        (judgements, judgements.c.at < now - JOURNAL),
        (deliveries, deliveries.c.started < now - DELIVERIES),
        (budget, budget.c.until < now - 30 * DAY),
        (dead_letters, dead_letters.c.at < now - letters.KEPT),
        (pulses, pulses.c.at < now - PULSES),
        (backfills, and_(backfills.c.ended_at > 0, backfills.c.ended_at < now - JOURNAL)),
        (audit, audit.c.at < now - AUDIT),
    ]
