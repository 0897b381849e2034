"""Who can carry an area: the one definition behind the map, `try` and the rule area-single-carrier.

A *present* person can carry an area when, in the last 365 days, they have
- at least 2 own changes and a decayed score of at least a quarter of the top person's (who may have left), or
- at least 5 substantive reviews and at least 1 own change.
Shares of the total are not used: with 35 people at 3% each nobody would carry a healthy area.

Owns that definition. Presence comes from the caller. Source: the measurements in docs/benchmarks.md.
"""

from collections.abc import Callable, Mapping
from math import ceil, fsum
from typing import Literal, NamedTuple

from rules.knowledge.ledger import Holding
from rules.model.accounts import OTHER
from rules.model.times import DAY, Instant

WINDOW = 365 * DAY
OWN_CHANGES = 2
SCORE_SHARE = 0.25
REVIEWS = 5
FARTHEST = 10
ROUNDING = 1e-9  # half of a score is half, also where the sums of two powers of two differ in the last bit

State = Literal["orphaned", "single", "covered", "quiet"]


class Carriers(NamedTuple):
    """`people` can carry the area, best first. `percent` is the best one's whole-number share of everybody's score.

    OTHER may count as one of them (an unresolved person is still a person) but is never `carrier`; then `percent` is 0.
    """

    people: tuple[str, ...]
    percent: int

    @property
    def carrier(self) -> str | None:
        return self.people[0] if self.people and self.people[0] != OTHER else None


def carriers(people: Mapping[str, Holding], at: Instant, present: Callable[[str], bool]) -> Carriers:
    """Everybody who can carry the unit at `at`, by score, ties by the id that sorts first."""
    scores = [holding.score for holding in people.values()]
    since, best = at - WINDOW, max(scores, default=0.0)
    lately = [(one, holding) for one, holding in people.items() if holding.changes and holding.changes[-1] > since]
    able = [(-holding.score, one) for one, holding in lately if _able(holding, since, best) and present(one)]
    able.sort()
    total = fsum(scores)  # the same in any order
    percent = int(-100 * able[0][0] / total + ROUNDING) if able and total and able[0][1] != OTHER else 0
    return Carriers(tuple(person for _, person in able), percent)


def _able(holding: Holding, since: Instant, best: float) -> bool:
    """Of somebody with at least one own change since."""
    changes, reviews = holding.changes, holding.reviews
    enough = holding.score >= SCORE_SHARE * best * (1 - ROUNDING)
    if enough and len(changes) >= OWN_CHANGES and changes[-OWN_CHANGES] > since:
        return True
    return len(reviews) >= REVIEWS and reviews[-REVIEWS] > since


def reviewers_only(people: Mapping[str, Holding], at: Instant, present: Callable[[str], bool]) -> int:
    """Present people with enough recent reviews to carry the unit but no own change: they lower a confidence."""
    since = at - WINDOW
    return sum(
        1
        for person, holding in people.items()
        if len(holding.reviews) >= REVIEWS
        and holding.reviews[-REVIEWS] > since
        and not (holding.changes and holding.changes[-1] > since)
        and present(person)
    )


def changes_to_carry(people: Mapping[str, Holding], at: Instant, present: Callable[[str], bool], weight: float) -> int:
    """The fewest own changes, made now, by which one more present person could carry the unit; 0 where nobody is near.

    `weight` is what one change adds to a score now (`Ledger.weight`). Looks at those who changed or reviewed it, and up
    to FARTHEST changes.
    """
    since, best = at - WINDOW, max((holding.score for holding in people.values()), default=0.0)
    wanted, fewest = SCORE_SHARE * best * (1 - ROUNDING), FARTHEST + 1
    for person, holding in people.items():
        more = _needed(holding, since, wanted, weight)
        if 0 < more < fewest and person != OTHER and present(person):
            fewest = more
    return fewest if fewest <= FARTHEST else 0


def _needed(holding: Holding, since: Instant, wanted: float, weight: float) -> int:
    """0 for somebody who can carry it as it is, if they are there."""
    changes, reviews = holding.changes, holding.reviews
    lately = sum(then > since for then in changes[-OWN_CHANGES:])
    if len(reviews) >= REVIEWS and reviews[-REVIEWS] > since:
        return 0 if lately else 1
    return max(0, OWN_CHANGES - lately, ceil((wanted - holding.score) / weight))
