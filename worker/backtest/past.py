"""A past to decide: the events of one workspace in order, where they continue from, and who could be told.

Owns its two kinds: events in memory (a clone, files) and the journal of a store, which is only read. Knows no rules.
"""

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field

from rules.engine.plans import Program
from rules.engine.state import State
from rules.model.events import Event, order_key
from rules.model.people import PeopleMap
from rules.model.times import DAY, Instant
from worker.config.sparekey import Settings
from worker.deciding.memory import Place, from_baseline, no_pause
from worker.ports import Face
from worker.store.database import Store
from worker.store.heads import Head
from worker.store.journal import Journal

BATCH = 1000
TERMINAL = "you"
"""Whoever types stands for every receiver that nobody named."""

_SPAN = "SELECT count(*), min(CASE WHEN at > ? THEN at END) FROM journal WHERE ws = ? AND seq <= ?"


@dataclass(frozen=True, slots=True)
class Past:
    """`begin` gives a fresh state for a program; `batches` are the events that come after a state.

    `contact` hears what has no other receiver; `members` are the people of a team.
    """

    name: str
    begin: Callable[[Program], State]
    batches: Callable[[State], Iterator[Sequence[Event]]]
    total: int
    starts_at: Instant
    ends_at: Instant
    settings: Settings = field(default_factory=Settings)
    contact: str = TERMINAL
    members: Callable[[str], tuple[str, ...]] = lambda team: ()

    # what dispatch asks of people: here nobody has a name, and nobody's choice is looked up ---------------------

    def face(self, person: str) -> Face:
        return Face(person, person)

    def muted(self, person: str, rule: str, sink: str) -> bool:
        """Never: a backtest must not tell what somebody chose for themselves."""
        return False


def of_events(name: str, events: Sequence[Event], areas: Event) -> Past:
    """`areas`: the configuration that stands before all others. Every manager is whoever types."""
    people = Event(
        id="people.changed:start",
        kind="people.changed",
        at=areas.at,
        source="configuration",
        workspace=areas.workspace,
        people_map=PeopleMap(default_manager=TERMINAL, programme_contact=TERMINAL),
    )
    every = [*sorted((areas, people), key=order_key), *events]

    def batches(state: State) -> Iterator[Sequence[Event]]:
        for start in range(0, len(every), BATCH):
            yield every[start : start + BATCH]

    first, last = (events[0].at, events[-1].at) if events else (0, 0)
    return Past(name, lambda program: State.new(areas.workspace), batches, len(events), first, last)


def of_journal(
    store: Store, head: Head, settings: Settings, contact: str, members: Callable[[str], tuple[str, ...]], now: Instant
) -> Past:
    """What was journalled until now, from where it was cut on. It may be read beside a running service."""
    journal = Journal(head.ws, head.name)
    with store.reading() as connection:
        journal.load(connection)
        total, first = connection.exec_driver_sql(_SPAN, (DAY, head.ws, head.appended_seq)).one()

    def begin(program: Program) -> State:
        return from_baseline(Place(store, journal, program, no_pause), head).state

    def batches(state: State) -> Iterator[Sequence[Event]]:
        mark, since = state.mark, state.watermark
        while True:
            with store.reading() as connection:
                rows = journal.after(connection, mark, since, now, head.appended_seq)
            if not rows:
                return
            mark, since = order_key(rows[-1].event), rows[-1].event.at
            yield [row.event for row in rows]

    quiet = settings.model_copy(update={"sinks": {}})
    return Past(head.name, begin, batches, total, first or now, now, quiet, contact, members)
