"""The format in one place: the twelve operators and the settings, with what each means.

Owns the literal tables that the loader, the JSON Schema and the reference read. The twelve are closed: another one
needs a decision record.
"""

OPERATORS: dict[str, str] = {
    "on": "events that start an evaluation: a kind, {kind, when, by}, or a list",
    "each": "once per element of a list, left to right: {area: event.areas}",
    "when": "asked at the event; one CEL text or a list, all must hold",
    "per": "the key, what a finding is about: one to four names",
    "with": "the numbers of this rule, usable by name; a pack's user overrides them one by one",
    "count": "remembers events per key and measures them: {changes: {for: 180d, top: pull_request.authors}}",
    "after": "waits before `fire`: 1wd, or {for, from, calendar, again, times}",
    "unless": "cancels the wait when it arrives first with the same key",
    "fire": "asked at decision time, with facts and counts as of then",
    "hold": "makes the rule about a state: `fire` must stay true this long",
    "cooldown": "least gap between findings of a key: 90d, once, or {for, per}",
    "do": "what to ask for: task, nudge, digest or close, each with a template",
}

SETTINGS: dict[str, str] = {
    "title": "one sentence that says what the rule sees",
    "mode": "silent (recorded only), ask (drafts wait for a person), live, off",
    "owner": "who looks after the rule",
    "only": "where it applies: {areas, teams, repositories, labels}",
    "except": "where it does not",
    "send": "now, weekly or digest",
    "good_for": "a moment expires instead of arriving late",
    "guards": "{bots, mechanical, small, new_area, warm_up, open_task}",
    "and_when": "adds clauses to an inherited `when`",
}

REQUIRED = ("title", "on", "per", "do")
MEANING = ("on", "each", "when", "per", "with", "count", "after", "unless", "fire", "hold")
"""A change of one of these rebuilds the rule's state."""
