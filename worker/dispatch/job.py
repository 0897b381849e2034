"""What is handed from D1 to the call and on to D2: one leased action with everything its words need.

Owns these shapes.
"""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Literal

import msgspec

from rules.model.actions import Action
from rules.model.findings import Finding
from rules.model.times import Instant
from worker.dispatch.limits import Channel
from worker.store.leases import Filed, Lease
from worker.store.outbox import Entry, Planned

How = Literal["send", "look", "note", "close"]


@dataclass(frozen=True, slots=True)
class Item:
    """One line of a digest. `planned` is None where the row is damaged."""

    entry: Entry
    planned: Planned | None
    finding: Finding | None

    @classmethod
    def of(cls, entry: Entry, find: Callable[[str], Finding | None]) -> "Item":
        try:
            planned = entry.planned
        except msgspec.DecodeError:
            return cls(entry, None, None)
        return cls(entry, planned, find(planned.finding))


@dataclass(frozen=True, slots=True)
class Subject:
    """`finding`, `action` and `others` of its case are what a message speaks of.

    Of a note, `others` is what its `task` told.
    `items` and `drafts` are what a digest tells.
    """

    how: How
    channel: Channel
    planned: Planned | None
    to: tuple[str, ...] = ()
    finding: Finding | None = None
    action: Action | None = None
    others: tuple[Finding, ...] = ()
    items: tuple[Item, ...] = ()
    drafts: int = 0
    task: Filed | None = None


@dataclass(frozen=True, slots=True)
class Job:
    """`doubtful_since`: when an attempt began of which nobody knows what came of it; 0: none did."""

    entry: Entry
    subject: Subject
    lease: Lease
    doubtful_since: Instant
