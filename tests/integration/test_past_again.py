"""A past that is folded again: what it may reach, what it takes along, and what becomes of messages on their way."""

import asyncio
import random
from pathlib import Path

import pytest
from desk_kit import Desk, pure
from engine_kit import START, areas, day, merged, opened, program_of
from msgspec.structs import replace

from rules.engine.codec import digest
from rules.engine.plans import Program
from rules.model.events import Event
from rules.model.people import Calendar, PeopleMap
from rules.model.times import DAY, HOUR
from worker.ports import StoreAway
from worker.store import leases
from worker.store.schema import outbox

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


@pytest.fixture
def program() -> Program:
    return program_of(CARRIED + WAITING)


def history(days: int = 10) -> list[Event]:
    """One person changes `api`, once a day."""
    return [areas(at=day(-30)), merged(99, "eve", -20, "web/a.py"), *(merged(n, "ada", n) for n in range(days))]


def others(first: int, when: float, *, count: int = 6, who: str = "o") -> list[Event]:
    return [merged(first + n, f"{who}{n}" if who == "o" else who, when + n / 100) for n in range(count)]


def same_as_pure(desk: Desk, *without: str) -> None:
    """In memory, and as another process would find it."""
    memory = desk.decider.memory
    assert memory is not None
    events = [row.event for row in desk.journalled() if row.event.id not in without]
    state, found = pure(desk.program, events, memory.at)
    assert digest(memory.state) == digest(state)
    assert desk.standing() == found
    kept = desk.recovered()
    assert kept is not None
    assert digest(kept.state) == digest(state)


def filed(desk: Desk) -> None:
    """The one task that waits, as dispatch leaves it."""
    (entry,) = (one for one in desk.actions("planned") if one.verb == "task")
    with desk.store.writing("d2") as connection:
        lease = leases.take(connection, desk.ws, entry, "files", desk.now, HOUR)
        leases.settle(connection, lease, "sent", "", desk.now, status="sent", ended_at=desk.now)


def told(desk: Desk) -> list[tuple[str, str]]:
    return sorted((one.verb, one.status) for one in desk.actions())


# how far back ----------------------------------------------------------------------------------------------------


def test_an_event_that_is_too_late_keeps_no_other_late_one_waiting(tmp_path: Path, program: Program) -> None:
    """A source that sends an old story must not put off what came in time."""
    desk = Desk(tmp_path / "s.db", program, START, checkpoint_events=2)
    desk.take([*history(10), *others(100, 10, count=20)], 2)
    ages, recent = merged(501, "ada", 0.5), merged(502, "ada", 8.5)
    desk.receive([ages, recent])
    desk.decide()
    assert desk.head.stale_since == ages.at
    same_as_pure(desk, ages.id)
    assert asyncio.run(desk.decider.rebuild_if_stale())
    assert desk.head.stale_since == 0
    same_as_pure(desk)
    desk.close()


def test_the_oldest_time_that_waits_for_a_rebuild_is_kept(tmp_path: Path, program: Program) -> None:
    """Also where it is the beginning of all times, which a 0 would hide."""
    desk = Desk(tmp_path / "s.db", program, START, checkpoint_events=2)
    desk.take(history(20), 2)
    for n, at in ((1, day(1)), (2, day(2)), (3, 0), (4, day(1))):
        desk.receive([replace(merged(500 + n, "ada", 0), at=at)])
        desk.decide()
        assert desk.head.stale_since == min(day(1), at or 1) if n < 4 else 1
    assert asyncio.run(desk.decider.rebuild_if_stale())
    same_as_pure(desk)
    desk.close()


def test_what_is_too_late_is_not_folded_after_time_has_passed_it(tmp_path: Path) -> None:
    """It lies after the newest event, but before where timers brought time: nothing may fold it now."""
    desk = Desk(tmp_path / "s.db", program_of(WAITING), START, checkpoint_every=10 * DAY)
    desk.take([areas(at=day(-30)), opened(1, "ada", 0)])
    desk.take([opened(2, "ada", 9)])
    desk.now = day(18)  # the wait ends on the way
    desk.decide()
    assert desk.head.checkpoint == 1  # the first one
    late = merged(7, "ada", 9.5)
    desk.receive([late])
    for _ in range(2):
        desk.decide()
        without = (late.id,) if desk.head.stale_since else ()
        same_as_pure(desk, *without)
        desk = desk.again()
    desk.close()


