"""The names that rules can use: entities, their typed fields, and the functions of conditions.

Owns names, types, origins and zeros. The values behind the names are the engine's (`rules/engine/facts`).

Types: bool int str time duration, an entity's name (the value is its id), or list(T).
Origins: 'payload' of the event, 'enriched' by a second call, 'configured', 'folded' from earlier events, 'derived'.
A folded or configured field of a plain or list type has a zero; every other field without a value is *unknown*.
"""

from typing import Literal

import msgspec

from rules.model.actions import Value

Origin = Literal["payload", "enriched", "configured", "folded", "derived"]


class Field(msgspec.Struct, frozen=True):
    type: str
    origin: Origin
    about: str = ""

    @property
    def zero(self) -> Value:
        """The value where nothing was ever seen; None is unknown."""
        if self.origin not in ("configured", "folded"):
            return None
        return () if self.type.startswith("list(") else _ZEROS.get(self.type)


_ZEROS: dict[str, Value] = {"int": 0, "str": "", "bool": False}


def _p(type_: str, about: str = "") -> Field:
    return Field(type_, "payload", about)


def _e(type_: str, about: str = "") -> Field:
    return Field(type_, "enriched", about)


def _c(type_: str, about: str = "") -> Field:
    return Field(type_, "configured", about)


def _s(type_: str, about: str = "") -> Field:
    return Field(type_, "folded", about)


def _d(type_: str, about: str = "") -> Field:
    return Field(type_, "derived", about)


