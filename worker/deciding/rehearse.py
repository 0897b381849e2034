"""A rehearsal: a whole history through the engine, in memory; nothing stored, nothing sent.

Owns the loop behind `try`, `demo`, `explain --in` and `knowledge map`. Must not know where events come from or how
results are shown.
"""

from collections import Counter
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field

from rules.engine.decide import Engine
from rules.engine.plans import Program
from rules.engine.state import State
from rules.engine.trace import Trace
from rules.model.events import Event
from rules.model.findings import Decision, Finding
from rules.model.times import Instant

SLICE = 1000
"""Events between two reports of progress."""

Progress = Callable[[int], None]
"""Told how many more events were decided."""


@dataclass(slots=True)
class Rehearsal:
    """`findings` in the order of opening, with their newest status. `at` is how far time came."""

    program: Program
    state: State
    at: Instant
    events: int = 0
    findings: list[Finding] = field(default_factory=list)
    suppressed: Counter[tuple[str, str]] = field(default_factory=Counter)  # (rule, reason) → how often
    trace: Trace | None = None

    @property
    def unknown(self) -> dict[str, int]:
        """Per rule, how many questions could not be answered."""
        return {rule: own.unknown for rule, own in self.state.rules.items() if own.unknown}

    def opened_since(self, since: Instant) -> list[Finding]:
        return [finding for finding in self.findings if finding.opened_at >= since]


def rehearse(
    events: Sequence[Event],
    program: Program,
    workspace: str,
    until: Instant | None = None,
    progress: Progress | None = None,
    trace: Trace | None = None,
    since: Instant | None = None,
) -> Rehearsal:
    """Folds `events`, which must be in order, and decides everything due up to `until` (default: the newest event).

    `since`: rules speak from then on only, as if they had been switched on that day.
    """
    state = State.new(workspace)
    if since is not None:
        state.live_from = since
    engine = Engine(state, program, trace)
    at = until if until is not None else (events[-1].at + 1 if events else 0)
    found = Rehearsal(program, state, at, trace=trace)
    standing: dict[str, Finding] = {}
    for start in range(0, len(events), SLICE):
        batch = events[start : start + SLICE]
        _take(found, standing, engine.decide(batch))
        if progress is not None:
            progress(len(batch))
    _take(found, standing, engine.decide((), at))
    found.findings = list(standing.values())
    return found


def _take(found: Rehearsal, standing: dict[str, Finding], decision: Decision) -> None:
    found.events += decision.events
    for finding in (*decision.opened, *decision.resolved):
        standing[finding.id] = finding
    found.suppressed.update((one.rule, one.reason) for one in decision.suppressed)
