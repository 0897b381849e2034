"""Taking back what was planned: findings that a late event moved or undid, that are resolved, or that stand again.

Owns which rows of the outbox follow. What is sent already is never touched here: it may want one more word, which is a
row of its own (`retraction`).
"""

from collections.abc import Collection, Sequence
from dataclasses import replace as with_other

from msgspec.structs import replace
from sqlalchemy import ColumnElement, Connection, and_, update

from rules.model.times import Instant
from worker.store.outbox import ENDED, Planned, Row, again, entries_by, key_of, plan, slices
from worker.store.schema import outbox

OTHERWISE = "it turned out otherwise"
"""Why a row was withdrawn: a late event, or an edit of the rules, undid what it says."""


def renew(connection: Connection, ws: int, findings: Collection[str], rows: Sequence[Row], now: Instant) -> None:
    """What was planned for findings that a late event moved becomes what `rows` say. What was sent stays as it was, and
    nobody else hears of it besides."""
    planned = {row.action: row for row in rows}
    gave_way: set[str] = set()
    for entry in entries_by(connection, ws, outbox.c.finding, findings):
        if entry.status not in ("draft", "planned") or entry.verb in ("close", "retract", "remind"):
            continue
        row = planned.get(entry.action)
        if row is not None:
            later = max(row.not_before, entry.not_before) if entry.why else row.not_before  # put off by a person
            again(connection, with_other(row, not_before=later), entry, entry.status)
        else:
            _end_of(connection, ws, outbox.c.action, [entry.action], "withdrawn", OTHERWISE, now)
            gave_way.add(entry.finding)
    plan(connection, ws, [row for row in rows if row.planned.finding in gave_way], now)


def withdraw(connection: Connection, ws: int, findings: Collection[str], why: str, now: Instant) -> list[Planned]:
    """Takes back what was not sent. Gives the tasks that were sent, or may have been: each wants a retraction."""
    told = []
    for entry in entries_by(connection, ws, outbox.c.finding, findings):
        if entry.verb == "task" and entry.status in ("sent", "leased", "unknown"):
            told.append(entry.planned)
    _end_of(connection, ws, outbox.c.finding, findings, "withdrawn", why, now)
    return told


def keep_tasks(
    connection: Connection, ws: int, findings: Collection[str], cases: Collection[str], now: Instant
) -> None:
    """What these findings and cases told stands again: tasks that were to be closed for them stay."""
    for column, ids in ((outbox.c.finding, findings), (outbox.c.case_id, cases)):
        for some in slices(ids):
            connection.execute(
                update(outbox)
                .where(outbox.c.ws == ws, column.in_(some), outbox.c.verb == "retract", outbox.c.status == "planned")
                .values(status="withdrawn", why="it is so after all", ended_at=now)
            )


def expire_for(
    connection: Connection, ws: int, findings: Collection[str], cases: Collection[str], open_cases: Collection[str],
    now: Instant,
) -> None:  # fmt: skip
    """Ends what was not sent about findings that are resolved, and about cases that are over. A task stays while its
    case is open: others tell it."""
    tasks = and_(outbox.c.verb == "task", outbox.c.case_id.in_(list(open_cases)))
    _end_of(connection, ws, outbox.c.finding, findings, "expired", ENDED, now, ~tasks)
    _end_of(connection, ws, outbox.c.case_id, cases, "expired", ENDED, now, outbox.c.verb == "task")


def _end_of(
    connection: Connection, ws: int, column: ColumnElement[object], ids: Collection[str], status: str, why: str,
    now: Instant, *more: ColumnElement[bool],
) -> None:  # fmt: skip
    for some in slices(ids):
        connection.execute(
            update(outbox)
            .where(outbox.c.ws == ws, column.in_(some), outbox.c.status.in_(("draft", "planned")))
            .where(outbox.c.verb.not_in(("close", "retract")), *more)
            .values(status=status, why=why, ended_at=now)
        )


def retraction(told: Planned, now: Instant) -> Row:
    """One comment on a task that was filed about something which turned out otherwise; it is closed with it."""
    key = key_of(told.action.key, "retract")
    said = replace(told, verb="retract", task=told.action.key, budget="", watched=(), text=None, note="")
    return Row(key, "planned", "now", now, 0, said, told.action.to)
