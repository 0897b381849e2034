"""Who could help an area: the present carrier as mentor, and the learner through whom knowledge spreads most.

Owns the ranking of learners for one area. It names at most two, gives reasons instead of a score, and knows only the
ledger: preferences and calendars weigh zero where nobody gave them.

A learner is a present person who cannot yet carry the area. First whoever changed or reviewed something here in the
last 365 days, then whoever is active next door (areas under the same parent folder, then any); among equals the one
with less other load (newest work in fewer areas), then the id that sorts first.
"""

from collections.abc import Callable, Mapping
from typing import NamedTuple

from rules.knowledge.carriers import WINDOW, carriers
from rules.knowledge.ledger import Holding
from rules.model.accounts import OTHER
from rules.model.actions import Suggestion
from rules.model.times import DAY, Instant

ACTIVE = 180 * DAY
Units = Mapping[str, Mapping[str, Holding]]


class _Candidate(NamedTuple):
    here: int
    near: int
    elsewhere: int
    areas: int
    person: str
    next_door: str
    changes: int
    reviews: int

    def order(self) -> tuple[int, int, int, int, str]:
        return (-self.here, -self.near, -min(self.elsewhere, 1), self.areas, self.person)


def suggest(units: Units, area: str, at: Instant, present: Callable[[str], bool]) -> Suggestion:
    """Mentor, learner and one alternative for an area; each None where nobody is seen. Reasons speak of the learner."""
    holdings = units.get(area, {})
    able = [person for person in carriers(holdings, at, present).people if person != OTHER]
    mentor = able[0] if able else None
    ranked = sorted(_candidates(units, area, at, present, frozenset(able)), key=_Candidate.order)
    if not ranked:
        return Suggestion(mentor=mentor)
    first = ranked[0]
    alternative = ranked[1].person if len(ranked) > 1 else None
    return Suggestion(mentor=mentor, learner=first.person, alternative=alternative, reasons=_reasons(first))


def _reasons(candidate: _Candidate) -> tuple[tuple[str, str | int], ...]:
    found: list[tuple[str, str | int]] = []
    if candidate.changes:
        found.append(("changes_here", candidate.changes))
    if candidate.reviews:
        found.append(("reviews_here", candidate.reviews))
    if candidate.next_door:
        found.append(("works_in", candidate.next_door))
    return tuple(found)


def _candidates(
    units: Units, area: str, at: Instant, present: Callable[[str], bool], able: frozenset[str]
) -> list[_Candidate]:
    people: dict[str, list[tuple[str, Holding]]] = {}
    active: set[str] = set()
    for unit, holdings in units.items():
        for person, holding in holdings.items():
            newest = max((*holding.changes, *holding.reviews), default=None)
            if newest is None or person in able or person == OTHER:
                continue
            if newest > at - ACTIVE:
                active.add(person)
            if newest > at - (WINDOW if unit == area else ACTIVE):
                people.setdefault(person, []).append((unit, holding))
    known = [(person, found) for person, found in people.items() if person in active and present(person)]
    return [_candidate(area, at, person, found) for person, found in known]


def _candidate(area: str, at: Instant, person: str, active: list[tuple[str, Holding]]) -> _Candidate:
    parent = area.rpartition("/")[0]
    changes = reviews = near = elsewhere = 0
    next_door = ""
    for unit, holding in sorted(active, key=lambda item: item[0]):
        own = sum(1 for then in holding.changes if then > at - WINDOW)
        seen = sum(1 for then in holding.reviews if then > at - WINDOW)
        if unit == area:
            changes, reviews = own, seen
        elif own:
            sibling = bool(parent) and unit.startswith(parent + "/")
            near, elsewhere = near + sibling, elsewhere + (not sibling)
            if not next_door or (sibling and near == 1):
                next_door = unit
    return _Candidate(2 * changes + reviews, near, elsewhere, len(active), person, next_door, changes, reviews)
