"""One workspace of one process, put together: store, people, intake, deciding, dispatch.

Owns putting together and taking apart, and what a configuration means for each part. What runs when is
`embedded.py`'s; commands that change something are `operations.py`'s.
"""

import asyncio
from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass, field
from secrets import token_hex

import structlog
from sqlalchemy import Connection

from connectors.base import Sink
from rules.engine.guards import MAX_ERRORS
from rules.language.rule import Rule
from rules.model.events import Event
from rules.model.times import MINUTE, Instant, Span
from worker.config import template_files
from worker.config.load import Configuration
from worker.config.people import Person
from worker.config.sparekey import Settings, span_of
from worker.deciding.decider import Decider, Options
from worker.deciding.standing import Standing
from worker.dispatch.dispatcher import Dispatcher
from worker.dispatch.silence import Silence
from worker.intake import configuration as configured
from worker.intake.receive import Receiver, Reserve
from worker.people import merging
from worker.people.identity import Configured, Directory
from worker.people.settings import areas_with_ids, people_with_ids
from worker.rulebook import Rulebook, rulebook, with_guards
from worker.store import heads
from worker.store.database import Store
from worker.store.journal import Journal, Row

log = structlog.get_logger()

TURNS, MOST_TURNS = 3, 20
"""Of the loop, between two slices of long work: at least, and at most while deliveries wait for their commit."""

Retry = Callable[[str, str, bytes], Awaitable[str]]
"""(connection, its reference, payload) → what came of it, in words."""


@dataclass(frozen=True, slots=True)
class Given:
    """What a service is given besides its configuration. `settle` None: as configured."""

    now: Callable[[], Instant]
    sinks: Mapping[str, Sink]
    settle: Span | None = None
    gather: Span = MINUTE
    forgetful: bool = False
    reserve: Reserve = field(default_factory=Reserve)


