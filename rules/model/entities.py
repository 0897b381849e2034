"""What one event can say about the things it concerns: one struct an entity, every field optional.

Owns the payload shapes. None means *not said* (unknown), never zero. A reference to another entity is its id.
Folded facts (what many events add up to) live in `rules/engine/facts`; configuration in `people.py` and `areas.py`.
"""

import msgspec

from rules.model.times import Instant


class Entity(msgspec.Struct, frozen=True, gc=False, omit_defaults=True, forbid_unknown_fields=True):
    """`id` is unique among the entities of its kind in one workspace."""

    id: str


class PullRequest(Entity, frozen=True, gc=False):
    author: str | None = None
    authors: tuple[str, ...] | None = None  # author and co-authors; an enrichment, so mostly unknown at first
    draft: bool | None = None
    additions: int | None = None
    files: int | None = None
    labels: tuple[str, ...] | None = None
    opened_at: Instant | None = None
    mechanical: bool | None = None  # a bump, revert, backport or generated change, judged by path, title and size
    decision: bool | None = None  # adds or changes a decision record


class Review(Entity, frozen=True, gc=False):
    author: str | None = None
    state: str | None = None  # approved, changes_requested, commented, dismissed
    substantive: bool | None = None  # says more than a rubber stamp
    comments: int | None = None
    topics: tuple[str, ...] | None = None


class Comment(Entity, frozen=True, gc=False):
    author: str | None = None
    recipient: str | None = None
    praise: bool | None = None
    labels: tuple[str, ...] | None = None


class Thread(Entity, frozen=True, gc=False):
    asker: str | None = None
    answerer: str | None = None


class Issue(Entity, frozen=True, gc=False):
    type: str | None = None  # bug, story, epic, ...
    status_category: str | None = None  # new, in_progress, done
    labels: tuple[str, ...] | None = None
    components: tuple[str, ...] | None = None
    assignee: str | None = None
    reporter: str | None = None
    team: str | None = None
    from_team: str | None = None
    waiting_external: bool | None = None


class Ownership(Entity, frozen=True, gc=False):
    area: str | None = None
    before: tuple[str, ...] | None = None
    after: tuple[str, ...] | None = None


class Incident(Entity, frozen=True, gc=False):
    services: tuple[str, ...] | None = None
    service: str | None = None
    resolver: str | None = None
    responders: tuple[str, ...] | None = None
    test: bool | None = None
    severity: str | None = None


class Postmortem(Entity, frozen=True, gc=False):
    services: tuple[str, ...] | None = None
    author: str | None = None
    incident: str | None = None
    lessons: int | None = None
    causes: tuple[str, ...] | None = None
    gaps: tuple[str, ...] | None = None  # tags of knowledge that was missing, never the sentence
    blame_lines: int | None = None
    test: bool | None = None
    embargoed: bool | None = None


class ActionItem(Entity, frozen=True, gc=False):
    postmortem: str | None = None
    learning: bool | None = None
    due_at: Instant | None = None
    service: str | None = None


class Person(Entity, frozen=True, gc=False):
    """What a roster or an enrichment says of somebody; the rest of a person is configuration or folded."""

    employee: bool | None = None
    rehire: bool | None = None
    writes_code: bool | None = None
    team: str | None = None
    merged_before: int | None = None  # lifetime, asked of the source once; see EVENTS 'lifetime facts'
    reviewed_before: int | None = None


class Change(Entity, frozen=True, gc=False):
    """An announced leave, move or departure. Never its reason."""

    person: str | None = None
    type: str | None = None  # leave, move, departure
    starts_at: Instant | None = None
    working_days: int | None = None
    to_team: str | None = None


class Programme(Entity, frozen=True, gc=False):
    pass


class Pair(Entity, frozen=True, gc=False):
    mentor: str | None = None
    mentee: str | None = None
    area: str | None = None
    goal_category: str | None = None
    goal_sentences: int | None = None
    cadence_days: int | None = None
    charter_missing: tuple[str, ...] | None = None
    stage: str | None = None
    mentor_topics: tuple[str, ...] | None = None
    group: bool | None = None


class Session(Entity, frozen=True, gc=False):
    stage: str | None = None
    missing: tuple[str, ...] | None = None
    oldest_open_action_sessions: int | None = None


class Pulse(Entity, frozen=True, gc=False):
    fit: int | None = None
    switch: bool | None = None


class Task(Entity, frozen=True, gc=False):
    rule: str | None = None
    owner: str | None = None
    area: str | None = None
    answer: str | None = None  # yes, other, later, known, no, wrong, done
    until: Instant | None = None  # of 'known': how long it is
    recheck_at: Instant | None = None


class Nudge(Entity, frozen=True, gc=False):
    rule: str | None = None
    to: str | None = None
    answer: str | None = None


class FindingSeen(Entity, frozen=True, gc=False):
    """A finding as `finding.opened` and `finding.resolved` show it to other rules."""

    rule: str | None = None
    area: str | None = None
    person: str | None = None


class AreaSeen(Entity, frozen=True, gc=False):
    """An area as `knowledge.changed` shows it to other rules."""
