"""C1: many together in few commits, each told after its own; bad ones apart; nothing taken that could not be kept."""

import asyncio
from pathlib import Path

import pytest
from desk_kit import Desk
from engine_kit import START, areas, day, merged, program_of
from msgspec.structs import replace

from rules.model.events import Event
from rules.model.times import DAY, MINUTE
from worker import metrics
from worker.intake.receive import Reserve
from worker.ports import Arrived, StoreAway
from worker.store.cursors import Cursor

RULE = "  r:\n    title: T\n    on: pull_request.merged\n    per: pull_request\n    do: [{nudge: pull_request.author, template: talk-live}]\n"


@pytest.fixture
def desk(tmp_path: Path) -> Desk:
    return Desk(tmp_path / "s.db", program_of(RULE), day(1))


def commits() -> float:
    """How often C1 was committed by this process."""
    return metrics.registry.get_sample_value("sparekey_commit_seconds_count", {"commit": "c1"}) or 0


def poison(n: int, **more: object) -> Event:
    return replace(merged(n, "eve", 0), link="\ud800", **more)


def test_deliveries_that_wait_together_are_committed_together(desk: Desk) -> None:
    before = commits()

    async def all_at_once() -> list[Arrived]:
        return await asyncio.gather(*(desk.receiver.receive([merged(n, "ada", 0)], "live") for n in range(250)))

    assert asyncio.run(all_at_once()) == [Arrived(1, 0)] * 250
    assert commits() - before == 3
    assert len(desk.journalled()) == desk.head.appended_seq == 250
    desk.close()


def test_whoever_is_told_finds_it_in_the_journal(desk: Desk) -> None:
    """Everybody hears after the commit that holds their events, never before."""

    async def deliver(n: int) -> None:
        await desk.receiver.receive([merged(n, "ada", 0)], "live")
        assert merged(n, "ada", 0) in [row.event for row in desk.journalled()]

    async def all_at_once() -> None:
        await asyncio.gather(*(deliver(n) for n in range(150)))

    asyncio.run(all_at_once())
    desk.close()


def test_while_somebody_waits_long_work_makes_room(desk: Desk) -> None:
    async def waiting() -> list[bool]:
        seen = [desk.receiver.is_waiting]
        task = asyncio.create_task(desk.receiver.receive([merged(1, "ada", 0)], "live"))
        await asyncio.sleep(0)
        seen.append(desk.receiver.is_waiting)
        await task
        return [*seen, desk.receiver.is_waiting]

    assert asyncio.run(waiting()) == [False, True, False]
    desk.close()


def test_one_bad_delivery_among_fifty_is_a_dead_letter_and_no_other_is_touched(desk: Desk) -> None:
    async def all_at_once() -> list[Arrived]:
        events = [poison(n) if n == 27 else merged(n, "ada", 0) for n in range(50)]
        return await asyncio.gather(*(desk.receiver.receive([event], "live") for event in events))

    arrived = asyncio.run(all_at_once())
    assert [n for n, one in enumerate(arrived) if one.new == 0] == [27]
    assert len(desk.journalled()) == 49
    (letter,) = desk.letters()
    assert (letter.ref, letter.source, letter.stage) == ("m27", "git", "intake")
    assert "UnicodeEncodeError" in letter.error
    desk.close()


@pytest.mark.parametrize("bad", [[7], [0], [49], [3, 4, 40], list(range(50))], ids=str)
def test_bad_events_within_one_delivery_leave_the_others_and_the_cursor(desk: Desk, bad: list[int]) -> None:
    events = [poison(n) if n in bad else merged(n, "ada", 0, f"new/{n}") for n in range(50)]
    arrived = desk.receive(events, "poll", Cursor("git", "", "abc"))
    assert arrived == Arrived(50 - len(bad), 0)
    assert [row.event for row in desk.journalled()] == [event for n, event in enumerate(events) if n not in bad]
    assert sorted(letter.ref for letter in desk.letters()) == sorted(f"m{n}" for n in bad)
    assert desk.cursor("git") == Cursor("git", "", "abc")
    assert desk.receive(events, "poll") == Arrived(0, 50 - len(bad))
    assert len(desk.letters()) == len(bad)
    desk.close()


@pytest.mark.parametrize("half", ["id", "link", "repository"])
def test_half_a_character_anywhere_keeps_no_neighbour_out(desk: Desk, half: str) -> None:
    """Also in the id, by which the letter itself is called."""
    bad = replace(merged(2, "eve", 0), **{half: "x\ud800"})
    assert desk.receive([merged(1, "ada", 0), bad, merged(3, "ada", 0)]).new == 2
    assert len(desk.letters()) == 1
    desk.close()


def test_a_letter_about_half_a_character_is_kept(desk: Desk) -> None:
    """A path that git gives in no known encoding."""
    asyncio.run(desk.receiver.dead_letter("normalise", "files", "caf\udce9.jsonl:7", "no \udce9", b"\xff"))
    (letter,) = desk.letters()
    assert letter.payload == b"\xff"
    assert desk.receive([merged(1, "ada", 0)]).new == 1
    desk.close()


