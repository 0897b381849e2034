"""What connectors and their callers agree on. Owns the outcome types and the identity function's shape."""

from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass, field

from rules.model.accounts import Account

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
