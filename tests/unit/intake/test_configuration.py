"""People and areas as events: from the beginning while nothing was ever sent, from now on afterwards."""

import asyncio
from pathlib import Path

import pytest
from desk_kit import Desk
from engine_kit import START, day, merged, program_of
from sqlalchemy import insert

from rules.model.areas import AreaMap, AreaSettings
from rules.model.people import PeopleMap, PersonSettings
from rules.model.times import DAY
from worker.intake.configuration import journal
from worker.ports import StoreAway
from worker.store import retention
from worker.store.schema import deliveries, sinks

RULE = """
  r:
    title: T
    on: pull_request.merged
    each: {area: event.areas}
    per: area
    do: [{nudge: pull_request.author, template: talk-live}]
"""
PEOPLE = PeopleMap(people=(PersonSettings(id="ada"),))
AREAS = AreaMap(areas=(AreaSettings(id="shop", paths=("api/",)),))
OTHER = AreaMap(areas=(AreaSettings(id="till", paths=("api/",)),))


@pytest.fixture
def desk(tmp_path: Path) -> Desk:
    return Desk(tmp_path / "s.db", program_of(RULE), START)


def said(desk: Desk, areas: AreaMap = AREAS, people: PeopleMap = PEOPLE) -> tuple[int, bool]:
    changed = asyncio.run(journal(desk.store, desk.receiver, "main", people, areas, desk.now))
    if all(changed):
        desk.decider.start_over()
    desk.decide()
    return changed


def sent(desk: Desk) -> None:
    """As dispatch leaves it."""
    with desk.store.writing("d1") as connection:
        connection.execute(insert(deliveries).values(action="a", attempt=1, started=desk.now))
        connection.execute(insert(sinks).values(sink="mail", tokens_at=desk.now))


def areas_of(desk: Desk) -> list[str]:
    return sorted(finding.area or "" for finding in desk.standing().values())


def test_the_same_again_changes_nothing(desk: Desk) -> None:
    assert said(desk) == (2, True)
    assert said(desk) == (0, True)
    desk.now += DAY
    assert said(desk) == (0, True)
    assert [row.event.kind for row in desk.journalled()] == ["areas.changed", "people.changed"]
    desk.close()


def test_while_nothing_was_sent_the_newest_word_counts_from_the_beginning(desk: Desk) -> None:
    said(desk)
    desk.take([merged(1, "ada", 1)])
    assert areas_of(desk) == ["shop"]
    assert said(desk, OTHER) == (1, True)
    assert areas_of(desk) == ["till"]
    assert said(desk, AREAS) == (1, True)
    assert areas_of(desk) == ["shop"]
    desk.close()


def test_afterwards_it_counts_from_when_it_was_said(desk: Desk) -> None:
    said(desk)
    desk.take([merged(1, "ada", 1)])
    sent(desk)
    assert said(desk, OTHER) == (1, False)
    assert areas_of(desk) == ["shop"]
    desk.take([merged(2, "ada", 2)])
    assert areas_of(desk) == ["shop", "till"]
    assert desk.journalled()[-2].event.at == day(1) + 1
    desk.close()


def test_what_was_sent_once_is_not_forgotten_with_its_deliveries(desk: Desk) -> None:
    """Else a quiet quarter would let an edit rewrite what people were told."""
    said(desk)
    desk.take([merged(1, "ada", 1)])
    sent(desk)
    desk.now += 200 * DAY
    with desk.store.writing("admin") as connection:
        assert retention.forget(connection, desk.now)["deliveries"] == 1
    assert said(desk, OTHER) == (1, False)
    assert areas_of(desk) == ["shop"]
    desk.close()


def test_where_history_was_cut_it_counts_from_now(desk: Desk) -> None:
    """The beginning is not in the journal any more: nothing could be folded from there."""
    said(desk)
    desk.take([merged(1, "ada", 1), merged(2, "ada", 30)])
    assert asyncio.run(desk.decider.cut(day(20))) == 3
    assert said(desk, OTHER) == (1, False)
    desk.take([merged(3, "ada", 40)])
    assert "till" in areas_of(desk)
    desk.close()


def test_what_could_not_be_journalled_is_said_the_next_time(desk: Desk) -> None:
    with desk.read_only(), pytest.raises(StoreAway):
        asyncio.run(journal(desk.store, desk.receiver, "main", PEOPLE, AREAS, desk.now))
    assert said(desk) == (2, True)
    again = desk.again()
    assert said(again) == (0, True)
    again.close()


def test_only_what_changed_is_journalled(desk: Desk) -> None:
    said(desk)
    assert said(desk, AREAS, PeopleMap(people=(PersonSettings(id="ada", team="core"),))) == (1, True)
    rows = desk.journalled()
    assert [row.event.id.split(":")[:2] for row in rows] == [
        ["areas.changed", "1"],
        ["people.changed", "1"],
        ["people.changed", "2"],
    ]
    assert [row.event.at for row in rows] == [1, 1, 2]
    desk.close()