class Service:
    """Open, and ready to be turned. The caller holds the store's lock."""

    def __init__(self, store: Store, configuration: Configuration, given: Given) -> None:
        settings = configuration.settings
        self.store = store
        self.now = given.now
        self.configuration = configuration
        self.book = book_of(configuration)
        self.wake = asyncio.Event()
        self.warming = asyncio.Lock()  # one history is read at a time
        self.retry: Retry | None = None  # takes a delivery again; given by whoever serves webhooks
        self.away = ""  # why the store could not be written the last time
        self.broken = ""  # what is wrong with edited files, while the old ones hold
        with store.writing("admin") as connection:
            head = heads.load(connection, settings.workspace) or heads.create(connection, settings.workspace)
            self._begin(connection, head)
        self.ws = head.ws
        self.journal = Journal(head.ws, settings.workspace)
        self.directory = Directory(lambda: f"p{token_hex(6)}")
        with store.reading() as connection:
            self.journal.load(connection)
            self.directory.load(connection)
        self.receiver = Receiver(store, self.journal, self.directory, given.now, self._appended, given.reserve)
        settle = given.settle if given.settle is not None else span_of(settings.settle)
        options = Options(settle=settle, gather=given.gather, forgetful=given.forgetful)
        self.decider = Decider(store, self.journal, self.book.program, given.now, self._pause, options)
        self.standing = Standing(lambda: self.decider.memory.state if self.decider.memory else None)
        self.dispatcher = self._dispatcher(given.sinks, settings)

    def _begin(self, connection: Connection, head: heads.Head) -> None:
        """A start is another try for what was paused, and the end of a warming that nobody goes on with."""
        again = {"paused": "active", "warming": "quiet"}.get(head.status)
        if again is not None:
            heads.move(connection, head, status=again, status_why="", status_at=self.now())

    def _dispatcher(self, sinks: Mapping[str, Sink], settings: Settings) -> Dispatcher:
        return Dispatcher(
            self.store,
            self.ws,
            sinks,
            settings,
            self.standing,
            self.directory,
            lambda: self.book,
            self.append_facts,
            self._facts_appended,
            self._contact,
        )

    def _contact(self) -> str:
        """Who hears what has no other receiver."""
        people = self.configuration.people
        handle = people.programme_contact or people.default_manager
        return self.directory.of_handle(handle) if handle else ""

    def _owner(self, rule: Rule) -> str:
        """Who looks after a rule: as its file says, else whoever hears what has no other receiver."""
        people = self.configuration.people
        by_role = {"programme.contact": people.programme_contact, "default_manager": people.default_manager}
        named = self.directory.named(by_role.get(rule.owner) or rule.owner) if rule.owner else None
        return named or self._contact()

    def look_at_rules(self) -> None:
        """Rules that were wrong too often silence themselves, and owners hear of those that are off. After an answer,
        and from time to time: a process may have died between the two.
        """
        silence = Silence(self.store, self.ws, self._owner)
        silence.wrong(self.book.rules, self.configuration.settings.mute, self.now())
        state = self.decider.memory.state if self.decider.memory else None
        off = [rule for rule, own in state.rules.items() if own.errors >= MAX_ERRORS] if state is not None else []
        silence.broken(self.book.rules, off, self.now())

    # configuration --------------------------------------------------------------------------------------------

    async def configure(self) -> None:
        """Tells the people tables and the journal what the files say. The same again changes nothing."""
        said = self.configuration
        joined = self.directory.configure(persons_of(said))
        if joined:
            self._join(joined)
        people = people_with_ids(said.people, self.directory.of_handle)
        areas = areas_with_ids(said.areas, self.directory.of_handle)
        changed, from_beginning = await configured.journal(
            self.store, self.receiver, said.settings.workspace, people, areas, self.now()
        )
        if changed and from_beginning:
            self.decider.start_over()
        if changed:
            log.info("configuration journalled", events=changed, from_beginning=from_beginning)

    def _join(self, joined: list[tuple[str, str]]) -> None:
        """Accounts that turned out to be one person: what was journalled is theirs, and is decided anew."""
        with self.store.writing("admin") as connection:
            events = sum(merging.merge(connection, self.ws, self.directory, *one) for one in joined)
        self.directory.written()
        if events:
            self.decider.start_over()
        log.info("accounts joined", people=len(joined), events=events)

    async def reconfigure(self, configuration: Configuration) -> None:
        """Another configuration from now on. Connections, sinks and the store's place need a restart; the log says
        so.
        """
        before, self.configuration = self.configuration, configuration
        if _of_a_start(before.settings) != _of_a_start(configuration.settings):
            log.warning("sources, sinks, store, settle, budgets and http are read at the start: restart to use them")
        meant = {id_: rule.meaning for id_, rule in self.book.rules.items()}
        self.book = book_of(configuration)
        if changed := sorted({id_ for id_, rule in self.book.rules.items() if meant.get(id_) != rule.meaning}):
            log.info("rules mean something else: their state is built anew from the journal", rules=changed[:50])
        await self.decider.use(self.book.program)
        await self.configure()
        self.wake.set()

    # what rooms tell each other -------------------------------------------------------------------------------

    def _appended(self, rows: list[Row]) -> None:
        self.decider.appended(rows)
        self.wake.set()

    def append_facts(self, connection: Connection, events: list[Event]) -> None:
        """Journals what happened because of us, in the transaction of its receipt."""
        seq = heads.newest_seq(connection, self.ws)
        done = self.journal.append(connection, events, "engine-fact", self.now(), seq)
        if done.new:
            heads.appended(connection, self.ws, done.new[-1].seq)
        self._facts = done.new

    def _facts_appended(self) -> None:
        rows, self._facts = self._facts, []
        if rows:
            self._appended(rows)

    _facts: list[Row] = []  # noqa: RUF012  # replaced, never changed

    async def _pause(self) -> None:
        """Between slices of long work: a delivery needs a few turns until it waits for its commit, and gets that."""
        for turn in range(MOST_TURNS):
            await asyncio.sleep(0)
            if turn >= TURNS - 1 and not self.receiver.is_waiting:
                return

    # turning --------------------------------------------------------------------------------------------------

    async def decide_all(self) -> None:
        """Decides everything that is old enough now; late events wait for nobody."""
        while await self.decider.step(flush=True):
            pass

    def ready(self) -> str:
        """Why nothing can be committed now; '' while it can."""
        if self.away:
            return self.away
        head = self.decider.head
        return f"deciding is paused: {head.status_why}" if head is not None and head.status == "paused" else ""


def book_of(configuration: Configuration) -> Rulebook:
    """The rules with the workspace's guards where their files say nothing of them."""
    texts = template_files.texts(configuration.templates)
    return rulebook(with_guards(configuration.rules, configuration.settings.guards), texts)


def persons_of(said: Configuration) -> dict[str, Configured]:
    """What the people tables need of people.yml, by handle."""
    return {
        handle: Configured(
            handle,
            tuple((source, account.lower()) for source, account in _accounts(person)),
            person.mail,
            person.level,
            person.team or "",
        )
        for handle, person in said.persons.items()
    }


def _accounts(person: Person) -> list[tuple[str, str]]:
    """Accounts as written, and the mail address as an account of git."""
    found = [(source, account) for source, accounts in person.accounts.items() for account in accounts]
    mail = person.mail
    return [*found, ("git", mail)] if mail else found


_READ_AT_START = ("workspace", "runtime", "store", "sources", "sinks", "http", "settle", "budgets", "digest", "reserve")


def _of_a_start(settings: Settings) -> list[object]:
    return [getattr(settings, name) for name in _READ_AT_START]
