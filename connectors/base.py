"""What connectors and their callers agree on: outcomes of reading, who is who, and what a sink is told and answers.

Owns shapes only. Which sink gets what, when and how often is the dispatch's business.
"""

from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Literal, Protocol

from rules.model.accounts import Account
from rules.model.times import Instant

Identify = Callable[[Account], str]
"""Gives the person id of an account: the caller's directory decides who is who."""

Progress = Callable[[int], None]
"""Told how many more changes, lines or documents were read."""


@dataclass(slots=True)
class Reading:
    """What one reading came to. *Ignored* (we know it and do not need it) and *malformed* are different outcomes.

    `malformed` holds at most 1,000 (place, reason); `notes` are sentences for the person who asked.
    """

    read: int = 0
    events: int = 0
    ignored: Counter[str] = field(default_factory=Counter)
    malformed: list[tuple[str, str]] = field(default_factory=list)
    malformed_count: int = 0
    notes: list[str] = field(default_factory=list)

    def bad(self, place: str, reason: str) -> None:
        self.malformed_count += 1
        if len(self.malformed) < 1000:
            self.malformed.append((place, reason))


@dataclass(frozen=True, slots=True)
class Ignored:
    """A delivery that we know and do not need: 'labeled: no rule can listen to it'."""

    reason: str


# sinks ---------------------------------------------------------------------------------------------------------

Markup = Literal["plain", "markdown"]
"""How outside text in a message was made harmless: for which kind of reader."""

Told = Literal["task", "nudge", "digest"]
"""What a sink can be asked to write; notes and closing belong to a task that it wrote."""


@dataclass(frozen=True, slots=True)
class Recipient:
    """Somebody as a sink needs them. `address` is what the sink's own channel calls them ('' where it needs none)."""

    person: str
    name: str
    address: str = ""


@dataclass(frozen=True, slots=True)
class Message:
    """One task, nudge or digest in words. `key` marks it at the remote, so that it can be found again.

    `parts` are (heading, text) in the order of reading; a heading may be ''. `answers` are the ways to answer, `footer`
    the last line. Everything from outside in these texts is harmless for the sink's `markup` already.
    """

    key: str
    what: Told
    to: tuple[Recipient, ...]
    title: str
    parts: tuple[tuple[str, str], ...]
    at: Instant
    answers: str = ""
    footer: str = ""


class Sink(Protocol):
    """A place where messages go. Called from a thread; blocks at most `timeout` seconds a call.

    Errors say how to recover (`connectors/errors.py`): RetryLater, Rejected, Ambiguous. Anything else that is raised
    is a fault of the sink, and taken as Ambiguous.
    """

    @property
    def markup(self) -> Markup: ...

    @property
    def takes(self) -> frozenset[Told]: ...

    @property
    def lists(self) -> bool:
        """Whether `find` can tell what was written: without it an ambiguous task is written again under its key."""
        ...

    @property
    def timeout(self) -> float:
        """Seconds after which a call has ended, one way or the other."""
        ...

    def send(self, message: Message) -> str:
        """Writes the message and gives its id at the remote. The same key again must not make a second one where the
        remote can tell."""
        ...

    def find(self, key: str, since: Instant) -> list[str]:
        """Ids at the remote of everything written under `key` since then, oldest first."""
        ...

    def note(self, remote: str, message: Message) -> None:
        """Adds one comment to a task that was written. `message.key` is the note's own."""
        ...

    def close(self, remote: str, message: Message) -> None:
        """Ends a task that was written, with the message as its last comment. Again changes nothing."""
        ...

    def describe(self) -> str:
        """Where messages go, in words for the operator; no secrets."""
        ...
