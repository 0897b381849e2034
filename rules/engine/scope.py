"""`only` and `except`: where a rule applies. Owns that question; labels and repositories are the event's."""

from rules.engine.frame import Frame
from rules.engine.matches import Match
from rules.engine.outcome import area_of, team_of
from rules.engine.plans import RulePlan
from rules.engine.state import State


def in_scope(state: State, plan: RulePlan, frame: Frame, match: Match) -> bool:
    rule = plan.rule
    area = area_of(state, rule, match.key)
    team = team_of(state, rule, match.key)
    event = frame.event
    labels = (event.pull_request and event.pull_request.labels) or (event.issue and event.issue.labels) if event else ()
    facts = {
        "areas": {area} if area else set(),
        "teams": {team} if team else set(),
        "repositories": {event.repository} if event and event.repository else set(),
        "labels": set(labels or ()),
    }
    inside = all(not (wanted := set(getattr(rule.only, name))) or wanted & found for name, found in facts.items())
    return inside and not any(set(getattr(rule.excluding, name)) & found for name, found in facts.items())