ENTITIES: dict[str, dict[str, Field]] = {
    "event": {
        "id": _p("str", "the source's own id and transition"),
        "kind": _p("str"),
        "at": _p("time"),
        "source": _p("str"),
        "workspace": _d("str"),
        "areas": _d("list(area)", "areas of its paths, components, services, labels and repository"),
        "credited": _d("list(person)", "authors and co-authors, reviewer, resolver, assignee"),
    },
    "person": {
        "bot": _c("bool"),
        "resolved": _c("bool", "the account leads to one known person"),
        "team": _c("team"),
        "manager": _c("person"),
        "buddy": _c("person", "who looks after a newcomer"),
        "mentor": _s("person", "mentor of the newest open pair in which they learn"),
        "role": _c("str"),
        "level": _c("str", "junior, mid or senior"),
        "employee": _c("bool"),
        "rehire": _c("bool"),
        "writes_code": _c("bool"),
        "merged_before": _s("int", "merged changes before this event"),
        "reviewed_before": _s("int", "reviews before this event"),
        "pairs": _s("list(pair)", "open pairs"),
        "partners": _s("list(person)", "the other person of each open pair"),
        "sole_areas": _s("list(area)", "areas whose open knowledge findings name them"),
    },
    "team": {
        "manager": _c("person"),
        "active_people": _s("int", "people seen in the last 13 weeks"),
        "renamed": _p("bool"),
    },
    "area": {
        "manager": _c("person"),
        "team": _c("team"),
        "domain": _c("str"),
        "codeowners": _c("list(person)"),
        "archived": _c("bool"),
        "age_days": _s("int", "days since its first change"),
        "carrier": _s("person", "the present person with the highest score who can carry it"),
        "carrier_percent": _s("int", "the carrier's share of the decayed score"),
        "carriers": _s("int", "present people who can carry it; KNOWLEDGE 'who can carry'"),
        "past_authors": _s("int", "people with a change in the last 365 days"),
        "present_authors": _s("int", "those of them who have not left"),
        "days_since_docs_change": _s("int", "days since a change under its documentation paths"),
        "open_findings": _s("list(str)", "rules with an open finding about it"),
        "pairs": _s("list(pair)", "open pairs that learn here"),
    },
    "component": {"manager": _c("person"), "team": _c("team"), "default_assignee": _e("person")},
    "service": {"manager": _c("person"), "team": _c("team"), "rota_people": _c("int", "people on its rota")},
    "programme": {"contact": _c("person", "who looks after the mentoring programme")},
    "pull_request": {
        "author": _p("person"),
        "authors": _e("list(person)", "the author and human co-authors"),
        "draft": _p("bool"),
        "closed": _s("bool", "merged or closed"),
        "additions": _s("int", "lines added, as last seen"),
        "files": _s("int", "files changed, as last seen"),
        "labels": _s("list(str)"),
        "opened_at": _p("time"),
        "mechanical": _d("bool", "a bump, revert, backport or generated change"),
        "decision": _d("bool", "adds or changes a decision record"),
        "reviewers": _s("list(person)", "people with a substantive review"),
        "top_reviewer": _s("person", "the reviewer with the most substantive reviews"),
        "rounds": _s("int", "change requests, each after a push"),
        "human_comments": _s("int"),
        "topics": _s("list(str)", "topics of its reviews"),
    },
    "review": {
        "author": _p("person"),
        "state": _p("str", "approved, changes_requested, commented or dismissed"),
        "substantive": _d("bool", "more than a rubber stamp"),
        "comments": _e("int"),
        "topics": _d("list(str)"),
    },
    "comment": {
        "author": _p("person"),
        "recipient": _s("person", "whose work it speaks of"),
        "praise": _d("bool"),
        "labels": _s("list(str)"),
    },
    "thread": {"asker": _p("person"), "answerer": _p("person")},
    "issue": {
        "type": _p("str", "bug, story, epic, task"),
        "status_category": _p("str", "new, in_progress or done"),
        "labels": _p("list(str)"),
        "components": _p("list(component)"),
        "assignee": _p("person"),
        "reporter": _p("person"),
        "team": _c("team"),
        "from_team": _p("team", "who escalated"),
        "started_at": _s("time", "first entry to in progress"),
        "days_in_progress": _s("int", "working days since it started"),
        "cycle_days": _s("int", "working days from start to done"),
        "contributors": _s("list(person)", "everybody who was its assignee"),
        "waiting_external": _p("bool"),
    },
    "ownership": {"area": _p("area"), "before": _s("list(person)"), "after": _e("list(person)")},
    "incident": {
        "services": _p("list(service)"),
        "service": _p("service"),
        "resolver": _p("person"),
        "responders": _e("list(person)"),
        "test": _d("bool", "a drill"),
        "severity": _p("str"),
    },
    "postmortem": {
        "services": _p("list(service)"),
        "author": _p("person"),
        "incident": _p("str"),
        "lessons": _d("int"),
        "causes": _d("list(str)"),
        "gaps": _d("list(str)", "kinds of missing knowledge it speaks of"),
        "blame_lines": _d("int", "lines with a name next to a blame word"),
        "test": _d("bool"),
        "embargoed": _d("bool"),
    },
    "action_item": {
        "postmortem": _p("postmortem"),
        "learning": _d("bool", "somebody learns or writes something down"),
        "due_at": _p("time"),
        "service": _d("service"),
    },
    "change": {
        "person": _p("person"),
        "type": _p("str", "leave, move or departure"),
        "starts_at": _p("time"),
        "working_days": _p("int"),
        "to_team": _p("team"),
    },
    "pair": {
        "mentor": _s("person"),
        "mentee": _s("person"),
        "people": _d("list(person)", "mentor and mentee"),
        "area": _s("area"),
        "goal_category": _s("str"),
        "goal_sentences": _d("int"),
        "cadence_days": _s("int"),
        "charter_missing": _d("list(str)"),
        "started_at": _s("time"),
        "stage": _s("str", "pairing, shadowing or reverse shadowing"),
        "mentor_topics": _c("list(str)"),
        "programme": _c("programme"),
        "group": _s("bool"),
        "days": _s("int", "days since it started"),
    },
    "session": {
        "stage": _p("str"),
        "missing": _d("list(str)", "what was not prepared"),
        "oldest_open_action_sessions": _s("int", "sessions since the oldest open action was agreed"),
    },
    "pulse": {"fit": _p("int", "1 to 5"), "switch": _p("bool", "asked for somebody else")},
    "task": {
        "rule": _p("str"),
        "owner": _p("person"),
        "area": _p("area"),
        "answer": _s("str", "yes other later known no wrong done"),
        "accepted_at": _s("time"),
    },
    "nudge": {"rule": _p("str"), "to": _p("person"), "answer": _p("str", "yes not-now not-useful help")},
    "finding": {"rule": _p("str"), "area": _p("area"), "person": _p("person")},
}

ON_THEIR_EVENTS_ONLY = frozenset({"review", "comment", "thread", "session", "pulse"})
"""Entities that no state row keeps: a path through them reads the event itself."""

FUNCTIONS: dict[str, tuple[tuple[str, ...], str]] = {
    "days": (("int",), "duration"),
    "hours": (("int",), "duration"),
    "experience": (("person", "area"), "int"),
}
"""Name → (argument types, result type). `experience` counts changes and substantive reviews before this event."""


def element(type_: str) -> str:
    """'list(person)' → 'person'; any other type is its own element."""
    return type_[5:-1] if type_.startswith("list(") else type_
