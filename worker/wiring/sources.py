"""Sources that are read from here, by kind: how to see that there is something new, and how to read it.

Owns the literal table. Adding a source that is polled is one function that reads and one that stamps.
"""

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from hashlib import blake2b
from pathlib import Path

from connectors.base import Identify, Reading
from connectors.errors import BadPayload, ConfigError
from connectors.files import source as files
from connectors.git import client as git_client
from connectors.git import source as git
from connectors.postmortems.normalise import MAX_BYTES, report
from rules.model.events import Event
from rules.model.times import Instant

MARKDOWN = (".md", ".markdown")
Read = Callable[[Identify, str, Instant | None, Reading], Iterator[Event]]
"""(who is who, workspace, not before, what the reading came to) → events. Runs in a thread."""


@dataclass(frozen=True, slots=True)
class Reader:
    """One place to read. Equal stamps: there is nothing new. `total` is how much there is, where that is cheap to know.

    `incremental`: events keep the order of their coming, so that reading may begin near the newest one known.
    """

    kind: str
    name: str
    read: Read
    stamp: Callable[[], str]
    total: int | None = None
    incremental: bool = False


def reader(kind: str, name: str, path: Path, services: tuple[str, ...] = ()) -> Reader:
    """Raises ConfigError for a kind that is not read from here, or a path that is not what its kind needs."""
    if kind not in READERS:
        raise ConfigError(f"'{kind}' is not read from here", f"these are: {', '.join(READERS)}")
    return READERS[kind](name, path, services)


def _git(name: str, path: Path, services: tuple[str, ...]) -> Reader:
    clone = git_client.probe(path)

    def read(identify: Identify, workspace: str, since: Instant | None, reading: Reading) -> Iterator[Event]:
        for event in git.read(path, identify, workspace, since=since):
            reading.events += 1
            reading.read += event.kind == "pull_request.merged"
            yield event

    return Reader("git", name, read, lambda: git_client.head(path), clone.commits, incremental=True)


def _files(name: str, path: Path, services: tuple[str, ...]) -> Reader:
    if not files.is_event_file(path):
        raise ConfigError(f"{path} is no file of events", f"such files end in {', '.join(files.SUFFIXES)}")

    def read(identify: Identify, workspace: str, since: Instant | None, reading: Reading) -> Iterator[Event]:
        for event in files.read(path, identify, workspace, None, reading):
            if since is None or event.at >= since:
                yield event

    return Reader("files", name, read, lambda: _stamp([path]))


def _postmortems(name: str, path: Path, services: tuple[str, ...]) -> Reader:
    if not path.is_dir():
        raise ConfigError(f"{path} is no folder of postmortems", "give the folder that holds the Markdown files")

    def read(identify: Identify, workspace: str, since: Instant | None, reading: Reading) -> Iterator[Event]:
        for file in _reports(path):
            reading.read += 1
            below = file.relative_to(path).as_posix()
            try:
                with file.open("rb") as stream:
                    found = report(below, stream.read(MAX_BYTES + 1), workspace, services)
            except (BadPayload, OSError) as error:
                reading.bad(below, str(error))
                continue
            reading.events += len(found.events)
            yield from (event for event in found.events if since is None or event.at >= since)

    return Reader("postmortems", name, read, lambda: _stamp(_reports(path)))


def _reports(folder: Path) -> list[Path]:
    """Markdown files below the folder; what leads out of it is not followed."""
    root = folder.resolve()
    found = (file for file in sorted(folder.rglob("*")) if file.suffix.lower() in MARKDOWN and file.is_file())
    return [file for file in found if file.resolve().is_relative_to(root)]


def _stamp(paths: list[Path]) -> str:
    """Names, sizes and times of change."""
    digest = blake2b(digest_size=8)
    for path in paths:
        seen = path.stat()
        digest.update(f"{path}\0{seen.st_size}\0{seen.st_mtime_ns}\0".encode("utf-8", "replace"))
    return digest.hexdigest()


READERS: dict[str, Callable[[str, Path, tuple[str, ...]], Reader]] = {
    "git": _git,
    "files": _files,
    "postmortems": _postmortems,
}
