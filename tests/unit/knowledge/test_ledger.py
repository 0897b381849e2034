"""The ledger: shares do not depend on order or landmark, decay halves in the half-life. Owns nothing of who can carry."""

from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from rules.knowledge.ledger import HALF_LIFE_DAYS, Ledger
from rules.model.times import DAY, Instant

NOW: Instant = 20_000 * DAY
Update = tuple[str, str, str, Instant]
UPDATE = st.tuples(
    st.sampled_from(["change", "review"]), st.sampled_from(["api", "web"]), st.sampled_from(["ada", "ben", "cem"]),
    st.integers(NOW - 3000 * DAY, NOW),
)  # fmt: skip


def folded(updates: list[Update], half_life: int = HALF_LIFE_DAYS * DAY) -> Ledger:
    ledger = Ledger(half_life=half_life)
    for kind, unit, person, at in updates:
        (ledger.change if kind == "change" else ledger.review)(unit, person, at)
    return ledger


def shares(ledger: Ledger) -> dict[tuple[str, str], float]:
    totals = {unit: sum(one.score for one in people.values()) for unit, people in ledger.units.items()}
    return {
        (unit, person): one.score / totals[unit]
        for unit, people in ledger.units.items()
        for person, one in people.items()
    }


def score(ledger: Ledger, person: str, unit: str = "api") -> float:
    return ledger.units[unit][person].score


@given(st.lists(UPDATE, min_size=1, max_size=30).flatmap(lambda some: st.tuples(st.just(some), st.permutations(some))))
def test_updates_commute(both: tuple[list[Update], list[Update]]) -> None:
    """Scores do; the newest times are those that came last, which is why late events go back (worker/deciding/late)."""
    one, other = (folded(updates) for updates in both)
    assert shares(one) == pytest.approx(shares(other), rel=1e-9, abs=1e-12)


@given(st.lists(UPDATE, min_size=1, max_size=20))
def test_a_share_is_the_sum_of_decayed_weights(updates: list[Update]) -> None:
    expected: dict[tuple[str, str], float] = {}
    for _, unit, person, at in updates:
        expected[unit, person] = expected.get((unit, person), 0.0) + 2.0 ** ((at - NOW) / (180 * DAY))
    totals = {unit: sum(n for key, n in expected.items() if key[0] == unit) for unit in ("api", "web")}
    wanted = {key: n / totals[key[0]] for key, n in expected.items()}
    assert shares(folded(updates)) == pytest.approx(wanted, rel=1e-9, abs=1e-12)


@pytest.mark.parametrize("half_lives", [1, 2, 3, 10])
def test_a_score_halves_in_the_half_life(half_lives: int) -> None:
    ledger = folded([("change", "api", "ada", NOW - half_lives * 180 * DAY), ("change", "api", "ben", NOW)])
    assert score(ledger, "ben") / score(ledger, "ada") == 2.0**half_lives


def test_a_change_and_a_substantive_review_weigh_the_same() -> None:
    ledger = folded([("change", "api", "ada", NOW), ("review", "api", "ben", NOW)])
    assert score(ledger, "ada") == score(ledger, "ben") > 0


@pytest.mark.parametrize("days", [513, 513.5, 700.25, 1000])
def test_rebasing_the_landmark_changes_no_share(days: float) -> None:
    """With a half-life of a day, the exponent grows too large after 512 days."""
    start: list[Update] = [("change", "api", who, NOW + n * DAY) for n, who in enumerate(["ada", "ben", "cem"])]
    ledger = folded(start, half_life=DAY)
    before, landmark = shares(ledger), ledger.landmark
    ledger.change("web", "dan", NOW + round(days * DAY))
    assert ledger.landmark == NOW + round(days * DAY) > landmark
    after = {key: share for key, share in shares(ledger).items() if key[0] == "api"}
    assert after == pytest.approx(before, rel=1e-12)
    ledger.change("web", "ada", NOW)
    assert score(ledger, "ada", "web") / score(ledger, "ada") == pytest.approx(1), "old and new scores compare"


def test_the_landmark_stays_until_the_exponent_is_large_and_never_moves_back() -> None:
    ledger = folded([("change", "api", "ada", NOW)], half_life=DAY)
    for at in (NOW - 400 * DAY, NOW + 512 * DAY):
        ledger.change("api", "ben", at)
        assert ledger.landmark == NOW
    ledger.change("api", "ben", NOW + 512 * DAY + 1)
    assert ledger.landmark == NOW + 512 * DAY + 1
    ledger.change("api", "ben", NOW)
    assert ledger.landmark == NOW + 512 * DAY + 1


@given(st.lists(st.integers(0, 200_000), min_size=2, max_size=30).map(sorted))
def test_no_score_overflows_in_five_hundred_years(days: list[int]) -> None:
    ledger = folded([("change", "api", "ada", NOW + day * DAY) for day in days], half_life=DAY)
    assert 0 < score(ledger, "ada") < float("inf")


def test_an_event_long_before_the_landmark_adds_next_to_nothing_and_no_error() -> None:
    ledger = folded([("change", "api", "ada", NOW), ("change", "api", "ben", NOW - 10**6 * DAY)], half_life=DAY)
    assert (score(ledger, "ada"), score(ledger, "ben")) == (1.0, 0.0)


def test_a_first_event_at_the_epoch_decays_like_any_other() -> None:
    """git's normaliser gives 0 to a commit whose time cannot be read."""
    ledger = folded([("change", "api", "ada", 0), ("change", "api", "ben", 50 * 365 * DAY)])
    assert score(ledger, "ada") < score(ledger, "ben") / 1000


def test_only_the_newest_two_changes_and_five_reviews_are_kept() -> None:
    updates: list[Update] = [(kind, "api", "ada", NOW + n) for n in range(9) for kind in ("change", "review")]
    holding = folded(updates).units["api"]["ada"]
    assert holding.changes == (NOW + 7, NOW + 8)
    assert holding.reviews == tuple(NOW + n for n in range(4, 9))
    assert all(one < other for one, other in pairwise(holding.reviews))
    assert holding.last_change == NOW + 8


def test_lifetime_counts_are_apart_from_scores_and_do_not_decay() -> None:
    ledger = Ledger()
    assert ledger.experience("ada", "api") == 0
    ledger.count_change("api", "ada")
    ledger.count_review("api", "ada")
    ledger.count_review("api", "ada")
    assert (ledger.experience("ada", "api"), score(ledger, "ada")) == (3, 0.0)
    assert ledger.units["api"]["ada"].last_change is None
    ledger.change("api", "ada", NOW)
    assert ledger.experience("ada", "api") == 3
    assert ledger.experience("ada", "web") == ledger.experience("ben", "api") == 0


def test_two_ledgers_share_nothing() -> None:
    Ledger().change("api", "ada", NOW)
    assert Ledger().units == {}
