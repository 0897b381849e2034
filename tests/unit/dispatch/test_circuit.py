"""The circuit and the rate of one sink."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from rules.model.times import DAY, HOUR, MINUTE, Instant
from worker.dispatch import circuit
from worker.store.database import Store, open_store

RATE = 30


@pytest.fixture
def store(tmp_path: Path) -> Iterator[Store]:
    found = open_store(tmp_path / "s.db")
    yield found
    found.close()


def fail(store: Store, at: Instant, after: float = 0.0) -> None:
    with store.writing("d2") as connection:
        circuit.failed(connection, "mail", after, at)


def may(store: Store, at: Instant, sink: str = "mail") -> Instant:
    with store.reading() as connection:
        return circuit.closed_at(connection, sink, RATE, at)[0]


def spend(store: Store, at: Instant, times: int) -> None:
    with store.writing("d1") as connection:
        for _ in range(times):
            circuit.spend(connection, "mail", RATE, at)


def test_five_failures_in_a_row_open_it_for_a_minute_and_each_further_one_doubles_that(store: Store) -> None:
    spend(store, 0, 1)
    waits = []
    for _ in range(13):
        fail(store, DAY)
        waits.append(may(store, DAY) - DAY)
    assert waits == [0] * 4 + [MINUTE * n for n in (1, 2, 4, 8, 16, 32)] + [HOUR] * 3
    assert may(store, DAY, sink="issues") == DAY, "no other sink waits"


def test_one_answer_closes_it(store: Store) -> None:
    for _ in range(6):
        fail(store, DAY)
    with store.writing("d2") as connection:
        circuit.answered(connection, "mail", DAY)
    fail(store, DAY + MINUTE)
    assert may(store, DAY + MINUTE) == DAY + MINUTE


def test_a_sink_that_asks_for_patience_gets_it_at_once_but_not_for_ever(store: Store) -> None:
    fail(store, 0, after=90.0)
    assert may(store, 0) == 90_000_000
    fail(store, DAY, after=1e12)
    assert may(store, DAY) == 2 * DAY


def test_a_bucket_holds_a_minute_and_fills_evenly(store: Store) -> None:
    spend(store, DAY, RATE)
    assert may(store, DAY) == DAY + 2_000_000
    assert may(store, DAY + 2_000_000) == DAY + 2_000_000
    spend(store, DAY + 3_000_000, 1)
    assert may(store, DAY + 3_000_000) == DAY + 4_000_000, "no part of a token is lost"
    spend(store, 2 * DAY, RATE)
    assert may(store, 2 * DAY) > 2 * DAY, "no more than a minute's worth is kept"


def test_a_clock_that_is_set_back_blocks_nothing_for_long(store: Store) -> None:
    spend(store, 9 * DAY, RATE)
    assert may(store, DAY) == DAY + 2_000_000
