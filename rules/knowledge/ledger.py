"""The ledger: decayed knowledge per (unit, person), kept in O(1) an event.

Owns scores, the few newest times that 'who can carry' needs, and lifetime counts. A unit is an area here; the same
class serves files and folders. Knows neither events nor who is present: callers say who touched what, when.

Forward decay (Cormode et al., 'Forward decay: a practical time decay model for streaming systems', ICDE 2009):
score += weight * 2 ** ((t - landmark) / half_life). Updates commute; shares need no re-decay.
"""

import msgspec

from rules.model.times import DAY, Instant, Span

HALF_LIFE_DAYS = 180
"""For the map. Measured flat between 90 and 365 days; see docs/benchmarks.md."""

CHANGE_WEIGHT = 1.0
REVIEW_WEIGHT = 1.0
NEWEST_CHANGES = 2
NEWEST_REVIEWS = 5
_MAX_EXPONENT = 512.0  # rebase long before a float overflows at 2 ** 1024


class Holding(msgspec.Struct, gc=False, array_like=True):
    """What one person has in one unit. Times ascend and hold only the newest few, which is all that is asked of them.

    `score` is relative to the ledger's landmark: compare scores, never read one alone. `changes_ever` and
    `reviews_ever` do not decay.
    """

    score: float = 0.0
    changes: tuple[Instant, ...] = ()
    reviews: tuple[Instant, ...] = ()
    changes_ever: int = 0
    reviews_ever: int = 0

    @property
    def last_change(self) -> Instant | None:
        return self.changes[-1] if self.changes else None


class Ledger(msgspec.Struct):
    """`units` maps unit → person → holding. `landmark` moves only forward, with every score divided accordingly."""

    half_life: Span = HALF_LIFE_DAYS * DAY
    landmark: Instant | None = None  # none before the first update
    units: dict[str, dict[str, Holding]] = {}

    def change(self, unit: str, person: str, at: Instant) -> None:
        """Credits `person` with an own change of `unit`."""
        holding = self._holding(unit, person)
        holding.score += CHANGE_WEIGHT * self._growth(at)
        holding.changes = (*holding.changes[1 - NEWEST_CHANGES :], at)

    def review(self, unit: str, person: str, at: Instant) -> None:
        """Credits `person` with a substantive review of somebody else's change of `unit`."""
        holding = self._holding(unit, person)
        holding.score += REVIEW_WEIGHT * self._growth(at)
        holding.reviews = (*holding.reviews[1 - NEWEST_REVIEWS :], at)

    def count_change(self, unit: str, person: str) -> None:
        """Adds to the lifetime count; apart from `change`, because 'first time here' is asked before it."""
        self._holding(unit, person).changes_ever += 1

    def count_review(self, unit: str, person: str) -> None:
        self._holding(unit, person).reviews_ever += 1

    def experience(self, person: str, unit: str) -> int:
        """Changes and substantive reviews of `person` in `unit` so far, undecayed."""
        holding = self.units.get(unit, {}).get(person)
        return 0 if holding is None else holding.changes_ever + holding.reviews_ever

    def weight(self, at: Instant) -> float:
        """What one change at `at` would add to a score. Changes nothing."""
        exponent = (at - self.landmark) / self.half_life if self.landmark is not None else 0.0
        return float(CHANGE_WEIGHT * 2.0 ** min(exponent, _MAX_EXPONENT))

    def _holding(self, unit: str, person: str) -> Holding:
        people = self.units.get(unit)
        if people is None:
            people = self.units[unit] = {}
        holding = people.get(person)
        if holding is None:
            holding = people[person] = Holding()
        return holding

    def _growth(self, at: Instant) -> float:
        if self.landmark is None:
            self.landmark = at
        exponent = (at - self.landmark) / self.half_life
        if exponent > _MAX_EXPONENT:
            self._rebase(at, exponent)
            exponent = 0.0
        return float(2.0**exponent)

    def _rebase(self, at: Instant, exponent: float) -> None:
        factor = 2.0**-exponent
        for people in self.units.values():
            for holding in people.values():
                holding.score *= factor
        self.landmark = at
