"""The whole state of one workspace: what survives between events, and what it is made of.

Owns the shape of everything that a checkpoint keeps; `codec.py` encodes it. Timers are derived from it, never part of
it. Mutable: a batch folds into it; after any failure outside it is dropped and recovered, never patched.
"""

from dataclasses import dataclass, field

import msgspec

from rules.engine.facts.rows import Facts
from rules.engine.frame import Key, Tallies
from rules.model.cases import Case
from rules.model.events import Event
from rules.model.findings import Finding
from rules.model.times import Instant

Mark = tuple[Instant, tuple[int, int], str]


class Hold(msgspec.Struct, array_like=True):
    """`fire` has been true since `since`; `finding` is what it opened, '' while it only lasts.

    `reask` is the next midnight at which an open finding is asked again.
    """

    since: Instant
    finding: str = ""
    reask: Instant = 0


class Last(msgspec.Struct, array_like=True):
    """When the newest finding of a key opened, and how many there were."""

    opened_at: Instant
    ordinal: int


class Wait(msgspec.Struct, array_like=True):
    """A decision that waits. `dues` ascend; `left` repeats remain; `calendar` is whose working days count.

    What was derived of the event stays as it was then: its areas, whom it credits.
    """

    since: Instant
    event: Event
    areas: tuple[str, ...]
    credited: tuple[str, ...]
    bound: dict[str, str]
    start: Instant
    dues: list[Instant]
    left: int = 0
    calendar: str = ""


class Suppressions(msgspec.Struct, array_like=True):
    times: int
    first: Instant
    last: Instant


@dataclass(slots=True)
class RuleState:
    """What one rule remembers, by key."""

    holds: dict[Key, Hold] = field(default_factory=dict)
    last: dict[Key, Last] = field(default_factory=dict)
    cooled: dict[Key, Instant] = field(default_factory=dict)  # for `cooldown: {per}`: part → newest opening
    waits: dict[Key, Wait] = field(default_factory=dict)
    tallies: Tallies = field(default_factory=dict)
    suppressed: dict[tuple[Key, str], Suppressions] = field(default_factory=dict)
    evaluated: int = 0  # events it was asked about
    matched: int = 0  # combinations that met `on` and `when`
    unknown: int = 0
    errors: int = 0  # exceptions of the rule; off after 20


@dataclass(slots=True)
class State:
    """`mark` is the order key of the newest folded event; `watermark` how far time has come (timers included).

    Findings that would open before `live_from` are warm-up. `findings` holds the open ones.
    """

    workspace: str
    facts: Facts = field(default_factory=Facts)
    rules: dict[str, RuleState] = field(default_factory=dict)
    cases: dict[str, Case] = field(default_factory=dict)
    findings: dict[str, Finding] = field(default_factory=dict)
    mark: Mark | None = None
    watermark: Instant = -(1 << 62)
    live_from: Instant = -(1 << 62)

    @classmethod
    def new(cls, workspace: str) -> "State":
        return cls(workspace)

    def rule(self, rule: str) -> RuleState:
        found = self.rules.get(rule)
        if found is None:
            found = self.rules[rule] = RuleState()
        return found
