"""Issues, incidents and postmortems: what their events add up to.

Owns their folds and reads. Knowledge that they leave behind is folded by `credit.py`.
"""

from rules.engine.calendars import working_days_between
from rules.engine.facts.rows import Facts, IssueFacts
from rules.model.actions import Value
from rules.model.events import Event
from rules.model.times import Instant

MAX_CONTRIBUTORS = 200


# folds --------------------------------------------------------------------------------------------------------


def fold_issue(facts: Facts, event: Event) -> None:
    if event.issue is None:
        return
    id_ = event.issue.id
    found = facts.issue.get(id_)
    if found is None:
        found = facts.issue[id_] = IssueFacts()
    if event.kind == "issue.started" and not found.started_at:
        found.started_at = event.at
    seen = facts.seen.issue.get(id_)
    assignee = seen.assignee if seen else None
    if assignee and assignee not in found.contributors and len(found.contributors) < MAX_CONTRIBUTORS:
        found.contributors = (*found.contributors, assignee)
    if event.kind == "issue.done":
        found.done = True
        if found.started_at:
            found.cycle_days = working_days_between(facts.people_map.calendar, found.started_at, event.at)
        facts.lifetimes.close("issue", id_, event.at)
    elif event.kind == "issue.reopened":
        found.done = False
        facts.lifetimes.reopen("issue", id_)


def fold_incident_resolved(facts: Facts, event: Event) -> None:
    if event.incident is not None:
        facts.lifetimes.close("incident", event.incident.id, event.at)


def fold_postmortem(facts: Facts, event: Event) -> None:
    if event.postmortem is not None and event.kind == "postmortem.published":
        facts.lifetimes.close("postmortem", event.postmortem.id, event.at)


def fold_action_item_done(facts: Facts, event: Event) -> None:
    if event.action_item is not None:
        facts.lifetimes.close("action_item", event.action_item.id, event.at)


# reads --------------------------------------------------------------------------------------------------------

_NO_ISSUE = IssueFacts()


def _issue(facts: Facts, id_: str) -> IssueFacts | None:
    return None if facts.forgotten("issue", id_) else facts.issue.get(id_, _NO_ISSUE)


def _days_in_progress(facts: Facts, id_: str, at: Instant) -> Value:
    found = _issue(facts, id_)
    if found is None:
        return None
    return working_days_between(facts.people_map.calendar, found.started_at, at) if found.started_at else 0


ISSUE_READS = {
    "started_at": lambda facts, id_, at: (found.started_at or None) if (found := _issue(facts, id_)) else None,
    "days_in_progress": _days_in_progress,
    "cycle_days": lambda facts, id_, at: found.cycle_days if (found := _issue(facts, id_)) else None,
    "contributors": lambda facts, id_, at: found.contributors if (found := _issue(facts, id_)) else None,
}
