"""Why a rule did or did not fire: every clause with its values, how near it was, and what came after.

Owns the explanation of one (rule, key), made from the same getters and clauses that decide. Words for people are
`rules/speech`'s and the command line's.
"""

import re
from dataclasses import dataclass, field

from rules.engine import guards, holds, outcome
from rules.engine.frame import Frame, Key
from rules.engine.plans import Program, RulePlan
from rules.engine.state import State
from rules.engine.trace import Asked, Note, Trace
from rules.model.findings import ClauseSeen, CountSeen, Finding, LeftOut
from rules.model.times import Instant


@dataclass(frozen=True, slots=True)
class Explanation:
    """`stage` is how far the key came: 'never asked', 'fire', 'hold', 'suppressed', 'waiting', 'open', 'fired'.

    `clauses` are all of `fire`, also after the first that does not hold; `near` is one sentence fragment a clause,
    '' where nothing can be said. `reason` is why nothing opens now, '' where nothing stands in the way.
    """

    rule: str
    key: Key
    at: Instant
    stage: str
    clauses: tuple[ClauseSeen, ...] = ()
    near: tuple[str, ...] = ()
    counts: tuple[CountSeen, ...] = ()
    left_out: LeftOut = field(default_factory=LeftOut)
    held_since: Instant | None = None
    waiting_until: Instant | None = None
    reason: str = ""
    suppressed: tuple[tuple[str, int, Instant], ...] = ()  # reason, times, newest
    asked: Asked | None = None
    notes: tuple[Note, ...] = ()
    finding: Finding | None = None
    last_opened: Instant | None = None

    @property
    def fired(self) -> bool:
        return self.finding is not None


def explain(
    state: State, program: Program, rule: str, key: Key, at: Instant, trace: Trace | None = None
) -> Explanation:
    """The state of one rule and key as of `at`. Reads only, except that expired entries go.

    A rule about a moment has no lasting answer: its clauses come from the newest ask that `trace` saw.
    Raises KeyError for a rule that the program does not have.
    """
    plan = program.rules[rule]
    own = state.rule(rule)
    asked = trace.asked.get(key) if trace else None
    frame = Frame(state.facts, None, at).asking({}, key, own.tallies)
    clauses = outcome.clauses_seen(plan, frame) if plan.rule.hold is not None else asked.clauses if asked else ()
    hold, wait, last = own.holds.get(key), own.waits.get(key), own.last.get(key)
    finding = state.findings.get(hold.finding) if hold else None
    counts, left_out = outcome.counts_seen(plan, frame)
    true = bool(clauses) and all(clause.held is True for clause in clauses)
    reason = _reason(state, plan, frame) if true else ""
    return Explanation(
        rule=rule,
        key=key,
        at=at,
        stage=_stage(true, reason, bool(clauses), hold is not None, wait is not None, finding is not None),
        clauses=clauses,
        near=tuple(_near(clause, plan, counts) for clause in clauses),
        counts=counts,
        left_out=left_out,
        held_since=hold.since if hold else None,
        waiting_until=wait.dues[0] if wait else None,
        reason=reason,
        suppressed=tuple((why, n.times, n.last) for (k, why), n in sorted(own.suppressed.items()) if k == key),
        asked=asked,
        notes=tuple(trace.notes.get(key, ())) if trace else (),
        finding=finding,
        last_opened=last.opened_at if last else None,
    )


def known_keys(state: State, program: Program, rule: str) -> list[Key]:
    """Every key that the rule remembers anything of."""
    own = state.rule(rule)
    keys: set[Key] = {*own.holds, *own.last, *own.waits}
    for count in program.rules[rule].counts:
        if count.own:
            keys.update(own.tallies.get(count.count.name, ()))
    keys.update(key for key, _ in own.suppressed if key)
    return sorted(keys)


def _stage(true: bool, reason: str, asked: bool, held: bool, waiting: bool, finding: bool) -> str:
    if finding:
        return "open"
    if waiting:
        return "waiting"
    if not asked:
        return "never asked"
    if not true:
        return "fire"
    if reason:
        return "suppressed"
    return "hold" if held else "fired"


def _reason(state: State, plan: RulePlan, frame: Frame) -> str:
    """What would stand in the way now, cooldown included."""
    own = state.rule(plan.rule.id)
    area = outcome.area_of(state, plan.rule, frame.key)
    team = outcome.team_of(state, plan.rule, frame.key)
    return guards.suppression(state, plan.rule, own, area, team, frame.at) or holds.cooling(plan, own, frame)


# how near -----------------------------------------------------------------------------------------------------

_COMPARISON = re.compile(r"^([a-z_][a-z_0-9.]*) (>=|>|==) ([a-z_0-9]+)$")
_FAR = 1000


def _near(clause: ClauseSeen, plan: RulePlan, counts: tuple[CountSeen, ...]) -> str:
    """For the simplest comparisons: what more it would take."""
    found = _COMPARISON.match(clause.text)
    if found is None or clause.held is not False:
        return ""
    name, operator, limit_text = found.groups()
    limit = _limit(limit_text, plan)
    value = clause.values.get(name)
    if limit is None or not isinstance(value, int) or isinstance(value, bool):
        return ""
    wanted = limit + 1 if operator == ">" else limit
    count = next((count for count in counts if count.name == name.partition(".")[0]), None)
    if name.endswith(".top.percent") and count is not None:
        return _near_percent(count, wanted)
    if name.endswith(".n") and count is not None and wanted > value:
        return f"{wanted - value} more would do"
    if name == "area.carriers":
        return "nobody can carry it" if value == 0 else f"{value} people can carry it"
    return ""


def _near_percent(count: CountSeen, wanted: int) -> str:
    top = count.measures.get("top.n")
    if not isinstance(top, int):
        return ""
    for more in range(1, _FAR):
        share = 100 * (top + more) // (count.n + more)
        if share >= wanted:
            return f"{more} more by the same person would give {share}"
    return ""


def _limit(text: str, plan: RulePlan) -> int | None:
    if text.isdigit():
        return int(text)
    found = plan.rule.numbers.get(text)
    return found if isinstance(found, int) else None
