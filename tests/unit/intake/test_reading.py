"""Reading a source to its end: what is interrupted begins again, loses nothing and doubles nothing."""

import asyncio
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from desk_kit import Desk
from engine_kit import START, merged, program_of
from msgspec.structs import replace

from connectors.base import Identify, Reading
from connectors.errors import ConfigError
from rules.model.accounts import Account
from rules.model.events import Event
from rules.model.times import DAY
from worker.intake.reading import BATCH, Read, read
from worker.ports import StoreAway
from worker.store.cursors import Cursor

RULE = "  r:\n    title: T\n    on: pull_request.merged\n    per: pull_request\n    do: [{nudge: pull_request.author, template: talk-live}]\n"
MANY = 3 * BATCH + 7


@pytest.fixture
def desk(tmp_path: Path) -> Desk:
    return Desk(tmp_path / "s.db", program_of(RULE), START + 10 * DAY)


def source(
    count: int = MANY, at: Callable[[int], None] = lambda n: None, bad: int = 0
) -> Callable[[Identify, Reading], Iterator[Event]]:
    """`at` is called before each event."""

    def events(identify: Identify, reading: Reading) -> Iterator[Event]:
        for n in range(count):
            at(n)
            yield merged(n, identify(Account("git", f"a{n % 5}@example.org")), n / MANY)
        reading.malformed += [(f"line {n}", "no \udce9") for n in range(bad)]

    return events


def taken(
    desk: Desk, events: Callable[[Identify, Reading], Iterator[Event]], stamp: str = "abc", **more: object
) -> Read:
    return asyncio.run(read(desk.receiver, "git", stamp, events, "backfill", **more))


def test_a_source_is_read_to_its_end_and_its_cursor_comes_last(desk: Desk) -> None:
    told: list[int] = []

    def at(n: int) -> None:
        if n:
            assert desk.cursor("git") is None

    found = taken(desk, source(), told=told.append)
    assert (found.new, found.known, sum(told)) == (MANY, 0, MANY)
    assert desk.cursor("git") == Cursor("git", "", "", found.newest, "abc")
    assert found.newest == merged(MANY - 1, "", (MANY - 1) / MANY).at
    assert len(desk.journalled()) == MANY
    desk.close()


@pytest.mark.parametrize("place", [0, 1, BATCH - 1, BATCH, 2 * BATCH + 1, MANY - 1])
def test_a_reading_that_was_interrupted_begins_again_and_doubles_nothing(desk: Desk, place: int) -> None:
    """By the source, or by a disk that is full; what was journalled before stays."""

    def broken(n: int) -> None:
        if n == place:
            raise ConfigError("the clone is gone")

    with pytest.raises(ConfigError):
        taken(desk, source(at=broken))
    assert len(desk.journalled()) == place // BATCH * BATCH
    assert desk.cursor("git") is None
    again = desk.again()
    found = taken(again, source())
    assert found.known == place // BATCH * BATCH
    assert found.new + found.known == len(again.journalled()) == MANY
    people = {row.event.actor for row in again.journalled()}
    assert len(people) == 5
    again.close()


def test_a_store_that_goes_away_in_the_middle_leaves_the_cursor_where_it_was(desk: Desk) -> None:
    def filling(n: int) -> None:
        if n == BATCH:
            desk._pragma(f"max_page_count={desk._pragma('page_count')}")

    taken(desk, source(3), "first")
    with pytest.raises(StoreAway):
        taken(desk, source(at=filling), "second")
    assert desk.cursor("git").etag == "first"
    desk._pragma("max_page_count=4294967294")
    assert taken(desk, source(), "second").new == MANY - BATCH
    assert desk.cursor("git").etag == "second"
    desk.close()


def test_deliveries_go_on_while_a_source_is_read(desk: Desk) -> None:
    """Others have their turn between batches."""

    async def both() -> tuple[Read, int]:
        reading = asyncio.create_task(read(desk.receiver, "git", "abc", source(), "backfill"))
        webhooks = 0
        while not reading.done():
            await desk.receiver.receive([merged(10_000 + webhooks, "live", 0)], "live")
            webhooks += 1
        return await reading, webhooks

    found, webhooks = asyncio.run(both())
    assert webhooks > 1
    assert len(desk.journalled()) == found.new + webhooks
    desk.close()


def test_what_could_not_be_read_becomes_letters_once(desk: Desk) -> None:
    for _ in range(2):
        taken(desk, source(3, bad=2))
    assert sorted(letter.ref for letter in desk.letters()) == ["line 0", "line 1"]
    desk.close()


def test_an_empty_source_was_read_too(desk: Desk) -> None:
    assert taken(desk, source(0)).new == 0
    assert desk.cursor("git") == Cursor("git", "", "", 0, "abc")
    desk.close()


def test_one_date_in_the_far_future_does_not_hide_what_happens_until_then(desk: Desk) -> None:
    """The cursor says from when the source is read the next time."""

    def events(identify: Identify, reading: Reading) -> Iterator[Event]:
        yield merged(1, "ada", 0)
        yield replace(merged(2, "ada", 0), at=desk.now + 20_000 * DAY)

    taken(desk, events)
    assert desk.cursor("git").watermark == desk.now
    desk.close()
