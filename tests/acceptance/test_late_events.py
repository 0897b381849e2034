"""Any order of arrival within the allowed lateness gives the findings, the actions, their words and the state of ordered
arrival.

Public histories through a real store: journalled as they come, decided in between, and gone back to.
"""

import os
import random
import sys
from pathlib import Path

import pytest
from desk_kit import Desk, pure

from connectors.files.source import read
from connectors.terminal.sink import sink
from rules.engine.codec import digest
from rules.language.load import Source, load_rules
from rules.model.areas import AreaMap
from rules.model.events import Event, order_key
from rules.model.times import DAY, HOUR, Instant
from worker import catalog
from worker.deciding.standing import Standing
from worker.dispatch import subjects
from worker.dispatch.compose import Composer, NoWords
from worker.dispatch.job import Item, Job, Subject
from worker.dispatch.limits import Channel
from worker.rulebook import Rulebook, rulebook
from worker.store import findings, outbox
from worker.store.leases import Lease
from worker.store.outbox import Entry

HISTORIES = ("kafka", "lustre", "kv_engine")
LATENESS = 7 * DAY
LONG = bool(os.environ.get("SPAREKEY_LONG"))
SHUFFLES = 200 if LONG else 6
EVENTS = 6000 if LONG else 1200
AREAS = Event(
    id="areas", kind="areas.changed", at=1, source="configuration", area_map=AreaMap(fallback_depth=1)
)  # fmt: skip


def _history(shared: Path, name: str, count: int) -> list[Event]:
    """The newest: in its first years a project is so small that no rule speaks."""
    found = read(shared / "histories" / f"{name}.jsonl.xz", lambda account: account.id)
    return [AREAS, *sorted(found, key=order_key)[-count:]]


def _book() -> Rulebook:
    """Every rule, live: what is planned is compared too."""
    packs = catalog.packs()
    whole = "defaults: {mode: live}\nextends: [catalog/all@1]\n"
    return rulebook(load_rules([Source("live.yml", whole)], packs).rules)


def _said(desk: Desk, book: Rulebook, now: Instant) -> dict[str, tuple[object, ...]]:
    """What waits to be sent: to whom, when and about what, and the words that would go out now."""
    assert desk.decider.memory is not None
    state = desk.decider.memory.state
    composer = Composer(desk.directory, Standing(lambda: state), lambda: book)
    found = {}
    for entry in desk.actions("draft", "planned"):
        words = _words(composer, Job(entry, _subject(desk, entry), Lease(desk.ws, entry.action, "", 0, 0), 0), now)
        found[entry.action] = (entry.people, entry.send, entry.not_before, entry.good_until, entry.planned, words)
    return found


def _words(composer: Composer, job: Job, now: Instant) -> tuple[object, ...]:
    try:
        text = composer.text(job, now)
    except NoWords as none:
        return (str(none),)
    return text.title, text.parts, text.answers, text.footer


def _subject(desk: Desk, entry: Entry) -> Subject:
    stream = sink(sys.stdout)
    channel, planned = Channel("terminal", stream, stream.takes), entry.planned
    with desk.store.reading() as connection:
        finding, action, others = subjects.about(connection, desk.ws, planned)
        items = (Item.of(entry, lambda id_: findings.get(connection, id_)),) if entry.verb == "digest" else ()
        if entry.verb in outbox.ON_A_TASK:
            told = outbox.task_of(connection, desk.ws, entry.case_id)
            one = findings.get(connection, told.finding) if told else None
            finding, action, others = findings.get(connection, planned.finding), planned.action, (one,) if one else ()
    return Subject("send", channel, planned, entry.people, finding, action, others, items)


def _shuffled(events: list[Event], chance: random.Random) -> list[Event]:
    """One in five comes up to seven days after its time."""
    late = [
        (event.at + chance.randrange(LATENESS - HOUR) * (chance.random() < 0.2), n) for n, event in enumerate(events)
    ]
    return [events[n] for _, n in sorted(late)]


@pytest.mark.parametrize("name", HISTORIES)
def test_shuffles_of_a_shared_history_give_identical_findings_words_and_state(
    shared: Path, name: str, tmp_path: Path
) -> None:
    book, events = _book(), _history(shared, name, EVENTS)
    until = max(event.at for event in events) + 30 * DAY
    state, found = pure(book.program, events, until)
    in_order = _decided(tmp_path / "in-order.db", book, events, 100, until)
    said = _said(in_order, book, until)
    in_order.close()
    assert len(said) >= 10  # what never speaks proves nothing
    for seed in range(SHUFFLES // len(HISTORIES) + 1):
        chance = random.Random(seed)
        desk = _decided(tmp_path / f"{seed}.db", book, _shuffled(events, chance), chance.choice([7, 50, 200]), until)
        assert desk.standing() == found, seed
        assert _said(desk, book, until) == said, seed
        assert digest(desk.decider.memory.state) == digest(state), seed
        desk.close()


def _decided(path: Path, book: Rulebook, events: list[Event], size: int, until: Instant) -> Desk:
    desk = Desk(path, book.program, 0, checkpoint_events=500)
    desk.take(events, size)
    desk.now = until
    desk.decide()
    desk.decider.memory.pass_time(until)  # timers that are not due there yet move no watermark
    return desk
