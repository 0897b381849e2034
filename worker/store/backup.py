"""Backups: a copy of a store made while it runs, and putting one back.

Owns both. SQLite's own backup reads through a connection of its own and never checkpoints the log. Backups are kept
30 days at most: what a person asked to be erased must not come back from one.
"""

import os
import sqlite3
from collections.abc import Iterator
from contextlib import closing, contextmanager
from pathlib import Path

from connectors.errors import ConfigError
from worker.store import upgrade

_BESIDE = ("-wal", "-shm")


def write(store: Path, to: Path) -> int:
    """Copies a store, whole or not at all, into one file; gives its size. Raises ConfigError where it cannot."""
    if to.exists():
        raise ConfigError(f"{to} exists already", "give a name that is free")
    part = to.with_name(to.name + ".part")
    try:
        with _made(part):
            _copied(store, part)
            _sound(part)
            part.rename(to)
    except (sqlite3.Error, OSError) as error:
        raise ConfigError(
            f"the backup {to} cannot be written: {error}", "is there room, and may it be written?"
        ) from None
    return to.stat().st_size


@contextmanager
def _made(part: Path) -> Iterator[None]:
    """A file that only its owner can read, gone at the end: renamed, or of no use."""
    os.close(os.open(part, os.O_CREAT | os.O_WRONLY | os.O_TRUNC, 0o600))
    try:
        yield
    finally:
        for end in ("", *_BESIDE):
            part.with_name(part.name + end).unlink(missing_ok=True)


def _copied(store: Path, part: Path) -> None:
    """Without a log of its own afterwards, so that the copy is one file."""
    with (
        closing(_reading(store)) as source,
        closing(sqlite3.connect(part)) as target,
    ):
        source.backup(target)
        target.execute("PRAGMA journal_mode=DELETE")


def restore(backup: Path, store: Path) -> tuple[Path | None, str]:
    """Puts a backup in the place of a store; the caller holds its lock. Gives where the old one is now, if there was
    one, and the version of the backup's schema.

    Raises ConfigError where the backup is damaged, no store, or of a newer version: the store is untouched then.
    """
    if not backup.is_file():
        raise ConfigError(f"there is no backup {backup}", "give the file that `sparekey store backup` wrote")
    if store.exists() and backup.samefile(store):
        raise ConfigError(f"{backup} is the store itself", "give the file that `sparekey store backup` wrote")
    check(backup)
    version = _version(backup)
    fresh = store.with_name(store.name + ".restoring")
    try:
        with _made(fresh):
            _copied(backup, fresh)
            old = _aside(store) if store.exists() else None
            fresh.rename(store)
    except (sqlite3.Error, OSError) as error:
        raise ConfigError(
            f"{backup} cannot be put in place: {error}", "is there room, and may it be written?"
        ) from None
    return old, version


def _aside(store: Path) -> Path:
    """The old file under a name that is free, with what its log holds."""
    names = (store.with_name(f"{store.name}.before-restore{f'-{n}' if n else ''}") for n in range(10_000))
    old = next(name for name in names if not name.exists())
    for end in _BESIDE:
        beside = store.with_name(store.name + end)
        if beside.exists():
            beside.rename(old.with_name(old.name + end))
    store.rename(old)
    return old


def _version(backup: Path) -> str:
    with closing(_reading(backup)) as connection:
        try:
            row = connection.execute("SELECT version_num FROM alembic_version").fetchone()
        except sqlite3.Error:
            row = None
    version = str(row[0]) if row else ""
    if not version:
        raise ConfigError(f"{backup} is no store of sparekey", "give the file that `sparekey store backup` wrote")
    if version not in (*upgrade.OLDER, upgrade.NEWEST):
        raise ConfigError(
            f"{backup} is of a newer version ({version}) than this sparekey ({upgrade.NEWEST})",
            "use the newer sparekey",
        )
    return version


def _reading(path: Path) -> sqlite3.Connection:
    return sqlite3.connect(f"{path.resolve().as_uri()}?mode=ro", uri=True)


def check(path: Path) -> None:
    """Raises ConfigError where SQLite finds fault with a file."""
    try:
        _sound(path)
    except sqlite3.Error as error:
        raise ConfigError(f"{path} is damaged: {error}", "use another backup") from None


def _sound(path: Path) -> None:
    with closing(_reading(path)) as connection:
        found = [row[0] for row in connection.execute("PRAGMA integrity_check(20)")]
    if found != ["ok"]:
        raise ConfigError(f"{path} is damaged: {'; '.join(found)[:300]}", "use another backup")
