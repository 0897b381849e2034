"""Why a rule did or did not fire: every clause with its values, how near it was, and what stands in the way.

Owns the explanation of one (rule, key), made from the same getters and clauses that decide. What happened event by
event is `chain.py`'s; words for people are `rules/speech`'s and the command line's.
"""

from dataclasses import dataclass, field

from msgspec.structs import replace

from rules.engine import cases, guards, holds, judge, outcome
from rules.engine.frame import Frame, Key
from rules.engine.near import near
from rules.engine.plans import Program, RulePlan
from rules.engine.state import RuleState, State
from rules.engine.trace import Asked, Note, Trace
from rules.engine.unknown import Unknown, unknowns
from rules.engine.waits import span_of
from rules.model.cases import Case
from rules.model.findings import ClauseSeen, CountSeen, Finding, LeftOut
from rules.model.times import DAY, Instant


@dataclass(frozen=True, slots=True)
class Explanation:
    """`stage` is how far the key came: 'never asked', 'fire', 'hold', 'suppressed', 'waiting', 'open', 'fired'.

    `clauses` are all of `fire`, also after the first that does not hold; `near` is one sentence fragment a clause,
    '' where nothing can be said. `reason` is why nothing opens now (of a moment: opened then), '' where nothing stands
    in the way; `until` is when that ends by itself, `cooling_until` when the cooldown does, 0 where it never does or
    nobody knows. `holds_at`: when a hold that runs now would be full.
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
    until: Instant = 0
    cooling_until: Instant = 0
    holds_at: Instant = 0
    case: Case | None = None
    unknown: tuple[Unknown, ...] = ()

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
    lasting = plan.rule.hold is not None
    clauses = outcome.clauses_seen(plan, frame) if lasting else asked.clauses if asked else ()
    hold, wait, last = own.holds.get(key), own.waits.get(key), own.last.get(key)
    finding = state.findings.get(hold.finding) if hold else None
    counts, left_out = outcome.counts_seen(plan, frame)
    met = bool(clauses) or asked is not None or hold is not None
    true = met and all(clause.held is True for clause in clauses)
    reason = _reason(state, plan, own, frame, asked) if true else ""
    then = asked.counts if asked and asked.counts and not lasting else counts
    return Explanation(
        rule=rule,
        key=key,
        at=at,
        stage=_stage(true, reason, met, hold is not None, wait is not None, finding is not None),
        clauses=clauses,
        near=tuple(near(clause, plan, then, state, key, at) for clause in clauses),
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
        until=_until(state, plan, own, frame, reason) if reason else 0,
        cooling_until=_cooling_until(plan, own, frame),
        holds_at=hold.since + (plan.rule.hold or 0) if hold and not hold.finding else 0,
        case=_case(state, plan, key),
        unknown=unknowns(plan, frame, clauses) if lasting else asked.unknown if asked else (),
    )


def as_it_opened(finding: Finding, state: State, plan: RulePlan) -> Explanation:
    """A finding by its own evidence: what was true when it opened, whatever is so by now."""
    seen, at = finding.evidence, finding.opened_at
    return Explanation(
        rule=finding.rule,
        key=finding.key,
        at=at,
        stage="open" if finding.status == "open" else finding.status,
        clauses=seen.clauses,
        near=("",) * len(seen.clauses),
        counts=seen.counts,
        left_out=seen.left_out,
        held_since=seen.since if finding.held else None,
        finding=finding,
        last_opened=at,
        case=_case(state, plan, finding.key),
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


def _reason(state: State, plan: RulePlan, own: RuleState, frame: Frame, asked: Asked | None) -> str:
    """Of a state, what stands in the way now; of a moment, what did when it was asked last."""
    if plan.rule.hold is not None:
        return judge.reason_not_to(state, plan, own, frame, own.holds.get(frame.key))
    at = asked.at if asked else None
    return next((why for (key, why), n in sorted(own.suppressed.items()) if key == frame.key and n.last == at), "")


# what stands in the way, and until when --------------------------------------------------------------------------


def _until(state: State, plan: RulePlan, own: RuleState, frame: Frame, reason: str) -> Instant:
    """When time alone ends it; 0 where it does not."""
    rule, facts = plan.rule, state.facts
    area = outcome.area_of(state, rule, frame.key)
    if reason == "warming up":
        return state.live_from
    if reason == "history too short":
        return facts.first_at + guards.needed_history(rule)
    if reason == "area young" and area is not None and area in facts.area:
        return facts.area[area].first_change + rule.guards.new_area_days * DAY
    if reason == "silenced by an answer":
        return state.cases[cases.subject_of(rule, frame.key, area)].silent_until
    return _cooling_until(plan, own, frame) if reason == "cooldown" else 0


def _cooling_until(plan: RulePlan, own: RuleState, frame: Frame) -> Instant:
    """0: nothing cools, or for ever (`once`), or for as long as nobody knows."""
    cooldown = plan.rule.cooldown
    if cooldown is None or cooldown.span is None or not holds.cooling(plan, own, frame):
        return 0
    since, span = holds.last_opened(plan, own, frame), span_of(plan, cooldown.span, frame)
    return since + span if since is not None and span is not None else 0


def _case(state: State, plan: RulePlan, key: Key) -> Case | None:
    """A copy of the story that a task about this key would belong to."""
    if all(do.verb != "task" for do in plan.rule.do):
        return None
    found = state.cases.get(cases.subject_of(plan.rule, key, outcome.area_of(state, plan.rule, key)))
    return replace(found) if found is not None else None
