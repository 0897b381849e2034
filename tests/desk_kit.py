"""A workspace on a real store for tests of intake and deciding: a clock that is set by hand, and a look at everything.

Owns putting the parts together without configuration files, sinks or HTTP.
"""

import asyncio
import shutil
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path

from rules.engine.codec import digest
from rules.engine.decide import Engine
from rules.engine.plans import Program
from rules.engine.state import State
from rules.model.events import Event, order_key
from rules.model.findings import Finding
from rules.model.times import Instant
from worker.deciding.decider import Decider, Options
from worker.deciding.memory import Memory, Place, recovered
from worker.intake.receive import Receiver, Reserve
from worker.people.identity import Directory
from worker.ports import Arrived, Origin
from worker.store import cursors, dead_letters, findings, heads, outbox
from worker.store.cursors import Cursor
from worker.store.database import open_store
from worker.store.dead_letters import DeadLetter
from worker.store.heads import Head
from worker.store.journal import Journal, Row
from worker.store.outbox import Entry

ANY_DISK = Reserve(0, 0)


class Desk:
    """`now` is set by the test. `settle` and `gather` are 0 unless it says otherwise."""

    def __init__(
        self, path: Path, program: Program, now: Instant, reserve: Reserve = ANY_DISK, **options: object
    ) -> None:
        self.now = now
        self.program = program
        self.path = path
        self.options = Options(**{"settle": 0, "gather": 0, **options})  # type: ignore[arg-type]
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
        self.decider = self.another_decider()
        self.rivals: list[Decider] = []  # others that hear of what was journalled
        self.receiver = Receiver(self.store, self.journal, self.directory, lambda: self.now, self._told, reserve)

    def another_decider(self) -> Decider:
        return Decider(self.store, self.journal, self.program, lambda: self.now, self._pause, self.options)

    def _told(self, rows: list[Row]) -> None:
        for one in (self.decider, *self.rivals):
            one.appended(rows)

    def _person(self) -> str:
        self.people += 1
        return f"p{self.people}"

    async def _pause(self) -> None:
        self.meanwhile()
        await asyncio.sleep(0)

    def meanwhile(self) -> None:
        """What happens while deciding makes room for others; for a test to set."""

    # what happens ---------------------------------------------------------------------------------------------

    def receive(self, events: Sequence[Event], origin: Origin = "live", cursor: Cursor | None = None) -> Arrived:
        return asyncio.run(self.receiver.receive(events, origin, cursor))

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

    def use(self, program: Program) -> None:
        self.program = program
        asyncio.run(self.decider.use(program))

    def status(self, status: str) -> None:
        asyncio.run(self.decider.set_status(status))

    def close(self) -> None:
        self.store.close()

    def again(self, **options: object) -> "Desk":
        """The same store, opened by another process."""
        self.close()
        return Desk(self.path, self.program, self.now, **options)  # type: ignore[arg-type]

    def crashed(self, path: Path, **options: object) -> "Desk":
        """What a power cut leaves: the files as they are, without their closing; in another place, as this process
        lives on."""
        for end in ("", "-wal"):
            beside = self.path.with_name(self.path.name + end)
            if beside.exists():
                shutil.copyfile(beside, path.with_name(path.name + end))
        self.close()
        return Desk(path, self.program, self.now, **options)  # type: ignore[arg-type]

    @contextmanager
    def broken(self, pragma: str, after: str) -> Iterator[None]:
        """A store that SQLite itself refuses to write: `query_only=ON`, `max_page_count=N`."""
        self._pragma(pragma)
        try:
            yield
        finally:
            self._pragma(after)

    @contextmanager
    def read_only(self) -> Iterator[None]:
        with self.broken("query_only=ON", "query_only=OFF"):
            yield

    @contextmanager
    def full(self, pages: int) -> Iterator[None]:
        """A store that may grow by so many pages only."""
        with self.broken(f"max_page_count={self._pragma('page_count') + pages}", "max_page_count=4294967294"):
            yield

    def _pragma(self, text: str) -> int:
        """Outside of any transaction: within one, some do nothing."""
        row = self.store._connection.connection.dbapi_connection.execute(f"PRAGMA {text}").fetchone()
        return int(row[0]) if row else 0

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
        with self.store.reading() as connection:
            return outbox.ended_or_waiting(connection, self.ws, *(statuses or outbox.STATUSES))

    def journalled(self) -> list[Row]:
        with self.store.reading() as connection:
            return self.journal.came_after(connection, 0, 10_000_000)

    def letters(self) -> list[DeadLetter]:
        with self.store.reading() as connection:
            return dead_letters.newest(connection, self.ws)

    def recovered(self) -> Memory | None:
        """The workspace as another process would find it."""
        place = Place(self.store, self.journal, self.program, self._pause)
        return asyncio.run(recovered(place, self.head))

    def cursor(self, source: str, stream: str = "") -> Cursor | None:
        with self.store.reading() as connection:
            return cursors.cursor_of(connection, source, stream)

    def dump(self) -> list[str]:
        """Every row of the store."""
        return list(self.store._connection.connection.dbapi_connection.iterdump())


def pure(program: Program, events: Sequence[Event], until: Instant) -> tuple[State, dict[str, Finding]]:
    """The engine alone, over events in order: what everything else has to agree with."""
    state = State.new("main")
    engine = Engine(state, program)
    decision = engine.decide(sorted({event.id: event for event in events}.values(), key=order_key))
    later = engine.decide((), until)
    found = (*decision.opened, *decision.resolved, *later.opened, *later.resolved)
    return state, {one.id: one for one in found}
