"""Late events, in memory: going back to a checkpoint and folding forward again.

Owns the promise that any order of arrival within the allowed lateness gives the result of ordered arrival. Keeps the
events and checkpoints of the last days; the journal and the store do that for the service. Knows no clock.
"""

from bisect import bisect_left, insort
from collections.abc import Sequence
from dataclasses import dataclass, field

from rules.engine.codec import decode, encode
from rules.engine.decide import Engine
from rules.engine.plans import Program
from rules.engine.state import State
from rules.model.events import Event, order_key
from rules.model.findings import Decision, Finding
from rules.model.times import DAY, Instant

LATENESS = 7 * DAY
CHECKPOINT_EVERY = 500
"""Events between two checkpoints: going back folds at most this many more than it must."""


@dataclass(frozen=True, slots=True)
class Checkpoint:
    """The state before the event at `position` of the timeline, and the findings until then."""

    position: int
    data: bytes
    findings: dict[str, Finding]


@dataclass(slots=True)
class Timeline:
    """`findings` are all that stand, by id; `withdrawn` those that a late event undid, newest word wins."""

    program: Program
    workspace: str
    events: list[Event] = field(default_factory=list)
    findings: dict[str, Finding] = field(default_factory=dict)
    withdrawn: dict[str, Finding] = field(default_factory=dict)
    too_late: list[Event] = field(default_factory=list)
    duplicates: int = 0
    went_back: int = 0
    _ids: set[str] = field(default_factory=set)
    _checkpoints: list[Checkpoint] = field(default_factory=list)
    _state: State = field(init=False)
    _engine: Engine = field(init=False)

    def __post_init__(self) -> None:
        self._state = State.new(self.workspace)
        self._engine = Engine(self._state, self.program)
        self._checkpoints.append(Checkpoint(0, encode(self._state), {}))

    @property
    def state(self) -> State:
        return self._state

    def arrive(self, batch: Sequence[Event]) -> None:
        """Takes events in any order. The same id again changes nothing; older than the lateness is set aside."""
        before = len(self.events)
        newest = self.events[-1].at if self.events else None
        first = before
        for event in batch:
            if event.id in self._ids:
                self.duplicates += 1
            elif newest is not None and event.at < newest - LATENESS:
                self.too_late.append(event)
            else:
                self._ids.add(event.id)
                first = min(first, bisect_left(self.events, order_key(event), key=order_key))
                insort(self.events, event, key=order_key)
        if first < before:
            self._go_back(first)
            first = self._checkpoints[-1].position
        self._fold(first)

    def finish(self, until: Instant) -> None:
        """Decides everything due before `until`."""
        self._take(self._engine.decide((), until))

    def _go_back(self, position: int) -> None:
        """Restores the newest checkpoint at or before `position` and withdraws what came after it, for now."""
        self.went_back += 1
        while self._checkpoints[-1].position > position:
            self._checkpoints.pop()
        found = self._checkpoints[-1]
        self.withdrawn.update({id_: one for id_, one in self.findings.items() if id_ not in found.findings})
        self.findings = dict(found.findings)
        self._state = decode(found.data, self.program)
        self._engine = Engine(self._state, self.program)

    def _fold(self, position: int) -> None:
        while position < len(self.events):
            end = min(len(self.events), self._checkpoints[-1].position + CHECKPOINT_EVERY)
            self._take(self._engine.decide(self.events[position:end]))
            position = end
            if end - self._checkpoints[-1].position >= CHECKPOINT_EVERY:
                self._checkpoints.append(Checkpoint(end, encode(self._state), dict(self.findings)))
                self._forget_old()

    def _take(self, decision: Decision) -> None:
        for finding in (*decision.opened, *decision.resolved):
            self.findings[finding.id] = finding
            self.withdrawn.pop(finding.id, None)

    def _forget_old(self) -> None:
        """Keeps one checkpoint that is older than the lateness, and all newer ones."""
        oldest = self.events[-1].at - LATENESS
        while len(self._checkpoints) > 1 and self.events[self._checkpoints[1].position - 1].at < oldest:
            self._checkpoints.pop(0)
