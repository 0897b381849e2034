"""A folder in which files are written whole or not at all, and never through a link.

Owns opening, writing and what the system's errors mean; knows no messages. A link inside is refused, because it may
lead anywhere. The folder itself may be one: its owner named it.
"""

import errno
import os
import stat
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

from connectors.errors import Ambiguous, Rejected, RetryLater

LONGEST = 2_000_000
FOLDER_MODE, FILE_MODE = 0o750, 0o640
"""Not for everybody: nudges are private, tasks name people."""
_DIRECTORY = os.O_RDONLY | os.O_DIRECTORY | os.O_CLOEXEC
_READ = os.O_RDONLY | os.O_NOFOLLOW | os.O_NONBLOCK | os.O_CLOEXEC
_WRITE = os.O_WRONLY | os.O_CREAT | os.O_EXCL | os.O_NOFOLLOW | os.O_CLOEXEC


class Folder:
    def __init__(self, path: Path) -> None:
        self.path = path

    def read(self, folder: str, name: str) -> str | None:
        """None where there is no such file. What people wrote in another encoding comes back as it was."""
        place = f"{folder}/{name}"
        with self._opened(folder) as inside, self._errors(place):
            try:
                handle = os.open(name, _READ, dir_fd=inside)
            except FileNotFoundError:
                return None
            with os.fdopen(handle, "rb") as stream:
                usual = stat.S_ISREG(os.fstat(handle).st_mode)
                found = stream.read(LONGEST + 1) if usual else b""
        if not usual or len(found) > LONGEST:
            raise Rejected(f"{place} is {'larger than 2 MB' if usual else 'no usual file'}: it is left alone")
        return found.decode("utf-8", "surrogateescape")

    def write(self, folder: str, name: str, text: str) -> None:
        """In the place of what is there. RetryLater: nothing was changed."""
        place, waiting, data = f"{folder}/{name}", f".{name}.new", text.encode("utf-8", "surrogateescape")
        with self._opened(folder) as inside:
            with self._errors(place):
                _fill(waiting, data, inside)
                os.rename(waiting, name, src_dir_fd=inside, dst_dir_fd=inside)
            try:
                os.fsync(inside)
            except OSError as error:
                raise Ambiguous(f"{place} is written, but may not outlive a power cut: {error.strerror}") from None

    @contextmanager
    def _opened(self, folder: str) -> Iterator[int]:
        """The handle of a folder inside; made where it is missing."""
        with self._errors(folder), suppress(FileExistsError):
            self.path.mkdir(FOLDER_MODE)
        with self._errors(folder):
            root = os.open(self.path, _DIRECTORY)
        try:
            with self._errors(folder), suppress(FileExistsError):
                os.mkdir(folder, FOLDER_MODE, dir_fd=root)
                os.fsync(root)
            with self._errors(folder):
                inside = os.open(folder, _DIRECTORY | os.O_NOFOLLOW, dir_fd=root)
        finally:
            os.close(root)
        try:
            yield inside
        finally:
            os.close(inside)

    @contextmanager
    def _errors(self, place: str) -> Iterator[None]:
        """A file that is a link is refused for good; everything else somebody can mend, and then it works."""
        try:
            yield
        except OSError as error:
            if error.errno == errno.ELOOP and "/" in place:
                raise Rejected(f"{place} in {self.path} is a link: it is not followed") from None
            raise RetryLater(f"{place} in {self.path} cannot be written or read: {_why(error)}") from None


def _fill(name: str, data: bytes, inside: int) -> None:
    """A whole new file, on the disk when this returns; nothing is left of one that could not be filled."""
    with suppress(FileNotFoundError):
        os.unlink(name, dir_fd=inside)  # of a process that was ended in the middle
    try:
        with os.fdopen(os.open(name, _WRITE, FILE_MODE, dir_fd=inside), "wb") as stream:
            stream.write(data)
            stream.flush()
            os.fsync(stream.fileno())
    except OSError:
        with suppress(OSError):
            os.unlink(name, dir_fd=inside)
        raise


def _why(error: OSError) -> str:
    said = {
        errno.ENOTDIR: "it has to be a folder, and no link",
        errno.ELOOP: "it has to be a folder, and no link",
        errno.ENOSPC: "the disk is full",
        errno.EROFS: "the disk is read-only",
        errno.EACCES: "the service may not (permissions)",
    }
    return said.get(error.errno or 0, error.strerror or type(error).__name__)
