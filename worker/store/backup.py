"""Backups: a copy of a store made while it runs, and putting one back.

Owns both. SQLite's own backup reads through a connection of its own and never checkpoints the log. Backups are kept
30 days at most: what a person asked to be erased must not come back from one.
"""

import os
import shutil
import sqlite3
from pathlib import Path

from connectors.errors import ConfigError


def write(store: Path, to: Path) -> int:
    """Copies a store, whole or not at all; gives the copy's size. Raises ConfigError where that is not possible."""
    if to.exists():
        raise ConfigError(f"{to} exists already", "give a name that is free")
    part = to.with_name(to.name + ".part")
    try:
        os.close(os.open(part, os.O_CREAT | os.O_WRONLY | os.O_TRUNC, 0o600))
        with sqlite3.connect(f"file:{store}?mode=ro", uri=True) as source, sqlite3.connect(part) as target:
            source.backup(target)
        source.close()
        target.close()
        check(part)
        part.rename(to)
    except (sqlite3.Error, OSError) as error:
        part.unlink(missing_ok=True)
        raise ConfigError(f"the backup {to} cannot be written: {error}") from None
    return to.stat().st_size


def restore(backup: Path, store: Path) -> Path | None:
    """Puts a backup in the place of a store; the caller holds its lock. Gives where the old one is now.

    Raises ConfigError where the backup is damaged: the store is untouched then.
    """
    if not backup.exists():
        raise ConfigError(f"there is no backup {backup}")
    check(backup)
    fresh = store.with_name(store.name + ".restoring")
    shutil.copyfile(backup, fresh)
    fresh.chmod(0o600)
    old = None
    if store.exists():
        old = store.with_name(store.name + ".before-restore")
        for end in ("-wal", "-shm"):
            beside = store.with_name(store.name + end)
            if beside.exists():
                beside.rename(old.with_name(old.name + end))
        store.rename(old)
    fresh.rename(store)
    return old


def check(path: Path) -> None:
    """Raises ConfigError where SQLite finds fault with a file."""
    try:
        connection = sqlite3.connect(f"file:{path}?mode=ro", uri=True)
        try:
            found = [row[0] for row in connection.execute("PRAGMA integrity_check(20)")]
        finally:
            connection.close()
    except sqlite3.Error as error:
        raise ConfigError(f"{path} is damaged: {error}", "use another backup") from None
    if found != ["ok"]:
        raise ConfigError(f"{path} is damaged: {'; '.join(found)[:300]}", "use another backup")
