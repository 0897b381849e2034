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
        "kind": _p("str", "what happened, such as pull_request.merged"),
        "at": _p("time", "when it happened at the source"),
        "source": _p("str", "which connector saw it"),
        "workspace": _d("str", "the workspace it belongs to"),
        "areas": _d("list(area)", "areas of its paths, components, services, labels and repository"),
        "credited": _d("list(person)", "authors and co-authors, reviewer, resolver, assignee"),
    },
    "person": {
        "bot": _c("bool", "an account that people.yml calls a bot"),
        "resolved": _c("bool", "the account leads to one known person"),
        "team": _c("team", "their team"),
        "manager": _c("person", "who gets tasks about their start, move or absence"),
        "buddy": _c("person", "who looks after a newcomer"),
        "mentor": _s("person", "mentor of the newest open pair in which they learn"),
        "role": _c("str", "such as qa; a free word of people.yml"),
        "level": _c("str", "junior, mid or senior"),
        "employee": _c("bool", "false for contractors"),
        "rehire": _c("bool", "was here before"),
        "writes_code": _c("bool", "whether merged changes can be expected of them"),
        "merged_before": _s("int", "merged changes before this event"),
        "reviewed_before": _s("int", "reviews before this event"),
        "pairs": _s("list(pair)", "open pairs"),
        "partners": _s("list(person)", "the other person of each open pair"),
        "sole_areas": _s("list(area)", "areas whose open knowledge findings name them"),
    },
    "team": {
        "manager": _c("person", "who gets the team's tasks"),
        "active_people": _s("int", "people seen in the last 13 weeks"),
        "renamed": _p("bool", "the move is only a new name of the team"),
    },
    "area": {
        "manager": _c("person", "who gets the area's tasks"),
        "team": _c("team", "the team that looks after it"),
        "domain": _c("str", "what several areas have in common, such as billing"),
        "codeowners": _c("list(person)", "its owners in CODEOWNERS"),
        "archived": _c("bool", "nobody works there any more: rules are quiet about it"),
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
    "component": {
        "manager": _c("person", "who gets the component's tasks"),
        "team": _c("team", "the team that looks after it"),
        "default_assignees": _c("list(person)", "who gets its issues by default"),
    },
    "service": {
        "manager": _c("person", "who gets the service's tasks"),
        "team": _c("team", "the team that looks after it"),
        "rota_people": _c("int", "people on its rota"),
    },
    "programme": {"contact": _c("person", "who looks after the mentoring programme")},
    "pull_request": {
        "author": _p("person", "who opened it"),
        "authors": _e("list(person)", "the author and human co-authors"),
        "draft": _p("bool", "not ready for review"),
        "closed": _s("bool", "merged or closed"),
        "additions": _s("int", "lines added, as last seen"),
        "files": _s("int", "files changed, as last seen"),
        "labels": _s("list(str)", "its labels, as last seen"),
        "opened_at": _p("time", "when it was opened"),
        "mechanical": _d("bool", "a bump, revert, backport or generated change"),
        "decision": _d("bool", "adds or changes a decision record"),
        "reviewers": _s("list(person)", "people with a substantive review"),
        "top_reviewer": _s("person", "the reviewer with the most substantive reviews"),
        "rounds": _s("int", "change requests, each after a push"),
        "human_comments": _s("int", "comments by people, its author's too"),
        "topics": _s("list(str)", "topics of its reviews"),
    },
    "review": {
        "author": _p("person", "who reviewed"),
        "state": _p("str", "approved, changes_requested, commented or dismissed"),
        "substantive": _d("bool", "more than a rubber stamp"),
        "comments": _e("int", "comments on lines"),
        "topics": _d("list(str)", "what it speaks about, as tags; the text is not kept"),
    },
    "comment": {
        "author": _p("person", "who wrote it"),
        "recipient": _s("person", "whose work it speaks of"),
        "praise": _d("bool", "it praises somebody's work"),
        "labels": _s("list(str)", "labels in its text, such as lesson"),
    },
    "thread": {"asker": _p("person", "who asked"), "answerer": _p("person", "whose answer was accepted")},
    "issue": {
        "type": _p("str", "bug, story, epic, task"),
        "status_category": _p("str", "new, in_progress or done"),
        "labels": _p("list(str)", "its labels"),
        "components": _p("list(component)", "its components"),
        "assignee": _p("person", "whose it is now"),
        "reporter": _p("person", "who opened it"),
        "team": _c("team", "the team it belongs to"),
        "from_team": _p("team", "who escalated"),
        "started_at": _s("time", "first entry to in progress"),
        "days_in_progress": _s("int", "working days since it started"),
        "cycle_days": _s("int", "working days from start to done"),
        "contributors": _s("list(person)", "everybody who was its assignee"),
        "waiting_external": _p("bool", "it waits for somebody outside"),
    },
    "ownership": {
        "area": _p("area", "the area whose owners changed"),
        "before": _s("list(person)", "owners before"),
        "after": _e("list(person)", "owners now"),
    },
    "incident": {
        "services": _p("list(service)", "services it touched"),
        "service": _p("service", "the service it is filed under"),
        "resolver": _p("person", "who resolved it"),
        "responders": _e("list(person)", "who answered the call"),
        "test": _d("bool", "a drill"),
        "severity": _p("str", "as the source calls it"),
    },
    "postmortem": {
        "services": _p("list(service)", "services it speaks of"),
        "author": _p("person", "who wrote it"),
        "incident": _p("str", "the incident it is about"),
        "lessons": _d("int", "lessons it lists"),
        "causes": _d("list(str)", "causes, as tags"),
        "gaps": _d("list(str)", "kinds of missing knowledge it speaks of"),
        "blame_lines": _d("int", "lines with a name next to a blame word"),
        "test": _d("bool", "about a drill"),
        "embargoed": _d("bool", "not for everybody yet"),
    },
    "action_item": {
        "postmortem": _p("postmortem", "the postmortem it is from"),
        "learning": _d("bool", "somebody learns or writes something down"),
        "due_at": _p("time", "until when; without a date, unknown here"),
        "service": _d("service", "the service it is about"),
    },
    "change": {
        "person": _p("person", "who will be away, move or leave"),
        "type": _p("str", "leave, move or departure"),
        "starts_at": _p("time", "from when"),
        "working_days": _p("int", "how long, in working days"),
        "to_team": _p("team", "the team they move to"),
    },
    "pair": {
        "mentor": _s("person", "who helps"),
        "mentee": _s("person", "who learns"),
        "people": _d("list(person)", "mentor and mentee"),
        "area": _s("area", "the area they learn in"),
        "goal_category": _s("str", "such as architecture or incident response"),
        "goal_sentences": _d("int", "sentences of the written goal; one is wanted"),
        "cadence_days": _s("int", "the rhythm they agreed on"),
        "charter_missing": _d("list(str)", "parts of the charter that are not filled in"),
        "started_at": _s("time", "when both had said yes"),
        "stage": _s("str", "pairing, shadowing or reverse shadowing"),
        "mentor_topics": _c("list(str)", "topics the mentor offers"),
        "programme": _c("programme", "the programme it belongs to"),
        "group": _s("bool", "a group format rather than two people"),
        "days": _s("int", "days since it started"),
    },
    "session": {
        "stage": _p("str", "pairing, shadowing or reverse shadowing"),
        "missing": _d("list(str)", "what was not prepared"),
        "oldest_open_action_sessions": _s("int", "sessions since the oldest open action was agreed"),
    },
    "pulse": {"fit": _p("int", "1 to 5"), "switch": _p("bool", "asked for somebody else")},
    "task": {
        "rule": _p("str", "the rule that asked for it"),
        "owner": _p("person", "who got it"),
        "area": _p("area", "the area it is about"),
        "answer": _s("str", "yes other later known no wrong done"),
        "accepted_at": _s("time", "when it was first answered with yes or other"),
    },
    "nudge": {
        "rule": _p("str", "the rule that asked for it"),
        "to": _p("person", "who got it"),
        "answer": _p("str", "yes not-now not-useful help"),
    },
    "finding": {
        "rule": _p("str", "the rule that found it"),
        "area": _p("area", "the area it is about"),
        "person": _p("person", "the person it concerns most: the first count's top, else the key's"),
    },
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
