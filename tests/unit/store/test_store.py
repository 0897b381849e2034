"""The store's file: one writer, its versions, its rights, and a schema that both databases understand."""

import subprocess
import sys
from pathlib import Path

import pytest
from alembic.autogenerate import compare_metadata
from alembic.migration import MigrationContext
from engine_kit import merged
from sqlalchemy import text
from sqlalchemy.dialects import postgresql
from sqlalchemy.schema import CreateIndex, CreateTable

from connectors.errors import ConfigError
from rules.model.events import KINDS, Event
from worker.store import heads, upgrade
from worker.store.database import engine_of, open_for_reading, open_store
from worker.store.journal import Journal
from worker.store.lock import Lock
from worker.store.schema import metadata


def test_migrations_make_what_the_schema_says(tmp_path: Path) -> None:
    store = open_store(tmp_path / "s.db")
    with store.reading() as connection:
        assert compare_metadata(MigrationContext.configure(connection), metadata) == []
    store.close()


def test_an_older_file_keeps_its_rows_on_the_way_to_this_version(tmp_path: Path) -> None:
    engine = engine_of(tmp_path / "s.db")
    with engine.connect() as connection:
        upgrade.to_newest(connection, "0001")
        with connection.begin():
            heads.create(connection, "shop")
        upgrade.to_newest(connection)
        assert heads.load(connection, "shop") is not None
        connection.rollback()
    engine.dispose()
    open_store(tmp_path / "s.db").close()


def test_every_table_is_one_for_postgresql_too() -> None:
    dialect = postgresql.dialect()
    for table in metadata.sorted_tables:
        assert "STRICT" not in str(CreateTable(table).compile(dialect=dialect))
        for index in table.indexes:
            str(CreateIndex(index).compile(dialect=dialect))


def test_the_file_is_its_owners_alone(tmp_path: Path) -> None:
    open_store(tmp_path / "s.db").close()
    assert (tmp_path / "s.db").stat().st_mode & 0o077 == 0


@pytest.mark.parametrize(
    ("made", "why"),
    [
        (b"this is no database at all, whatever its name says" * 100, "damaged"),
        (None, "cannot be opened"),
    ],
)
def test_what_is_no_store_is_refused_with_a_reason(tmp_path: Path, made: bytes | None, why: str) -> None:
    path = tmp_path / "s.db"
    if made is None:
        path.mkdir()
    else:
        path.write_bytes(made)
    with pytest.raises(ConfigError, match=why):
        open_store(path)


def test_tables_of_somebody_else_are_left_alone(tmp_path: Path) -> None:
    engine = engine_of(tmp_path / "s.db")
    with engine.connect() as connection, connection.begin():
        connection.execute(text("CREATE TABLE theirs (x)"))
    engine.dispose()
    with pytest.raises(ConfigError, match="is no store of sparekey"):
        open_store(tmp_path / "s.db")


def test_a_reader_cannot_write(tmp_path: Path) -> None:
    open_store(tmp_path / "s.db").close()
    store = open_for_reading(tmp_path / "s.db")
    with pytest.raises(Exception, match=r"cannot be written"), store.reading() as connection:
        connection.execute(text("DELETE FROM meta"))
    store.close()


def test_a_second_process_is_refused_and_the_lock_goes_with_the_first(tmp_path: Path) -> None:
    script = (
        "import sys, time; from pathlib import Path; from worker.store.lock import Lock\n"
        f"lock = Lock(Path({str(tmp_path / 's.db')!r})).take(); print('held', flush=True); time.sleep(60)"
    )
    first = subprocess.Popen([sys.executable, "-c", script], stdout=subprocess.PIPE)
    try:
        assert first.stdout is not None
        assert first.stdout.readline() == b"held\n"
        with pytest.raises(ConfigError, match=f"process {first.pid}"):
            Lock(tmp_path / "s.db").take()
    finally:
        first.kill()
        first.communicate()
    Lock(tmp_path / "s.db").take().release()


def test_a_head_that_somebody_else_moved_is_lost(tmp_path: Path) -> None:
    store = open_store(tmp_path / "s.db")
    with store.writing("admin") as connection:
        head = heads.create(connection, "main")
        moved = heads.move(connection, head, status="quiet")
        with pytest.raises(heads.Lost):
            heads.move(connection, head, status="active")
        assert heads.load(connection, "main") == moved
    store.close()


def test_every_kind_of_event_comes_back_as_it_was(tmp_path: Path) -> None:
    store = open_store(tmp_path / "s.db")
    journal = Journal(1, "main")
    said = [
        Event(id=f"e{n}", kind=kind, at=n, source="x", paths=(f"a/{n}", "same") if n % 2 else None)
        for n, kind in enumerate(KINDS)
    ]
    with store.writing("c1") as connection:
        heads.create(connection, "main")
        journal.append(connection, said, "live", 7, 0)
    journal.written()
    again = Journal(1, "main")
    with store.reading() as connection:
        again.load(connection)
        assert [row.event for row in again.came_after(connection, 0)] == said
        assert again.find(connection, "e3") == said[3]
        assert again.find(connection, "nothing") is None
    store.close()


def test_paths_of_a_commit_that_failed_are_free_again(tmp_path: Path) -> None:
    store = open_store(tmp_path / "s.db")
    journal = Journal(1, "main")
    with store.writing("admin") as connection:
        heads.create(connection, "main")
    with store.reading() as connection:  # never committed
        journal.append(connection, [merged(1, "a", 0, "lost.py")], "live", 1, 0)
    journal.forget()
    with store.writing("c1") as connection:
        journal.append(connection, [merged(2, "a", 0, "kept.py", "other.py")], "live", 1, 0)
    journal.written()
    with store.reading() as connection:
        assert [row.event.paths for row in journal.came_after(connection, 0)] == [("kept.py", "other.py")]
    store.close()
