"""A later copy of an event that knows more, such as a backfill's of what a webhook told first."""

from pathlib import Path

import pytest
from desk_kit import Desk, pure
from engine_kit import START, areas, day, program_of
from msgspec.structs import replace

from rules.engine.codec import digest
from rules.model import entities as e
from rules.model.events import Event
from worker.intake.richer import enrichment
from worker.ports import Arrived

RULE = """
  twice:
    title: Somebody changed an area twice
    on: pull_request.merged
    each: {area: event.areas}
    per: area
    count: {changes: {for: 9d}}
    fire: changes.n >= 2
    do: [{nudge: pull_request.author, template: talk-live}]
"""


def bare(n: int, when: float = 0) -> Event:
    """As a webhook tells it: no paths, nobody but the author."""
    return Event(
        id=f"m{n}", kind="pull_request.merged", at=day(when), source="github", actor="ada",
        pull_request=e.PullRequest(id=f"pr{n}", author="ada", additions=3),
    )  # fmt: skip


def whole(n: int, when: float = 0) -> Event:
    """As the interface tells it later."""
    change = e.PullRequest(id=f"pr{n}", author="ada", authors=("ada", "ben"), additions=3, files=2)
    return replace(bare(n, when), paths=("api/a.py", "api/b.py"), path_count=2, pull_request=change)


@pytest.fixture
def desk(tmp_path: Path) -> Desk:
    return Desk(tmp_path / "s.db", program_of(RULE), START + 10)


def test_a_copy_adds_what_was_lacking_and_nothing_else() -> None:
    found = enrichment(bare(1), whole(1))
    assert found == Event(
        id="m1:enriched", kind="pull_request.enriched", at=day(0), source="github", paths=("api/a.py", "api/b.py"),
        path_count=2, pull_request=e.PullRequest(id="pr1", authors=("ada", "ben"), files=2),
    )  # fmt: skip


def test_paths_alone_are_more() -> None:
    found = enrichment(bare(1), replace(bare(1), paths=()))
    assert found is not None
    assert (found.paths, found.pull_request) == ((), e.PullRequest(id="pr1"))


@pytest.mark.parametrize(
    ("known", "copy"),
    [
        (bare(1), bare(1)),
        (whole(1), bare(1)),
        (whole(1), whole(1)),
        (whole(1), replace(whole(1), paths=("other.py",))),
        (bare(1), replace(bare(1), pull_request=e.PullRequest(id="pr1", author="eve", additions=99))),
        (bare(1), replace(whole(1), kind="pull_request.closed")),
        (replace(bare(1), pull_request=None), whole(1)),
    ],
)
def test_a_copy_that_knows_no_more_or_says_something_else_adds_nothing(known: Event, copy: Event) -> None:
    """What was said first stays: a second word about the same thing changes nobody's decision."""
    found = enrichment(known, copy)
    assert found is None


def test_kinds_without_an_enrichment_have_none() -> None:
    one = Event(id="i", kind="issue.opened", at=0, source="jira", issue=e.Issue(id="i"))
    assert enrichment(one, replace(one, issue=e.Issue(id="i", type="bug"))) is None
    people = Event(id="p", kind="people.changed", at=0, source="configuration")
    assert enrichment(people, replace(people, paths=("a",))) is None


def test_a_review_takes_its_pull_request_along() -> None:
    pull_request = e.PullRequest(id="pr1", author="ada")
    known = Event(
        id="r", kind="review.submitted", at=5, source="github", review=e.Review(id="r"), pull_request=pull_request
    )
    copy = replace(known, review=e.Review(id="r", comments=4))
    found = enrichment(known, copy)
    assert found is not None
    assert (found.kind, found.at) == ("review.enriched", 5)
    assert (found.review, found.pull_request) == (e.Review(id="r", comments=4), e.PullRequest(id="pr1"))


def test_the_second_copy_is_journalled_once_as_an_enrichment(desk: Desk) -> None:
    assert desk.receive([bare(1)]) == Arrived(1, 0)
    assert desk.receive([whole(1)], "backfill") == Arrived(1, 1)
    assert desk.receive([whole(1)], "backfill") == Arrived(0, 1)
    assert desk.receive([whole(1), bare(1), whole(1)]) == Arrived(0, 3)
    assert [row.event.id for row in desk.journalled()] == ["m1", "m1:enriched"]
    desk.close()


def test_both_copies_in_one_delivery_are_an_event_and_its_enrichment(desk: Desk) -> None:
    assert desk.receive([bare(1), whole(1), whole(2), bare(2)]) == Arrived(3, 2)
    assert [row.event.id for row in desk.journalled()] == ["m1", "m2", "m1:enriched"]
    desk.close()


def test_areas_are_credited_when_the_paths_come_after_the_decision(desk: Desk) -> None:
    """It is folded before what it enriches: the state is the one of whoever knew the paths at once."""
    desk.take([areas(), bare(1), bare(2, 1)])
    assert desk.standing() == {}
    desk.take([whole(1), whole(2, 1)])
    assert [finding.area for finding in desk.standing().values()] == ["api"]
    memory = desk.decider.memory
    events = [row.event for row in desk.journalled()]
    state, found = pure(desk.program, events, memory.at)
    assert digest(memory.state) == digest(state)
    assert desk.standing() == found
    assert set(memory.state.facts.ledger.units["api"]) == {"ada", "ben"}
    desk.close()


def test_an_event_from_the_future_is_enriched_at_the_time_it_was_given(desk: Desk) -> None:
    desk.receive([bare(1, 99)])
    desk.now += 1_000_000
    desk.receive([whole(1, 99)])
    first, second = (row.event for row in desk.journalled())
    assert first.at == second.at == START + 10
    desk.close()
