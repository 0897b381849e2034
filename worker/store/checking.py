"""Whether a store is sound: the file, the schema, the journal against the head, the newest checkpoint.

Owns the questions; each answer is a sentence. Reads only.
"""

from pathlib import Path

from sqlalchemy import Connection, func, select

from connectors.errors import ConfigError
from worker.store import backup, checkpoints, heads
from worker.store.database import open_for_reading
from worker.store.schema import journal, metadata, workspaces


def check(path: Path) -> tuple[dict[str, int], list[str]]:
    """(rows by table, what is wrong). Raises ConfigError where the file is no store of this version."""
    wrong: list[str] = []
    try:
        backup.check(path)
    except ConfigError as error:
        return {}, [str(error)]
    store = open_for_reading(path)
    try:
        with store.reading() as connection:
            rows = {
                table.name: connection.execute(select(func.count()).select_from(table)).scalar_one()
                for table in metadata.sorted_tables
            }
            for (name,) in connection.execute(select(workspaces.c.name)).all():
                wrong += _workspace(connection, name)
    finally:
        store.close()
    return rows, wrong


def _workspace(connection: Connection, name: str) -> list[str]:
    head = heads.load(connection, name)
    if head is None:
        return [f"workspace {name} has no head"]
    wrong = []
    newest = connection.execute(select(func.max(journal.c.seq)).where(journal.c.ws == head.ws)).scalar() or 0
    if newest > head.appended_seq:
        wrong.append(f"{name}: the journal has {newest}, its head knows of {head.appended_seq}")
    if head.decided_seq > head.appended_seq:
        wrong.append(f"{name}: decided {head.decided_seq} of {head.appended_seq}")
    found = checkpoints.newest(connection, head.ws)
    if head.checkpoint and (found is None or found.number != head.checkpoint):
        wrong.append(f"{name}: checkpoint {head.checkpoint} is not there; the journal will be folded anew")
    if found is not None:
        try:
            found.state()
        except Exception as error:  # whatever zlib says of damaged bytes
            wrong.append(f"{name}: checkpoint {found.number} is damaged ({error}); the journal will be folded anew")
    return wrong
