"""What a message is about, and who hears of it: findings, the other findings of their case, receivers.

Owns looking that up in the store. Whether it may be said is `judge.py`'s.
"""

from collections.abc import Iterator

from sqlalchemy import Connection, select

from rules.model.actions import Action
from rules.model.findings import Finding
from worker.ports import Faces, Standing
from worker.store import findings
from worker.store.outbox import Planned
from worker.store.schema import findings as findings_table

MOST_OTHERS = 5
"""Findings of a case that one task tells besides the first."""


def about(connection: Connection, ws: int, planned: Planned) -> tuple[Finding | None, Action, tuple[Finding, ...]]:
    """The finding to speak of, its action, and the others of its case.

    A task whose own finding has ended while its case goes on is told by the next finding that asks for one.
    """
    own = findings.get(connection, planned.finding)
    others = list(_of_case(connection, ws, planned)) if planned.verb == "task" and planned.case else []
    if own is not None and own.held and own.status != "open":
        for other in others:
            action = next((one for one in other.actions if one.verb == "task"), None)
            if action is not None:
                return other, action, _without(others, other)
    return own, planned.action, _without(others, own)


def _of_case(connection: Connection, ws: int, planned: Planned) -> Iterator[Finding]:
    """Open ones, the oldest first."""
    table = findings_table.c
    query = select(table.id).where(table.ws == ws, table.status == "open", table.case_id == planned.case)
    for (id_,) in connection.execute(query.order_by(table.opened_at, table.id).limit(MOST_OTHERS + 1)).all():
        found = findings.get(connection, id_)
        if found is not None and found.mode not in ("silent", "off"):
            yield found


def _without(every: list[Finding], one: Finding | None) -> tuple[Finding, ...]:
    return tuple(other for other in every if one is None or other.id != one.id)[:MOST_OTHERS]


def gone(connection: Connection, standing: Standing, planned: Planned) -> str:
    """Why it would no longer be true; '' while it is."""
    if not planned.finding:
        return ""
    query = select(findings_table.c.status).where(findings_table.c.id == planned.finding)
    if connection.execute(query).scalar() == "withdrawn":
        return "it turned out otherwise"
    return standing.gone(planned.finding, planned.held, planned.watched)


def persons(faces: Faces, people: tuple[str, ...]) -> tuple[str, ...]:
    """Teams become their members."""
    found = [person for one in people for person in (faces.members(one) or (one,))]
    return tuple(dict.fromkeys(found))
