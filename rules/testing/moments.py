"""Moments and findings in the words of a test file. Owns their look."""

from collections.abc import Iterable
from zoneinfo import ZoneInfo

from rules.model.actions import Value
from rules.model.findings import ClauseSeen, Finding
from rules.model.times import Instant, moment


def when(at: Instant, zone: str) -> str:
    """'Mon 06 Oct 16:00'."""
    return f"{moment(at).astimezone(ZoneInfo(zone)):%a %d %b %H:%M}"


def key(parts: Iterable[str]) -> str:
    return ", ".join(parts)


def entry(finding: Finding) -> str:
    """A finding as a test would expect it."""
    parts = [f"rule: {finding.rule}", f"per: [{key(finding.key)}]"]
    parts += [f"{action.verb}: [{key(action.to)}]" for action in finding.actions]
    parts += [f"template: {one}" for one in dict.fromkeys(action.template for action in finding.actions)]
    return "{" + ", ".join(parts) + "}"


def clauses(seen: Iterable[ClauseSeen]) -> list[str]:
    return [clause(one.text, one.values, one.held) for one in seen]


def clause(text: str, values: dict[str, Value], held: bool | None) -> str:
    """'changes.n >= min_changes   changes.n = 7   FALSE'."""
    said = ", ".join(f"{name} = {value(one)}" for name, one in values.items())
    answer = {True: "true", False: "FALSE", None: "UNKNOWN"}[held]
    return "   ".join(one for one in (text, said, answer) if one)


def value(said: Value) -> str:
    if said is None:
        return "?"
    if isinstance(said, tuple):
        return f"[{key(said)}]"
    return str(said).lower() if isinstance(said, bool) else str(said)
