"""Lengths of time: '30m 12h 10d 2w 5wd', or an expression. Owns their reading."""

import re
from collections.abc import Mapping

from rules.language.clauses import clause
from rules.language.nodes import Node
from rules.language.problems import Problems
from rules.language.rule import Duration
from rules.model.times import DAY, HOUR, MINUTE, WEEK, Span

PATTERN = r"^-?[0-9]{1,6}(m|h|d|w|wd)$"
_SPELT = re.compile(r"([0-9]+)\s*(wds?|m|mins?|minutes?|h|hours?|d|days?|w|weeks?)")
_UNITS: dict[str, Span] = {"m": MINUTE, "h": HOUR, "d": DAY, "w": WEEK}
LONGEST = 393 * DAY
"""Retention of the journal, 400 days, less the 7 days in which events may be late."""


def duration(
    node: Node,
    problems: Problems,
    roots: Mapping[str, str] | None = None,
    numbers: Mapping[str, int | str] | None = None,
) -> Duration | None:
    """A length of time. Expressions are allowed where `roots` says what they can name."""
    text = node.text
    if node.kind != "scalar" or not text:
        problems.add(node.place, "a length of time is needed", "such as 30m, 12h, 10d, 2w or 5wd")
        return None
    if re.match(PATTERN, text):
        amount, unit = re.match(r"^(-?[0-9]+)([a-z]+)$", text).groups()  # type: ignore[union-attr]  # it matched
        if unit == "wd":
            return Duration(working_days=int(amount), text=text)
        return Duration(span=int(amount) * _UNITS[unit], text=text)
    if roots is None or "(" not in text:
        problems.add(node.place, f"'{text}' is not a length of time", _meant(text))
        return None
    found = clause(node, roots, numbers or {}, {}, problems, want="duration")
    return Duration(expression=found, text=text) if found else None


def _meant(text: str) -> str:
    """'3 days' is 3d, '2 Weeks' 2w; a month has no fixed length."""
    match = _SPELT.fullmatch(text.lower())
    if match and len(match[1]) <= 6:
        return f"did you mean '{match[1]}{'wd' if match[2].startswith('wd') else match[2][0]}'?"
    return "such as 30m, 12h, 10d, 2w or 5wd"


def span(node: Node, problems: Problems, what: str, least: Span = 0) -> Span | None:
    """A fixed length without working days, e.g. for `hold` or a count's `for`."""
    found = duration(node, problems)
    if found is None:
        return None
    if found.span is None:
        problems.add(node.place, f"{what} cannot be in working days")
        return None
    if found.span < least:
        problems.add(node.place, f"{what} cannot be shorter than {'0d' if not least else 'a minute'}")
        return None
    if found.span > LONGEST:
        problems.add(
            node.place,
            f"{what} is longer than events are kept",
            "400 days less 7 for late events: at most 393d",
        )
        return None
    return found.span