def test_a_checkpoint_from_before_the_cut_is_no_way_back(tmp_path: Path, program: Program) -> None:
    """What followed on it is not in the journal any more."""
    desk = Desk(tmp_path / "s.db", program, START, checkpoint_events=100, checkpoint_every=900 * DAY)
    events = history(4)
    desk.take(events[:3])
    desk.decider._checkpoint_at = -(1 << 60)
    desk.take(events[3:4])  # with a checkpoint
    desk.take(events[4:])
    assert desk.head.checkpoint == 1
    desk.now = day(400)
    desk.take([merged(50, "ben", 400)])
    assert asyncio.run(desk.decider.cut(day(200))) == len(events)
    desk = desk.again()
    desk.take([merged(51, "ben", 399)])
    state, found = pure(program, [*events, merged(50, "ben", 400), merged(51, "ben", 399)], desk.decider.memory.at)
    assert desk.digest == digest(state)
    assert desk.standing() == found
    desk.close()


def test_what_came_after_the_baseline_is_not_cut(tmp_path: Path, program: Program) -> None:
    desk = Desk(tmp_path / "s.db", program, START)
    desk.take(history(30))
    undecided = merged(500, "ben", 1)
    desk.receive([undecided])
    assert asyncio.run(desk.decider.cut(day(15))) == 2 + 15
    assert undecided in [row.event for row in desk.journalled()]
    desk.close()


@pytest.mark.parametrize("together", [1, 3, 2000])
def test_a_moment_with_more_events_than_one_look_takes_is_passed(
    tmp_path: Path, program: Program, together: int
) -> None:
    """Commits that were imported have one date by the thousand."""
    desk = Desk(tmp_path / "s.db", program, START, together=together)
    events = [areas(at=day(-30)), *(merged(n, f"a{n % 3}", 1) for n in range(12)), merged(50, "ada", 2)]
    desk.now = day(3)
    desk.receive(random.Random(together).sample(events, len(events)))
    desk.decide()
    assert desk.head.mark is not None
    assert desk.head.mark[2] == "m50"
    same_as_pure(desk)
    desk.close()


def test_a_state_that_broke_is_dropped_also_when_the_pause_cannot_be_written(tmp_path: Path, program: Program) -> None:
    """Else the next turn would go on with what is half folded, and leave the event out."""
    broken = Event(
        id="people", kind="people.changed", at=day(10.1), source="configuration",
        people_map=PeopleMap(calendar=Calendar(zone="Nowhere/At_All")),
    )  # fmt: skip
    desk = Desk(tmp_path / "s.db", program, START)
    desk.take(history())
    desk.now = day(10.2)
    desk.receive([*(merged(100 + n, "ada", 10) for n in range(60)), broken, merged(50, "ben", 10.15)])
    desk.meanwhile = lambda: desk._pragma("query_only=ON")
    with pytest.raises(StoreAway):
        desk.decide()
    desk.meanwhile = lambda: None
    desk._pragma("query_only=OFF")
    desk.decide()
    assert desk.head.status == "paused"
    assert "Nowhere" in desk.head.status_why
    assert desk.head.decided_at == day(9)
    desk.close()


# messages on their way -------------------------------------------------------------------------------------------


def test_a_message_comes_back_when_a_late_event_undoes_the_end_of_its_finding(tmp_path: Path, program: Program) -> None:
    desk = Desk(tmp_path / "s.db", program, START)
    desk.take([*history(), *others(100, 9.5)])
    assert [one.status for one in desk.standing().values()] == ["resolved"]
    assert told(desk) == [("task", "expired")]
    desk.take(others(200, 9.4, count=20, who="ada"))
    assert [one.status for one in desk.standing().values()] == ["open"]
    assert told(desk) == [("task", "planned")]
    same_as_pure(desk)
    desk.close()


def test_a_task_that_was_to_be_closed_stays_when_it_is_so_after_all(tmp_path: Path, program: Program) -> None:
    """And is to be closed once more when that turns out otherwise again."""
    desk = Desk(tmp_path / "s.db", program, START)
    desk.take(history())
    filed(desk)
    desk.take([merged(n, f"o{n}", n / 2 - 5) for n in range(14, 28)])  # others changed it all the time
    (finding,) = desk.findings("withdrawn").values()
    assert told(desk) == [("retract", "planned"), ("task", "sent")]
    desk.take([merged(n, "ada", n / 100) for n in range(300, 850)])
    assert desk.findings()[finding.id].status != "withdrawn"
    assert told(desk) == [("retract", "withdrawn"), ("task", "sent")]
    same_as_pure(desk)
    desk.close()


