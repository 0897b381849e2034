"""The lock that keeps a second process away from a store: one file beside it, held as long as the process lives.

Owns the lock and its message. It goes with the process, also after kill -9.
"""

import fcntl
import os
from pathlib import Path

from connectors.errors import ConfigError


class Lock:
    """Held from `take` to `release`. The file stays; what counts is who holds it."""

    def __init__(self, store: Path) -> None:
        self._path = store.with_name(store.name + ".lock")
        self._file: int | None = None

    def take(self) -> "Lock":
        """Raises ConfigError with the other process's id where one has the store open."""
        try:
            file = os.open(self._path, os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o600)
        except OSError as error:
            raise ConfigError(
                f"{self._path} cannot be written: {error.strerror}", "check the folder's owner and rights"
            ) from None
        try:
            fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            other = os.read(file, 32).decode(errors="replace").strip()
            os.close(file)
            raise ConfigError(
                f"another sparekey (process {other or 'unknown'}) has {self._path.name.removesuffix('.lock')} open",
                "one process writes to a store; stop the other one, or use the commands that talk to it",
            ) from None
        os.ftruncate(file, 0)
        os.write(file, str(os.getpid()).encode())
        self._file = file
        return self

    def release(self) -> None:
        if self._file is not None:
            os.close(self._file)
            self._file = None
