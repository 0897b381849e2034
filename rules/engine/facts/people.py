"""People, teams and the programme: presence, activity, lifetime counts, and what configuration says of them.

Owns their folds and reads. Calendars are `rules/engine/calendars`'s.
"""

from collections.abc import Callable

from rules.engine.calendars import FOR_EVER, add_working_days
from rules.engine.facts.rows import Facts, PersonFacts
from rules.model.accounts import OTHER
from rules.model.actions import Value
from rules.model.events import Event
from rules.model.times import Instant


def row(facts: Facts, person: str) -> PersonFacts:
    found = facts.person.get(person)
    if found is None:
        found = facts.person[person] = PersonFacts()
    return found


def present(facts: Facts, person: str, at: Instant) -> bool:
    """Known to be here: not left, and not in an announced absence. Silence is never taken for absence."""
    found = facts.person.get(person)
    if found is None:
        return True
    if found.left or not found.absences:
        return not found.left
    return not any(start <= at < end for start, end in found.absences)


def note_activity(facts: Facts, people: tuple[str, ...], at: Instant) -> None:
    facts.activity.note(people, at, lambda person: team_of(facts, person))


def regroup(facts: Facts) -> None:
    facts.activity.regroup(lambda person: team_of(facts, person))


def active_people(facts: Facts, team: str, at: Instant) -> int:
    """People of the team ('' = everybody) seen in the last 13 weeks, this one included."""
    return facts.activity.active(team, at)


def team_of(facts: Facts, person: str) -> str | None:
    seen = facts.seen.person.get(person)
    configured = facts.configured
    return (seen.team if seen else None) or configured.person(person).team or configured.one_team


def manager_of(facts: Facts, person: str) -> str | None:
    own = facts.configured.person(person).manager
    return own or team_manager(facts, team_of(facts, person))


def team_manager(facts: Facts, team: str | None) -> str | None:
    found = facts.configured.team(team) if team else None
    return found.manager if found else None


# folds --------------------------------------------------------------------------------------------------------


def fold_people(facts: Facts, event: Event) -> None:
    facts.configure(event.people_map, None)
    regroup(facts)


def fold_left(facts: Facts, event: Event) -> None:
    if event.person is not None:
        row(facts, event.person.id).left = True


def fold_started(facts: Facts, event: Event) -> None:
    if event.person is not None:
        row(facts, event.person.id).left = False
        if event.person.team:
            regroup(facts)


def fold_announced(facts: Facts, event: Event) -> None:
    change = event.change and facts.seen.change.get(event.change.id)
    if not change or not change.person or change.starts_at is None or change.type == "move":
        return
    end = FOR_EVER
    if change.type == "leave":
        calendar = facts.configured.person(change.person).calendar or facts.people_map.calendar
        end = add_working_days(calendar, (), change.starts_at, change.working_days or 0)
    person = row(facts, change.person)
    person.absences = (*person.absences[-9:], (change.starts_at, end))
    facts.lifetimes.close("change", change.id, max(event.at, change.starts_at))


def fold_cancelled(facts: Facts, event: Event) -> None:
    change = event.change and facts.seen.change.get(event.change.id)
    if change and change.person:
        person = row(facts, change.person)
        person.absences = tuple(span for span in person.absences if span[0] != change.starts_at)


def fold_lifetime(facts: Facts, event: Event) -> None:
    """What a source says of somebody's life before this history began, asked once."""
    if event.person is None:
        return
    person = row(facts, event.person.id)
    person.merged = max(person.merged, event.person.merged_before or 0)
    person.reviewed = max(person.reviewed, event.person.reviewed_before or 0)
    if event.person.team:
        regroup(facts)


# reads --------------------------------------------------------------------------------------------------------


def _configured(name: str) -> Callable[[Facts, str, Instant], Value]:
    """A roster's word if there is one, else configuration's."""

    def read(facts: Facts, person: str, at: Instant) -> Value:
        seen = facts.seen.person.get(person)
        said = getattr(seen, name, None) if seen else None
        value: Value = said if said is not None else getattr(facts.configured.person(person), name)
        return value

    return read


def _partners(facts: Facts, person: str, at: Instant) -> Value:
    found: dict[str, None] = {}
    for id_ in _pairs(facts, person, at):
        pair = facts.seen.pair.get(id_)
        for partner in (pair.mentor, pair.mentee) if pair else ():
            if partner and partner != person:
                found[partner] = None
    return tuple(found)


def _pairs(facts: Facts, person: str, at: Instant) -> tuple[str, ...]:
    found = facts.person.get(person)
    return found.pairs if found else ()


def _mentor(facts: Facts, person: str, at: Instant) -> Value:
    for id_ in reversed(_pairs(facts, person, at)):
        pair = facts.seen.pair.get(id_)
        if pair and pair.mentee == person:
            return pair.mentor
    return None


def _sole_areas(facts: Facts, person: str, at: Instant) -> Value:
    from_findings = {
        found.area
        for found in facts.seen.finding.values()
        if found.person == person
        and found.area
        and found.rule in KNOWLEDGE_RULES
        and _is_open(facts, found.area, found.id)
    }
    return tuple(sorted(from_findings))


def _is_open(facts: Facts, area: str, finding: str) -> bool:
    row_ = facts.area.get(area)
    return row_ is not None and finding in row_.findings


KNOWLEDGE_RULES = frozenset(
    ("area-single-carrier", "area-single-reviewer", "incident-single-responder", "component-single-assignee")
)
"""The catalogue's K1 to K4: who they name carries the area alone."""


def _merged(facts: Facts, person: str, at: Instant) -> Value:
    found = facts.person.get(person)
    return found.merged if found else 0


def _reviewed(facts: Facts, person: str, at: Instant) -> Value:
    found = facts.person.get(person)
    return found.reviewed if found else 0


PERSON_READS = {
    **{name: _configured(name) for name in ("bot", "role", "level", "employee", "rehire", "writes_code", "buddy")},
    "resolved": lambda facts, person, at: person != OTHER and facts.configured.person(person).resolved,
    "team": lambda facts, person, at: team_of(facts, person),
    "manager": lambda facts, person, at: manager_of(facts, person),
    "mentor": _mentor,
    "merged_before": _merged,
    "reviewed_before": _reviewed,
    "pairs": _pairs,
    "partners": _partners,
    "sole_areas": _sole_areas,
}

TEAM_READS = {
    "manager": lambda facts, team, at: team_manager(facts, team),
    "active_people": active_people,
    "renamed": lambda facts, team, at: bool((found := facts.configured.team(team)) and found.renamed),
}

PROGRAMME_READS = {"contact": lambda facts, programme, at: facts.people_map.programme_contact}
