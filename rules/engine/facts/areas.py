"""Areas, services and components: who can carry them, how old they are, what is open about them.

Owns their folds and reads. The ledger's arithmetic is `rules/knowledge`'s.
"""

from rules.engine.facts import people
from rules.engine.facts.rows import AreaFacts, Facts
from rules.knowledge.carriers import Carriers, carriers, reviewers_only
from rules.model.actions import Value
from rules.model.events import Event
from rules.model.times import DAY, Instant

PAST_AUTHORS = 365 * DAY
INCIDENTS = 90 * DAY


def row(facts: Facts, area: str) -> AreaFacts:
    found = facts.area.get(area)
    if found is None:
        found = facts.area[area] = AreaFacts()
    return found


def carriers_of(facts: Facts, area: str, at: Instant) -> Carriers:
    return carriers(facts.ledger.units.get(area, {}), at, lambda person: people.present(facts, person, at))


def reviewers_without_changes(facts: Facts, area: str, at: Instant) -> int:
    holdings = facts.ledger.units.get(area, {})
    return reviewers_only(holdings, at, lambda person: people.present(facts, person, at))


def note_change(facts: Facts, areas: tuple[str, ...], paths: tuple[str, ...], at: Instant) -> None:
    """A merged change touched these areas."""
    documented = facts.configured.documented(paths)
    for area in areas:
        found = row(facts, area)
        found.first_change = found.first_change or at
        found.last_change = found.last_demand = at
        if area in documented:
            found.last_docs_change = at


def note_demand(facts: Facts, areas: tuple[str, ...], at: Instant) -> None:
    for area in areas:
        row(facts, area).last_demand = at


def note_incident(facts: Facts, areas: tuple[str, ...], at: Instant) -> None:
    for area in areas:
        found = row(facts, area)
        found.last_demand = at
        found.incidents = (*(then for then in found.incidents if then > at - INCIDENTS), at)


def fold_areas(facts: Facts, event: Event) -> None:
    facts.configure(None, event.area_map)


# reads --------------------------------------------------------------------------------------------------------


def _days_since(facts: Facts, area: str, at: Instant) -> Value:
    found = facts.area.get(area)
    since = (found.last_docs_change or found.first_change) if found else 0
    return (at - since) // DAY if since else 0


def _age_days(facts: Facts, area: str, at: Instant) -> Value:
    found = facts.area.get(area)
    return (at - found.first_change) // DAY if found and found.first_change else 0


def _authors(facts: Facts, area: str, at: Instant, only_present: bool) -> int:
    return sum(
        1
        for person, holding in facts.ledger.units.get(area, {}).items()
        if holding.changes
        and holding.changes[-1] > at - PAST_AUTHORS
        and not (only_present and (found := facts.person.get(person)) is not None and found.left)
    )


def _manager(facts: Facts, area: str, at: Instant) -> Value:
    found = facts.configured.area(area)
    return found.manager or people.team_manager(facts, found.team)


def _open_rules(facts: Facts, area: str, at: Instant) -> Value:
    found = facts.area.get(area)
    rules = (facts.seen.finding.get(id_) for id_ in found.findings) if found else ()
    return tuple(dict.fromkeys(seen.rule for seen in rules if seen and seen.rule))


AREA_READS = {
    "manager": _manager,
    "team": lambda facts, area, at: facts.configured.area(area).team,
    "domain": lambda facts, area, at: facts.configured.area(area).domain,
    "codeowners": lambda facts, area, at: facts.configured.area(area).codeowners,
    "archived": lambda facts, area, at: facts.configured.area(area).archived,
    "age_days": _age_days,
    "carrier": lambda facts, area, at: carriers_of(facts, area, at).carrier,
    "carrier_percent": lambda facts, area, at: carriers_of(facts, area, at).percent,
    "carriers": lambda facts, area, at: len(carriers_of(facts, area, at).people),
    "past_authors": lambda facts, area, at: _authors(facts, area, at, only_present=False),
    "present_authors": lambda facts, area, at: _authors(facts, area, at, only_present=True),
    "days_since_docs_change": _days_since,
    "open_findings": _open_rules,
    "pairs": lambda facts, area, at: found.pairs if (found := facts.area.get(area)) else (),
}


def _unit_manager(facts: Facts, field: str, unit: str, at: Instant) -> Value:
    own = facts.configured.unit(field, unit)
    area = facts.configured.area_of_unit(field, unit)
    return own.manager or people.team_manager(facts, own.team) or (_manager(facts, area, at) if area else None)


def _unit_team(facts: Facts, field: str, unit: str) -> Value:
    area = facts.configured.area_of_unit(field, unit)
    return facts.configured.unit(field, unit).team or (facts.configured.area(area).team if area else None)


def _default_assignees(facts: Facts, component: str) -> Value:
    found = facts.configured.unit("components", component).default_assignee
    return (found,) if found else ()


SERVICE_READS = {
    "manager": lambda facts, unit, at: _unit_manager(facts, "services", unit, at),
    "team": lambda facts, unit, at: _unit_team(facts, "services", unit),
    "rota_people": lambda facts, unit, at: facts.configured.unit("services", unit).rota_people,
}

COMPONENT_READS = {
    "manager": lambda facts, unit, at: _unit_manager(facts, "components", unit, at),
    "team": lambda facts, unit, at: _unit_team(facts, "components", unit),
    "default_assignees": lambda facts, unit, at: _default_assignees(facts, unit),
}
