"""Budgets: never more than allowed in any seven days, whoever takes them in whatever order."""

from collections import defaultdict
from collections.abc import Iterator
from pathlib import Path
from tempfile import TemporaryDirectory

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from rules.model.times import DAY, Instant
from worker.dispatch import budget
from worker.dispatch.limits import WINDOW
from worker.store.database import Store, open_store


@pytest.fixture
def store(tmp_path: Path) -> Iterator[Store]:
    found = open_store(tmp_path / "s.db")
    yield found
    found.close()


def take(store: Store, action: str, at: Instant, *people: str, slots: int = 1, kind: str = "nudge") -> bool:
    with store.writing("d1") as connection:
        return budget.take(connection, people, kind, slots, action, at)


def test_a_slot_is_free_again_after_seven_days_and_not_before(store: Store) -> None:
    """Fixed weeks would allow two nudges a minute apart."""
    assert take(store, "a", 0, "ada")
    assert not take(store, "b", WINDOW - 1, "ada")
    assert take(store, "b", WINDOW, "ada")
    assert take(store, "c", 0, "ben") and take(store, "d", 0, "ada", kind="task"), "people and kinds have their own"


def test_the_same_action_keeps_its_slot_for_seven_more_days_and_never_takes_another(store: Store) -> None:
    assert take(store, "a", 0, "ada", slots=2)
    assert take(store, "a", DAY, "ada", slots=2)
    assert take(store, "b", DAY, "ada", slots=2) and not take(store, "c", DAY, "ada", slots=2)
    assert not take(store, "c", WINDOW, "ada", slots=2), "taken again a day later"


def test_a_slot_of_everybody_or_of_nobody(store: Store) -> None:
    assert take(store, "a", 0, "ben")
    assert not take(store, "b", 0, "ada", "ben")
    assert take(store, "c", 0, "ada")


def test_nobody_has_a_slot_where_none_is_allowed(store: Store) -> None:
    assert not take(store, "a", 0, "ada", slots=0)


def test_what_was_refused_gives_its_slot_back(store: Store) -> None:
    assert take(store, "a", 0, "ada")
    with store.writing("d2") as connection:
        budget.release(connection, "a")
    assert take(store, "b", 0, "ada")


TAKES = st.tuples(
    st.integers(0, 5),
    st.sampled_from(["a", "b", "c", "d", "e"]),
    st.lists(st.sampled_from("xyz"), min_size=1, unique=True),
)


@settings(max_examples=60, deadline=None)
@given(st.lists(TAKES, max_size=40), st.integers(1, 3))
def test_never_more_in_any_window(takes: list[tuple[int, str, list[str]]], slots: int) -> None:
    """Every success is a message: those of different actions to one person are at most `slots` in any seven days."""
    given_: dict[str, list[tuple[Instant, str]]] = defaultdict(list)
    now = 0
    with TemporaryDirectory() as folder:
        store = open_store(Path(folder) / "s.db")
        for days, action, people in takes:
            now += days * DAY
            if take(store, action, now, *people, slots=slots):
                for person in people:
                    given_[person].append((now, action))
        store.close()
    for sent in given_.values():
        for start, _ in sent:
            assert len({action for at, action in sent if start <= at < start + WINDOW}) <= slots
