"""A workspace on a real store for tests of intake and deciding: a clock that is set by hand, and a look at everything.

Owns putting the parts together without configuration files, sinks or HTTP.
"""

import asyncio
from collections.abc import Sequence
from pathlib import Path

from rules.engine.codec import digest
from rules.engine.decide import Engine
from rules.engine.plans import Program
from rules.engine.state import State
from rules.model.events import Event, order_key
from rules.model.findings import Finding
from rules.model.times import Instant
from worker.deciding.decider import Decider, Options
from worker.intake.receive import Receiver, Reserve
from worker.people.identity import Directory
from worker.ports import Arrived, Origin
from worker.store import findings, heads, outbox
from worker.store.database import open_store
from worker.store.heads import Head
from worker.store.journal import Journal, Row
from worker.store.outbox import Entry

ANY_DISK = Reserve(0, 0)


class Desk:
    """`now` is set by the test. `settle` and `gather` are 0 unless it says otherwise."""

    def __init__(self, path: Path, program: Program, now: Instant, reserve: Reserve = ANY_DISK, **options: object) -> None:
        self.now = now
        self.program = program
        self.path = path
        self.store = open_store(path)
        with self.store.writing("admin") as connection:
            head = heads.load(connection, "main") or heads.create(connection, "main")
        self.ws = head.ws
        self.journal = Journal(head.ws, "main")
        self.people = 0
        self.directory = Directory(self._person)
        with self.store.reading() as connection:
            self.journal.load(connection)
            self.directory.load(connection)
        given = {"settle": 0, "gather": 0, **options}
        self.decider = Decider(
            self.store, self.journal, program, lambda: self.now, self._pause, Options(**given)  # type: ignore[arg-type]
        )  # fmt: skip
        self.receiver = Receiver(
            self.store, self.journal, self.directory, lambda: self.now, self.decider.appended, reserve
        )

    def _person(self) -> str:
        self.people += 1
        return f"p{self.people}"

    async def _pause(self) -> None:
        await asyncio.sleep(0)

    # what happens ---------------------------------------------------------------------------------------------

    def receive(self, events: Sequence[Event], origin: Origin = "live") -> Arrived:
        return asyncio.run(self.receiver.receive(events, origin))

    def decide(self) -> None:
        """Everything that is old enough; late events wait for nobody."""
        asyncio.run(self._decide())

    async def _decide(self) -> None:
        while await self.decider.step(flush=True):
            pass

    def take(self, events: Sequence[Event], size: int = 0) -> None:
        """Receives and decides, in batches of this size, the clock being at the newest event that came."""
        for start in range(0, len(events), size or max(len(events), 1)):
            batch = events[start : start + (size or len(events))]
            self.now = max([self.now, *(event.at + 1 for event in batch)])
            self.receive(batch)
            self.decide()

    def status(self, status: str) -> None:
        asyncio.run(self.decider.set_status(status))

    def close(self) -> None:
        self.store.close()

    def again(self, **options: object) -> "Desk":
        """The same store, opened by another process."""
        self.close()
        return Desk(self.path, self.program, self.now, **options)  # type: ignore[arg-type]

    # what is there --------------------------------------------------------------------------------------------

    @property
    def head(self) -> Head:
        with self.store.reading() as connection:
            found = heads.load(connection, "main")
        assert found is not None
        return found

    @property
    def digest(self) -> str:
        """Of the state in memory, recovered where there is none."""
        asyncio.run(self.decider.step())
        assert self.decider.memory is not None
        return digest(self.decider.memory.state)

    def findings(self, *statuses: str) -> dict[str, Finding]:
        with self.store.reading() as connection:
            return {one.id: one for one in findings.every(connection, self.ws, *statuses)}

    def standing(self) -> dict[str, Finding]:
        """What was not withdrawn."""
        return self.findings("open", "resolved")

    def actions(self, *statuses: str) -> list[Entry]:
        every = statuses or ("draft", "planned", "sent", "withdrawn", "expired", "rejected", "digest", "unknown", "leased")
        with self.store.reading() as connection:
            return outbox.ended_or_waiting(connection, self.ws, *every)

    def journalled(self) -> list[Row]:
        with self.store.reading() as connection:
            return self.journal.came_after(connection, 0, 10_000_000)


def pure(program: Program, events: Sequence[Event], until: Instant) -> tuple[State, dict[str, Finding]]:
    """The engine alone, over events in order: what everything else has to agree with."""
    state = State.new("main")
    engine = Engine(state, program)
    decision = engine.decide(sorted({event.id: event for event in events}.values(), key=order_key))
    later = engine.decide((), until)
    found = (*decision.opened, *decision.resolved, *later.opened, *later.resolved)
    return state, {one.id: one for one in found}
