"""What commands that look at a store share: the store beside the running process, its people, its rules.

Owns opening them for reading. Nothing here writes.
"""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from rules.engine.state import State
from rules.engine.trace import Trace
from worker.cli.say import Say
from worker.config.load import Configuration
from worker.deciding.memory import Place, no_pause, recovered
from worker.deciding.standing import Standing
from worker.people.identity import Directory
from worker.rulebook import Rulebook
from worker.runtimes import opening
from worker.runtimes.service import book_of, persons_of
from worker.store.database import Store
from worker.store.heads import Head
from worker.store.journal import Journal


@dataclass(slots=True)
class Desk:
    """One workspace to look at."""

    configuration: Configuration
    store: Store
    head: Head
    directory: Directory
    book: Rulebook

    def say(self, named: bool) -> Say:
        return Say(self.directory, named)

    def place(self, trace: Trace | None = None) -> Place:
        journal = Journal(self.head.ws, self.head.name)
        with self.store.reading() as connection:
            journal.load(connection)
        return Place(self.store, journal, self.book.program, no_pause, trace)

    async def state(self) -> State | None:
        """The newest decided state, recovered; None where the rules mean something else now."""
        memory = await recovered(self.place(), self.head)
        return memory.state if memory is not None else None

    async def standing(self) -> Standing:
        state = await self.state()
        return Standing(lambda: state)


@contextmanager
def desk(folder: Path) -> Iterator[Desk]:
    """Raises ConfigError where there is no configuration, or no store yet."""
    with opening.read(folder) as (configuration, store, head):
        yield Desk(configuration, store, head, directory_of(configuration, store), book_of(configuration))


def directory_of(configuration: Configuration, store: Store) -> Directory:
    """The people of a store that is only read: somebody new is nobody."""
    directory = Directory(lambda: "nobody")
    with store.reading() as connection:
        directory.load(connection)
    directory.configure(persons_of(configuration))
    return directory
