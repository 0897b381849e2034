"""Deciding, as a loop over the journal: what is old enough is folded, decided, and committed.

Owns when what happens: recover, go back, fold, let time pass, commit, checkpoint. The workspace is dropped and
recovered after any failure. Knows no sources and no sinks; time and the need to make room are given to it.
"""

import asyncio
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace

import structlog

from rules.engine.codec import digest_of
from rules.engine.plans import Program
from rules.language.rule import Rule
from rules.model.events import order_key
from rules.model.times import HOUR, MINUTE, Instant, Span
from worker import metrics
from worker.crashpoints import reach
from worker.deciding import baselines, going_back, rebuild, refold
from worker.deciding.commit import Change, checkpoint_of, commit
from worker.deciding.memory import FactsBroke, Memory, Outcome, Pause, Place, recovered
from worker.deciding.planning import Planner, standing
from worker.deciding.telling import tell
from worker.store import findings, heads, rule_modes
from worker.store.database import Store
from worker.store.heads import Head
from worker.store.journal import Journal, Mark, Row

log = structlog.get_logger()

MOST_WARMING = 24 * HOUR
"""How long live events may wait for history that is being read."""


@dataclass(frozen=True, slots=True)
class Options:
    """`settle`: how old an event must be; `gather`: how long late events wait for each other."""

    settle: Span = 15 * MINUTE
    gather: Span = MINUTE
    together: int = 500
    checkpoint_events: int = 10_000
    checkpoint_every: Span = 6 * HOUR
    forgetful: bool = False  # a test: after every commit the state is dropped, recovered and compared


