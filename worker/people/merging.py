"""Two people turn out to be one: their accounts are joined, and what was journalled of one is the other's.

Owns rewriting the journal. The state is folded anew afterwards; what was sent stays as it was sent.
"""

import msgspec
from sqlalchemy import Connection

from worker.people.identity import Directory


def merge(connection: Connection, ws: int, directory: Directory, before: str, after: str) -> int:
    """Joins the accounts and rewrites every event that holds the person; gives how many."""
    directory.join(connection, before, after)
    found = connection.exec_driver_sql(
        "SELECT seq, body FROM journal WHERE ws = ? AND instr(body, CAST(? AS BLOB)) > 0", (ws, before)
    ).fetchall()
    rows = [(_with(body, before, after), ws, seq) for seq, body in found]
    if rows:
        connection.exec_driver_sql("UPDATE journal SET body = ? WHERE ws = ? AND seq = ?", rows)
    for table in ("outbox_people", "preferences", "mutes"):
        statement = f"UPDATE OR IGNORE {table} SET person = ? WHERE person = ?"  # noqa: S608  # three names of ours
        connection.exec_driver_sql(statement, (after, before))
    return len(rows)


def _with(body: bytes, before: str, after: str) -> bytes:
    return msgspec.msgpack.encode(_replaced(msgspec.msgpack.decode(body), before, after))


def _replaced(value: object, before: str, after: str) -> object:
    if isinstance(value, str):
        return after if value == before else value
    if isinstance(value, list):
        return list(dict.fromkeys(new)) if _are_ids(new := [_replaced(one, before, after) for one in value]) else new
    if isinstance(value, dict):
        return {key: _replaced(one, before, after) for key, one in value.items()}
    return value


def _are_ids(values: list[object]) -> bool:
    """A list of people names nobody twice."""
    return bool(values) and all(isinstance(one, str) for one in values)
