"""The journal: what goes in comes out, in the order of deciding, and what could not come out does not go in."""

import random
from collections.abc import Iterator
from pathlib import Path
from typing import get_args, get_origin, get_type_hints

import msgspec
import pytest
from desk_kit import Desk
from engine_kit import START, areas, merged, program_of
from hypothesis import given
from hypothesis import strategies as st
from msgspec.structs import replace
from sqlalchemy import select

from rules.model.events import KINDS, Event, order_key
from worker.ports import StoreAway
from worker.store import heads
from worker.store.database import Store, open_store
from worker.store.journal import Journal
from worker.store.schema import workspaces

RULE = "  r:\n    title: T\n    on: pull_request.merged\n    per: pull_request\n    do: [{nudge: pull_request.author, template: talk-live}]\n"


@pytest.fixture
def store(tmp_path: Path) -> Iterator[Store]:
    found = open_store(tmp_path / "s.db")
    with found.writing("admin") as connection:
        heads.create(connection, "main")
    yield found
    found.close()


def filled(kind: type, depth: int = 0) -> object:
    """A value of a type with everything that it can say."""
    if isinstance(kind, type) and issubclass(kind, msgspec.Struct):
        return kind(**{name: filled(hint, depth + 1) for name, hint in get_type_hints(kind).items()})
    if get_origin(kind) is tuple:
        return (filled(get_args(kind)[0], depth + 1),) * 2
    if get_args(kind):
        return filled(next(one for one in get_args(kind) if one is not type(None)), depth)
    return {str: f"text {depth} ü\x00'", int: (1 << 62) + depth, bool: True}[kind]


@pytest.mark.parametrize("kind", KINDS)
def test_an_event_of_a_kind_comes_back_with_everything_that_it_said(store: Store, kind: str) -> None:
    every = {name: filled(hint) for name, hint in get_type_hints(Event).items()}
    event = Event(**{**every, "kind": kind, "id": kind, "at": START})
    journal = Journal(1, "main")
    with store.writing("c1") as connection:
        journal.append(connection, [event], "live", START, 0)
    journal.written()
    again = Journal(1, "main")
    with store.reading() as connection:
        again.load(connection)
        (row,) = again.came_after(connection, 0)
        assert row.event == event
        assert again.find(connection, kind) == event


def test_looks_at_the_journal_together_give_the_order_of_deciding(store: Store) -> None:
    """However many come in one look, and however many happened at the same time. Each example has its workspace."""

    @given(
        st.lists(st.tuples(st.integers(0, 6), st.sampled_from(sorted(KINDS))), max_size=30),
        st.integers(1, 9),
        st.randoms(use_true_random=False),
    )
    def looked(said: list[tuple[int, str]], most: int, chance: random.Random) -> None:
        events = [Event(id=f"e{n}", kind=kind, at=at, source="x") for n, (at, kind) in enumerate(said)]
        arrival = chance.sample(events, len(events))
        with store.writing("c1") as connection:
            name = f"w{len(connection.execute(select(workspaces)).all())}"
            journal = Journal(heads.create(connection, name).ws, name)
            journal.append(connection, arrival, "live", 0, 0)
        found: list[Event] = []
        mark = None
        with store.reading() as connection:
            while rows := journal.after(connection, mark, mark[0] if mark else 0, 6, len(events), most):
                found += [row.event for row in rows]
                mark = order_key(found[-1])
        assert found == sorted((event for event in events if event.at < 6), key=order_key)

    looked()


@pytest.mark.parametrize(
    "change",
    [
        {"at": -(1 << 70)},
        {"at": 1.5},
        {"id": "half \ud800"},
        {"link": "half \udfff"},
        {"kind": "never.heard_of"},
        {"repository": 7},
        {"path_count": 1 << 70},
        {"paths": ("a", 7)},
    ],
    ids=str,
)
def test_what_could_not_be_read_back_is_a_dead_letter_and_its_neighbours_are_decided(
    tmp_path: Path, change: dict[str, object]
) -> None:
    desk = Desk(tmp_path / "s.db", program_of(RULE), START + 10)
    bad = replace(merged(2, "ben", 0), **change)
    arrived = desk.receive([areas(), merged(1, "ada", 0), bad, merged(3, "cy", 0)])
    desk.decide()
    assert arrived.new == 3
    assert sorted(finding.key for finding in desk.standing().values()) == [("pr1",), ("pr3",)]
    (letter,) = desk.letters()
    assert letter.stage == "intake"
    assert letter.payload
    assert "ben" not in letter.error
    desk.close()


def test_paths_are_right_again_after_commits_that_failed(tmp_path: Path) -> None:
    desk = Desk(tmp_path / "s.db", program_of(RULE), START)
    desk.receive([merged(1, "ada", 0, "a", "b")])
    with desk.read_only(), pytest.raises(StoreAway):
        desk.receive([merged(2, "ada", 0, "lost", "b", "more")])
    with desk.full(0), pytest.raises(StoreAway):
        desk.receive([merged(3, "ada", 0, *(f"{n:0>200}" for n in range(100)))])
    desk.receive(
        [merged(4, "ada", 0, "c", "b"), replace(merged(5, "ada", 0, "poison"), link="\ud800"), merged(6, "ada", 0, "d")]
    )
    said = [("a", "b"), ("c", "b"), ("d",)]
    assert [row.event.paths for row in desk.journalled()] == said
    again = desk.again()
    assert [row.event.paths for row in again.journalled()] == said
    again.receive([merged(7, "ada", 0, "d", "e")])
    assert again.journalled()[-1].event.paths == ("d", "e")
    again.close()


def test_a_path_that_fits_in_no_file_is_kept_as_well_as_it_can_be(tmp_path: Path) -> None:
    desk = Desk(tmp_path / "s.db", program_of(RULE), START)
    desk.receive([merged(1, "ada", 0, "caf\udce9.py", "b"), merged(2, "ada", 0, "caf\udce9.py")])
    first, second = (row.event.paths for row in desk.journalled())
    assert first[0] == second[0] != "b"
    assert first[1] == "b"
    again = desk.again()
    assert again.journalled()[0].event.paths == first
    again.close()


def test_one_id_in_two_workspaces_is_two_events(store: Store) -> None:
    first, second = Journal(1, "main"), Journal(2, "other")
    with store.writing("c1") as connection:
        heads.create(connection, "other")
        assert len(first.append(connection, [merged(1, "ada", 0)], "live", 0, 0).new) == 1
        assert len(second.append(connection, [merged(1, "ada", 0)], "live", 0, 0).new) == 1
        assert first.append(connection, [merged(1, "ada", 0)], "live", 0, 1).known == [merged(1, "ada", 0)]
