"""How near a clause came: what more it would take, and for a few true ones what would end it.

Owns those fragments of sentences; '' where nothing can be said. Only comparisons of one name with one number are read;
counts are as of the moment of asking.
"""

import re

from rules.engine.facts import people
from rules.engine.outcome import area_of
from rules.engine.plans import RulePlan
from rules.engine.state import State
from rules.knowledge.carriers import changes_to_carry
from rules.language.rule import Rule
from rules.model.findings import ClauseSeen, CountSeen
from rules.model.times import Instant

_COMPARISON = re.compile(r"^([a-z_][a-z_0-9.]*) (>=|>|==|<=|<) ([a-z_0-9]+)$")
_FAR = 1000
_MEASURES = {
    "n": ("{} more would do", "{} fewer would do"),
    "distinct": ("{} more different ones would do", "{} fewer different ones would do"),
    "matching": ("{} more of that kind would do", "{} fewer of that kind would do"),
    "percentile": ("{} short of it", "{} above it"),
    "top.n": ("{} more by the same would do", "{} fewer by the same would do"),
}


def near(
    clause: ClauseSeen, plan: RulePlan, counts: tuple[CountSeen, ...], state: State, key: tuple[str, ...], at: Instant
) -> str:
    """What more it would take; of a true clause about who can carry an area, what would make a second one."""
    found = _COMPARISON.match(clause.text)
    if found is None or clause.held is None:
        return ""
    name, operator, limit_text = found.groups()
    limit, value = limit_of(limit_text, plan.rule), clause.values.get(name)
    if limit is None or not isinstance(value, int) or isinstance(value, bool):
        return ""
    if name == "area.carriers":
        return _carriers(clause, value, state, area_of(state, plan.rule, key), at)
    if clause.held:
        return ""
    wanted = limit + {">": 1, "<": -1}.get(operator, 0)
    count = next((count for count in counts if count.name == name.partition(".")[0]), None)
    if count is not None:
        return _of_count(name.partition(".")[2], count, value, wanted)
    return _of_days(name, value, wanted)


def limit_of(text: str, rule: Rule) -> int | None:
    """A number that stands there, or the `with` number of that name."""
    if text.isdigit():
        return int(text)
    found = rule.numbers.get(text)
    return found if isinstance(found, int) else None


def _of_count(measure: str, count: CountSeen, value: int, wanted: int) -> str:
    part = count.measures.get(measure.replace("percent", "n"))
    if measure.endswith("percent") and isinstance(part, int):
        return _percent(part, count.n, value, wanted)
    more, fewer = _MEASURES.get(measure, ("", ""))
    return (more if wanted > value else fewer).format(abs(wanted - value))


def _percent(part: int, n: int, value: int, wanted: int) -> str:
    for more in range(1, _FAR):
        if wanted > value and (share := 100 * (part + more) // (n + more)) >= wanted:
            return f"{more} more by the same person would give {share}"
        if wanted < value and (share := 100 * part // (n + more)) <= wanted:
            return f"{more} more by others would give {share}"
    return ""


def _of_days(name: str, value: int, wanted: int) -> str:
    """What grows by itself, a day a day."""
    field = name.rpartition(".")[2]
    if not (field.startswith("days_since_") or field in ("age_days", "days")) or wanted <= value:
        return ""
    return f"in {wanted - value} days, if nothing happens until then"


def _carriers(clause: ClauseSeen, value: int, state: State, area: str | None, at: Instant) -> str:
    if not clause.held:
        return {0: "nobody can carry it", 1: "1 person can carry it"}.get(value, f"{value} people can carry it")
    if area is None or value != 1:
        return ""
    ledger, facts = state.facts.ledger, state.facts
    holdings = ledger.units.get(area, {})
    more = changes_to_carry(holdings, at, lambda one: people.present(facts, one, at), ledger.weight(at))
    if not more:
        return ""
    return f"nearest: {more} more own {'change' if more == 1 else 'changes'} would make a second person a carrier"
