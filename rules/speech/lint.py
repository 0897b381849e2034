"""The blameless lint: what may not be said, and how short a nudge is.

Owns the limits and the table of blame words. It looks at rendered texts with the longest sample values.
"""

import re

NUDGE_WORDS = 60
FOOTER = "Nobody else sees this or your answer, and not answering has no consequence."
"""Stands under every nudge, and counts."""

_BLAME = re.compile(
    r"\b(fault|blame\w*|guilty|careless\w*|fail(?:ed|s|ure)?|mistake\w*|wrong|bad|poor(?:ly)?|lazy|incompeten\w*|negligen\w*|"
    r"underperform\w*|weak(?:ness)?|slow(?:est)?|bottleneck|hoard\w*|should have)\b",
    re.IGNORECASE,
)


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
    if "?" not in parts.get("Why now", ""):
        problems.append("'Why now' ends with the question that the finding asks")
    return problems


def check_blame(text: str) -> list[str]:
    found = _BLAME.search(text)
    return [f"'{found[0]}' is a blame word"] if found else []
