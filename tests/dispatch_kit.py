"""Small words for tests of dispatch: a world with a real store, people and sinks that can lag, lose answers and die."""

import asyncio
import threading
from collections import deque
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path

from engine_kit import rules_of
from sqlalchemy import Connection, select

from connectors.base import Markup, Message, Told
from connectors.errors import Ambiguous, Rejected, RetryLater
from rules.model.actions import Action
from rules.model.events import Event
from rules.model.findings import CountSeen, Evidence, Finding
from rules.model.people import Calendar
from rules.model.times import MINUTE, Instant, Span, instant
from worker.config.sparekey import Budgets, Settings, Sink
from worker.dispatch.dispatcher import Dispatcher
from worker.dispatch.review import Review
from worker.ports import Face
from worker.rulebook import Rulebook, rulebook
from worker.store import findings, heads, outbox
from worker.store.database import Store, open_store
from worker.store.outbox import Entry, Planned, Row
from worker.store.schema import tasks

MONDAY = instant(datetime(2025, 1, 6, 12, tzinfo=UTC))

RULES = rules_of("""
  carried:
    title: One person carries an area
    on: pull_request.merged
    each: {area: event.areas}
    per: area
    count: {changes: {for: 180d}}
    fire: changes.n >= 1
    hold: 0d
    do: [{task: area.manager, template: name-two-learners}]
  also-carried:
    title: One person reviews an area
    on: pull_request.merged
    each: {area: event.areas}
    per: area
    count: {changes: {for: 180d}}
    fire: changes.n >= 1
    hold: 0d
    do: [{task: area.manager, template: name-two-learners}]
  waiting:
    title: A newcomer waits
    on: pull_request.opened
    per: pull_request
    after: 1d
    do: [{nudge: pull_request.author.buddy, template: newcomer-waiting}]
""")


class PowerCut(BaseException):
    """The process is gone."""


@dataclass
class Remote:
    """A sink that shows what was written only after `lag`. `script` says what the next calls of `send` come to."""

    clock: "World"
    lag: Span = 0
    lists: bool = True
    markup: Markup = "markdown"
    takes: frozenset[Told] = frozenset({"task", "nudge", "digest"})
    timeout: float = 10.0
    script: deque[str] = field(default_factory=deque)
    down: bool = False
    written: list[tuple[Instant, str, Message]] = field(default_factory=list)
    closed: dict[str, Message] = field(default_factory=dict)
    notes: list[tuple[str, Message]] = field(default_factory=list)
    called: threading.Event = field(default_factory=threading.Event)
    release: threading.Event = field(default_factory=threading.Event)
    calls: int = 0

    def send(self, message: Message) -> str:
        self.calls += 1
        how = "retry" if self.down else self.script.popleft() if self.script else "ok"
        if how == "retry":
            raise RetryLater("busy")
        if how == "patience":
            raise RetryLater("too many", after=1800)
        if how == "reject":
            raise Rejected("no such project")
        if how == "lost":
            raise Ambiguous("time-out")
        if how == "fault":
            raise ZeroDivisionError
        if how == "cut before":
            raise PowerCut
        if how == "slow":
            self.called.set()
            assert self.release.wait(30)
        remote = f"R{len(self.written) + 1}"
        self.written.append((self.clock.now, remote, message))
        if how == "slow after":
            self.called.set()
            assert self.release.wait(30)
        if how == "created, lost":
            raise Ambiguous("time-out")
        if how == "cut after":
            raise PowerCut
        return remote

    def find(self, key: str, since: Instant) -> list[str]:
        if self.down:
            raise RetryLater("busy")
        seen = self.clock.now - self.lag
        return [id_ for at, id_, message in self.written if message.key == key and since <= at <= seen]

    def note(self, remote: str, message: Message) -> None:
        self._answer()
        self.notes.append((remote, message))

    def close(self, remote: str, message: Message) -> None:
        self._answer()
        self.closed[remote] = message

    def _answer(self) -> None:
        if self.down:
            raise RetryLater("busy")
        if self.script and self.script[0] == "note lost":
            self.script.popleft()
            raise Ambiguous("time-out")

    def describe(self) -> str:
        return "a remote"

    def open(self, key: str) -> list[str]:
        """What is there under a key and was not closed."""
        return [id_ for _, id_, message in self.written if message.key == key and id_ not in self.closed]

    @property
    def keys(self) -> list[str]:
        return [message.key for _, _, message in self.written]


