"""Deciding on a real store: order, crashes, late events, edits of rules, histories that are read quietly."""

import asyncio
import random
from pathlib import Path

import pytest
from desk_kit import Desk, pure
from engine_kit import START, areas, day, merged, opened, program_of, review
from msgspec.structs import replace

from rules.engine.codec import digest
from rules.engine.plans import Program
from rules.model.events import Event, order_key
from rules.model.people import Calendar, PeopleMap
from rules.model.times import DAY
from worker.store import leases

CARRIED = """
  one-carrier:
    title: Only one person changes an area
    on: pull_request.merged
    each: {area: event.areas}
    per: area
    count: {changes: {for: 4d, top: pull_request.authors}}
    fire: [changes.n >= 3, changes.top.percent >= 70]
    hold: 1d
    do: [{task: area.manager, template: second-pair-of-hands, suggest: pair}]
"""
WAITING = """
  nobody-merged:
    title: Nothing was merged after an opening
    on: pull_request.opened
    per: pull_request
    after: {for: 2d}
    unless: pull_request.merged
    do: [{nudge: pull_request.author, template: talk-live}]
"""


def history(*, others: int = 0) -> list[Event]:
    """Ten changes of `api` by one person, one a day, then some by others. Something happened before, elsewhere."""
    found = [areas(at=day(-30)), merged(99, "eve", -20, "web/a.py"), *(merged(n, "ada", n) for n in range(10))]
    return [*found, *(merged(100 + n, f"o{n}", 10 + n) for n in range(others))]


@pytest.fixture
def program() -> Program:
    return program_of(CARRIED + WAITING)


def test_what_is_decided_in_batches_is_what_the_engine_gives_in_one(tmp_path: Path, program: Program) -> None:
    events = history(others=8)
    desk = Desk(tmp_path / "s.db", program, START)
    desk.take(events, 3)
    state, found = pure(program, events, desk.decider.memory.at)
    assert desk.standing() == found
    assert desk.digest == digest(state)
    assert [finding.status for finding in found.values()] == ["resolved"]
    desk.close()


def test_arrival_in_any_order_gives_the_result_of_ordered_arrival(tmp_path: Path, program: Program) -> None:
    events = history(others=8)
    for seed in range(10):
        chance = random.Random(seed)
        arrival = sorted(events, key=lambda event: event.at + chance.random() * 6 * DAY)
        desk = Desk(tmp_path / f"{seed}.db", program, START, checkpoint_events=3)
        desk.take(arrival, chance.choice([1, 2, 5]))
        desk.now = day(60)
        desk.decide()
        state, found = pure(program, events, desk.decider.memory.at)
        assert (desk.standing(), desk.digest) == (found, digest(state)), seed
        desk.close()


def test_a_state_that_is_forgotten_after_every_commit_comes_back_the_same(tmp_path: Path, program: Program) -> None:
    """The decider itself compares digests in this mode, and fails where they differ."""
    desk = Desk(tmp_path / "s.db", program, START, forgetful=True, checkpoint_events=4)
    desk.take(history(others=8), 1)
    assert desk.standing()
    desk.close()


def test_an_event_twice_changes_nothing(tmp_path: Path, program: Program) -> None:
    events = history()
    desk = Desk(tmp_path / "s.db", program, START)
    desk.take(events)
    before = desk.digest, desk.head.appended_seq
    arrived = desk.receive([*events, *events])
    desk.decide()
    assert (arrived.new, arrived.duplicates) == (0, 2 * len(events))
    assert (desk.digest, desk.head.appended_seq) == before
    desk.close()


def test_a_finding_that_a_late_event_undoes_is_withdrawn_with_its_action(tmp_path: Path, program: Program) -> None:
    desk = Desk(tmp_path / "s.db", program, START)
    desk.take(history())
    (finding,) = desk.standing().values()
    assert [(one.verb, one.status) for one in desk.actions()] == [("task", "planned")]
    desk.take([merged(n, f"o{n}", n / 2 - 5) for n in range(14, 28)])  # others changed it all the time
    assert desk.findings("withdrawn").keys() == {finding.id}
    assert [(one.status, one.why) for one in desk.actions()] == [("withdrawn", "it turned out otherwise")]
    desk.close()


def test_a_finding_that_comes_back_takes_its_action_with_it(tmp_path: Path) -> None:
    """Late event one undoes it, late event two undoes that."""
    program = program_of(WAITING)
    desk = Desk(tmp_path / "s.db", program, START)
    desk.take([areas(), opened(1, "ada", 0), opened(2, "ben", 3)])
    assert [one.status for one in desk.actions()] == ["planned"]
    desk.take([merged(1, "ada", 1)])
    assert [one.status for one in desk.actions()] == ["withdrawn"]
    assert desk.standing() == {}
    desk.close()


REVIEWED = WAITING.replace("nudge: pull_request.author", "nudge: pull_request.top_reviewer")


def _waits_for_ben(path: Path) -> Desk:
    """A nudge to the one who reviewed most, as far as is known."""
    desk = Desk(path, program_of(REVIEWED), START)
    desk.take([areas(), opened(1, "ada", 0), review(1, "ben", "ada", 0.5), opened(2, "eve", 3)])
    assert [(one.people, one.status) for one in desk.actions()] == [(("ben",), "planned")]
    return desk


CEM_TOO = [review(1, "cem", "ada", 0.6), review(1, "cem", "ada", 0.7, "again")]


