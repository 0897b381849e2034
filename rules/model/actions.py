"""Intended effects, as data: nothing here is sent.

Owns the shape of an action. Recipients and values are ids; text is rendered when it is shown or sent.
"""

from typing import Literal

import msgspec

Verb = Literal["task", "nudge", "digest", "close"]
Value = str | int | bool | tuple[str, ...] | None
"""What a path can give: an id or text, a whole number (times in microseconds), a truth, ids, or unknown."""


class Suggestion(msgspec.Struct, frozen=True, omit_defaults=True):
    """Who could help, with whom, and why. `reasons` are (kind, value), e.g. ('changes_here', 2)."""

    mentor: str | None = None
    learner: str | None = None
    alternative: str | None = None
    reasons: tuple[tuple[str, str | int], ...] = ()


class Action(msgspec.Struct, frozen=True, omit_defaults=True):
    """`key` = hash(case or finding, verb, recipients, template): the same action never gets another key."""

    key: str
    verb: Verb
    to: tuple[str, ...]  # person or team ids; empty: nobody resolved
    template: str
    via: str = ""  # the path that named the recipient
    suggest: str = ""
    due_days: int = 0
    recheck_days: int = 0
    evidence: Literal["full", "counts", "none"] = "full"
    send: str = "now"
    suggestion: Suggestion | None = None
    joins: bool = False  # adds to the task of an open case instead of asking for one of its own
    values: dict[str, Value] = {}  # what the template's placeholders read, at decision time
