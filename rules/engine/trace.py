"""What explain asks the engine to write down about one rule while it folds.

Owns the record. Nothing here changes a decision; without a trace nothing is recorded.
"""

from dataclasses import dataclass, field

from rules.model.findings import ClauseSeen
from rules.model.times import Instant

Key = tuple[str, ...]
MAX_NOTES = 200


@dataclass(frozen=True, slots=True)
class Asked:
    """The newest time a key was asked: on which event, and every clause of `fire` with its values."""

    at: Instant
    event: str
    kind: str
    clauses: tuple[ClauseSeen, ...]


@dataclass(frozen=True, slots=True)
class Note:
    at: Instant
    what: str
    event: str = ""


@dataclass(slots=True)
class Trace:
    """`subject`: the key to follow, or None for every key of the rule (then only the newest ask of each is kept)."""

    rule: str
    subject: Key | None = None
    asked: dict[Key, Asked] = field(default_factory=dict)
    notes: dict[Key, list[Note]] = field(default_factory=dict)
    left_at_when: int = 0  # events of a listened kind of which no combination got past `when`
    events: int = 0

    def wants(self, rule: str, key: Key) -> bool:
        return rule == self.rule and (self.subject is None or self.subject == key)

    def note(self, rule: str, key: Key, at: Instant, what: str, event: str = "") -> None:
        if self.wants(rule, key):
            notes = self.notes.setdefault(key, [])
            if notes and notes[-1].what == what:
                notes.pop()  # of the same thing again and again only the newest is worth reading
            notes.append(Note(at, what, event))
            del notes[:-MAX_NOTES]
