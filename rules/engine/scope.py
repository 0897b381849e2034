"""`only` and `except`: where a rule applies.

Owns that question. Areas and teams are the key's; of a key that has none, those that the event touches and the teams of
the people it credits. Labels are those that the change or issue has by now.
"""

from rules.engine.facts import people
from rules.engine.facts.pulls import known
from rules.engine.frame import Frame
from rules.engine.matches import Match
from rules.engine.outcome import area_of, team_of
from rules.engine.plans import RulePlan
from rules.engine.state import State
from rules.language.rule import Scope


def in_scope(state: State, plan: RulePlan, frame: Frame, match: Match) -> bool:
    """`only` wants something of what it lists. `except` leaves out what is nowhere else; of labels one is enough."""
    rule, found = plan.rule, _where(state, plan, frame, match)
    inside = all(not wanted or wanted & found[name] for name, wanted in _listed(rule.only).items())
    return inside and not any(
        found[name] & out if name == "labels" else found[name] and found[name] <= out
        for name, out in _listed(rule.excluding).items()
    )


def _where(state: State, plan: RulePlan, frame: Frame, match: Match) -> dict[str, set[str]]:
    area, team = area_of(state, plan.rule, match.key), team_of(state, plan.rule, match.key)
    event = frame.event
    return {
        "areas": {area} if area else set(frame.areas),
        "teams": {team} if team else _teams(state, frame),
        "repositories": {event.repository} if event and event.repository else set(),
        "labels": _labels(state, frame),
    }


def _teams(state: State, frame: Frame) -> set[str]:
    facts = state.facts
    found = [facts.configured.area(area).team for area in frame.areas]
    found += [people.team_of(facts, person) for person in frame.credited]
    return {team for team in found if team}


def _labels(state: State, frame: Frame) -> set[str]:
    event = frame.event
    change = known(state.facts, event) if event else None
    issue = state.facts.seen.issue.get(event.issue.id) if event and event.issue else None
    return {*((change.labels if change else None) or ()), *((issue.labels if issue else None) or ())}


def _listed(scope: Scope) -> dict[str, set[str]]:
    return {name: set(getattr(scope, name)) for name in ("areas", "teams", "repositories", "labels")}
