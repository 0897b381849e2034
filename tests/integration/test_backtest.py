"""A backtest against what it stands for: the journal of a real store, and a service that lived through the same time."""

import asyncio
from pathlib import Path

from desk_kit import ANY_DISK, Desk, pure
from engine_kit import START, areas, day, merged, opened, people, rules_of

from rules.model.areas import AreaMap
from rules.model.events import Event, order_key
from rules.model.people import PeopleMap
from rules.model.times import DAY, MINUTE, Instant
from worker.backtest.past import TERMINAL, Past, of_events, of_journal
from worker.backtest.play import Nowhere, Played, play
from worker.config.load import Configuration
from worker.config.sparekey import Settings
from worker.config.template_files import shipped
from worker.rulebook import Rulebook, rulebook
from worker.runtimes.service import Given, Service
from worker.store import outbox
from worker.store.database import open_for_reading, open_store

RULES = rules_of("""
  carried:
    title: One person changes an area
    on: pull_request.merged
    each: {area: event.areas}
    per: area
    count: {changes: {for: 10d}}
    fire: changes.n >= 2
    hold: 1d
    do: [{task: area.manager, template: name-two-learners}]
  changed:
    title: Something was merged
    on: pull_request.merged
    each: {area: event.areas}
    per: area
    count: {changes: {for: 10d}}
    fire: changes.n >= 3
    cooldown: 5d
    do: [{task: area.manager, template: name-two-learners}]
  hello:
    title: A pull request is opened and nothing happens for a day
    on: pull_request.opened
    per: pull_request
    after: 1d
    do: [{nudge: pull_request.author, template: newcomer-waiting}]
""")
EVENTS = sorted(
    [
        opened(0, "zoe", -20),
        *(merged(n, f"u{n % 3}", n / 2, f"{'abcd'[n // 9 % 4]}/x.py") for n in range(1, 50)),
        *(opened(100 + n, f"u{n % 3}", n * 0.7) for n in range(1, 36)),
    ],
    key=order_key,
)


def configured(boss: str = TERMINAL) -> list[Event]:
    at = START - 40 * DAY
    return [areas(at), people(at=at, default_manager=boss, programme_contact=boss)]


def played(past: Past, book: Rulebook, since: Instant = START) -> Played:
    return asyncio.run(play(past, book, since))


def journal_of(path: Path, desk: Desk) -> Past:
    store = open_for_reading(path)
    return of_journal(store, desk.head, Settings(), TERMINAL, lambda team: (), desk.now)


def test_the_journal_is_decided_as_the_engine_decides_beside_the_process_that_writes_it(tmp_path: Path) -> None:
    book = rulebook(RULES)
    desk = Desk(tmp_path / "s.db", book.program, START)
    desk.take([*configured(), *EVENTS], 30)
    found = played(journal_of(tmp_path / "s.db", desk), book, START - 50 * DAY)
    _, expected = pure(book.program, [*configured(), *EVENTS], desk.now + 1)
    assert {one.id: one for one in found.findings} == expected
    assert len(expected) > 40
    desk.close()


def test_a_journal_that_was_cut_goes_on_from_its_baseline(tmp_path: Path) -> None:
    """What is found after the cut is what was found before it, for the time that is left."""
    book = rulebook(RULES)
    desk = Desk(tmp_path / "s.db", book.program, START)
    desk.take([*configured(), *EVENTS], 30)
    whole = played(journal_of(tmp_path / "s.db", desk), book, day(20))
    assert asyncio.run(desk.decider.cut(day(15))) > 0
    cut = journal_of(tmp_path / "s.db", desk)
    assert cut.starts_at >= day(15)
    assert [one.id for one in played(cut, book, day(20)).findings] == [one.id for one in whole.findings]
    desk.close()


class Lived:
    """A service with these rules live, turned whenever something is due."""

    def __init__(self, folder: Path) -> None:
        self.now: Instant = START - 41 * DAY
        boss = PeopleMap(default_manager=TERMINAL)
        said = Configuration(folder, Settings(workspace="main"), AreaMap(), boss, {}, RULES, shipped(), "")
        given = Given(lambda: self.now, {"nowhere": Nowhere()}, settle=0, gather=0, reserve=ANY_DISK)
        self.service = Service(open_store(folder / "s.db"), said, given)
        self.boss = self.service.directory.of_handle(TERMINAL)

    async def live(self, events: list[Event]) -> None:
        for event in events:
            await self._until(event.at)
            self.now = max(self.now, event.at + 1)
            await self.service.receiver.receive([event], "live")
            await self._turn()

    async def _until(self, at: Instant) -> None:
        while True:
            due = [self.service.decider.next_due(), self.service.dispatcher.next_due(self.now)]
            first = min((time for time in due if time is not None), default=at)
            if first >= at:
                return
            self.now = max(self.now + 1, first + 1)
            await self._turn()

    async def _turn(self) -> None:
        await self.service.decide_all()
        while await self.service.dispatcher.step(self.now):
            pass


def test_what_a_backtest_says_is_what_a_service_would_have_sent(tmp_path: Path) -> None:
    """The same messages to the same people, at the same minute."""
    lived, events = Lived(tmp_path), [event for event in EVENTS if event.at < day(15)]
    asyncio.run(lived.live([*configured(lived.boss), *events]))
    with lived.service.store.reading() as connection:
        rows = outbox.ended_or_waiting(connection, lived.service.ws, "sent", most=10_000)
    lived.service.store.close()
    found = played(of_events("main", events, configured()[0]), rulebook(RULES), START - 50 * DAY)
    sent = [row for row in found.rows if row.status == "sent"]

    assert told(sent, TERMINAL) == told(rows, lived.boss)
    assert {row.verb for row in sent} >= {"task", "nudge", "digest"}


def told(every: list[outbox.Entry], boss: str) -> list[tuple[str, str, tuple[str, ...], int]]:
    """Keys of actions hold their receivers, so what they are about is compared instead."""
    people = {boss: "boss"}
    return sorted(
        (row.verb, row.finding, tuple(people.get(one, one) for one in row.people), row.ended_at // MINUTE)
        for row in every
    )
