"""The words of `explain` for what stood in the way, and how each is changed; for events, clauses and their values.

Owns these small tables.
"""

import re
from collections.abc import Mapping
from typing import Protocol

from rules.engine.explain import Explanation
from rules.engine.unknown import Unknown
from rules.language.rule import Rule
from rules.model.actions import Value
from rules.model.findings import ClauseSeen
from rules.speech.amounts import count
from rules.speech.harmless import plain
from worker.cli.say import Say

STAGES = {
    "open": "a finding is open",
    "resolved": "a finding that is no longer so",
    "withdrawn": "a finding that was taken back",
    "waiting": "waiting",
    "never asked": "never asked",
    "fire": "did not fire: not every condition holds",
    "suppressed": "true, but nothing opens",
    "hold": "true, but not long enough yet",
    "fired": "true",
    "policy": "policy: it follows what people say for themselves",
}
REASONS = {
    "warming up": "true before the rules were switched on",
    "still open": "its finding is open still",
    "task open": "a task of this case tells it already",
    "silenced by an answer": "somebody answered no, or known",
    "out of scope": "`only` or `except` leaves it out",
    "missed": "due more than 7 days before it was known",
    "from unknown": "the time that `from` names is not known",
    "for unknown": "the length of the wait is not known",
    "no key": "a part of its key has no value",
    "too many": "more than 50 combinations of `each`",
    "error": "the rule failed",
    "rule error": "the rule failed 20 times, and is off",
}
CHANGE = {
    "warming up": "guards: {warm_up: false}",
    "history too short": "`sparekey backfill` an older history, or guards: {warm_up: false}",
    "area young": "guards: {new_area: 30d}, or false",
    "area archived": "areas.yml: `archived: false`",
    "task open": "answer the task, or guards: {open_task: false}",
    "cooldown": "a shorter `cooldown` in the rule",
    "rule error": "`sparekey rules check`, and tell its owner",
    "out of scope": "`only` and `except` of the rule, or of its defaults",
    "silenced by an answer": "it ends by itself",
}
_SMALL = re.compile(r"fewer than \d+ active people")
_FOR_A_FEW = "people.yml: teams with more people, or guards: {small: false}"
_WAS = frozenset(
    [
        "opened",
        "updated",
        "merged",
        "closed",
        "submitted",
        "created",
        "answered",
        "labelled",
        "assigned",
        "started",
        "moved",
        "escalated",
        "reopened",
        "done",
        "resolved",
        "found",
        "published",
    ]
)
_COMMIT = re.compile(r"[0-9a-f]{40}")
_NUMBER = re.compile(r"(?:/(?:pull|issues|merge_requests)/|#)(\d+)\b")
WIDEST = 56


def reason(why: str) -> str:
    return REASONS.get(why, why)


def change(why: str) -> str:
    """How it is changed; '' where there is nothing to change."""
    return _FOR_A_FEW if _SMALL.fullmatch(why) else CHANGE.get(why, "")


# events ----------------------------------------------------------------------------------------------------------


def event_name(event: str, link: str = "", about: str = "") -> str:
    """'#109', or the part of an id that a person can look up: a commit, a number."""
    found = _NUMBER.search(link) or _NUMBER.search(about) or _NUMBER.search(event)
    if found:
        return f"#{found[1]}"
    if about:
        return plain(about[:12] if _COMMIT.fullmatch(about) else about, 40)
    words = event.split(":")
    return plain(words[-2][:12] if len(words) > 1 else event, 40)


class Happening(Protocol):
    """Whatever has an event: a step, an ask, an entry of a count."""

    @property
    def kind(self) -> str: ...
    @property
    def event(self) -> str: ...
    @property
    def link(self) -> str: ...
    @property
    def about(self) -> str: ...


def happened(one: Happening) -> str:
    """'pull request #109 was merged'."""
    kind, name = one.kind, event_name(one.event, one.link, one.about) if one.event else ""
    if not kind:
        return name or "time passed"
    entity, _, verb = kind.partition(".")
    if verb in _WAS and name:
        return f"{entity.replace('_', ' ')} {name} was {verb}"
    return f"{kind} {name}".strip()


# clauses ---------------------------------------------------------------------------------------------------------


def with_values(clause: ClauseSeen, rule: Rule, say: Say) -> str:
    """'87 >= 70': the clause with what stood for its names; a list of the values where that is too long."""
    values = {name: value_text(value, say) for name, value in clause.values.items()}
    names = {**{name: str(number) for name, number in rule.numbers.items()}, **values}
    if not values:
        return ""
    written = _written(clause.text, names)
    return written if len(written) <= WIDEST else plain(", ".join(values.values()), WIDEST)


def _written(text: str, names: Mapping[str, str]) -> str:
    """Longest names first, so that none is taken for a part of another."""
    ordered = sorted(names, key=len, reverse=True)
    pattern = "|".join(rf"(?<![\w.'\"]){re.escape(name)}(?![\w.(])" for name in ordered)
    return re.sub(pattern, lambda found: names[found[0]], text) if ordered else text


def value_text(value: Value, say: Say) -> str:
    if value is None:
        return "?"
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, tuple):
        shown = ", ".join(value_text(one, say) for one in value[:3])
        return f"[{shown}{', …' if len(value) > 3 else ''}]"
    if isinstance(value, str):
        return say.person(value) if say.people.knows(value) else plain(value, 40)
    return f"{value}"


# what is not known -----------------------------------------------------------------------------------------------


def unknown_line(one: Unknown, say: Say) -> str:
    """'pull_request.author.buddy: nobody configured it; people.yml: `buddy` of u7'."""
    of = say.area(one.of) if one.of_type == "area" else value_text(one.of, say)
    how = f"; {one.how.replace('{of}', of)}" if one.how else ""
    part = f" ({one.part} has no value)" if one.part != one.name and one.origin not in ("count", "call") else ""
    return f"{one.name}{part}: {one.why}{how}"


def left_out(found: Explanation) -> str:
    out = found.left_out
    return f"{count(out.bot, 'bot event')}, {out.mechanical} mechanical"
