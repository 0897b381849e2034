"""What one run of the engine works with: state, program, timers, the events it made itself, and the decision so far.

Owns the few ways in which parts of the engine tell each other something. Decides nothing.
"""

from collections import deque
from dataclasses import dataclass, field

from rules.engine.frame import Key
from rules.engine.plans import Program, RulePlan
from rules.engine.state import RuleState, State, Suppressions
from rules.engine.timers import Timers, derive
from rules.engine.trace import Trace
from rules.model.entities import FindingSeen
from rules.model.events import Event
from rules.model.findings import Decision, Finding, Suppressed
from rules.model.times import Instant


@dataclass(slots=True)
class Run:
    """`queue` holds derived events: decided right after their cause, before the next outside event."""

    state: State
    program: Program
    timers: Timers
    trace: Trace | None = None
    queue: deque[Event] = field(default_factory=deque)
    decision: Decision = field(default_factory=Decision)

    @classmethod
    def of(cls, state: State, program: Program, trace: Trace | None = None) -> "Run":
        for rule in program.rules:
            state.rule(rule)
        return cls(state, program, derive(state, program), trace)

    def suppress(self, plan: RulePlan, own: RuleState, key: Key, reason: str, at: Instant) -> None:
        """Records a 'no' with its reason, in the decision and in the rule's own memory."""
        self.decision.suppressed.append(Suppressed(plan.rule.id, key, reason, at))
        found = own.suppressed.get((key, reason))
        if found is None:
            own.suppressed[key, reason] = Suppressions(1, at, at)
        else:
            found.times += 1
            found.last = at
        if self.trace:
            self.trace.note(plan.rule.id, key, at, reason)

    def broke(self, plan: RulePlan, own: RuleState, key: Key, at: Instant) -> None:
        """A rule raised: that is its own 'no', and neighbours and facts go on. After `guards.MAX_ERRORS` it is off."""
        own.errors += 1
        self.decision.errors[plan.rule.id] = self.decision.errors.get(plan.rule.id, 0) + 1
        self.suppress(plan, own, key, "error", at)

    def announce(self, kind: str, finding: Finding, at: Instant) -> None:
        """Queues `finding.opened` or `finding.resolved` for the rules that listen to it."""
        seen = FindingSeen(id=finding.id, rule=finding.rule, area=finding.area, person=finding.person)
        self.queue.append(
            Event(
                id=f"{kind}:{finding.id}",
                kind=kind,
                at=at,
                source="engine",
                workspace=self.state.workspace,
                finding=seen,
            )
        )
