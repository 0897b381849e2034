"""What explain asks the engine to write down about one rule while it folds.

Owns the record and its bounds. Nothing here changes a decision; without a trace nothing is recorded.
"""

from collections import Counter, deque
from dataclasses import dataclass, field

from rules.engine.unknown import Unknown
from rules.model.findings import ClauseSeen, CountSeen
from rules.model.times import Instant

Key = tuple[str, ...]
MAX_NOTES = 200


@dataclass(frozen=True, slots=True)
class Asked:
    """The newest time a key was asked: on which event, and every clause of `fire` with its values.

    `about` is the id of what the event is about, here and below. What was unknown, and the counts as of then, are
    written down for the one subject that is followed.
    """

    at: Instant
    event: str
    kind: str
    clauses: tuple[ClauseSeen, ...]
    link: str = ""
    about: str = ""
    unknown: tuple[Unknown, ...] = ()
    counts: tuple[CountSeen, ...] = ()


@dataclass(frozen=True, slots=True)
class Note:
    at: Instant
    what: str
    event: str = ""


@dataclass(frozen=True, slots=True)
class Step:
    """One link of the chain. `what`: 'when' (a clause of it stopped the event), 'left out', 'no key', 'too many',
    'started', 'restarted', 'cancelled', 'asked', 'true', 'not true'; `detail` is the guard, the part of the key, or the
    first clause that did not hold."""

    at: Instant
    what: str
    event: str = ""
    kind: str = ""
    link: str = ""
    about: str = ""
    detail: str = ""
    clauses: tuple[ClauseSeen, ...] = ()


@dataclass(frozen=True, slots=True)
class Counted:
    """An event that entered a count, or was kept out of it by the guard `left_out`. `who`: the people it counts for."""

    at: Instant
    event: str = ""
    kind: str = ""
    link: str = ""
    about: str = ""
    who: tuple[str, ...] = ()
    left_out: str = ""


@dataclass(slots=True)
class Trace:
    """`subject`: the key to follow, or None for every key of the rule: then only the newest ask of each is kept, and
    neither steps nor what was counted."""

    rule: str
    subject: Key | None = None
    asked: dict[Key, Asked] = field(default_factory=dict)
    notes: dict[Key, list[Note]] = field(default_factory=dict)
    met: set[Key] = field(default_factory=set)  # every key of an event that it listens to, also where `when` stopped it
    steps: deque[Step] = field(default_factory=lambda: deque(maxlen=MAX_NOTES))
    seen: Counter[str] = field(default_factory=Counter)  # of steps, by `what`: also those that are not kept
    counted: dict[str, deque[Counted]] = field(default_factory=dict)  # by the count's name
    loose: Counter[str] = field(default_factory=Counter)  # matches of no subject: 'no key: PART', 'too many'
    newest: dict[str, object] = field(default_factory=dict)  # the entry of each count that was written down last
    truth: bool | None = None  # what `fire` was when last asked

    def wants(self, rule: str, key: Key) -> bool:
        return rule == self.rule and (self.subject is None or self.subject == key)

    def follows(self, rule: str, key: Key) -> bool:
        """Whether every step of this key is written down."""
        return rule == self.rule and self.subject == key

    def note(self, rule: str, key: Key, at: Instant, what: str, event: str = "") -> None:
        if self.wants(rule, key):
            notes = self.notes.setdefault(key, [])
            if notes and notes[-1].what == what:
                notes.pop()  # of the same thing again and again only the newest is worth reading
            notes.append(Note(at, what, event))
            del notes[:-MAX_NOTES]

    def step(self, step: Step) -> None:
        self.steps.append(step)
        self.seen[step.what] += 1

    def count(self, name: str, entry: Counted) -> None:
        self.counted.setdefault(name, deque(maxlen=MAX_NOTES)).append(entry)
        self.seen[f"counted {name}"] += not entry.left_out
