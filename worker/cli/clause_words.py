"""Conditions of the shipped rules in words for a maintainer; any other condition stands as it was written.

Owns a small table: how near a part came. Why a finding ended is `rules/speech/notes.py`'s to say.
"""

from rules.engine.explain import Explanation
from rules.language.rule import Rule
from rules.model.findings import ClauseSeen, Finding
from rules.model.times import DAY
from rules.speech.amounts import times
from rules.speech.notes import ENDED

_NEAR = {
    "changes.n": "changed {0}, the rule asks for {1} changes",
    "changes.top.percent": "the largest share is {0}%, the rule asks for {1}%",
    "area.carriers": "{0} people can carry it",
}
_IN_THE_WAY = {
    "history too short": "the history is younger than 30 days",
    "area young": "the part is younger than 60 days",
    "cooldown": "it was said not long ago",
    "area archived": "the part is archived",
    "fire": "not every condition holds",
}


def ended(finding: Finding) -> str:
    """Why a finding is no longer so; '' where nothing is known."""
    return ENDED.get(finding.ended_by, finding.ended_by)


def near(found: Explanation, rule: Rule) -> str:
    """Every condition that does not hold; where all do, what else keeps the rule quiet."""
    missing = [_missing(clause, rule) for clause in found.clauses if clause.held is not True]
    if missing:
        return "; ".join(missing)
    if found.stage == "hold":
        days = (rule.hold or 0) // DAY
        return f"so for less than {days} days" if not found.reason else _quiet(found)
    return _quiet(found)


def _quiet(found: Explanation) -> str:
    return f"so, but {_IN_THE_WAY.get(found.reason, found.reason or 'it waits for its next change')}"


def _missing(clause: ClauseSeen, rule: Rule) -> str:
    name, *rest = clause.text.split(" ")
    value = clause.values.get(name)
    if name not in _NEAR or value is None or not rest:
        shown = ", ".join("?" if one is None else str(one) for one in clause.values.values())
        return f"{clause.text} ({shown})"
    if name == "area.carriers" and value == 0:
        return "nobody can carry it"
    shown = times(value) if name.endswith(".n") and isinstance(value, int) else str(value)
    return _NEAR[name].format(shown, rule.numbers.get(rest[-1], rest[-1]))
