"""Findings as rows: the whole finding, and what is asked about it.

Owns writing and reading them. When one opens, ends or is withdrawn was decided before.
"""

from collections.abc import Iterable

import msgspec
from msgspec.structs import replace
from sqlalchemy import Connection, select

from rules.model.findings import Finding
from worker.store.schema import findings

_ENCODE = msgspec.msgpack.Encoder().encode
_DECODE = msgspec.msgpack.Decoder(Finding).decode
_UPSERT = """
INSERT INTO findings (id, ws, rule, meaning, subject, area, case_id, ordinal, opened_at, resolved_at, status, mode,
 interval, told, confidence, body) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, 0, ?, ?)
ON CONFLICT (id) DO UPDATE SET meaning = excluded.meaning, area = excluded.area, case_id = excluded.case_id,
 opened_at = excluded.opened_at, resolved_at = excluded.resolved_at, status = excluded.status,
 interval = CASE WHEN excluded.interval < 0 THEN findings.interval ELSE excluded.interval END,
 confidence = excluded.confidence, body = excluded.body
"""

AS_BEFORE = -1
"""Instead of an interval: the finding opened when its row says."""


def put(connection: Connection, ws: int, found: Iterable[tuple[Finding, int]]) -> None:
    """Writes findings as they stand, each with the number of the checkpoint after which it opened, or AS_BEFORE."""
    rows = [_row(ws, finding, interval) for finding, interval in found]
    if rows:
        connection.exec_driver_sql(_UPSERT, rows)


def _row(ws: int, one: Finding, interval: int) -> tuple[object, ...]:
    return (
        one.id, ws, one.rule, one.meaning, ",".join(one.key), one.area or "", one.case or "", one.ordinal,
        one.opened_at, one.resolved_at, one.status, one.mode, interval, one.confidence, _ENCODE(one),
    )  # fmt: skip


def get(connection: Connection, finding: str) -> Finding | None:
    row = connection.exec_driver_sql("SELECT body FROM findings WHERE id = ?", (finding,)).fetchone()
    return _DECODE(row[0]) if row else None


def some(connection: Connection, ids: Iterable[str]) -> dict[str, Finding]:
    return {id_: one for id_ in ids if (one := get(connection, id_)) is not None}


def like(connection: Connection, ws: int, beginning: str) -> list[Finding]:
    """At most ten whose id begins so."""
    query = select(findings.c.body).where(findings.c.ws == ws, findings.c.id.startswith(beginning, autoescape=True))
    return [_DECODE(body) for (body,) in connection.execute(query.limit(10))]


def opened_since_checkpoint(connection: Connection, ws: int, number: int) -> dict[str, Finding]:
    """What opened after this checkpoint was made, with its newest status."""
    query = select(findings.c.id, findings.c.body).where(findings.c.ws == ws, findings.c.interval >= number)
    return {id_: _DECODE(body) for id_, body in connection.execute(query)}


def every(connection: Connection, ws: int, *statuses: str) -> list[Finding]:
    """In the order of opening; without statuses all of them."""
    query = select(findings.c.body).where(findings.c.ws == ws)
    if statuses:
        query = query.where(findings.c.status.in_(statuses))
    return [_DECODE(body) for (body,) in connection.execute(query.order_by(findings.c.opened_at, findings.c.id))]


def withdrawn(finding: Finding) -> Finding:
    return replace(finding, status="withdrawn")
