"""No finding may cause itself: rules that listen to findings or nudges form no circle. Owns that check."""

import re
from collections.abc import Sequence

from rules.language.problems import Problems
from rules.language.rule import Rule

_CAUSED = ("finding.opened", "finding.resolved", "nudge.sent", "nudge.answered", "knowledge.changed")
_TEXT = re.compile(r"""["']([a-z0-9-]+)["']""")


def without_cycles(rules: Sequence[Rule], problems: Problems) -> tuple[Rule, ...]:
    """Those that cannot cause themselves.

    A rule that listens to findings is caused by the rules its conditions name, or by every rule if it names none.
    """
    ids = {rule.id for rule in rules}
    causes = {rule.id: _causes(rule, ids) for rule in rules}
    circles = {rule.id: _circle(rule.id, causes) for rule in rules}
    for rule in rules:
        if circles[rule.id]:
            problems.add(rule.place, f"'{rule.id}' could cause itself", " → ".join(circles[rule.id]))
    return tuple(rule for rule in rules if not circles[rule.id])


def _causes(rule: Rule, ids: set[str]) -> set[str]:
    listens = [listen for listen in rule.on if listen.kind in _CAUSED]
    if not listens:
        return set()
    texts = [clause.text for clause in rule.when] + [clause.text for listen in listens for clause in listen.when]
    named = {word for text in texts if ".rule" in text for word in _TEXT.findall(text)}
    return named & ids if named else set(ids)


def _circle(start: str, causes: dict[str, set[str]]) -> list[str]:
    """The way from a rule back to itself, or nothing."""
    waiting = [(cause, [start, cause]) for cause in sorted(causes[start])]
    seen: set[str] = set()
    while waiting:
        rule, way = waiting.pop()
        if rule == start:
            return way[::-1]
        if rule not in seen:
            seen.add(rule)
            waiting += [(cause, [*way, cause]) for cause in sorted(causes.get(rule, ()))]
    return []