def test_what_opened_and_ended_in_one_batch_leaves_no_message_waiting(tmp_path: Path, program: Program) -> None:
    """As it would not, had its end come in another commit."""
    events = [*history(), *others(100, 9.5)]
    found = []
    for size in (1, 4, 100):
        desk = Desk(tmp_path / f"{size}.db", program, START)
        desk.take(events, size)
        found.append(told(desk))
        desk.close()
    assert found == [[("task", "expired")]] * 3


def test_what_was_kept_to_ourselves_is_told_when_late_events_make_it_sure(tmp_path: Path, program: Program) -> None:
    """One finding of low confidence alone stays on the map."""
    program = program_of(CARRIED.replace("changes.n >= 3", "changes.n >= 2"))
    desk = Desk(tmp_path / "s.db", program, START)
    desk.take([areas(at=day(-30)), merged(1, "ada", 0), merged(2, "ada", 0.5), merged(3, "ben", 2, "web/a.py")])
    (before,) = desk.standing().values()
    assert (before.confidence, told(desk)) == ("low", [])
    desk.take([merged(4, "ben", -4, "web/a.py")])  # so the history is longer than it seemed
    (after,) = desk.standing().values()
    assert after.confidence != "low"
    assert told(desk) == [("task", "planned")]
    same_as_pure(desk)
    desk.close()


def test_a_case_has_one_task_also_when_a_rebuild_gives_it_another_beginning(tmp_path: Path) -> None:
    """Its key follows from when the case opened."""
    program = program_of(CARRIED)
    for sent in (False, True):
        desk = Desk(tmp_path / f"{sent}.db", program, START)
        desk.take(history())
        if sent:
            filed(desk)
        before = told(desk)
        desk.use(program_of(CARRIED.replace("hold: 1d", "hold: 2d")))
        desk.decide()
        assert [one.status for one in desk.standing().values()] == ["open"]
        assert [one for one in told(desk) if one[1] != "withdrawn"] == before
        desk.close()


def test_an_edit_of_words_folds_nothing_anew_and_one_of_meaning_does(tmp_path: Path, program: Program) -> None:
    desk = Desk(tmp_path / "s.db", program, START)
    desk.take(history())
    before = desk.head.version, told(desk)
    desk.use(program_of((CARRIED + WAITING).replace("Only one person changes", "One person alone changes")))
    desk.decide()
    assert (desk.head.version, told(desk)) == before
    desk.use(program_of((CARRIED + WAITING).replace("changes.n >= 3", "changes.n >= 40")))
    desk.decide()
    assert desk.head.version > before[0]
    assert told(desk) == [("task", "withdrawn")]
    desk.close()


def test_a_row_tells_the_finding_that_stands_now(tmp_path: Path, program: Program) -> None:
    """An older one that turned up late took its number, and with it its id."""
    desk = Desk(tmp_path / "s.db", program, START)
    desk.take([*history(0), *(merged(n, "ada", n) for n in range(10, 20))])
    (before,) = desk.standing().values()
    desk.take([*(merged(200 + n, "ben", n / 2) for n in range(12)), *others(300, 6.1)])
    assert asyncio.run(desk.decider.rebuild_if_stale()) or True
    first, second = sorted(desk.standing().values(), key=lambda one: one.opened_at)
    assert (first.id, first.status, second.status) == (before.id, "resolved", "open")
    with desk.store.reading() as connection:
        query = outbox.select().where(outbox.c.verb == "task", outbox.c.status.in_(("planned", "draft")))
        assert [row["finding"] for row in connection.execute(query).mappings()] == [second.id]
    desk.close()


def test_what_opened_before_the_cut_stands_however_often_the_rest_is_folded_again(tmp_path: Path) -> None:
    """Going back to a baseline numbers the checkpoints anew; the older findings keep their old numbers."""
    desk = Desk(tmp_path / "s.db", program_of(WAITING), START, checkpoint_events=2)
    desk.take([areas(at=day(-30)), *(opened(n, "ada", n) for n in range(12))], 1)
    asyncio.run(desk.decider.rebuild())
    assert asyncio.run(desk.decider.cut(day(8))) == 9
    told_before = {id_ for id_, one in desk.standing().items() if one.opened_at < day(8)}
    for n, when in ((50, 8.5), (51, 11.2), (52, 11.4), (53, 11.3)):
        desk.take([merged(n, "ben", when)])
    assert told_before <= desk.standing().keys()
    assert desk.findings("withdrawn") == {}
    desk.close()
