"""Whether a store is sound: the file, the schema, the journal against the head, the newest checkpoint.

Owns the questions; each answer is a sentence. Reads only, and one moment of it, also while somebody writes.
"""

from collections.abc import Callable, Iterator
from pathlib import Path

from sqlalchemy import Connection, func, select

from connectors.errors import ConfigError
from worker.store import backup, checkpoints, heads
from worker.store import journal as journals
from worker.store.database import open_for_reading
from worker.store.schema import journal, metadata, workspaces

Decode = Callable[[bytes, str], object]
"""(a state, the hash of its rules) → anything; raises where it is damaged."""


def check(path: Path, decode: Decode = lambda state, rules: None) -> tuple[dict[str, int], list[str]]:
    """(rows by table, what is wrong). Raises ConfigError where the file is no store of this version."""
    try:
        backup.check(path)
    except ConfigError as error:
        return {}, [str(error)]
    wrong: list[str] = []
    store = open_for_reading(path)
    try:
        with store.reading() as connection:
            connection.exec_driver_sql("BEGIN")
            rows = {
                table.name: connection.execute(select(func.count()).select_from(table)).scalar_one()
                for table in metadata.sorted_tables
            }
            for (name,) in connection.execute(select(workspaces.c.name)).all():
                wrong += _workspace(connection, name, decode)
    finally:
        store.close()
    return rows, wrong


def _workspace(connection: Connection, name: str, decode: Decode) -> Iterator[str]:
    head = heads.load(connection, name)
    if head is None:
        yield f"workspace {name} has no head"
        return
    yield from _journal(connection, head)
    found = checkpoints.newest(connection, head.ws)
    if head.checkpoint and (found is None or found.number != head.checkpoint):
        yield f"{name}: checkpoint {head.checkpoint} is not there; the journal will be folded anew"
    if found is not None:
        try:
            decode(found.state(), found.rules_hash)
        except Exception as error:  # whatever zlib and the codec say of damaged bytes
            yield f"{name}: checkpoint {found.number} is damaged ({error}); the journal will be folded anew"


def _journal(connection: Connection, head: heads.Head) -> Iterator[str]:
    newest = connection.execute(select(func.max(journal.c.seq)).where(journal.c.ws == head.ws)).scalar() or 0
    if newest > head.appended_seq:
        yield f"{head.name}: the journal has event {newest:,}, its head knows of {head.appended_seq:,}"
    if newest < head.appended_seq and checkpoints.baseline(connection, head.ws) is None:
        yield f"{head.name}: the journal ends at event {newest:,}, its head knows of {head.appended_seq:,}"
    if head.decided_seq > head.appended_seq:
        yield f"{head.name}: event {head.decided_seq:,} is decided, only {head.appended_seq:,} were taken"
    codecs = connection.execute(select(journal.c.codec).where(journal.c.ws == head.ws).distinct()).scalars()
    for codec in codecs:
        if codec != journals.CODEC:
            yield f"{head.name}: the journal has events of codec {codec}, this sparekey reads {journals.CODEC}"
