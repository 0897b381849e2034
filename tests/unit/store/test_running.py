"""A store while it is used: backups beside a writer, a writer that fails half-way, and what SQLite says then."""

import sqlite3
import threading
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path

import pytest
from sqlalchemy import insert, select, text

from connectors.errors import ConfigError
from worker.ports import StoreAway
from worker.store import backup, cursors
from worker.store.cursors import Cursor
from worker.store.database import Store, open_for_reading, open_store
from worker.store.schema import audit, meta


@pytest.fixture
def store(tmp_path: Path) -> Iterator[Store]:
    found = open_store(tmp_path / "s.db")
    yield found
    found.close()


def note(store: Store, n: int, size: int = 100) -> None:
    """Two rows that belong together."""
    with store.writing("admin") as connection:
        connection.execute(insert(audit).values(at=n, who="x" * size, did="first"))
        connection.execute(insert(audit).values(at=n, who="x" * size, did="second"))


def noted(path: Path) -> list[tuple[int, str]]:
    with closing(sqlite3.connect(f"{path.as_uri()}?mode=ro", uri=True)) as connection:
        return connection.execute("SELECT at, did FROM audit ORDER BY n").fetchall()


def test_a_backup_beside_a_writer_holds_whole_commits_only(tmp_path: Path, store: Store) -> None:
    """Each of them as it was at one moment: nothing half, nothing missing in between."""
    done, sizes = threading.Event(), []

    def back_up() -> None:
        try:
            for n in range(8):
                sizes.append(backup.write(tmp_path / "s.db", tmp_path / f"{n}.bak"))
        finally:
            done.set()

    other = threading.Thread(target=back_up)
    other.start()
    n = 0
    while not done.is_set():
        note(store, n, 1000)
        n += 1
    other.join()
    assert len(sizes) == 8
    for k in range(8):
        rows = noted(tmp_path / f"{k}.bak")
        assert rows == [(at, did) for at in range(len(rows) // 2) for did in ("first", "second")]
        assert (tmp_path / f"{k}.bak").stat().st_mode & 0o777 == 0o600
    assert sorted(path.name for path in tmp_path.glob("*.bak*")) == [f"{k}.bak" for k in range(8)]


def test_a_restored_backup_is_the_store_and_the_old_one_lies_beside_with_its_log(tmp_path: Path) -> None:
    path = tmp_path / "s.db"
    store = open_store(path)
    note(store, 1)
    backup.write(path, tmp_path / "a.bak")
    note(store, 2)
    store.close()
    old, _ = backup.restore(tmp_path / "a.bak", path)
    assert noted(path) == [(1, "first"), (1, "second")]
    assert old is not None
    assert [at for at, _ in noted(old)] == [1, 1, 2, 2]
    again = open_store(path)
    note(again, 3)
    again.close()
    assert [at for at, _ in noted(path)] == [1, 1, 3, 3]


@pytest.mark.parametrize("damage", ["cut", "foreign", "empty"])
def test_a_damaged_backup_leaves_the_store_alone(tmp_path: Path, damage: str) -> None:
    path, saved = tmp_path / "s.db", tmp_path / "a.bak"
    store = open_store(path)
    note(store, 1)
    backup.write(path, saved)
    store.close()
    saved.write_bytes({"cut": saved.read_bytes()[:9000], "foreign": b"no database " * 999, "empty": b""}[damage])
    with pytest.raises(ConfigError):
        backup.restore(saved, path)
    assert noted(path) == [(1, "first"), (1, "second")]
    assert list(tmp_path.glob("*restor*")) == []


def test_a_reader_sees_what_is_committed_while_somebody_writes(tmp_path: Path, store: Store) -> None:
    note(store, 1)
    reader = open_for_reading(tmp_path / "s.db")
    with store.writing("admin") as connection:
        connection.execute(insert(audit).values(at=2, who="x", did="third"))
        with reader.reading() as beside:
            assert len(beside.execute(select(audit)).all()) == 2
    with reader.reading() as beside:
        assert len(beside.execute(select(audit)).all()) == 3
    reader.close()


# failing ---------------------------------------------------------------------------------------------------------


def pragma(store: Store, words: str) -> int:
    row = store._connection.connection.dbapi_connection.execute(f"PRAGMA {words}").fetchone()
    return int(row[0]) if row else 0


def test_a_full_store_is_away_keeps_what_it_has_and_goes_on_when_there_is_room(tmp_path: Path, store: Store) -> None:
    note(store, 1)
    pragma(store, f"max_page_count={pragma(store, 'page_count') + 5}")
    with pytest.raises(StoreAway, match="is full: make room, nothing that was acknowledged is lost"):
        note(store, 2, 50_000)
    assert [at for at, _ in noted(tmp_path / "s.db")] == [1, 1]
    pragma(store, "max_page_count=4294967294")
    note(store, 3, 50_000)
    assert [at for at, _ in noted(tmp_path / "s.db")] == [1, 1, 3, 3]
    backup.check(tmp_path / "s.db")


def test_a_store_that_may_not_be_written_is_away(store: Store) -> None:
    pragma(store, "query_only=ON")
    with pytest.raises(StoreAway, match="cannot be written: check owner and rights"):
        note(store, 1)
    pragma(store, "query_only=OFF")
    note(store, 1)


def test_a_store_that_somebody_else_locks_is_away(tmp_path: Path, store: Store) -> None:
    pragma(store, "busy_timeout=1")
    with closing(sqlite3.connect(tmp_path / "s.db", isolation_level=None)) as other:
        other.execute("BEGIN IMMEDIATE")
        with pytest.raises(StoreAway, match="is locked by another program: close it"):
            note(store, 1)
        other.execute("ROLLBACK")
    note(store, 1)


def test_a_page_that_is_damaged_under_it_is_said(tmp_path: Path) -> None:
    path = tmp_path / "s.db"
    store = open_store(path)
    for n in range(50):
        note(store, n, 2000)
    with store.reading() as connection:
        place = "SELECT rootpage FROM sqlite_master WHERE name = 'audit'"
        page = connection.execute(text(place)).scalar_one()
    size = pragma(store, "page_size")
    store.close()
    with path.open("r+b") as file:
        file.seek((page - 1) * size)
        file.write(b"\xff" * size)
    with pytest.raises(ConfigError, match="is damaged"):
        backup.check(path)
    again = open_store(path)
    with pytest.raises(StoreAway, match="is damaged: stop, keep the file, and use `sparekey store restore`"):
        note(again, 99)
    with pytest.raises(StoreAway, match="is damaged"), again.reading() as connection:
        connection.execute(select(audit)).all()
    again.close()


def test_what_is_wrong_with_the_rows_is_not_said_of_the_store(store: Store) -> None:
    """Else one bad row would look like a store that is away, and be tried for ever."""
    rows = [{"at": "no number", "who": "secret", "did": "x"}, {"at": 1, "who": None, "did": "x"}]
    for row in rows:
        with pytest.raises(Exception, match="constraint|cannot store") as caught, store.writing("admin") as connection:
            connection.exec_driver_sql("INSERT INTO audit (at, who, did) VALUES (:at, :who, :did)", row)
        assert not isinstance(caught.value, StoreAway)
        assert "secret" not in str(caught.value)
    note(store, 1)


def test_an_exception_between_two_writes_leaves_neither(store: Store) -> None:
    def written() -> None:
        with store.writing("c1") as connection:
            cursors.put_cursor(connection, Cursor("git", ""), 1)
            connection.execute(insert(meta).values(name="x", value="y"))
            raise ZeroDivisionError

    with pytest.raises(ZeroDivisionError):
        written()
    with store.reading() as connection:
        assert cursors.cursor_of(connection, "git") is None
