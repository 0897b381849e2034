"""What fits together in a random rule: per theme the kinds, keys, values and conditions. Owns the tables only."""

from dataclasses import dataclass
from typing import Any

Shape = dict[str, Any]


@dataclass(frozen=True)
class Theme:
    """`keys`: (each, per) choices. `values`: what top and distinct can be of; `numbers`: what a percentile can be of."""

    kinds: tuple[str, ...]
    keys: tuple[tuple[Shape, Any], ...]
    values: tuple[str, ...]
    conditions: tuple[str, ...]
    numbers: tuple[str, ...] = ()
    unless: tuple[Any, ...] = ()
    until: tuple[str, ...] = ()
    one_per: tuple[str, ...] = ()
    waits: tuple[str, ...] = ("1d", "2d", "12h", "1wd", "3wd", "10d", "0d")
    start: str = ""
    calendar: str = ""


AREA: Shape = {"area": "event.areas"}
AREA_FACTS = (
    "area.carriers == 1", "area.carriers >= 2", "area.carrier_percent >= 50", "area.past_authors >= 2",
    "area.present_authors <= 1", "area.age_days > 10", "area.days_since_docs_change > 5", "size(area.pairs) > 0",
    '"r0" in area.open_findings', "size(area.open_findings) == 0", 'area.domain == "back"', "area.past_authors != area.present_authors",
)  # fmt: skip
PULL_FACTS = (
    "pull_request.author.merged_before < 3", "pull_request.author.reviewed_before == 0", "pull_request.rounds >= 1",
    "pull_request.additions >= 10", "!pull_request.draft", "pull_request.human_comments >= 2", "pull_request.closed",
    "size(pull_request.reviewers) > 0", '"small" in pull_request.labels', 'pull_request.topics.exists(t, t == "tests")',
    "actor == pull_request.author", 'pull_request.author.level != "senior"', "size(pull_request.author.sole_areas) == 0",
    "pull_request.author.team.active_people >= 3", "size(pull_request.author.pairs) > 0", "size(event.areas) == 1",
    "pull_request.top_reviewer != pull_request.author", "pull_request.author.mentor != actor", "size(pull_request.author.partners) < 2",
    "!pull_request.mechanical || pull_request.additions > 10", "pull_request.author in event.credited",
)  # fmt: skip
PULL_IN_AREA = ("experience(pull_request.author, area) == 0", "area.carrier == pull_request.author", *AREA_FACTS)
PULL_KEYS: tuple[tuple[Shape, Any], ...] = (
    ({}, "pull_request"), ({}, "pull_request.author"), (AREA, "area"), (AREA, ["pull_request.author", "area"]),
    ({"author": "pull_request.authors"}, "author"), ({"team": "pull_request.author.team"}, "team"),
    (AREA | {"author": "pull_request.authors"}, ["author", "area"]), (AREA, "pull_request"),
)  # fmt: skip
PULL_VALUES = (
    "pull_request.authors",
    "pull_request.author",
    "pull_request.reviewers",
    "pull_request.topics",
    "event.credited",
    "actor",
    "event.areas",
)
ISSUE_FACTS = (
    'issue.type == "bug"', 'issue.status_category == "in_progress"', "size(issue.contributors) == 1", "issue.days_in_progress > 2",
    "!issue.waiting_external", '"release" in issue.labels', "issue.assignee != issue.reporter", 'actor.role == "qa"', "issue.cycle_days >= 1",
)  # fmt: skip
PAIR_FACTS = (
    "pair.days >= 10", 'pair.goal_category == "quality"', "size(pair.charter_missing) > 0", "pair.goal_sentences != 1",
    "size(pair.mentor.pairs) > 1", "!pair.group",
)  # fmt: skip
THEMES: tuple[Theme, ...] = (
    Theme(
        ("pull_request.merged", "pull_request.opened", "pull_request.updated"), PULL_KEYS, PULL_VALUES, PULL_FACTS,
        numbers=("pull_request.additions", "pull_request.rounds"), one_per=("pull_request", "pull_request.author"),
        unless=("pull_request.merged", "pull_request.closed", {"kind": "review.submitted", "when": "review.author != pull_request.author"}),
        until=("pull_request.closed", "pull_request.merged"), calendar="pull_request.author",
    ),
    Theme(
        ("review.submitted",), (*PULL_KEYS, ({}, "review.author"), ({"team": "review.author.team"}, "team"), ({}, ["pull_request", "review.author"])),
        (*PULL_VALUES, "review.author", "review.topics"),
        (*PULL_FACTS, "review.substantive", "review.author != pull_request.author", 'review.state == "approved"', "review.comments > 0"),
        numbers=("review.comments",), one_per=("pull_request", "review.author"), unless=("pull_request.merged", "comment.created"),
        until=("pull_request.merged",), calendar="review.author",
    ),
    Theme(
        ("review.submitted", "comment.created"), PULL_KEYS, PULL_VALUES, PULL_FACTS, one_per=("pull_request",),
        unless=("pull_request.merged", "pull_request.updated"), until=("pull_request.closed",),
    ),
    Theme(
        ("comment.created",), (*PULL_KEYS, ({}, "comment.author"), ({}, "comment.recipient")), ("comment.author", "comment.labels", "comment.recipient"),
        ("comment.praise", '"lesson" in comment.labels', "comment.author != pull_request.author", *PULL_FACTS),
    ),
    Theme(
        ("issue.done", "issue.opened", "issue.assigned", "issue.started", "issue.moved", "issue.reopened", "issue.escalated"),
        (({}, "issue"), ({"component": "issue.components"}, "component"), (AREA, "area"), ({}, "issue.assignee"), (AREA, "issue"),
         ({"component": "issue.components"}, ["component", "issue.assignee"])),
        ("issue.assignee", "issue.reporter", "issue.labels", "actor", "issue.components"), ISSUE_FACTS,
        numbers=("issue.cycle_days", "issue.days_in_progress"), one_per=("issue", "issue.assignee"),
        unless=("issue.done", "issue.assigned", "issue.commented", {"kind": "issue.moved", "when": "!issue.waiting_external"}),
        until=("issue.done", "issue.reopened"), calendar="issue.assignee",
    ),
    Theme(
        ("incident.resolved", "incident.opened"),
        (({}, "incident.service"), ({"service": "incident.services"}, "service"), (AREA, "area"), ({}, "incident"), ({}, ["incident.service", "actor"])),
        ("incident.resolver", "incident.responders", "actor"), ("!incident.test", "incident.service.rota_people != 1", "size(incident.responders) > 1"),
        one_per=("incident",), unless=("incident.resolved",), until=("incident.resolved",), calendar="incident.resolver",
    ),
    Theme(
        ("postmortem.published",), (({"service": "postmortem.services"}, "service"), ({"service": "postmortem.services", "cause": "postmortem.causes"}, ["service", "cause"]),
         ({}, "postmortem"), (AREA | {"pair": "area.pairs"}, ["postmortem", "pair"])),
        ("postmortem.author", "postmortem.causes"), ("postmortem.lessons > 0", "size(postmortem.gaps) > 0"), numbers=("postmortem.lessons",), one_per=("postmortem.incident", "postmortem"),
    ),
    Theme(
        ("pair.started",), (({}, "pair"), ({}, "pair.mentor"), ({}, "pair.mentee"), ({}, "programme"), ({}, "pair.area")),
        ("pair.mentor", "pair.mentor_topics", "pair.mentee", "pair.people"), PAIR_FACTS, numbers=("pair.cadence_days",), one_per=("pair.area",),
        unless=("session.logged", "pair.closed", "pair.paused", {"kind": "session.booked", "by": "pair"}), until=("pair.closed", "pair.goal_met"),
        waits=("3d", "5wd", "days(pair.cadence_days)", "days(2 * pair.cadence_days)", "10d"), calendar="pair.mentee",
    ),
    Theme(
        ("session.logged",), (({}, "pair"), ({}, "pair.mentor"), ({"one": "pair.people"}, "one"), ({}, ["pair", "actor"])), ("session.missing", "actor", "session.stage"),
        ("size(session.missing) > 0", 'session.stage == "shadowing"', *PAIR_FACTS), one_per=("pair",),
        unless=("session.logged", "session.booked", "pair.closed"), until=("pair.closed",), waits=("3d", "days(2 * pair.cadence_days)", "5wd"), calendar="pair.mentee",
    ),
    Theme(("pulse.answered",), (({}, "pair"), ({}, ["pair", "actor"])), ("actor",), ("pulse.fit <= 2", "pulse.switch"), numbers=("pulse.fit",)),
    Theme(
        ("person.started",), (({}, "person"),), ("person",), ("person.writes_code", "person.merged_before == 0", "size(person.pairs) == 0"),
        unless=({"kind": "pull_request.merged", "by": "pull_request.author"}, {"kind": "review.submitted", "by": "review.author"}, "person.left"), calendar="person",
    ),
    Theme(
        ("person.change_announced",), (({}, "change"), ({}, "change.person")), ("change.person",), ('change.type == "leave"', "change.working_days >= 3", "size(change.person.sole_areas) > 0"),
        unless=("person.change_cancelled",), waits=("-30d", "-5d", "0d", "2wd", "-2wd"), start="change.starts_at", calendar="change.person",
    ),
    Theme(
        ("finding.opened",), (({}, "finding"), (AREA, "area"), ({}, "finding.area"), ({}, "finding.person")), ("finding.person", "finding.rule", "finding.area"),
        ('finding.rule == "r0"', "area.carriers == 1"), one_per=("finding.person",), unless=({"kind": "finding.resolved", "by": "finding"},), until=("finding.resolved",),
    ),
    Theme(("finding.resolved",), (({}, "finding"), ({}, "finding.area")), ("finding.person", "finding.rule"), ('finding.rule == "r0"',)),
    Theme(("task.recheck_due",), (({}, "task"), ({}, "task.area"), ({}, "task.owner")), ("task.owner",), ('task.answer in ["yes"]', "task.area.carriers >= 2", "size(task.owner.sole_areas) == 0")),
)  # fmt: skip
OTHER_THEMES: tuple[Theme, ...] = (
    Theme(
        ("thread.answered",), (({}, "thread.answerer"), ({}, "thread.asker"), ({}, ["thread.asker", "thread.answerer"]), ({}, "thread")),
        ("thread.answerer", "thread.asker", "actor"), ("thread.asker != thread.answerer", 'thread.asker.level != "senior"'), calendar="thread.asker",
    ),
    Theme(
        ("ownership.changed",), (({}, "ownership"), ({}, "ownership.area"), ({"now": "ownership.after"}, "now"),
         ({"old": "ownership.before", "now": "ownership.after"}, ["old", "now"]), (AREA, "area")),
        ("ownership.before", "ownership.after"), ("size(ownership.after) == 1", "size(ownership.before) == 0", "ownership.area.carriers <= 1"),
        unless=({"kind": "pull_request.merged", "by": "pull_request.author"},),
    ),
    Theme(
        ("action_item.found", "action_item.done"), (({}, "action_item"), ({}, "postmortem"), ({}, "action_item.service"), (AREA, ["postmortem", "area"])),
        ("action_item.service", "postmortem.author", "postmortem.causes"), ("action_item.learning", "size(postmortem.causes) > 0", "action_item.service.rota_people < 2"),
        unless=("action_item.done",), until=("action_item.done",), start="action_item.due_at", one_per=("action_item",), waits=("-3d", "2wd", "0d", "10d"),
    ),
    Theme(
        ("nudge.sent", "nudge.answered"), (({}, "nudge"), ({}, "nudge.to")), ("nudge.to", "nudge.rule"), ('nudge.rule == "r0"', 'nudge.answer == "yes"', "size(nudge.to.pairs) == 0"),
        unless=("nudge.answered",), until=("nudge.answered",), calendar="nudge.to",
    ),
    Theme(
        ("task.opened", "task.answered"), (({}, "task"), ({}, "task.area"), ({}, "task.owner"), (AREA, "area")), ("task.owner", "task.rule"),
        ('task.answer == "yes"', 'task.rule == "r0"', "task.area.carriers >= 1"), unless=("task.answered",), until=("task.answered",), calendar="task.owner",
    ),
    Theme(
        ("incident.responded", "incident.resolved"), (({}, "incident"), ({"who": "incident.responders"}, "who"), ({"service": "incident.services", "who": "incident.responders"}, ["service", "who"])),
        ("incident.responders", "incident.services"), ("size(incident.responders) > 1", "!incident.test"), one_per=("incident",), unless=("incident.resolved",), until=("incident.resolved",),
    ),
)  # fmt: skip
OF_KEYS: dict[str, tuple[tuple[str, str], ...]] = {
    "pull_request": (("person", "pull_request.author"), ("team", "pull_request.author.team")),
    "review": (("person", "review.author"), ("person", "pull_request.author"), ("pull_request", "pull_request")),
    "issue": (("person", "issue.assignee"), ("issue", "issue")), "incident": (("service", "incident.service"), ("person", "incident.resolver")),
    "pair": (("person", "pair.mentor"), ("pair", "pair"), ("area", "pair.area")), "session": (("pair", "pair"), ("person", "pair.mentee")),
    "postmortem": (("person", "postmortem.author"),), "person": (("person", "person"),), "thread": (("person", "thread.answerer"),),
    "task": (("area", "task.area"), ("person", "task.owner")), "finding": (("area", "finding.area"), ("person", "finding.person")),
}  # fmt: skip
"""Other keys of a rule by which a count can be looked up: type and path, by the root of its kind."""
OWN_COUNTS: tuple[Shape, ...] = (
    {"on": ["pull_request.merged", {"kind": "review.submitted", "when": "review.substantive"}], "each": AREA, "_keys": {"area": "area", "pull_request": None}},
    {"on": ["review.submitted"], "_keys": {"person": "review.author", "pull_request": "pull_request"}},
    {"on": ["pull_request.merged"], "_keys": {"person": "pull_request.author", "pull_request": "pull_request", "team": "pull_request.author.team"}},
    {"on": ["issue.done"], "_keys": {"person": "issue.assignee", "issue": "issue"}},
    {"on": ["incident.resolved"], "each": AREA, "_keys": {"area": "area", "service": "incident.service", "person": "incident.resolver"}},
    {"on": ["session.logged"], "_keys": {"pair": "pair", "person": "pair.mentor"}},
)  # fmt: skip
OWN_VALUES = {
    "review.submitted": "review.author",
    "issue.done": "issue.assignee",
    "incident.resolved": "incident.resolver",
    "session.logged": "actor",
}
KEY_TYPES = {
    "pull_request.author": "person", "author": "person", "review.author": "person", "issue.assignee": "person", "incident.service": "service",
    "pair.mentor": "person", "pair.mentee": "person", "comment.author": "person", "finding.area": "area", "task.area": "area", "one": "person",
    "person": "person", "task.owner": "person", "pair.area": "area", "thread.answerer": "person", "thread.asker": "person", "now": "person", "old": "person",
    "who": "person", "nudge.to": "person", "ownership.area": "area", "action_item.service": "service", "comment.recipient": "person", "finding.person": "person",
    "change.person": "person",
}  # fmt: skip
WINDOWS = ("3d", "10d", "20d", "30d", "90d", "12h")
VERBS = ("task", "nudge", "digest")
