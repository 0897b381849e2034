"""Who can carry an area: the definition of KNOWLEDGE, its boundaries, its ties. Owns no counting of events."""

from collections.abc import Mapping

import pytest
from hypothesis import assume, given
from hypothesis import strategies as st
from msgspec.structs import replace

from rules.knowledge.carriers import Carriers, carriers, changes_to_carry, reviewers_only
from rules.knowledge.ledger import HALF_LIFE_DAYS, Holding, Ledger
from rules.model.accounts import OTHER
from rules.model.times import DAY, Instant

NOW: Instant = 20_000 * DAY
YEAR = 365 * DAY
Work = Mapping[str, tuple[list[Instant], list[Instant]]]
"""Person → ages of own changes, ages of substantive reviews."""


def everybody(person: str) -> bool:
    return True


def holdings(work: Work) -> Mapping[str, Holding]:
    """The ledger's holdings after that work, folded oldest first."""
    ledger = Ledger()
    done = [(NOW - age, who, ledger.change) for who, (changes, _) in work.items() for age in changes]
    done += [(NOW - age, who, ledger.review) for who, (_, reviews) in work.items() for age in reviews]
    for at, who, credit in sorted(done, key=lambda one: one[0]):
        credit("area", who, at)
    return ledger.units.get("area", {})


def able(work: Work, *away: str) -> tuple[str, ...]:
    return carriers(holdings(work), NOW, lambda person: person not in away).people


def changes(*days: float) -> tuple[list[Instant], list[Instant]]:
    return [round(one * DAY) for one in days], []


def test_ten_people_at_ten_percent_are_covered() -> None:
    work = {f"p{n}": changes(1, 2) for n in range(10)}
    found = carriers(holdings(work), NOW, everybody)
    assert found == Carriers(tuple(f"p{n}" for n in range(10)), 10)
    assert found.carrier == "p0"


def test_thirty_five_people_at_three_percent_are_covered() -> None:
    assert len(able({f"p{n:02}": changes(1, 2) for n in range(35)})) == 35


def test_an_untouched_area_has_nobody() -> None:
    found = carriers({}, NOW, everybody)
    assert found == Carriers((), 0)
    assert found.carrier is None


def test_one_person_with_all_changes_is_the_single_carrier() -> None:
    found = carriers(holdings({"ada": changes(1, 2, 3)}), NOW, everybody)
    assert (found.people, found.carrier, found.percent) == (("ada",), "ada", 100)


def test_two_with_a_quarter_each_are_two_and_the_better_one_comes_first() -> None:
    found = carriers(holdings({"ada": changes(1, 1), "ben": changes(1, 1, 1)}), NOW, everybody)
    assert (found.people, found.percent) == (("ben", "ada"), 60)


def test_one_own_change_is_not_enough() -> None:
    assert able({"ada": changes(1)}) == ()
    assert able({"ada": changes(1, 1)}) == ("ada",)


@pytest.mark.parametrize(("best", "both"), [(8, True), (9, False)])
def test_a_quarter_of_the_top_score_is_enough_and_less_is_not(best: int, both: bool) -> None:
    assert able({"top": changes(*[3] * best), "ada": changes(3, 3)}) == (("top", "ada") if both else ("top",))


def test_a_quarter_is_a_quarter_also_where_floats_differ_in_the_last_bit() -> None:
    ages = [0.1 * n + 0.37 for n in range(40)]
    assert able({"ada": changes(*ages[:10]), "top": changes(*[age for age in ages[:10] for _ in range(4)])}) == (
        "top",
        "ada",
    )


def test_the_top_person_counts_also_after_leaving() -> None:
    """Decision 0005: what-if needs it, and a far better person who left does not make the rest better."""
    work = {"gone": changes(*[3] * 9), "ada": changes(3, 3)}
    assert able(work, "gone") == ()
    assert able({**work, "gone": changes(*[3] * 8)}, "gone") == ("ada",)


def test_who_is_not_present_carries_nothing_and_still_counts_in_the_share() -> None:
    found = carriers(holdings({"gone": changes(1, 1), "ada": changes(1, 1)}), NOW, lambda person: person == "ada")
    assert (found.people, found.percent) == (("ada",), 50)


@pytest.mark.parametrize(("age", "found"), [(YEAR - 1, ("ada",)), (YEAR, ()), (YEAR + 1, ())])
def test_the_second_newest_change_lies_less_than_365_days_back_to_the_microsecond(
    age: int, found: tuple[str, ...]
) -> None:
    assert able({"ada": ([age, 0], [])}) == found
    assert able({"ada": ([age, age], [])}) == found


@pytest.mark.parametrize(("age", "found"), [(YEAR - 1, ("ada",)), (YEAR, ())])
def test_the_year_counts_for_reviews_and_for_their_own_change_as_well(age: int, found: tuple[str, ...]) -> None:
    assert able({"ada": ([0], [age, 0, 0, 0, 0])}) == found
    assert able({"ada": ([age], [0, 0, 0, 0, 0])}) == found


@pytest.mark.parametrize(
    ("own", "reviews", "can"), [(1, 5, True), (1, 4, False), (0, 5, False), (0, 50, False), (1, 6, True)]
)
def test_five_reviews_and_one_own_change_are_enough_whatever_the_score(own: int, reviews: int, can: bool) -> None:
    work = {"top": changes(*[1] * 90), "ada": ([DAY] * own, [DAY] * reviews)}
    assert ("ada" in able(work)) is can


