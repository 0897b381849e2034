"""Opening a store: whatever lies where it should be, nothing is harmed and the reason is said."""

import os
import sqlite3
import subprocess
import sys
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path

import pytest
from sqlalchemy import text

from connectors.errors import ConfigError
from worker.store import upgrade
from worker.store.database import engine_of, installation, open_for_reading, open_store, path_of, tables, words
from worker.store.lock import Lock


@pytest.fixture
def read_only(tmp_path: Path) -> Iterator[Path]:
    """A folder where even root writes nothing: a bind mount without the right to."""
    folder = tmp_path / "read-only"
    folder.mkdir()
    bind = ["mount", "--bind", str(folder), str(folder)]
    done = subprocess.run(bind, capture_output=True, text=True, check=False) if os.geteuid() == 0 else None
    if done is None or done.returncode:
        pytest.skip(f"no read-only folder can be made here: {done.stderr.strip() if done else 'not root'}")
    subprocess.run(["mount", "-o", "remount,bind,ro", str(folder)], check=True)
    yield folder
    subprocess.run(["umount", "-l", str(folder)], check=True)


def test_an_empty_file_becomes_a_store(tmp_path: Path) -> None:
    (tmp_path / "s.db").touch()
    store = open_store(tmp_path / "s.db")
    with store.reading() as connection:
        assert len(installation(connection)) == 32
    store.close()


def test_a_store_whose_making_was_interrupted_is_made_again(tmp_path: Path) -> None:
    """Killed between the first byte of the file and its tables, or between those and the name of the installation."""
    with closing(sqlite3.connect(tmp_path / "no-tables.db")) as connection:
        connection.execute("PRAGMA journal_mode=WAL")
    engine = engine_of(tmp_path / "no-name.db")
    with engine.connect() as connection:
        upgrade.to_newest(connection)
    engine.dispose()
    for name in ("no-tables.db", "no-name.db"):
        store = open_store(tmp_path / name)
        with store.reading() as connection:
            assert "journal" in tables(connection)
            assert installation(connection)
        store.close()


def test_the_name_of_an_installation_stays(tmp_path: Path) -> None:
    names = set()
    for _ in range(2):
        store = open_store(tmp_path / "s.db")
        with store.reading() as connection:
            names.add(installation(connection))
        store.close()
    assert len(names) == 1


def test_a_database_of_something_else_is_left_as_it_is(tmp_path: Path) -> None:
    """Also its kind of log: a program that does not know WAL could not read it any more."""
    path = tmp_path / "theirs.db"
    with closing(sqlite3.connect(path)) as connection:
        connection.execute("CREATE TABLE theirs (x)")
    before = path.read_bytes()
    with pytest.raises(ConfigError, match="is no store of sparekey"):
        open_store(path)
    assert path.read_bytes() == before


@pytest.mark.parametrize(("version", "says"), [("0001", "older version"), ("9999", "newer version")])
def test_a_store_of_another_version_is_not_touched(tmp_path: Path, version: str, says: str) -> None:
    path = tmp_path / "s.db"
    open_store(path).close()
    with closing(sqlite3.connect(path, isolation_level=None)) as connection:
        connection.execute("UPDATE alembic_version SET version_num = ?", (version,))
    for opened in (open_store, open_for_reading):
        with pytest.raises(ConfigError, match=says):
            opened(path)


def test_a_store_with_a_damaged_page_is_refused_or_says_so_when_it_is_read(tmp_path: Path) -> None:
    path = tmp_path / "s.db"
    open_store(path).close()
    data = bytearray(path.read_bytes())
    data[100:4096] = bytes(3996)
    path.write_bytes(data)
    with pytest.raises(ConfigError, match="is damaged: stop, keep the file"):
        open_store(path)


def test_a_place_that_is_not_there_is_said(tmp_path: Path) -> None:
    with pytest.raises(ConfigError, match="cannot be opened"):
        open_store(tmp_path / "nowhere" / "s.db")
    with pytest.raises(ConfigError, match="there is no store"):
        open_store(tmp_path / "s.db", create=False)
    with pytest.raises(ConfigError, match="there is no store"):
        open_for_reading(tmp_path / "s.db")
    assert list(tmp_path.iterdir()) == []


def test_a_folder_that_cannot_be_written_is_said_by_lock_and_store(read_only: Path) -> None:
    with pytest.raises(ConfigError, match="check the folder's owner and rights|cannot be written"):
        Lock(read_only / "s.db").take()
    with pytest.raises(ConfigError, match="cannot be written: check owner and rights"):
        open_store(read_only / "s.db")


@pytest.mark.parametrize("name", ["50% of #1", "what? a &b=c", "%41", "ünïcode"])
def test_a_folder_may_have_any_name(tmp_path: Path, name: str) -> None:
    (tmp_path / name).mkdir()
    path = tmp_path / name / "s.db"
    open_store(path).close()
    open_for_reading(path).close()
    assert path.exists()


def test_an_address_is_relative_to_the_configuration(tmp_path: Path) -> None:
    assert path_of("sqlite:///data/s.db", tmp_path) == (tmp_path / "data/s.db").resolve()
    assert path_of("sqlite:////var/s.db", tmp_path) == Path("/var/s.db").resolve()
    with pytest.raises(ConfigError, match="is not known here"):
        path_of("postgresql://db/s", tmp_path)


def test_the_words_are_those_of_the_error_not_of_the_path() -> None:
    """A folder called `full` is not a full disk."""
    place = Path("/full/locked/s.db")
    assert "check owner" in words(PermissionError(13, "Permission denied", str(place)), place)
    assert "make room" in words(OSError(28, "No space left on device", str(place)), place)
    assert "gave an error" in words(sqlite3.OperationalError("disk I/O error"), place)
    assert "another program" in words(sqlite3.OperationalError("database is locked"), place)
    assert "cannot be opened" in words(sqlite3.OperationalError("unable to open database file"), place)


def test_a_lock_is_free_again_after_it_is_given_back_or_its_holder_ends(tmp_path: Path) -> None:
    """The file stays; what an earlier process wrote into it means nothing."""
    path = tmp_path / "s.db"
    (tmp_path / "s.db.lock").write_text("99999999999 of long ago")
    lock = Lock(path).take()
    assert (tmp_path / "s.db.lock").read_text() == str(os.getpid())
    with pytest.raises(ConfigError, match=f"process {os.getpid()}"):
        Lock(path).take()
    lock.release()
    lock.release()
    script = f"from pathlib import Path; from worker.store.lock import Lock; Lock(Path({str(path)!r})).take()"
    subprocess.run([sys.executable, "-c", script], check=True)
    Lock(path).take().release()


def test_a_program_that_holds_the_file_is_said(tmp_path: Path) -> None:
    """One that knows nothing of our lock."""
    path = tmp_path / "s.db"
    open_store(path).close()
    with closing(sqlite3.connect(path, isolation_level=None)) as other:
        other.execute("BEGIN EXCLUSIVE")
        engine = engine_of(path)
        with engine.connect() as connection:
            connection.connection.dbapi_connection.execute("PRAGMA busy_timeout=1")
            with pytest.raises(Exception, match="database is locked") as caught:
                connection.execute(text("SELECT 1"))
        engine.dispose()
    assert "is locked by another program: close it" in words(caught.value, path)
