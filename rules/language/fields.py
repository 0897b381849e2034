"""The format in one place: every key of a rules file and every word that can stand there, with what each means.

Owns the literal tables that the loader, the JSON Schema and the reference read: every key of a rules file stands here
once. The twelve operators are closed: another one needs a decision record.
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

FILE: dict[str, str] = {
    "pack": "the name of this file, with a version, by which others extend it: payments@1",
    "extends": "packs by name, of the catalogue or of files beside this one; later ones win",
    "pick": "keep only these of the inherited rules",
    "defaults": "settings of every rule of the file that does not say otherwise",
    "rules": "rules by id; an inherited id changes that rule, field by field",
}

LISTEN: dict[str, str] = {
    "kind": "what happens: reference/events.md has them all",
    "when": "only such events: CEL, may name what this kind has",
    "by": "where this event has the key, if it is called otherwise than in `per`",
}

COUNT: dict[str, str] = {
    "on": "the events that go in (default: the rule's own matches)",
    "each": "once per element of a list of that event",
    "when": "only such events",
    "by": "the key of an own `on`, types as `per`",
    "of": "another key of the rule to look up",
    "for": "entries older than this go: 180d, at most 393d",
    "last": "keeps the newest so many, at most 5000; may be the name of a number",
    "until": "an entry goes when this event names the same entity: pair.closed",
    "one_per": "a newer entry with the same value replaces the older one",
    "top": "the most frequent value: gives top.value, top.n, top.percent and second.*; or {of, people}",
    "distinct": "how many different values; or {of, at_least}",
    "percentile": "the value at a rank: {of: issue.cycle_days, rank: 85}",
    "matching": "how many entries fulfil this condition",
}

MEASURE: dict[str, str] = {
    "of": "the value that is measured",
    "people": "top: entries wholly covered by that many most frequent people",
    "at_least": "distinct: only values seen so often; may be the name of a number",
    "rank": "percentile: from 1 to 100",
}

AFTER: dict[str, str] = {
    "for": "how long: 1wd, -30d before `from`, or a list, one decision each",
    "from": "from when: a time (default: that of the event)",
    "calendar": "whose working days: a person (default: the workspace's)",
    "again": "and again, each time so much later",
    "times": "how often in all with `again`: from 1 to 50, or the name of a number",
}

COOLDOWN: dict[str, str] = {
    "for": "90d, or once: never again for this key",
    "per": "the part of the key that it counts for (default: the whole key)",
}

DO: dict[str, str] = {
    "task": "a follow-up task that a person answers",
    "nudge": "a message to the people it is about",
    "digest": "a line in somebody's weekly digest",
    "close": "closes a task",
    "or": "who else, where nobody is found: names to try in this order",
    "template": "the text: templates/NAME.md beside the rules, or one of the catalogue",
    "suggest": "who could help is suggested: pair, mentor or learner",
    "due": "when a task should be done",
    "recheck": "when it is looked at whether the task helped",
    "evidence": "how much of what made it true is told",
}

SCOPE: dict[str, str] = {
    "areas": "areas, as in areas.yml",
    "teams": "teams, as in people.yml",
    "repositories": "such as acme/billing",
    "labels": "labels of pull requests and issues",
}

GUARDS: dict[str, str] = {
    "bots": "what a bot does is left out",
    "mechanical": "mechanical changes are left out; those with more than {max_files: 60} files are one",
    "small": "quiet about teams of fewer than {people: 3} active people",
    "new_area": "quiet about an area that is younger than this",
    "warm_up": "quiet until there is history enough",
    "open_task": "quiet while a task about the same thing is open",
}

MODES: dict[str, str] = {
    "silent": "recorded, nothing is sent",
    "ask": "a draft waits for a person in `sparekey review`",
    "live": "sent by itself",
    "off": "not decided at all",
}

SENDS: dict[str, str] = {
    "now": "in the receiver's next working hour",
    "weekly": "on the digest day, what comes first and fits the budget",
    "digest": "a line in that day's digest",
}

SUGGEST: dict[str, str] = {
    "pair": "both sides of a pair",
    "mentor": "somebody to learn from",
    "learner": "somebody who could learn",
}

EVIDENCE: dict[str, str] = {
    "full": "events with their links (the default)",
    "counts": "numbers only",
    "none": "nothing",
}

REQUIRED = ("title", "on", "per", "do")
MEANING = ("on", "each", "when", "per", "with", "count", "after", "unless", "fire", "hold")
"""A change of one of these rebuilds the rule's state."""