@dataclass
class World:
    """Everything around a dispatcher. `standing` and `faces` in one: what is gone, who works when, who hears what."""

    path: Path
    now: Instant = MONDAY
    settings: Settings = field(default_factory=Settings)
    sinks: dict[str, Remote] = field(default_factory=dict)
    ended: dict[str, str] = field(default_factory=dict)
    urgent: list[str] = field(default_factory=list)
    calendars: dict[str, Calendar] = field(default_factory=dict)
    leave: dict[str, tuple[tuple[Instant, Instant], ...]] = field(default_factory=dict)
    teams: dict[str, tuple[str, ...]] = field(default_factory=dict)
    mail: dict[str, str] = field(default_factory=dict)
    mutes: set[tuple[str, str]] = field(default_factory=set)
    contact: str = "operator"
    facts: list[Event] = field(default_factory=list)
    told: int = 0
    on_append: Callable[[], None] = lambda: None
    on_appended: Callable[[], None] = lambda: None

    def __post_init__(self) -> None:
        self.store: Store = open_store(self.path / "s.db")
        self.book: Rulebook = rulebook(RULES)
        with self.store.writing("admin") as connection:
            head = heads.load(connection, "main") or heads.create(connection, "main")
        self.ws = head.ws

    # standing and faces ---------------------------------------------------------------------------------------

    def gone(self, finding: str, held: bool, watched: Sequence[tuple[str, str]]) -> str:
        return self.ended.get(finding, "")

    def urgency(self, case: str) -> tuple[int, int, int, int, str]:
        return (0, 0, 0, self.urgent.index(case) if case in self.urgent else 99, case)

    def hours(self, person: str) -> tuple[Calendar, tuple[tuple[Instant, Instant], ...]]:
        return self.calendars.get(person, Calendar()), self.leave.get(person, ())

    def face(self, person: str) -> Face:
        return Face(person, person.title(), self.mail.get(person, ""))

    def members(self, team: str) -> tuple[str, ...]:
        return self.teams.get(team, ())

    def muted(self, person: str, rule: str, sink: str) -> bool:
        return bool({(person, "all"), (person, f"rule:{rule}"), (person, f"sink:{sink}")} & self.mutes)

    # turning --------------------------------------------------------------------------------------------------

    def dispatcher(self) -> Dispatcher:
        return Dispatcher(
            self.store, self.ws, self.sinks, self.settings, self, self, lambda: self.book, self._append,
            self._appended, lambda: self.contact,
        )  # fmt: skip

    def _append(self, connection: Connection, events: list[Event]) -> None:
        self.on_append()
        self.facts += events

    def _appended(self) -> None:
        self.told += 1
        self.on_appended()

    def step(self, later: Span = 0) -> int:
        """Everything that is due after that time."""
        self.now += later
        dispatcher, moved = self.dispatcher(), 0
        while found := asyncio.run(dispatcher.step(self.now)):
            moved += found
        return moved

    def settle(self, until: Instant) -> None:
        """Time passes, and whatever becomes due is done, until nothing is due before `until`."""
        while True:
            self.step()
            due = self.dispatcher().next_due(self.now)
            if due is None or due > until:
                return
            self.now = max(due, self.now)

    @property
    def review(self) -> Review:
        return Review(self.store, self.ws, self)

    # what is planned ------------------------------------------------------------------------------------------

    def remote(self, name: str = "issues", kind: str = "files", **more: object) -> Remote:
        found = self.sinks[name] = Remote(self, **more)  # type: ignore[arg-type]
        said = {**self.settings.sinks, name: Sink(kind=kind)}  # type: ignore[arg-type]
        self.settings = self.settings.model_copy(update={"sinks": said})
        return found

    def budgets(self, **slots: int) -> None:
        self.settings = self.settings.model_copy(update={"budgets": Budgets(**slots)})

    def plan(self, *rows: Row, write: Sequence[Finding] = ()) -> None:
        with self.store.writing("c2") as connection:
            findings.put(connection, self.ws, ((one, 0) for one in write))
            outbox.plan(connection, self.ws, rows, self.now)

    def task(self, n: int, to: str = "boss", rule: str = "carried", **more: object) -> str:
        return self._planned(f"A-t{n}", "task", rule, to, "name-two-learners", f"C-{n}", "task", **more)

    def nudge(self, n: int, to: str = "ada", **more: object) -> str:
        return self._planned(f"A-n{n}", "nudge", "waiting", to, "newcomer-waiting", "", "nudge", **more)

    def _planned(
        self, key: str, verb: str, rule: str, to: str, template: str, case: str, budget: str, status: str = "planned",
        send: str = "now", good_until: Instant = 0, any_time: bool = False, **more: object,
    ) -> str:  # fmt: skip
        people = (to,) if to else ()
        values = {"area": f"src/{key}", "pull_request": f"acme#{key}"}
        action = Action(key=key, verb=verb, to=people, template=template, recheck_days=90, values=values)  # type: ignore[arg-type]
        finding = finding_of(f"F-{key}", rule, case, self.now, action)
        planned = Planned(
            action=action, verb=verb, finding=finding.id, rule=rule, case=case, held=verb == "task", budget=budget,  # type: ignore[arg-type]
            any_time=any_time, **more,  # type: ignore[arg-type]
        )  # fmt: skip
        self.plan(Row(key, status, send, self.now, good_until, planned, people), write=[finding])
        return key

    # what became of it ----------------------------------------------------------------------------------------

    def entry(self, key: str) -> Entry:
        with self.store.reading() as connection:
            found = outbox.entry(connection, self.ws, key)
        assert found is not None
        return found

    def status(self, key: str) -> str:
        return self.entry(key).status

    def rows(self, *statuses: str) -> list[Entry]:
        with self.store.reading() as connection:
            return outbox.ended_or_waiting(connection, self.ws, *statuses)

    def filed(self) -> dict[str, tuple[str, str]]:
        """Task → (its remote, status)."""
        with self.store.reading() as connection:
            query = select(tasks.c.task, tasks.c.remote, tasks.c.status)
            return {task: (remote, status) for task, remote, status in connection.execute(query)}


def finding_of(id_: str, rule: str, case: str, at: Instant, *actions: Action) -> Finding:
    seen = CountSeen("changes", 8, at - MINUTE, at, {"top.n": 7, "top.percent": 87, "second.n": 1})
    return Finding(
        id=id_, rule=rule, meaning="m", key=("src/pay",), per=("area",), ordinal=1, opened_at=at, confidence="medium",
        evidence=Evidence(counts=(seen,)), area=f"src/{case or id_}", case=case or None, held=rule != "waiting",
        actions=actions, mode="live",
    )  # fmt: skip
