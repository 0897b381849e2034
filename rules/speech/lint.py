"""The blameless lint: what may not be said, and how short a nudge is.

Owns the limits and the table of blame words. It looks at rendered texts with the longest sample values.
"""

import re

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
