"""An event: an immutable fact with an id that is a pure function of its source.

Owns the event's shape, the kinds there are, and the one order in which events are decided.
Knows nothing of payloads (connectors) and nothing of what events add up to (rules/engine).
"""

from typing import Literal

import msgspec

from rules.model import entities as e
from rules.model.areas import AreaMap
from rules.model.people import PeopleMap
from rules.model.times import Instant

MAX_PATHS = 200
"""An event carries at most this many paths; more is a mechanical change, told by `path_count`."""


class Event(msgspec.Struct, frozen=True, gc=False, omit_defaults=True, forbid_unknown_fields=True):
    """One fact. `actor` is a person id; entity slots that the kind does not have stay None.

    `paths` None means not known (to be enriched), () means none. `automated` marks what a bot or an AI agent did.
    `authors_left_out` counts co-authors who are bots or AI trailers. `people_map` and `area_map` belong to
    configuration events only.
    """

    id: str
    kind: str
    at: Instant
    source: str
    workspace: str = "main"
    actor: str | None = None
    automated: bool = False
    authors_left_out: int = 0
    paths: tuple[str, ...] | None = None
    path_count: int = 0
    repository: str = ""
    link: str = ""
    pull_request: e.PullRequest | None = None
    review: e.Review | None = None
    comment: e.Comment | None = None
    thread: e.Thread | None = None
    issue: e.Issue | None = None
    ownership: e.Ownership | None = None
    incident: e.Incident | None = None
    postmortem: e.Postmortem | None = None
    action_item: e.ActionItem | None = None
    person: e.Person | None = None
    change: e.Change | None = None
    pair: e.Pair | None = None
    programme: e.Programme | None = None
    session: e.Session | None = None
    pulse: e.Pulse | None = None
    task: e.Task | None = None
    nudge: e.Nudge | None = None
    finding: e.FindingSeen | None = None
    area: e.AreaSeen | None = None
    people_map: PeopleMap | None = None
    area_map: AreaMap | None = None


class Kind(msgspec.Struct, frozen=True):
    """`sources` may emit it; `entities` it concerns, the first being its primary one; `role` orders equal times."""

    sources: tuple[str, ...]
    entities: tuple[str, ...]
    role: Literal["configuration", "enrichment", "fact", "derived"] = "fact"


def _fact(sources: str, *entities: str) -> Kind:
    return Kind(tuple(sources.split()), entities)


def _derived(*entities: str) -> Kind:
    return Kind(("engine",), entities, "derived")


def _enrichment(sources: str, *entities: str) -> Kind:
    return Kind(tuple(sources.split()), entities, "enrichment")


def _configuration() -> Kind:
    return Kind(("configuration",), (), "configuration")


KINDS: dict[str, Kind] = {
    # configuration
    "people.changed": _configuration(),
    "areas.changed": _configuration(),
    "rules.changed": _configuration(),
    # enrichments: no rule can listen to them
    "pull_request.enriched": _enrichment("github", "pull_request"),
    "review.enriched": _enrichment("github", "review", "pull_request"),
    "incident.enriched": _enrichment("pagerduty jira", "incident"),
    "person.enriched": _enrichment("github jira roster", "person"),
    "component.enriched": _enrichment("jira", "issue"),
    "ownership.enriched": _enrichment("github jira", "ownership"),
    # facts, in the order in which those of one instant are decided
    "pull_request.opened": _fact("github", "pull_request"),
    "pull_request.ready": _fact("github", "pull_request"),
    "pull_request.updated": _fact("github", "pull_request"),
    "review.submitted": _fact("github git", "review", "pull_request"),
    "comment.created": _fact("github", "comment", "pull_request"),
    "pull_request.merged": _fact("github git", "pull_request"),
    "pull_request.closed": _fact("github", "pull_request"),
    "thread.answered": _fact("github", "thread"),
    "ownership.changed": _fact("github jira", "ownership"),
    "issue.opened": _fact("github jira", "issue"),
    "issue.labelled": _fact("github jira", "issue"),
    "issue.assigned": _fact("github jira", "issue"),
    "issue.started": _fact("jira", "issue"),
    "issue.moved": _fact("jira", "issue"),
    "issue.commented": _fact("github jira", "issue"),
    "issue.escalated": _fact("jira", "issue"),
    "issue.reopened": _fact("github jira", "issue"),
    "issue.done": _fact("github jira", "issue"),
    "incident.opened": _fact("pagerduty jira", "incident"),
    "incident.responded": _fact("pagerduty", "incident"),
    "incident.resolved": _fact("pagerduty jira", "incident"),
    "action_item.found": _fact("postmortems jira", "action_item", "postmortem"),
    "action_item.done": _fact("postmortems jira", "action_item", "postmortem"),
    "postmortem.published": _fact("postmortems", "postmortem"),
    "postmortem.updated": _fact("postmortems", "postmortem"),
    "person.started": _fact("roster", "person"),
    "person.change_announced": _fact("roster", "change", "person"),
    "person.change_cancelled": _fact("roster", "change", "person"),
    "person.left": _fact("roster", "person"),
    "pair.proposed": _fact("answers", "pair", "programme"),
    "pair.declined": _fact("answers", "pair", "programme"),
    "pair.started": _fact("answers", "pair", "programme"),
    "pair.paused": _fact("answers", "pair", "programme"),
    "pair.goal_met": _fact("answers", "pair", "programme"),
    "pair.closed": _fact("answers", "pair", "programme"),
    "session.booked": _fact("answers", "session", "pair"),
    "session.logged": _fact("answers", "session", "pair"),
    "pulse.answered": _fact("answers", "pulse", "pair"),
    "task.opened": _fact("engine", "task"),
    "task.answered": _fact("answers", "task"),
    "nudge.sent": _fact("engine", "nudge"),
    "nudge.answered": _fact("answers", "nudge"),
    # made by the engine while folding, never journalled
    "task.recheck_due": _derived("task"),
    "finding.opened": _derived("finding"),
    "finding.resolved": _derived("finding"),
    "knowledge.changed": _derived("area"),
}

_CLASS = {"configuration": 0, "enrichment": 1, "fact": 2, "derived": 3}
_RANK: dict[str, tuple[int, int]] = {kind: (_CLASS[spec.role], rank) for rank, (kind, spec) in enumerate(KINDS.items())}


def order_key(event: Event) -> tuple[Instant, tuple[int, int], str]:
    """(time; class and rank of the kind; id): the order of deciding, a pure function of the source."""
    return (event.at, _RANK[event.kind], event.id)


def is_enrichment(kind: str) -> bool:
    return KINDS[kind].role == "enrichment"


def is_configuration(kind: str) -> bool:
    """People, areas and rules: what holds when something happens, not something that happened."""
    return KINDS[kind].role == "configuration"
