"""Reading a file of events, plain or compressed, line by line.

Owns opening and bounding. A bad line is told with its number, and its neighbours go on.
"""

import gzip
import lzma
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import BinaryIO, cast

from connectors.base import Identify, Progress, Reading
from connectors.errors import BadPayload, ConfigError
from connectors.files.normalise import MAX_LINE, event_of, history_event, is_history
from rules.model.events import Event

SUFFIXES = (".jsonl", ".jsonl.xz", ".jsonl.gz", ".ndjson")
_EVERY = 1000


def is_event_file(path: Path) -> bool:
    return path.is_file() and path.name.endswith(SUFFIXES)


@contextmanager
def _opened(path: Path) -> Iterator[BinaryIO]:
    if path.suffix == ".xz":
        with lzma.open(path, "rb") as stream:
            yield cast(BinaryIO, stream)
    elif path.suffix == ".gz":
        with gzip.open(path, "rb") as stream:
            yield cast(BinaryIO, stream)
    else:
        with path.open("rb") as plain:
            yield plain


def read(
    path: Path,
    identify: Identify,
    workspace: str = "main",
    progress: Progress | None = None,
    reading: Reading | None = None,
) -> Iterator[Event]:
    """Events in the order of the file. Raises ConfigError where it cannot be opened or is not what its name says."""
    reading = reading if reading is not None else Reading()
    waiting = 0
    try:
        with _opened(path) as stream:
            for number, line in enumerate(_lines(stream), start=1):
                event = _event(line, number, path.name, identify, workspace, reading)
                if event is not None:
                    yield event
                waiting += 1
                if waiting == _EVERY and progress is not None:
                    progress(waiting)
                    waiting = 0
    except (OSError, EOFError, lzma.LZMAError) as error:
        raise ConfigError(f"{path} cannot be read: {error}") from None
    if progress is not None and waiting:
        progress(waiting)


def _lines(stream: BinaryIO) -> Iterator[bytes]:
    """Lines of at most MAX_LINE + 1 bytes; the rest of a longer one is passed over."""
    while line := stream.readline(MAX_LINE + 1):
        whole = line.endswith(b"\n")
        yield line
        while not whole and len(line) > MAX_LINE:
            line = stream.readline(MAX_LINE + 1)
            whole = line.endswith(b"\n") or not line
            if whole:
                break


def _event(line: bytes, number: int, name: str, identify: Identify, workspace: str, reading: Reading) -> Event | None:
    if not line.strip():
        return None
    reading.read += 1
    try:
        event = history_event(line, identify, workspace) if is_history(line) else event_of(line)
    except BadPayload as error:
        reading.bad(f"{name}:{number}", error.reason)
        return None
    reading.events += 1
    return event