def test_a_nudge_that_waits_goes_to_whom_a_late_event_names(tmp_path: Path) -> None:
    """The finding is the same; what was planned for it follows it."""
    desk = _waits_for_ben(tmp_path / "s.db")
    desk.take(CEM_TOO)
    assert len(desk.standing()) == 1
    assert sorted((one.people, one.status, one.why) for one in desk.actions()) == [
        (("ben",), "withdrawn", "it turned out otherwise"),
        (("cem",), "planned", ""),
    ]
    desk.close()


def test_a_nudge_that_was_sent_is_left_alone_and_nobody_else_is_nudged(tmp_path: Path) -> None:
    desk = _waits_for_ben(tmp_path / "s.db")
    (to_ben,) = desk.actions()
    with desk.store.writing("admin") as connection:
        leases.change(connection, desk.ws, to_ben, status="sent")
    desk.take(CEM_TOO)
    assert [(one.people, one.status) for one in desk.actions()] == [(("ben",), "sent")]
    desk.close()


def test_a_nudge_that_waits_keeps_to_the_time_that_a_late_event_gives_it(tmp_path: Path) -> None:
    desk = Desk(tmp_path / "s.db", program_of(WAITING), START)
    desk.take([areas(), opened(1, "ada", 1), opened(2, "eve", 4)])
    assert [one.not_before for one in desk.actions()] == [day(3)]
    desk.take([replace(opened(1, "ada", 1.5), id="o1 once more")])
    assert [one.not_before for one in desk.actions()] == [day(3.5)]
    desk.close()


def test_events_that_are_too_late_wait_for_the_rebuild(tmp_path: Path, program: Program) -> None:
    desk = Desk(tmp_path / "s.db", program, START, checkpoint_events=2)
    desk.take(history(others=30), 2)
    late = [merged(500 + n, "ada", 1 + n / 10) for n in range(3)]
    desk.receive(late)
    desk.decide()
    assert desk.head.stale_since == late[0].at
    assert asyncio.run(desk.decider.rebuild_if_stale())
    state, found = pure(program, [*history(others=30), *late], desk.decider.memory.at)
    assert desk.head.stale_since == 0
    assert desk.standing() == found
    assert desk.digest == digest(state)
    desk.close()


def test_history_is_read_quietly_and_what_stands_becomes_drafts(tmp_path: Path, program: Program) -> None:
    """Rules in mode live too: nothing about the past leaves without a person."""
    desk = Desk(tmp_path / "s.db", program, day(9.5))
    desk.status("warming")
    desk.receive(history(), "backfill")
    desk.decide()
    assert desk.standing() == {}
    desk.status("quiet")
    desk.decide()
    assert desk.head.status == "active"
    assert [finding.status for finding in desk.standing().values()] == ["open"]
    assert [(one.verb, one.status) for one in desk.actions()] == [("task", "draft")]
    desk.close()


def test_other_rules_fold_the_journal_anew_and_withdraw_what_they_do_not_say(tmp_path: Path, program: Program) -> None:
    desk = Desk(tmp_path / "s.db", program, START)
    desk.take(history())
    assert len(desk.standing()) == 1
    stricter = program_of(CARRIED.replace("changes.n >= 3", "changes.n >= 40"))
    asyncio.run(desk.decider.use(stricter))
    desk.decide()
    state, found = pure(stricter, history(), desk.decider.memory.at)
    assert desk.standing() == found == {}
    assert desk.digest == digest(state)
    assert [one.status for one in desk.actions()] == ["withdrawn"]
    desk.close()


def test_an_exception_in_facts_pauses_the_workspace_and_intake_goes_on(tmp_path: Path, program: Program) -> None:
    """Skipping the event would corrupt the state silently."""
    broken = Event(
        id="people", kind="people.changed", at=day(9.1), source="configuration",
        people_map=PeopleMap(calendar=Calendar(zone="Nowhere/At_All")),
    )  # fmt: skip
    desk = Desk(tmp_path / "s.db", program, START)
    desk.take(history())
    desk.now = day(9.2)
    desk.receive([broken])
    desk.decide()
    head = desk.head
    assert head.status == "paused"
    assert "Nowhere" in head.status_why
    assert desk.receive([merged(51, "ada", 20)]).new == 1
    desk.close()


def test_the_journal_is_cut_behind_a_baseline_and_a_rebuild_gives_the_same(tmp_path: Path, program: Program) -> None:
    events = history(others=20)
    desk = Desk(tmp_path / "s.db", program, START)
    desk.take(events, 5)
    before, told = desk.digest, desk.standing()
    gone = asyncio.run(desk.decider.cut(day(20)))
    assert gone == sum(event.at < day(20) for event in events)
    asyncio.run(desk.decider.rebuild())
    assert desk.digest == before
    assert desk.standing() == told
    again = desk.again()
    assert again.digest == before
    again.close()


def test_events_of_one_time_are_never_parted(tmp_path: Path, program: Program) -> None:
    """A look at the journal takes so many rows; the rest of a moment comes with them, in the order of deciding."""
    desk = Desk(tmp_path / "s.db", program, day(2))
    same = [merged(n, "ada", 1) for n in range(50)]
    desk.receive(random.Random(1).sample(same, 50))
    with desk.store.reading() as connection:
        rows = desk.journal.after(connection, None, 0, day(2), 50, most=7)
        rest = desk.journal.after(connection, order_key(rows[9].event), 0, day(2), 50, most=7)
    assert [row.event for row in rows] == sorted(same, key=order_key)
    assert rest == rows[10:]
    desk.close()
