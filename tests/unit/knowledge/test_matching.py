"""Whom to ask about an area: mentor, learner, alternative and the reasons for the learner. Owns no presence."""

import pytest

from rules.knowledge.ledger import Holding, Ledger
from rules.knowledge.matching import suggest
from rules.model.accounts import OTHER
from rules.model.actions import Suggestion
from rules.model.times import DAY, Instant

NOW: Instant = 20_000 * DAY
AREA = "src/billing"
Units = dict[str, dict[str, Holding]]


def everybody(person: str) -> bool:
    return True


def units(*work: str) -> Units:
    """Each word is 'person unit', then days ago of own changes, with 'r' before those of reviews: 'ada src/api 1 2 r3'."""
    ledger, done = Ledger(), []
    for one in work:
        person, unit, *ages = one.split()
        for age in ages:
            credit = ledger.review if age.startswith("r") else ledger.change
            done.append((NOW - int(age.lstrip("r")) * DAY, unit, person, credit))
    for at, unit, person, credit in sorted(done, key=lambda it: it[0]):
        credit(unit, person, at)
    return ledger.units


def asked(*work: str, away: str = "") -> Suggestion:
    return suggest(units(*work), AREA, NOW, lambda person: person != away)


def test_the_carrier_is_the_mentor_and_who_changed_something_here_the_learner() -> None:
    found = asked("ada src/billing 1 2 3 4 5", "ben src/billing 9", "cem src/api 1 2")
    assert found == Suggestion(mentor="ada", learner="ben", alternative="cem", reasons=(("changes_here", 1),))


def test_nobody_is_named_where_nobody_is_seen() -> None:
    assert suggest({}, AREA, NOW, everybody) == Suggestion()
    assert asked("ada src/billing 1 2") == Suggestion(mentor="ada")
    assert asked("ben src/billing 1") == Suggestion(learner="ben", reasons=(("changes_here", 1),))


def test_who_can_already_carry_the_area_learns_nothing_there() -> None:
    found = asked("ada src/billing 1 2 3", "ben src/billing 1 2", "cem src/api 1")
    assert (found.mentor, found.learner, found.alternative) == ("ada", "cem", None)


def test_who_is_away_is_neither_mentor_nor_learner() -> None:
    work = ("ada src/billing 1 2 3", "ben src/billing 1 2", "cem src/billing 1", "dan src/api 1")
    assert asked(*work, away="ada").mentor == "ben"
    assert asked(*work, away="cem").learner == "dan"


def test_other_is_neither_mentor_nor_learner() -> None:
    found = asked(f"{OTHER} src/billing 1 2 3 4", "ada src/billing 1 2", f"{OTHER} src/api 1")
    assert found == Suggestion(mentor="ada")


@pytest.mark.parametrize(
    ("better", "worse"),
    [
        ("ben src/billing 1", "aaa src/billing r1"),  # a change here before a review here
        ("ben src/billing r1", "aaa src/api 1 2"),  # a review here before changes next door
        ("ben src/api 1", "aaa docs 1 2"),  # the same parent folder before any other
        ("ben docs 1", "aaa docs r1"),  # a change elsewhere before reviews only
        ("ben src/billing r1 r2 r3", "aaa src/billing 1"),  # three reviews before one change, which counts two
    ],
)
def test_the_nearer_person_is_asked_first(better: str, worse: str) -> None:
    for work in ((better, worse), (worse, better)):
        found = asked("ada src/billing 1 2 3 4 5 6 7 8 9", *work)
        assert (found.learner, found.alternative) == ("ben", "aaa")


def test_among_equals_it_is_the_one_with_work_in_fewer_areas_then_the_id_that_sorts_first() -> None:
    found = asked(
        "ada src/billing 1 2 3", "aaa src/billing 1", "aaa tools r1", "cem src/billing 1", "ben src/billing 1"
    )
    assert (found.learner, found.alternative) == ("ben", "cem")


def test_two_areas_next_door_are_nearer_than_one() -> None:
    found = asked("ada src/billing 1 2 3", "aaa src/api 1", "ben src/api 1", "ben src/web 1")
    assert (found.learner, found.alternative) == ("ben", "aaa")


@pytest.mark.parametrize(("age", "learner"), [(179, "ben"), (180, None), (181, None)])
def test_a_learner_did_something_in_the_last_180_days(age: int, learner: str | None) -> None:
    assert asked("ada src/billing 1 2 3", f"ben src/api {age}").learner == learner
    assert asked("ada src/billing 1 2 3", f"ben src/billing r{age}").learner == learner


def test_reasons_speak_of_the_learner_and_count_what_can_be_recounted() -> None:
    found = asked("ada src/billing 1 2 3 4 5 6 7 8 9", "ben src/billing 3 r4 r5 r6 r7", "ben src/api 1")
    assert found.reasons == (("changes_here", 1), ("reviews_here", 4), ("works_in", "src/api"))


def test_what_lies_a_year_back_is_no_reason() -> None:
    found = asked("ada src/billing 1 2 3", "ben src/billing 366 r1")
    assert found.reasons == (("reviews_here", 1),)


def test_reviews_elsewhere_name_no_area_to_have_worked_in() -> None:
    assert asked("ada src/billing 1 2 3", "ben src/api r1") == Suggestion(mentor="ada", learner="ben")


def test_an_area_at_the_top_has_no_neighbours_only_others() -> None:
    """'billing' and 'billing-api' share letters, no folder."""
    found = suggest(units("ada billing 1 2 3", "ben billing-api 1", "aaa docs 1"), "billing", NOW, everybody)
    assert (found.learner, found.reasons) == ("aaa", (("works_in", "docs"),))


def test_a_folder_whose_name_only_begins_alike_is_no_neighbour() -> None:
    found = asked("ada src/billing 1 2 3", "aaa src2/api 1", "ben src/api 1")
    assert (found.learner, found.alternative) == ("ben", "aaa")


def test_the_answer_does_not_depend_on_the_order_of_people_or_areas() -> None:
    work = ["ada src/billing 1 2 3", "cem src/api 1", "ben src/api 1", "ben src/web 2", "cem src/web 2", "dan x 1"]
    assert asked(*work) == asked(*reversed(work))


def test_a_change_here_within_the_year_counts_for_somebody_active_elsewhere() -> None:
    """The module says: 'first whoever changed or reviewed something here in the last 365 days'."""
    found = asked("ada src/billing 1 2 3 4 5 6 7 8 9", "ben src/billing 200", "ben docs 1", "aaa docs 1")
    assert (found.learner, found.reasons[:1]) == ("ben", (("changes_here", 1),))


def test_a_neighbouring_area_is_the_better_reason() -> None:
    assert asked("ada src/billing 1 2 3", "ben docs 1", "ben src/web 1").reasons == (("works_in", "src/web"),)
