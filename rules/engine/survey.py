"""The map: every part of a system, who could carry it now, who is nearest, and what changes with it.

Owns the survey of the last 180 days as of one moment. Carriers are `rules/knowledge`'s definition; changes are counted
anew from the events, so that every number can be recounted.
"""

from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass, field

from rules.engine import guards
from rules.engine.credit import areas_of, credited
from rules.engine.facts import areas, people
from rules.engine.plans import Program
from rules.engine.state import State
from rules.knowledge.carriers import State as PartState
from rules.model.accounts import OTHER
from rules.model.events import Event
from rules.model.times import DAY, Instant

WINDOW = 180 * DAY


@dataclass(frozen=True, slots=True)
class Part:
    """`changes` are human and not mechanical, in 180 days. `by` has everybody's, most first. `nearest` are present
    people who cannot carry it yet, with their changes. `beside` counts changes that touched another area too."""

    area: str
    state: PartState
    changes: int
    carriers: tuple[str, ...]
    carrier_percent: int
    by: tuple[tuple[str, int], ...] = ()
    nearest: tuple[tuple[str, int], ...] = ()
    beside: tuple[tuple[str, int], ...] = ()
    docs_days: int | None = None
    last_change: Instant = 0
    carrier_last: Instant = 0  # newest own change of the first carrier

    def carrier_quiet(self, at: Instant) -> int:
        """How long the first carrier has not changed it, in microseconds; 0 where there is none."""
        return at - self.carrier_last if self.carrier_last else 0


@dataclass(slots=True)
class _Tally:
    changes: int = 0
    by: Counter[str] = field(default_factory=Counter)
    beside: Counter[str] = field(default_factory=Counter)


@dataclass(frozen=True, slots=True)
class LeftOutEvents:
    """Merged changes of the window that were not counted."""

    bot: int = 0
    mechanical: int = 0
    anonymous: int = 0


def survey(state: State, program: Program, events: Iterable[Event], at: Instant) -> tuple[list[Part], LeftOutEvents]:
    """Every area ever changed, those at risk first. `events` may be the whole history."""
    tallies, left_out = _count(state, program, events, at)
    parts = [_part(state, area, tallies.get(area, _Tally()), at) for area in state.facts.area if _changed(state, area)]
    return sorted(parts, key=_by_risk), left_out


_RISK: dict[PartState, int] = {"orphaned": 0, "single": 0, "covered": 1, "quiet": 2}


def _by_risk(part: Part) -> tuple[int, int, int, str]:
    """Nobody or one person first, whatever changes most on top; untouched parts last."""
    rank = _RISK[part.state] if part.changes else 3
    return (rank, len(part.carriers) if rank == 1 else 0, -part.changes, part.area)


def _changed(state: State, area: str) -> bool:
    return bool(state.facts.area[area].last_change)


def _count(
    state: State, program: Program, events: Iterable[Event], at: Instant
) -> tuple[dict[str, _Tally], LeftOutEvents]:
    tallies: dict[str, _Tally] = {}
    bot = mechanical = anonymous = 0
    for event in events:
        if event.kind != "pull_request.merged" or not at - WINDOW < event.at <= at:
            continue
        doubt = guards.doubt(program, state.facts, event)
        reason = doubt.reason(guards.KNOWLEDGE) if doubt else ""
        if reason:
            bot, mechanical = bot + (reason == "bot"), mechanical + (reason == "mechanical")
            continue
        who = credited(state.facts, event)
        anonymous += OTHER in who
        touched = areas_of(state.facts, event)
        for area in touched:
            tally = tallies.setdefault(area, _Tally())
            tally.changes += 1
            tally.by.update(who)
            tally.beside.update(other for other in touched if other != area)
    return tallies, LeftOutEvents(bot, mechanical, anonymous)


def _part(state: State, area: str, tally: _Tally, at: Instant) -> Part:
    facts = state.facts
    row = facts.area[area]
    carriers = areas.carriers_of(facts, area, at)
    nearest = [
        (person, n)
        for person, n in _ranked(tally.by)
        if person not in carriers.people and person != OTHER and people.present(facts, person, at)
    ]
    return Part(
        area=area,
        state=_state(len(carriers.people), row.last_demand, at),
        changes=tally.changes,
        carriers=carriers.people,
        carrier_percent=carriers.percent,
        by=tuple(_ranked(tally.by)),
        nearest=tuple(nearest),
        beside=tuple(_ranked(tally.beside)[:5]),
        docs_days=(at - row.last_docs_change) // DAY if row.last_docs_change else None,
        last_change=row.last_change,
        carrier_last=_last_change(state, area, carriers.carrier),
    )


def _last_change(state: State, area: str, person: str | None) -> Instant:
    holding = state.facts.ledger.units.get(area, {}).get(person or "")
    return (holding.last_change or 0) if holding else 0


def _ranked(counter: Counter[str]) -> list[tuple[str, int]]:
    return sorted(counter.items(), key=lambda item: (-item[1], item[0]))


def _state(carriers: int, last_demand: Instant, at: Instant) -> PartState:
    if last_demand <= at - WINDOW:
        return "quiet"
    return "orphaned" if carriers == 0 else "single" if carriers == 1 else "covered"
