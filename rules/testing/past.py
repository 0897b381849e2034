"""Everything that happened in one case, folded by the engine; late events go back and forward again.

Owns the journal of a case, states kept on the way, and what was told and is no longer true. As the service does it:
the newest kept state before a late event, then everything after it in order.
"""

from dataclasses import dataclass

from rules.engine.codec import decode, encode
from rules.engine.decide import Engine
from rules.engine.plans import Program
from rules.engine.state import Mark, State
from rules.engine.trace import Trace
from rules.model.events import Event, order_key
from rules.model.findings import Decision, Finding, Suppressed
from rules.model.times import DAY, Instant

EVERY = 5
"""Events between two kept states, which are at least a day apart."""
MOST_KEPT = 40
"""The newest of them; further back it is folded from the beginning."""
WORKSPACE = "test"


@dataclass(slots=True)
class Kept:
    """A state as bytes, and what was known then. `mark` None: the beginning."""

    mark: Mark | None
    watermark: Instant
    state: bytes
    findings: dict[str, Finding]
    suppressed: int


class Past:
    """`first_at`: since when this workspace has been running. `findings`: their newest word, as they opened."""

    def __init__(self, program: Program, first_at: Instant, trace: Trace | None = None) -> None:
        self.program = program
        self.journal: list[Event] = []
        self.findings: dict[str, Finding] = {}
        self.withdrawn: dict[str, Finding] = {}
        self.suppressed: list[Suppressed] = []
        self.state = State.new(WORKSPACE)
        self.state.facts.first_at = first_at
        self._trace = trace
        self._engine = Engine(self.state, program, trace)
        self._kept: list[Kept] = [self._keep()]
        self._since = 0

    def next_due(self) -> Instant | None:
        return self._engine.next_due()

    def pass_time(self, until: Instant) -> None:
        """Decides everything due up to this moment, itself included."""
        self._take(self._engine.decide((), until + 1))

    def arrive(self, event: Event) -> None:
        """One event, in time or late."""
        self.journal.append(event)
        mark = self.state.mark
        if event.at < self.state.watermark or (mark is not None and order_key(event) <= mark):
            self._go_back(event)
            return
        if self._since >= EVERY and event.at >= self._kept[-1].watermark + DAY:
            self._kept.append(self._keep())
            del self._kept[1:-MOST_KEPT]
            self._since = 0
        self._since += 1
        self._take(self._engine.decide([event]))

    def _take(self, decision: Decision) -> None:
        for finding in (*decision.opened, *decision.resolved):
            self.findings[finding.id] = finding
            self.withdrawn.pop(finding.id, None)
        self.suppressed += decision.suppressed

    def _keep(self) -> Kept:
        state = self.state
        return Kept(state.mark, state.watermark, encode(state), dict(self.findings), len(self.suppressed))

    def _go_back(self, late: Event) -> None:
        """What was told and does not come again was not true: it is withdrawn."""
        until, told = self.state.watermark, self.findings
        key = order_key(late)
        while len(self._kept) > 1 and not _is_before(self._kept[-1], late):
            self._kept.pop()
        kept = self._kept[-1]
        self.state = decode(kept.state, self.program)
        self._engine = Engine(self.state, self.program, self._trace)
        self.findings, self.suppressed = dict(kept.findings), self.suppressed[: kept.suppressed]
        again = sorted((one for one in self.journal if kept.mark is None or order_key(one) > kept.mark), key=order_key)
        self._take(self._engine.decide(again, max(until, key[0])))
        self._since = len(again)
        self.withdrawn |= {id_: one for id_, one in told.items() if id_ not in self.findings}


def _is_before(kept: Kept, event: Event) -> bool:
    return kept.watermark <= event.at and (kept.mark is None or kept.mark < order_key(event))
