"""The blameless lint: what may not be said, and how short a nudge is.

Owns the limits and the table of blame words. It looks at rendered texts with the longest sample values.
"""

import re

from rules.language.rule import Rule
from rules.model.actions import Verb
from rules.model.vocabulary import element
from rules.speech.templates import LEVELS, Template, fill, types

NUDGE_WORDS = 60
FOOTER = "Nobody else sees this or your answer, and not answering has no consequence."
"""Stands under every nudge, and counts."""

_BLAME = re.compile(
    r"\b(faults?|blame\w*|guilt\w*|careless\w*|fail(?:ed|s|ing|ures?)?|mistake\w*|wrong(?:ly)?|bad(?:ly)?|worse|worst|"
    r"poor(?:ly)?|lazy|incompeten\w*|negligen\w*|underperform\w*|weak(?:ness(?:es)?)?|slow(?:er|est)?|bottlenecks?|hoard\w*|"
    r"should(?:\s+have|['’]ve))\b",
    re.IGNORECASE,
)
_ASIDE = re.compile(r"\([^()]*\)$")


_LONGEST = {
    "person": "Maximiliana Featherstonehaugh",
    "area": "services/payment-gateway/settlement",
    "int": "12,345",
    "bool": "yes",
    "time": "Wed 30 Sep 2026",
    "str": "a text of several words",
}
"""Values as long as real ones get, by type; anything else has one long word."""


def check_rendered(template: Template, rule: Rule, verb: Verb) -> list[str]:
    """What is wrong with a template's text once its placeholders hold the longest values."""
    known = types(template, rule)
    values = {path: _LONGEST.get(element(type_), "a-rather-long-identifier") for path, type_ in known.items()}
    parts = {heading: fill(text, values) for heading, text in template.parts.items()}
    if verb == "task":
        return check_task(fill(template.title, values), parts)
    if verb != "nudge":
        return check_blame(fill(template.body, values))
    bodies = [fill(template.body, values), *(text for level, text in parts.items() if level in LEVELS)]
    return [problem for body in bodies for problem in check_nudge(body)]


def words(text: str) -> int:
    return len(text.split())


def check_nudge(text: str) -> list[str]:
    """What is wrong with a rendered nudge (without its footer)."""
    problems = []
    total = words(text) + words(FOOTER)
    if total > NUDGE_WORDS:
        problems.append(f"a nudge has at most {NUDGE_WORDS} words with its last line, this has {total}")
    if text.count("?") != 1:
        problems.append(f"a nudge asks exactly one question, this has {text.count('?')}")
    return problems + check_blame(text)


def check_task(title: str, parts: dict[str, str]) -> list[str]:
    """What is wrong with a rendered task."""
    problems = [problem for text in (title, *parts.values()) for problem in check_blame(text)]
    if not _ASIDE.sub("", parts.get("Why now", "").strip()).rstrip().endswith("?"):
        problems.append("'Why now' ends with the question that the finding asks")
    return problems


def check_blame(text: str) -> list[str]:
    found = _BLAME.search(text)
    return [f"'{found[0]}' is a blame word"] if found else []
