"""Which connectors there are, and how a path becomes a history.

Owns the literal table of sources. With the command line it is the only place that sees connectors.
"""

from collections import Counter
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, field
from pathlib import Path

from connectors.base import Progress, Reading
from connectors.errors import ConfigError
from connectors.files import source as files
from connectors.git import client as git_client
from connectors.git import source as git
from rules.model.events import Event, order_key
from rules.model.times import Instant
from worker.people.directory import RunDirectory

WORKSPACE = "main"
CODEOWNERS = ("CODEOWNERS", ".github/CODEOWNERS", "docs/CODEOWNERS", ".gitlab/CODEOWNERS")


@dataclass(slots=True)
class History:
    """Events in the order of deciding, and what their reading has to say for itself."""

    path: Path
    kind: str  # 'clone' or 'file'
    events: list[Event]
    people: RunDirectory
    codeowners: str = ""
    commits: int = 0
    reviews: int = 0
    renames: int = 0
    backwards: int = 0
    shallow: bool = False
    mailmap: list[str] = field(default_factory=list)
    malformed: list[tuple[str, str]] = field(default_factory=list)
    duplicates: int = 0

    @property
    def ends_at(self) -> Instant:
        return self.events[-1].at if self.events else 0

    def warnings(self) -> list[str]:
        """What a reader of any result should know about this history."""
        said = []
        if self.shallow:
            said.append("This clone is shallow: what came before is not seen. `git fetch --unshallow` helps.")
        if self.backwards:
            changes = "1 change is" if self.backwards == 1 else f"{self.backwards:,} changes are"
            said.append(f"{changes} dated before the one they follow; read in the order of their dates.")
        said += [f"Not read: {place}: {reason}" for place, reason in self.malformed[:3]]
        if len(self.malformed) > 3:
            said.append(f"Not read: {len(self.malformed) - 3} more lines; `sparekey events preview` lists them.")
        return said


Told = Callable[[int, int | None], None]
"""Told how much more was read, and of how much where that is known."""


def read_history(path: Path, progress: Told | None = None) -> History:
    """A clone or a file of events. `progress` gets what was read, and the total where it is known.

    Raises ConfigError with one clear sentence where there is nothing to read.
    """
    return _read(path, RunDirectory(), progress)


def is_event_file(path: Path) -> bool:
    return files.is_event_file(path)


def _read(path: Path, people: RunDirectory, progress: Told | None) -> History:
    if files.is_event_file(path):
        return _from_file(path, people, progress)
    return _from_clone(path, people, progress)


def read_together(paths: Sequence[Path], progress: Told | None = None) -> History:
    """Several of them as one history, with the same people. Raises ConfigError as `read_history` does."""
    people = RunDirectory()
    found = [_read(path, people, progress) for path in paths]
    if len(found) == 1:
        return found[0]
    events, duplicates = _in_order(event for one in found for event in one.events)
    return History(
        found[0].path, "files", events, people,
        codeowners=next((one.codeowners for one in found if one.codeowners), ""),
        commits=sum(one.commits for one in found), reviews=sum(one.reviews for one in found),
        shallow=any(one.shallow for one in found), backwards=sum(one.backwards for one in found),
        malformed=[bad for one in found for bad in one.malformed],
        duplicates=duplicates + sum(one.duplicates for one in found),
    )  # fmt: skip


def _from_file(path: Path, people: RunDirectory, progress: Told | None) -> History:
    reading = Reading()
    found = list(files.read(path, people.person, WORKSPACE, _of(progress, None), reading))
    if not found:
        bad = f": {reading.malformed[0][0]}: {reading.malformed[0][1]}" if reading.malformed else ""
        raise ConfigError(f"{path} holds no events{bad}", "one JSON object a line; see `sparekey events preview`")
    events, duplicates = _in_order(found)
    kinds = Counter(event.kind for event in events)
    return History(
        path, "file", events, people, commits=kinds["pull_request.merged"], reviews=kinds["review.submitted"],
        malformed=reading.malformed, duplicates=duplicates,
    )  # fmt: skip


def _from_clone(path: Path, people: RunDirectory, progress: Told | None) -> History:
    clone = git_client.probe(path)
    seen = git.Seen()
    told = _of(progress, clone.commits)
    events, duplicates = _in_order(git.read(path, people.person, WORKSPACE, told, clone, seen))
    return History(
        path,
        "clone",
        events,
        people,
        codeowners=git_client.text_at_head(clone, *CODEOWNERS),
        commits=seen.commits,
        reviews=seen.reviews,
        renames=seen.renames,
        backwards=seen.backwards,
        shallow=clone.shallow,
        mailmap=seen.mailmap_lines(),
        duplicates=duplicates,
    )


def _of(progress: Told | None, total: int | None) -> Progress | None:
    if progress is None:
        return None

    def told(more: int) -> None:
        progress(more, total)

    return told


def _in_order(found: Iterable[Event]) -> tuple[list[Event], int]:
    """Sorted for deciding, each id once: the first copy counts."""
    by_id: dict[str, Event] = {}
    total = 0
    for event in found:
        total += 1
        by_id.setdefault(event.id, event)
    return sorted(by_id.values(), key=order_key), total - len(by_id)
