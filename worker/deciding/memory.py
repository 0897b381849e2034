"""A workspace in memory: its state, its engine, how far it has come, and what was decided since the last commit.

Owns folding in slices and coming back from a checkpoint. Writes nothing: after any failure it is dropped and
recovered, never patched. Knows no clock.
"""

from collections import Counter
from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass, field

import structlog

from rules.engine.codec import decode, encode
from rules.engine.decide import Engine
from rules.engine.plans import Program
from rules.engine.state import State
from rules.engine.trace import Trace
from rules.model.events import Event, order_key
from rules.model.findings import Decision, Finding
from rules.model.times import Instant
from worker.crashpoints import reach
from worker.deciding.meanings import meanings, rules_hash
from worker.store import checkpoints, heads
from worker.store.database import Store
from worker.store.heads import Head
from worker.store.journal import Journal, Mark, Row

log = structlog.get_logger()

SLICE = 25
"""Events folded without looking up: about two milliseconds."""

Pause = Callable[[], Awaitable[None]]


async def no_pause() -> None:
    """Nobody else waits."""


"""Lets others go on: whoever waits for a commit of intake."""


class FactsBroke(Exception):
    """An exception inside facts: which event, and what it was. Skipping the event would corrupt the state silently."""

    def __init__(self, event: str, error: Exception) -> None:
        super().__init__(f"{type(error).__name__} while folding {event}: {error}")
        self.event = event


@dataclass(slots=True)
class Outcome:
    """What folding came to since the last commit. `findings` hold the newest word, `intervals` where they opened."""

    findings: dict[str, Finding] = field(default_factory=dict)
    intervals: dict[str, int] = field(default_factory=dict)
    events: int = 0
    suppressed: Counter[tuple[str, str]] = field(default_factory=Counter)
    errors: Counter[str] = field(default_factory=Counter)

    def take(self, decision: Decision, interval: int) -> None:
        for finding in decision.opened:
            self.findings[finding.id] = finding
            self.intervals[finding.id] = interval
        for finding in decision.resolved:
            self.findings[finding.id] = finding
        self.events += decision.events
        self.suppressed.update((one.rule, one.reason) for one in decision.suppressed)
        self.errors.update(decision.errors)

    @property
    def opened(self) -> list[Finding]:
        return [self.findings[id_] for id_ in self.intervals]

    @property
    def ended(self) -> list[Finding]:
        """What is no longer so, also what had only just opened. A moment is over at once, and is told all the same."""
        return [
            one for one in self.findings.values() if one.status == "resolved" and (one.held or one.case is not None)
        ]


class Memory:
    """`interval` is the number of the newest checkpoint; `since` how many events were folded after it."""

    def __init__(self, state: State, program: Program, interval: int, trace: Trace | None = None) -> None:
        self.state = state
        self.program = program
        self.interval = interval
        self.since = 0
        self.outcome = Outcome()
        self._engine = Engine(state, program, trace)

    @property
    def at(self) -> Instant:
        return self.state.watermark

    @property
    def mark(self) -> Mark | None:
        return self.state.mark

    def next_due(self) -> Instant | None:
        return self._engine.next_due()

    async def fold(self, rows: Sequence[Row], pause: Pause) -> None:
        """Folds events, which must come in order. Raises FactsBroke; this memory is worth nothing then."""
        for start in range(0, len(rows), SLICE):
            events = [row.event for row in rows[start : start + SLICE]]
            self._decide(events, None)
            self.since += len(events)
            reach("fold.slice")
            await pause()

    def pass_time(self, until: Instant) -> None:
        """Decides what is due before `until`."""
        if until > self.state.watermark:
            self._decide([], until)

    def _decide(self, events: Sequence[Event], now: Instant | None) -> None:
        try:
            decision = self._engine.decide(events, now)
        except Exception as error:
            raise FactsBroke(self.state.mark[2] if self.state.mark else "a timer", error) from error
        self.outcome.take(decision, self.interval)

    def taken(self) -> Outcome:
        """What was decided since; from here on it is somebody else's to write."""
        outcome, self.outcome = self.outcome, Outcome()
        return outcome

    def encoded(self) -> bytes:
        return encode(self.state)


@dataclass(frozen=True, slots=True)
class Place:
    """What folding needs: where events are read, by which rules, and how room is made for others."""

    store: Store
    journal: Journal
    program: Program
    pause: Pause
    trace: Trace | None = None  # of whoever asks why


async def fold_until(
    place: Place, memory: Memory, at: Instant, mark: Mark | None, most_seq: int, made: Callable[[], None] | None = None
) -> None:
    """Folds the journal after the memory's mark, up to a time and an order key, and lets time come there.

    None of it came later than `most_seq`. `made` is called after every look at the journal.
    """
    while True:
        with place.store.reading() as connection:  # what is older than `memory.at` came too late for this past
            rows = place.journal.after(connection, memory.mark, memory.at, at + 1, most_seq)
        rows = [row for row in rows if row.event.at < at or (mark is not None and order_key(row.event) <= mark)]
        if not rows:
            break
        await memory.fold(rows, place.pause)
        if made is not None:
            made()
    memory.pass_time(at)


async def recovered(place: Place, head: Head) -> Memory | None:
    """The workspace as its last commit left it; what is folded again on the way was told already.

    None where no checkpoint fits these rules: then the whole journal has to be folded anew.
    """
    if head.decided_at == heads.BEGINNING:
        return Memory(State.new(head.name), place.program, head.checkpoint, place.trace)
    if head.rules_hash != rules_hash(place.program):
        return None
    memory = _from_checkpoint(place, head) if head.checkpoint else from_baseline(place, head)
    if memory is None:
        return None
    await fold_until(place, memory, head.decided_at, head.mark, head.decided_seq)
    memory.taken()
    return memory


def _from_checkpoint(place: Place, head: Head) -> Memory | None:
    with place.store.reading() as connection:
        found = checkpoints.newest(connection, head.ws)
    if found is None or found.number != head.checkpoint:
        return None
    return restored(found, place)


def restored(found: checkpoints.Checkpoint, place: Place) -> Memory | None:
    """The state of a checkpoint; None where it is damaged, or of other rules or another codec."""
    if found.rules_hash != rules_hash(place.program):
        return None
    try:
        return Memory(decode(found.state(), place.program), place.program, found.number, place.trace)
    except Exception as error:  # whatever is wrong with it: the journal has everything
        log.warning("checkpoint cannot be used", number=found.number, error=str(error)[:200])
        return None


def from_baseline(place: Place, head: Head) -> Memory:
    """The state behind which the journal was cut; an empty one where nothing was cut yet.

    A rule that means something else than it did then starts there with nothing remembered.
    """
    with place.store.reading() as connection:
        found = checkpoints.baseline(connection, head.ws)
    if found is None:
        return Memory(State.new(head.name), place.program, 0, place.trace)
    state = decode(found.state(), place.program)
    for rule, meaning in meanings(place.program).items():
        if found.meanings.get(rule) != meaning:
            state.rules.pop(rule, None)
    _keep_findings(state, {id_ for id_, one in state.findings.items() if one.rule in state.rules})
    return Memory(state, place.program, 0, place.trace)


def _keep_findings(state: State, kept: set[str]) -> None:
    state.findings = {id_: one for id_, one in state.findings.items() if id_ in kept}
    for case in state.cases.values():
        case.open_findings = [id_ for id_ in case.open_findings if id_ in kept]
    for area in state.facts.area.values():
        area.findings = tuple(id_ for id_ in area.findings if id_ in kept)
