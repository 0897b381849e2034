"""Opening a store, and its one writing connection.

Owns pragmas, transactions, the schema's version, and the words for a store that cannot be written. Statements live in
the files beside this one. SQLite before 3.51.3 can lose commits when two connections write one file: hence exactly
one here.
"""

import os
import sqlite3
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager
from pathlib import Path
from uuid import uuid4

from sqlalchemy import URL, Connection, Engine, NullPool, StaticPool, create_engine, event, inspect, select
from sqlalchemy.dialects.sqlite import insert as upsert
from sqlalchemy.exc import DataError, DBAPIError, IntegrityError, ProgrammingError

from connectors.errors import ConfigError
from worker import clock, metrics
from worker.ports import StoreAway
from worker.store import upgrade
from worker.store.schema import meta

PREFIX = "sqlite:///"
_PRAGMAS = (
    "PRAGMA page_size=2048",  # rows are small and keys are scattered: smaller pages are less to write for each
    "PRAGMA wal_autocheckpoint=8000",
    "PRAGMA synchronous=FULL",
    "PRAGMA busy_timeout=5000",
    "PRAGMA temp_store=MEMORY",
    "PRAGMA cache_size=-32768",
)
_IS_FOREIGN = "SELECT count(*) > 0 AND coalesce(max(name = 'alembic_version'), 0) = 0 FROM sqlite_master"


class Store:
    """One file, one connection, one thread. A transaction is a `with` block; nothing nests."""

    def __init__(self, path: Path, connection: Connection) -> None:
        self.path = path
        self._connection = connection

    @contextmanager
    def writing(self, name: str) -> Iterator[Connection]:
        """A transaction, committed at the end of the block. `name` is how metrics call it: c1, c2, d1, d2, admin.

        Raises StoreAway where it could not be written; nothing of it is there then.
        """
        started = clock.elapsed()
        try:
            with self._connection.begin():
                yield self._connection
        except (IntegrityError, DataError, ProgrammingError):
            raise  # what was to be written is wrong, not the store
        except DBAPIError as error:
            raise StoreAway(words(error, self.path)) from error
        metrics.commit_seconds.labels(commit=name).observe(clock.elapsed() - started)

    @contextmanager
    def reading(self) -> Iterator[Connection]:
        """A short look at what is committed. Raises StoreAway where the file cannot be read."""
        try:
            yield self._connection
        except DBAPIError as error:
            raise StoreAway(words(error, self.path)) from error
        finally:
            if self._connection.in_transaction():
                self._connection.rollback()

    def close(self) -> None:
        self._connection.close()
        self._connection.engine.dispose()


def path_of(url: str, folder: Path) -> Path:
    """The file of a `sqlite:///` address, relative to the folder of sparekey.yml. Raises ConfigError for another."""
    if not url.startswith(PREFIX):
        raise ConfigError(f"store: '{url}' is not known here", "this version keeps its store in sqlite:///FILE")
    return (folder / url.removeprefix(PREFIX)).resolve()


def open_store(path: Path, create: bool = True) -> Store:
    """The store in a file, made anew where there is none. The caller holds the lock.

    Raises ConfigError where the file is no store, of another version, or cannot be opened.
    """
    if not create and not path.exists():
        raise ConfigError(f"there is no store at {path}", "`sparekey run` or `sparekey backfill` makes one")
    with _connected(path, engine_of) as connection:
        if not tables(connection):  # new, or its making was interrupted
            upgrade.to_newest(connection)
        _check(connection, path)
        with connection.begin():
            connection.execute(upsert(meta).values(name="installation", value=uuid4().hex).on_conflict_do_nothing())
    return Store(path, connection)


def in_memory() -> Store:
    """A new store that is gone when it is closed: for whoever plays through what must not be kept."""
    path = Path(":memory:")
    with _connected(path, _passing_engine) as connection:
        upgrade.to_newest(connection)
    return Store(path, connection)


