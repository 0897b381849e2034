"""How far each source was read. Written in the commit of the events that it covers, so that nothing is skipped.

Owns the rows. What a position means is the source's own.
"""

from dataclasses import dataclass

from sqlalchemy import Connection, select
from sqlalchemy.dialects.sqlite import insert

from rules.model.times import Instant
from worker.store.schema import cursors


@dataclass(frozen=True, slots=True)
class Cursor:
    source: str
    stream: str
    position: str = ""
    watermark: Instant = 0
    etag: str = ""


def put_cursor(connection: Connection, cursor: Cursor, now: Instant) -> None:
    values = {"position": cursor.position, "watermark": cursor.watermark, "etag": cursor.etag, "at": now}
    row = insert(cursors).values(source=cursor.source, stream=cursor.stream, **values)
    connection.execute(row.on_conflict_do_update(index_elements=["source", "stream"], set_=values))


def cursor_of(connection: Connection, source: str, stream: str = "") -> Cursor | None:
    query = select(cursors).where(cursors.c.source == source, cursors.c.stream == stream)
    row = connection.execute(query).mappings().one_or_none()
    if row is None:
        return None
    return Cursor(source, stream, row["position"], row["watermark"], row["etag"])
