"""Every fold and every read, by name: adding a fact is one function in its entity's file and one line here.

Owns the literal tables and how a payload is remembered. Knows no rules.
"""

from collections.abc import Callable, Mapping
from typing import cast

from rules.engine.facts import areas, mentoring, people, pulls, work
from rules.engine.facts.rows import Facts
from rules.model.actions import Value
from rules.model.entities import Entity
from rules.model.events import KINDS, Event
from rules.model.times import Instant
from rules.model.vocabulary import ENTITIES, ON_THEIR_EVENTS_ONLY

Read = Callable[[Facts, str, Instant], Value]
Fold = Callable[[Facts, Event], None]

FOLDS: dict[str, Fold] = {
    "people.changed": people.fold_people,
    "areas.changed": areas.fold_areas,
    "person.enriched": people.fold_lifetime,
    "person.started": people.fold_started,
    "person.left": people.fold_left,
    "person.change_announced": people.fold_announced,
    "person.change_cancelled": people.fold_cancelled,
    "pull_request.enriched": pulls.fold_opened,
    "review.enriched": pulls.fold_opened,
    "pull_request.opened": pulls.fold_opened,
    "pull_request.ready": pulls.fold_opened,
    "pull_request.updated": pulls.fold_updated,
    "pull_request.merged": pulls.fold_closed,
    "pull_request.closed": pulls.fold_closed,
    "review.submitted": pulls.fold_review,
    "comment.created": pulls.fold_comment,
    "issue.opened": work.fold_issue,
    "issue.labelled": work.fold_issue,
    "issue.assigned": work.fold_issue,
    "issue.started": work.fold_issue,
    "issue.moved": work.fold_issue,
    "issue.commented": work.fold_issue,
    "issue.escalated": work.fold_issue,
    "issue.reopened": work.fold_issue,
    "issue.done": work.fold_issue,
    "incident.resolved": work.fold_incident_resolved,
    "postmortem.published": work.fold_postmortem,
    "action_item.done": work.fold_action_item_done,
    "pair.started": mentoring.fold_pair_started,
    "pair.closed": mentoring.fold_pair_closed,
    "task.opened": mentoring.fold_task_opened,
    "task.answered": mentoring.fold_task_answered,
    "nudge.sent": mentoring.fold_nudge,
    "finding.opened": mentoring.fold_finding_opened,
    "finding.resolved": mentoring.fold_finding_resolved,
}

_OWN_READS: Mapping[str, Mapping[str, object]] = {
    "person": people.PERSON_READS,
    "team": people.TEAM_READS,
    "programme": people.PROGRAMME_READS,
    "area": areas.AREA_READS,
    "service": areas.SERVICE_READS,
    "component": areas.COMPONENT_READS,
    "pull_request": pulls.PULL_REQUEST_READS,
    "issue": work.ISSUE_READS,
    "pair": mentoring.PAIR_READS,
    "task": mentoring.TASK_READS,
}


def _payload_read(entity: str, field: str, zero: Value) -> Read:
    """The field as last seen; its zero where no event said it and it has one."""

    def read(facts: Facts, id_: str, at: Instant) -> Value:
        row = getattr(facts.seen, entity).get(id_)
        value: Value = getattr(row, field, None)
        if value is None and zero is not None and not facts.forgotten(entity, id_):
            return zero
        return value

    return read


def _reads() -> dict[tuple[str, str], Read]:
    found: dict[tuple[str, str], Read] = {}
    for entity, fields in ENTITIES.items():
        if entity == "event" or entity in ON_THEIR_EVENTS_ONLY:
            continue
        own = _OWN_READS.get(entity, {})
        for name, field in fields.items():
            read = own.get(name)
            found[entity, name] = cast(Read, read) if read else _payload_read(entity, name, field.zero)
    return found


READS: dict[tuple[str, str], Read] = _reads()
"""(entity, field) → the function that reads it from state."""


_REMEMBERED: dict[str, tuple[str, ...]] = {
    kind: tuple(entity for entity in spec.entities if entity not in ON_THEIR_EVENTS_ONLY)
    for kind, spec in KINDS.items()
}


def remember(facts: Facts, event: Event) -> None:
    """Keeps the newest value of every payload field, entity by entity."""
    for entity in _REMEMBERED[event.kind]:
        said = getattr(event, entity)
        if said is None:
            continue
        rows = getattr(facts.seen, entity)
        before = rows.get(said.id)
        if before is None:
            rows[said.id] = said
            if facts.forgotten(entity, said.id):
                facts.lifetimes.close(entity, said.id, event.at)
        elif _says_more(before, said):
            rows[said.id] = _merged(before, said)


def _says_more(before: Entity, said: Entity) -> bool:
    for name in said.__struct_fields__:
        new = getattr(said, name)
        if new is not None and new != getattr(before, name):
            return True
    return False


def _merged(before: Entity, said: Entity) -> Entity:
    """The newer payload, with the older one's values where it is silent."""
    kind = type(said)
    names = kind.__struct_fields__
    return kind(*[new if (new := getattr(said, name)) is not None else getattr(before, name) for name in names])
