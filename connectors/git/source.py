"""Reading a clone: its mainline as events, and what was seen and left out on the way.

Owns the order of the steps. Titles, messages and names do not travel further than the directory of the caller.
"""

from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path

from connectors.base import Identify, Progress
from connectors.git.client import Clone, branch_authors, mainline, probe
from connectors.git.normalise import REVIEW_TRAILERS, account, events
from rules.model.accounts import Account
from rules.model.events import Event
from rules.model.times import Instant, iso

_EVERY = 500


@dataclass(slots=True)
class Seen:
    """What a reading met. `mails_of` maps names to the addresses they came with."""

    commits: int = 0
    reviews: int = 0
    renames: int = 0
    bots: int = 0
    backwards: int = 0  # commits dated before the one they follow
    mails_of: dict[str, set[str]] = field(default_factory=dict)
    commits_by_mail: Counter[str] = field(default_factory=Counter)

    def mailmap_lines(self, most: int = 3) -> list[str]:
        """Lines for a .mailmap where one name came with several addresses: the busiest address first."""
        lines = []
        for name, mails in sorted(self.mails_of.items()):
            if len(mails) > 1 and " " in name:
                best, *others = sorted(mails, key=lambda mail: (-self.commits_by_mail[mail], mail))
                lines += [f"{name} <{best}> <{other}>" for other in others]
        return lines[:most]


def read(
    path: Path,
    identify: Identify,
    workspace: str = "main",
    progress: Progress | None = None,
    clone: Clone | None = None,
    seen: Seen | None = None,
    review_trailers: tuple[str, ...] = REVIEW_TRAILERS,
    since: Instant | None = None,
) -> Iterator[Event]:
    """Events of a clone, oldest commit first, none committed before `since`.

    Raises ConfigError where there is no history to read.
    """
    clone = clone or probe(path)
    seen = seen if seen is not None else Seen()
    brought = branch_authors(clone) if clone.merges else {}
    last = waiting = 0
    for commit in mainline(clone, iso(since) if since is not None else None):
        _note(seen, account(commit.name, commit.mail))
        seen.commits += 1
        seen.renames += commit.renames
        seen.backwards += commit.at < last
        last = commit.at
        for event in events(commit, identify, workspace, brought.get(commit.sha, ()), review_trailers):
            seen.reviews += event.kind == "review.submitted"
            seen.bots += event.kind == "pull_request.merged" and event.automated
            yield event
        waiting += 1
        if waiting == _EVERY and progress is not None:
            progress(waiting)
            waiting = 0
    if progress is not None and waiting:
        progress(waiting)


def _note(seen: Seen, who: Account) -> None:
    if not who.bot and who.id:
        seen.mails_of.setdefault(who.name, set()).add(who.id)
        seen.commits_by_mail[who.id] += 1
