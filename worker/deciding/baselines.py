"""Cutting the journal: the state at its new beginning is kept, then what lies before is let go.

Owns the order, which a crash may interrupt anywhere: the baseline is committed first, and rows go in small
transactions.
"""

from sqlalchemy import Connection

from rules.model.times import Instant
from worker.crashpoints import reach
from worker.deciding.meanings import meanings
from worker.deciding.memory import Place, fold_until, from_baseline
from worker.store import checkpoints
from worker.store.checkpoints import Baseline
from worker.store.heads import Head

CHUNK = 5_000


async def cut(place: Place, head: Head, before: Instant) -> int:
    """Keeps the state as of `before` and deletes the events before it; gives how many.

    What waits for a rebuild is in it; what came after `head` was decided stays in the journal.
    """
    if head.decided_at <= before or not _has_rows(place, head, before):
        return 0
    memory = from_baseline(place, head)
    if memory.at < before:
        await fold_until(place, memory, before, None, head.decided_seq)
        made = Baseline(before, memory.mark, meanings(place.program), checkpoints.pack(memory.encoded()))
        with place.store.writing("admin") as connection:
            checkpoints.write_baseline(connection, head.ws, made)
            checkpoints.drop_before(connection, head.ws, before)
    gone = 0
    while True:
        with place.store.writing("admin") as connection:
            deleted = _delete(connection, head, before)
            reach("retention.chunk")
        gone += deleted
        if deleted < CHUNK:
            return gone
        await place.pause()


def _has_rows(place: Place, head: Head, before: Instant) -> bool:
    with place.store.reading() as connection:
        query = "SELECT 1 FROM journal WHERE ws = ? AND at < ? LIMIT 1"
        return connection.exec_driver_sql(query, (head.ws, before)).fetchone() is not None


def _delete(connection: Connection, head: Head, before: Instant) -> int:
    """What came since is not in the baseline."""
    query = "SELECT seq FROM journal WHERE ws = ? AND at < ? AND seq <= ? ORDER BY at LIMIT ?"
    rows = connection.exec_driver_sql(query, (head.ws, before, head.decided_seq, CHUNK)).fetchall()
    if rows:
        numbers = [(head.ws, seq) for (seq,) in rows]
        connection.exec_driver_sql("DELETE FROM journal WHERE ws = ? AND seq = ?", numbers)
    return len(rows)