def test_reviews_raise_the_score_that_two_own_changes_need() -> None:
    work = {"top": changes(*[1] * 12), "ada": changes(1, 1)}
    assert able(work) == ("top",)
    assert able({**work, "ada": ([DAY, DAY], [DAY])}) == ("top", "ada")


def test_old_work_fades_against_new_work() -> None:
    """Four changes 360 days ago are worth one today."""
    assert able({"old": changes(*[360] * 4), "new": changes(0, 0)}) == ("new", "old")
    assert able({"old": changes(360, 360), "new": changes(0, 0)}) == ("new", "old")
    assert able({"old": changes(360, 360), "new": changes(0, 0, 0)}) == ("new",)


def test_ties_go_to_the_id_that_sorts_first_in_whatever_order_people_came() -> None:
    for order in (("cem", "ada", "ben"), ("ben", "cem", "ada")):
        assert able({who: changes(1, 2) for who in order}) == ("ada", "ben", "cem")


def test_other_may_be_among_those_able_and_is_never_the_carrier() -> None:
    first = carriers(holdings({OTHER: changes(1, 1, 1), "ada": changes(1, 1)}), NOW, everybody)
    assert (first.people, first.carrier, first.percent) == ((OTHER, "ada"), None, 0)
    second = carriers(holdings({OTHER: changes(1, 1), "ada": changes(1, 1, 1)}), NOW, everybody)
    assert (second.people, second.carrier, second.percent) == (("ada", OTHER), "ada", 60)


def test_percent_is_rounded_down_to_a_whole_number() -> None:
    found = carriers(holdings({"ada": changes(1, 1), "ben": changes(1)}), NOW, everybody)
    assert (found.people, found.percent) == (("ada",), 66)


@pytest.mark.parametrize(
    ("own", "reviews", "n"), [([], [1] * 5, 1), ([], [1] * 4, 0), ([1], [1] * 5, 0), ([365], [1] * 5, 1)]
)
def test_reviewers_only_are_present_people_with_five_reviews_and_no_own_change(
    own: list[int], reviews: list[int], n: int
) -> None:
    work = {"ada": ([one * DAY for one in own], [one * DAY for one in reviews])}
    assert reviewers_only(holdings(work), NOW, everybody) == n
    assert reviewers_only(holdings(work), NOW, lambda person: False) == 0


def test_reviewers_only_looks_back_less_than_365_days() -> None:
    assert reviewers_only(holdings({"ada": ([], [YEAR, 0, 0, 0, 0])}), NOW, everybody) == 0
    assert reviewers_only(holdings({"ada": ([], [YEAR - 1, 0, 0, 0, 0])}), NOW, everybody) == 1


AGES = st.lists(st.integers(0, 500).map(lambda days: days * DAY), max_size=8)
WORK = st.dictionaries(st.sampled_from(["ada", "ben", "cem", "dan", OTHER]), st.tuples(AGES, AGES), max_size=5)


@given(WORK, st.sets(st.sampled_from(["ada", "ben", "cem"])))
def test_it_is_the_written_definition_for_any_history(work: Work, away: set[str]) -> None:
    """The definition once more, over all of the work instead of the newest few times."""
    scores = {who: sum(2.0 ** (-age / (180 * DAY)) for age in (*own, *seen)) for who, (own, seen) in work.items()}
    best = max(scores.values(), default=0.0)
    assume(all(abs(score - best / 4) > 1e-6 for score in scores.values()))

    def can(who: str) -> bool:
        own, seen = ([age for age in ages if age < YEAR] for ages in work[who])
        return (len(own) >= 2 and scores[who] >= best / 4) or (len(seen) >= 5 and len(own) >= 1)

    assert set(able(work, *away)) == {who for who in work if who not in away and can(who)}


def test_how_many_changes_would_make_a_second_person_a_carrier() -> None:
    """The nearest present person counts: one with a change and score enough, one who reviews, one far behind."""
    at = 1000 * DAY
    alone = Holding(8.0, (at - 2 * DAY, at - DAY))
    assert changes_to_carry({"a": alone}, at, everybody, 1.0) == 0
    near = {"a": alone, "b": Holding(1.0, (at - DAY,))}
    assert changes_to_carry(near, at, everybody, 1.0) == 1
    far = {"a": alone, "c": Holding(0.5, (at - 500 * DAY,))}
    assert changes_to_carry(far, at, everybody, 1.0) == 2
    assert changes_to_carry(far, at, everybody, 0.5) == 3
    reviewer = {"a": alone, "d": Holding(5.0, (), tuple(at - n * DAY for n in (5, 4, 3, 2, 1)))}
    assert changes_to_carry(reviewer, at, everybody, 1.0) == 1
    assert changes_to_carry({"a": alone, "away": near["b"]}, at, lambda person: person != "away", 1.0) == 0
    assert changes_to_carry({"a": replace(alone, score=100.0), "b": near["b"]}, at, everybody, 1.0) == 0


def test_what_a_change_weighs_now_is_what_it_would_add() -> None:
    ledger = Ledger()
    assert ledger.weight(5 * DAY) == 1.0
    ledger.change("api", "a", 0)
    assert ledger.weight(HALF_LIFE_DAYS * DAY) == 2.0
    ledger.change("api", "b", HALF_LIFE_DAYS * DAY)
    assert ledger.units["api"]["b"].score == 2.0