class Decider:
    """Decides one workspace. `appended` is called by intake after its commits, `step` by whoever turns the loop."""

    def __init__(
        self,
        store: Store,
        journal: Journal,
        program: Program,
        now: Callable[[], Instant],
        pause: Pause,
        options: Options = Options(),
    ) -> None:
        self._place = Place(store, journal, program, pause)
        self._options = options
        self._now = now
        self.head: Head | None = None
        self.memory: Memory | None = None
        self._seen_seq = 0
        self._late: list[Row] = []
        self._late_since: Instant = 0
        self._horizon: tuple[Instant, Mark | None] = (heads.BEGINNING, None)
        self._checkpoint_at: Instant = 0
        self._start_over = False
        self.rebuilding = False  # the journal is being folded anew
        self._turn = asyncio.Lock()
        self._as_before = ""  # digest of a state that was forgotten on purpose

    # what happens outside -------------------------------------------------------------------------------------

    def appended(self, rows: Sequence[Row]) -> None:
        """Notes what was journalled. What lies before what was decided, or is being decided now, is late."""
        self._seen_seq = max(self._seen_seq, rows[-1].seq)
        at, mark = self._horizon
        late = [row for row in rows if row.event.at < at or (mark is not None and order_key(row.event) <= mark)]
        if late and not self._late:
            self._late_since = self._now()
        self._late += late
        metrics.late_events.inc(len(late))

    def forget(self) -> None:
        """Drops the state in memory: the next step recovers it."""
        self.memory = None

    async def use(self, program: Program) -> None:
        """Other rules from now on: the next step recovers, and folds the journal anew where they mean something new."""
        async with self._turn:
            self._place = replace(self._place, program=program)
            self.forget()

    async def set_status(self, status: str, why: str = "") -> None:
        """'warming': events are journalled only; 'quiet': then history is folded, and nothing of it is sent."""
        async with self._turn:
            self._write_status(status, why)
            self.forget()

    def start_over(self) -> None:
        """What was decided rests on something that turned out otherwise from the beginning: the next step rebuilds."""
        self._start_over = True

    def next_due(self) -> Instant | None:
        """When the next timer, or the next late event, wants a step."""
        if self.memory is None or self._late:
            return self._now()
        due = self.memory.next_due()
        return None if due is None else due + self._options.settle

    # one step -------------------------------------------------------------------------------------------------

    async def step(self, flush: bool = False) -> bool:
        """Does what can be done now; True where more is left to be done at once. `flush`: late events wait for nobody.

        Raises StoreAway and Lost; the state is dropped then.
        """
        async with self._turn:
            try:
                return await self._step(flush)
            except FactsBroke as error:
                self.forget()  # first: it is half folded, and the next line may fail
                log.error("deciding stopped", at=error.event, error=str(error)[:300])
                self._write_status("paused", str(error)[:500])
                return False
            except BaseException:
                self.forget()
                raise

    async def _step(self, flush: bool) -> bool:
        memory = await self._recovered()
        head = self._head()
        if head.status == "paused" or (head.status == "warming" and self._now() - head.status_at < MOST_WARMING):
            return False
        if head.status == "warming":
            log.warning("history is short: reading it took longer than a day")
            self._write_status("quiet", "history short")
            self.forget()
            return True
        start_over, self._start_over = self._start_over, False
        if head.decided_at != heads.BEGINNING and (start_over or (self._late and head.status == "quiet")):
            await self._rebuild()
            return True
        if self._late:
            if not flush and self._now() - self._late_since < self._options.gather:
                return False
            await self._go_back(memory)
            return True
        return await self._go_on(memory, self._now() - self._options.settle)

    async def _go_on(self, memory: Memory, limit: Instant) -> bool:
        """Folds the next events that are old enough; caught up, lets time pass to the timers that are due."""
        seq = self._seen_seq
        with self._place.store.reading() as connection:
            rows = self._place.journal.after(connection, memory.mark, memory.at, limit, seq, self._options.together)
        if rows:
            self._horizon = (rows[-1].event.at, order_key(rows[-1].event))
            await memory.fold(rows, self._place.pause)
        elif (due := memory.next_due()) is not None and due < limit:
            self._horizon = (limit, memory.mark)
            memory.pass_time(limit)
        elif self._head().status != "quiet":
            return False
        self._commit(memory, memory.taken(), seq, caught_up=not rows)
        return True

    def _commit(self, memory: Memory, outcome: Outcome, seq: int, caught_up: bool) -> None:
        head = self._head()
        quiet = head.status == "quiet"
        change = Change(
            decided_seq=seq,
            findings=[(one, outcome.intervals.get(one.id, findings.AS_BEFORE)) for one in outcome.findings.values()],
            rows=[] if quiet else self.planner(memory).rows(outcome.opened),
            ended=outcome.ended,
        )
        if quiet and caught_up:
            change.status = "active"
            change.rows = self.planner(memory).of_history(standing(memory.state))
        if self._is_checkpoint_due(memory) or change.status:
            change.made = [checkpoint_of(memory, seq, self._now())]
            self._checkpoint_at = self._now()
        self.head = commit(self._place.store, head, memory, change, self._now())
        tell(outcome, memory)
        if self._options.forgetful:
            self._as_before = digest_of(memory.encoded())
            self.forget()

    def _is_checkpoint_due(self, memory: Memory) -> bool:
        old = self._now() - self._checkpoint_at >= self._options.checkpoint_every
        return memory.since >= self._options.checkpoint_events or (old and memory.since > 0)

    async def _go_back(self, memory: Memory) -> None:
        """Late events are folded from a checkpoint before them; the ones that are too late for that wait for a
        rebuild.
        """
        late, self._late = self._late, []
        seq, head = self._seen_seq, self._head()
        back = await going_back.gone_back(self._place, head, memory, late, seq, self._now())
        if back is None:
            stale = going_back.stale_since(head, [row.event for row in late])
            self.head = commit(self._place.store, head, memory, Change(seq, stale_since=stale), self._now())
            metrics.too_late_events.inc(len(late))
            log.warning("events came too late to go back to; the nightly rebuild takes them", events=len(late))
            return
        self._write_again(back)
        metrics.went_back.inc()

    def _write_again(self, again: refold.Refolded) -> None:
        """A past that turned out otherwise: what is new is planned, what vanished is withdrawn."""
        planner = self.planner(again.memory)
        if again.speaks:
            again.change.rows, again.change.anew = planner.rows(again.new), planner.rows(again.change.moved)
        elif self._head().status != "quiet":  # the end of a quiet fold tells what stands
            again.change.rows = planner.of_history(standing(again.memory.state))
        self.head = commit(self._place.store, self._head(), again.memory, again.change, self._now())
        self.memory = again.memory
        self._checkpoint_at = self._now()
        tell(again.outcome, again.memory, again.new)

    # recovering -----------------------------------------------------------------------------------------------

    async def _recovered(self) -> Memory:
        if self.memory is not None and self.head is not None:
            return self.memory
        with self._place.store.reading() as connection:
            self.head = head = self._loaded(heads.load(connection, self._place.journal.workspace))
            self._seen_seq = head.appended_seq
        self._horizon = (head.decided_at, head.mark)
        self._late = []
        memory = await recovered(self._place, head)
        if memory is None:
            await self._rebuild()
            assert self.memory is not None  # a rebuild leaves one
            return self.memory
        with self._place.store.reading() as connection:
            self._late = self._place.journal.late(connection, head.decided_seq, *self._horizon, self._seen_seq)
        self._late_since = self._now()
        if self._as_before and digest_of(memory.encoded()) != self._as_before:
            raise AssertionError("the recovered state differs from the one that was committed")
        self.memory = memory
        self._checkpoint_at = self._now()
        return memory

    async def _rebuild(self) -> refold.Refolded:
        self.rebuilding = True
        try:
            found = await self._rebuilt()
        finally:
            self.rebuilding = False
        new, withdrawn = len(found.new), len(found.change.withdrawn)
        log.info(
            "rebuilt from the journal", events=found.outcome.events, findings_new=new, findings_withdrawn=withdrawn
        )
        return found

    async def _rebuilt(self) -> refold.Refolded:
        if self.head is None:
            with self._place.store.reading() as connection:
                self.head = self._loaded(heads.load(connection, self._place.journal.workspace))
                self._seen_seq = self.head.appended_seq
        self._late, self._as_before = [], ""
        self._horizon = (self.head.decided_at, self.head.mark)
        found = await rebuild.rebuilt(self._place, self.head, self._seen_seq, self._now())
        self._write_again(found)
        reach("rebuild.after-swap")
        metrics.rebuilds.inc()
        return found

    # from time to time ----------------------------------------------------------------------------------------

    async def rebuild(self) -> refold.Refolded:
        """Folds the whole journal with the rules as they are, and takes what that gives for what holds.

        Deciding waits for it; intake does not.
        """
        async with self._turn:
            return await self._rebuild()

    async def rebuild_if_stale(self) -> bool:
        """Takes the events that came too late to go back to."""
        async with self._turn:
            await self._recovered()
            if not self._head().stale_since or self._head().status != "active":
                return False
            await self._rebuild()
            return True

    async def cut(self, before: Instant) -> int:
        """Lets go of the journal before this time, behind a baseline; gives how many events."""
        async with self._turn:
            await self._recovered()
            return await baselines.cut(self._place, self._head(), before)

    # small pieces ---------------------------------------------------------------------------------------------

    def planner(self, memory: Memory) -> Planner:
        rules: Mapping[str, Rule] = {id_: plan.rule for id_, plan in self._place.program.rules.items()}
        with self._place.store.reading() as connection:
            modes = rule_modes.holding(connection, self._head().ws, rules)
        return Planner(memory.state, rules, modes)

    def _write_status(self, status: str, why: str) -> None:
        with self._place.store.writing("admin") as connection:
            head = self._loaded(heads.load(connection, self._place.journal.workspace))
            heads.move(connection, head, status=status, status_why=why, status_at=self._now())

    def _head(self) -> Head:
        assert self.head is not None  # a step recovers first
        return self.head

    def _loaded(self, head: Head | None) -> Head:
        assert head is not None  # the workspace is made when the store is opened
        return head
