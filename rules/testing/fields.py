"""Every key of a file of tests, with what it means. Owns these words, for the schema and the reference.

Fields of entities are the vocabulary's (`rules/model/vocabulary.py`); only what it does not have stands here.
"""

FILE: dict[str, str] = {
    "rules": "rules files beside this one, or packs: catalog/knowledge",
    "start": "where the clock starts: a day, a time, a zone",
    "history": "how long events were known before the start: 400d",
    "guards": "which guards are on that silence small tests: off, on, or a list (default: off)",
    "people": "people by name, as in people.yml",
    "teams": "teams by name",
    "areas": "areas by name, as in areas.yml; without this section a path's first folder is its area",
    "services": "services by name",
    "components": "components by name",
    "calendar": "the workspace's working hours (default: Monday to Friday, 9-17, in the start's zone)",
    "default_manager": "who gets tasks where nobody else is found",
    "programme": "the mentoring programme",
    "cases": "what is tried: each case starts anew",
}

CASE: dict[str, str] = {
    "name": "one sentence: what is true when the case passes",
    "given": "fields of the world in this case: {ada.merged_before: 5}",
    "guards": "instead of those of the file",
    "steps": "what happens, and what has to come of it, in this order",
}

HAPPENS: dict[str, str] = {
    "event": "what happens; its entities stand beside it",
    "times": "how often, each with a fresh id",
    "every": "between two of `times`, of an event or of steps",
    "steps": "what happens `times` times",
    "at": "when it happened (default: now)",
    "late": "how much later it arrives, at most 7d",
    "actor": "who did it",
    "automated": "a bot or an AI agent did it",
    "areas": "where it happens",
    "paths": "files it touches, of which areas are made",
    "repository": "such as acme/billing",
    "link": "the address of it",
    "answer": "what somebody answers to a task or a nudge",
    "advance": "how far the clock goes: 3d is 72 hours, 5wd are working days",
    "until": "to when the clock goes",
}

ANSWER: dict[str, str] = {
    "task": "which task: last, or a rule, an area, a part of the key",
    "nudge": "which nudge: last, or a rule, an area, a part of the key",
    "says": "the answer",
    "by": "who answers (default: who got it)",
    "until": "with `later` and `known`: until when",
    "mentor": "with `other`: the mentor instead",
    "learner": "with `other`: the learner instead",
}

CHECKS: dict[str, str] = {
    "expect": "exactly what opened since the last expect, in any order; [] for nothing",
    "resolved": "what ended since the last expect",
    "withdrawn": "what is no longer true, because something came late",
    "suppressed": "what was true, but kept quiet",
    "why": "how far a rule came with a key",
    "text": "of what was just expected",
}

FINDING: dict[str, str] = {
    "rule": "the rule that found it",
    "per": "what it is about: the parts of the key",
    "task": "who gets a task",
    "nudge": "who gets a nudge",
    "digest": "who reads it in a digest",
    "close": "the area whose task is closed",
    "template": "the text that is used",
    "suggest": "who is suggested",
    "case": "the area whose case it joins",
    "confidence": "how sure it is",
    "due": "when the task is due",
    "reason": "why it was quiet: cooldown, task open, …",
    "stage": "how far it came",
    "clause": "the condition that did not hold",
}

TEXT: dict[str, str] = {
    "contains": "pieces that are in the text",
    "lacks": "pieces that are not",
    "title": "the first line",
}

STAGES: dict[str, str] = {
    "never asked": "no event that it listens to had this key",
    "left out": "a guard left the event out",
    "no key": "a part of the key was unknown or empty",
    "when": "`when` did not hold",
    "fire": "`fire` did not hold",
    "hold": "it is not true for long enough yet",
    "waiting": "it waits",
    "cancelled": "`unless` cancelled the wait",
    "suppressed": "it was true, but kept quiet",
    "fired": "it found something",
    "open": "its finding is still open",
}

CALENDAR: dict[str, str] = {
    "zone": "a time zone: Europe/Berlin",
    "hours": "working hours: 9-17",
    "days": "working days: [mon, tue, wed]",
    "away": "days on which nobody works: 2025-10-03",
    "holidays": "the same",
}

MORE: dict[str, str] = {
    "id": "made up where it is left out",
    "calendar": "when they work",
    "paths": "files of the area: billing/",
    "components": "components that belong to it",
    "services": "services that belong to it",
    "repositories": "repositories that belong to it",
    "labels": "labels that mean it",
    "docs": "where its documentation is",
    "tier": "from 1 (first) to 5",
    "default_assignee": "who gets its issues by default",
    "rota_people": "people on its rota",
    "until": "until when the answer holds",
    "recheck_at": "when it is looked at whether it helped",
    "contact": "who looks after the mentoring programme",
}
"""Of entities, where the vocabulary does not have them because no rule can name them."""