def open_for_reading(path: Path) -> Store:
    """The same file beside the running process: reads only, and never checkpoints its log."""
    if not path.exists():
        raise ConfigError(f"there is no store at {path}", "`sparekey run` or `sparekey backfill` makes one")
    with _connected(path, _readers_engine) as connection:
        _check(connection, path)
    return Store(path, connection)


@contextmanager
def _connected(path: Path, engine_of_path: Callable[[Path], Engine]) -> Iterator[Connection]:
    """A connection that outlives the block, unless the block fails: then it is closed, and the reason said."""
    with ExitStack() as undo:
        try:
            engine = engine_of_path(path)
            undo.callback(engine.dispose)
            connection = undo.enter_context(engine.connect())
            yield connection
        except (DBAPIError, sqlite3.Error, OSError) as error:
            raise ConfigError(f"the store {path} cannot be opened: {words(error, path)}") from error
        undo.pop_all()


def _readers_engine(path: Path) -> Engine:
    address = f"{path.resolve().as_uri()}?mode=ro"
    return create_engine("sqlite://", creator=lambda: sqlite3.connect(address, uri=True), poolclass=NullPool)


def _passing_engine(path: Path) -> Engine:
    return create_engine("sqlite://", poolclass=StaticPool, hide_parameters=True)


def engine_of(path: Path) -> Engine:
    """With every transaction begun at once as a writer's, so that it never fails half-way for a lock."""
    if not path.exists():
        os.close(os.open(path, os.O_CREAT | os.O_RDWR | os.O_CLOEXEC, 0o600))  # it holds who is who
    engine = create_engine(URL.create("sqlite", database=str(path)), isolation_level=None, hide_parameters=True)

    @event.listens_for(engine, "connect")
    def _prepared(connection: sqlite3.Connection, record: object) -> None:
        connection.isolation_level = None
        for pragma in _PRAGMAS:
            connection.execute(pragma)
        if connection.execute(_IS_FOREIGN).fetchone() == (0,):  # somebody else's file stays as it is
            connection.execute("PRAGMA journal_mode=WAL")

    @event.listens_for(engine, "begin")
    def _begun(connection: Connection) -> None:
        connection.exec_driver_sql("BEGIN IMMEDIATE")

    return engine


def _check(connection: Connection, path: Path) -> None:
    found = upgrade.version_of(connection)
    connection.rollback()
    if found == upgrade.NEWEST:
        return
    if found == "":
        raise ConfigError(f"{path} is no store of sparekey", "it has tables of something else, or none")
    if found in upgrade.OLDER:
        raise ConfigError(
            f"the store {path} is of an older version ({found})", "`sparekey store upgrade` backs it up first"
        )
    raise ConfigError(
        f"the store {path} is of a newer version ({found}) than this sparekey ({upgrade.NEWEST})",
        "use the newer sparekey, or restore a backup made with this one",
    )


def installation(connection: Connection) -> str:
    return str(connection.execute(select(meta.c.value).where(meta.c.name == "installation")).scalar_one())


def tables(connection: Connection) -> list[str]:
    found = sorted(inspect(connection).get_table_names())
    connection.rollback()
    return found


def words(error: Exception, path: Path) -> str:
    """What happened and what to do, for the operator."""
    text = str(getattr(error, "orig", None) or getattr(error, "strerror", None) or error).lower()
    if "full" in text or "no space" in text:
        return f"the disk of {path} is full: make room, nothing that was acknowledged is lost"
    if "readonly" in text or "read-only" in text or "permission" in text:
        return f"{path} or its folder cannot be written: check owner and rights"
    if "locked" in text or "busy" in text:
        return f"{path} is locked by another program: close it"
    if "malformed" in text or "not a database" in text or "corrupt" in text:
        return f"{path} is damaged: stop, keep the file, and use `sparekey store restore`"
    if "unable to open" in text:
        return f"{path} cannot be opened: does its folder exist, and may it be written?"
    if "i/o error" in text:
        return f"the disk of {path} gave an error: {text}"
    return text