def test_a_caller_that_went_away_leaves_its_event_and_nobody_waits_for_it(desk: Desk) -> None:
    """Whatever comes of its delivery: written, refused, or buried."""

    async def gone(event: Event) -> list[Arrived]:
        leaving = asyncio.create_task(desk.receiver.receive([event], "live"))
        staying = asyncio.create_task(desk.receiver.receive([merged(99, "ada", 0)], "live"))
        await asyncio.sleep(0)
        leaving.cancel()
        last = asyncio.create_task(desk.receiver.receive([merged(98, "ada", 0)], "live"))
        return [await asyncio.wait_for(staying, 5), await asyncio.wait_for(last, 5)]

    assert [one.new for one in asyncio.run(gone(merged(1, "ada", 0)))] == [1, 1]
    assert [one.new for one in asyncio.run(gone(poison(2)))] == [0, 0]
    assert sorted(row.event.id for row in desk.journalled()) == ["m1", "m98", "m99"]
    assert [letter.ref for letter in desk.letters()] == ["m2"]
    with desk.read_only(), pytest.raises(StoreAway):
        asyncio.run(gone(merged(3, "ada", 0)))
    assert desk.receive([merged(4, "ada", 0)]).new == 1
    desk.close()


# refusing --------------------------------------------------------------------------------------------------------


def test_below_the_reserve_nothing_is_taken_but_decisions_are_written(tmp_path: Path) -> None:
    desk = Desk(tmp_path / "s.db", program_of(RULE), day(1))
    desk.receive([areas(), merged(1, "ada", 0)])
    desk.receiver._reserve = Reserve(10**12)
    with pytest.raises(StoreAway, match=r"only \d+ MB free, the reserve is 1000000000000: make room"):
        desk.receive([merged(2, "ada", 0)])
    with pytest.raises(StoreAway, match="make room"):
        asyncio.run(desk.receiver.dead_letter("normalise", "git", "r", "why", None))
    desk.decide()
    assert len(desk.standing()) == 1
    desk.receiver._reserve = Reserve(0, 0)
    assert desk.receive([merged(2, "ada", 0)]).new == 1
    desk.close()


def test_a_share_of_the_disk_counts_where_it_is_more(tmp_path: Path) -> None:
    desk = Desk(tmp_path / "s.db", program_of(RULE), day(1), Reserve(0, 101))
    with pytest.raises(StoreAway, match="make room"):
        desk.receive([merged(2, "ada", 0)])
    desk.close()


def test_everybody_in_a_commit_that_cannot_be_written_is_refused_and_may_come_again(desk: Desk) -> None:
    async def all_at_once() -> list[Arrived | BaseException]:
        deliveries = (desk.receiver.receive([merged(n, "ada", 0)], "live", Cursor("git", str(n))) for n in range(120))
        return await asyncio.gather(*deliveries, return_exceptions=True)

    with desk.read_only():
        assert {type(one) for one in asyncio.run(all_at_once())} == {StoreAway}
    assert desk.journalled() == []
    assert desk.cursor("git", "7") is None
    assert asyncio.run(all_at_once()) == [Arrived(1, 0)] * 120
    desk.close()


def test_a_delivery_with_a_bad_event_on_a_full_disk_is_refused_and_complete_the_next_time(desk: Desk) -> None:
    """What was written before the disk was full is known the next time; the cursor waits for the rest."""
    events = [merged(1, "ada", 0), poison(2), merged(3, "ada", 0, *(f"{n:0>100}" for n in range(200)))]
    with desk.full(8), pytest.raises(StoreAway):
        desk.receive(events, "poll", Cursor("git", "", "abc"))
    assert desk.cursor("git") is None
    desk.receive(events, "poll", Cursor("git", "", "abc"))
    assert sorted(row.event.id for row in desk.journalled()) == ["m1", "m3"]
    assert [letter.ref for letter in desk.letters()] == ["m2"]
    assert desk.cursor("git") is not None
    desk.close()


# the future ------------------------------------------------------------------------------------------------------


def test_an_event_from_the_future_takes_the_time_of_its_arrival(desk: Desk) -> None:
    """Five minutes are a clock that is a little ahead; more would make time itself jump."""
    near, far = merged(1, "ada", 0), merged(2, "ada", 0)
    near, far = replace(near, at=desk.now + 5 * MINUTE), replace(far, at=desk.now + 5 * MINUTE + 1)
    beyond = replace(merged(3, "ada", 0), at=1 << 70)
    desk.receive([near, far, beyond])
    assert [row.event.at for row in desk.journalled()] == [near.at, desk.now, desk.now]
    desk.now += 10 * DAY
    assert desk.receive([far]) == Arrived(0, 1)
    desk.decide()
    assert sorted(finding.key for finding in desk.standing().values()) == [("pr1",), ("pr2",), ("pr3",)]
    desk.close()


def test_an_event_of_long_ago_is_only_early_and_one_before_all_calendars_is_none(desk: Desk) -> None:
    """A time that no calendar has would break deciding for everybody."""
    times = (0, -1, -60 * 365 * DAY, -(1 << 55), -(1 << 62) - 1, -(1 << 70))
    desk.receive([replace(merged(n, "ada", 0), at=at) for n, at in enumerate(times)])
    desk.decide()
    assert len(desk.standing()) == 3
    assert sorted(letter.ref for letter in desk.letters()) == ["m3", "m4", "m5"]
    assert desk.head.status == "active"
    desk.close()


def test_the_start_of_a_run_is_in_order_of_coming(desk: Desk) -> None:
    """Numbers follow commits, also over several deliveries and origins."""
    for n, origin in enumerate(("live", "poll", "backfill", "answer", "admin", "config", "engine-fact")):
        desk.receive([merged(n, "ada", 1 - n / 10)], origin)
    rows = desk.journalled()
    assert [row.seq for row in rows] == list(range(1, 8))
    assert rows[0].event.at > START
    desk.close()
