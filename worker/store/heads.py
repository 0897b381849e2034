"""The head of a workspace: how far it has come, compared and set by every commit that changes what is decided.

Owns the row and its compare-and-set. A writer whose version is not the newest has lost: it drops its state and
recovers.
"""

import msgspec
from msgspec.structs import replace
from sqlalchemy import Connection, insert, select, update

from rules.model.times import Instant
from worker.store.journal import Mark
from worker.store.schema import workspaces

BEGINNING: Instant = -(1 << 62)
"""How far time has come where nothing was decided yet."""


class Lost(Exception):
    """Somebody else moved the head in the meantime; what was prepared is void."""


class Head(msgspec.Struct, frozen=True):
    """An event is decided when it is at or before (`decided_at`, `mark`) and its seq is not above `decided_seq`."""

    ws: int
    name: str
    version: int = 0
    appended_seq: int = 0
    decided_seq: int = 0
    decided_at: Instant = BEGINNING
    mark: Mark | None = None
    checkpoint: int = 0
    next_due_at: Instant = 0
    live_from: Instant = BEGINNING
    stale_since: Instant = 0
    rules_hash: str = ""
    status: str = "active"
    status_why: str = ""
    status_at: Instant = 0


_MARK = msgspec.msgpack.Decoder(Mark)


def mark_bytes(mark: Mark | None) -> bytes | None:
    return None if mark is None else msgspec.msgpack.encode(mark)


def mark_of(data: bytes | None) -> Mark | None:
    return None if data is None else _MARK.decode(data)


def load(connection: Connection, name: str) -> Head | None:
    row = connection.execute(select(workspaces).where(workspaces.c.name == name)).mappings().one_or_none()
    if row is None:
        return None
    said = dict(row)
    said["mark"] = mark_of(said.pop("decided_key"))
    return Head(**said)


def create(connection: Connection, name: str) -> Head:
    """A new workspace: nothing journalled, nothing decided."""
    ws = 1 + max((found for (found,) in connection.execute(select(workspaces.c.ws))), default=0)
    head = Head(ws, name)
    connection.execute(insert(workspaces).values(_values(head)))
    return head


def move(connection: Connection, head: Head, **changes: object) -> Head:
    """The head with these changes, one version further. Raises Lost where it is not as `head` says any more.

    How much was appended is not compared: intake appends while deciding folds.
    """
    moved = replace(head, **changes, version=head.version + 1)
    values = {name: value for name, value in _values(moved).items() if name not in ("ws", "name", "appended_seq")}
    done = connection.execute(
        update(workspaces).where(workspaces.c.ws == head.ws, workspaces.c.version == head.version).values(values)
    )
    if done.rowcount != 1:
        raise Lost(f"workspace {head.name} was changed by somebody else")
    return moved


def newest_seq(connection: Connection, ws: int) -> int:
    """The last number of the journal that was taken."""
    row = connection.exec_driver_sql("SELECT appended_seq FROM workspaces WHERE ws = ?", (ws,)).fetchone()
    assert row is not None  # workspaces are never deleted
    return int(row[0])


def appended(connection: Connection, ws: int, seq: int) -> None:
    """Numbers up to `seq` are taken now. In the transaction that uses them, so that their order is that of commits."""
    connection.exec_driver_sql("UPDATE workspaces SET appended_seq = ? WHERE ws = ?", (seq, ws))


def _values(head: Head) -> dict[str, object]:
    values: dict[str, object] = {name: getattr(head, name) for name in head.__struct_fields__ if name != "mark"}
    return {**values, "decided_key": mark_bytes(head.mark)}
