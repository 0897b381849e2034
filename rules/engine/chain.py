"""The chain behind a rule and key, event by event: what each count holds, what was left out or has left, what waited,
what `when` stopped, and when `fire` was true.

Owns putting it together, bounded, from the state, from what a trace wrote down, and for a finding from its evidence.
Made on demand; nothing of it is kept.
"""

from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import date

from rules.engine import witness
from rules.engine.calendars import calendar_of, days_passed
from rules.engine.frame import Frame, Key
from rules.engine.plans import CountPlan, RulePlan
from rules.engine.state import State, Wait
from rules.engine.tally import Tally
from rules.engine.trace import Counted, Step, Trace
from rules.language.rule import Count, Duration, Rule
from rules.model.events import Event
from rules.model.findings import CountSeen, Finding
from rules.model.times import Instant

MOST = 12
"""Events of a count that are told one by one: the newest."""

MOST_STEPS = 8
"""Other steps that are."""

Find = Callable[[str], Event | None]
"""Gives an event by its id; None where it is not kept any more."""


@dataclass(frozen=True, slots=True)
class CountChain:
    """`counted` and `left_out` are the newest, oldest first; `earlier` more are counted, `gone` have left since the
    trace began, and `leaves_at` is when the oldest will (0: not by time)."""

    name: str
    counted: tuple[Counted, ...]
    earlier: int = 0
    left_out: tuple[Counted, ...] = ()
    more_left_out: int = 0
    gone: int = 0
    leaves_at: Instant = 0


@dataclass(frozen=True, slots=True)
class Waiting:
    """`days`: those it goes through where working days count, with whether each counts. `times_left` after this."""

    since: Instant
    event: str
    kind: str
    link: str
    about: str
    dues: tuple[Instant, ...]
    days: tuple[tuple[date, bool], ...] = ()
    times_left: int = 0


@dataclass(frozen=True, slots=True)
class Chain:
    """`loose`: how many matches belong to no subject, by reason. `since`: from when on steps were watched."""

    counts: tuple[CountChain, ...] = ()
    steps: tuple[Step, ...] = ()
    earlier_steps: int = 0
    waiting: Waiting | None = None
    loose: tuple[tuple[str, int], ...] = ()


def chain(state: State, plan: RulePlan, key: Key, at: Instant, trace: Trace | None = None) -> Chain:
    """As the state has it at `at`. Without a trace there are no steps, and no kinds where a count has several."""
    own = state.rule(plan.rule.id)
    frame = Frame(state.facts, None, at).asking({}, key, own.tallies)
    wait = own.waits.get(key)
    steps, earlier = _steps(plan.rule, trace)
    return Chain(
        counts=tuple(_count(count, plan.rule, tally, at, trace) for count, tally in _standing(plan, frame)),
        steps=steps,
        earlier_steps=earlier,
        waiting=_waiting(state, plan, wait) if wait else None,
        loose=tuple(sorted(trace.loose.items())) if trace else (),
    )


def chain_of(finding: Finding, plan: RulePlan, find: Find, trace: Trace) -> Chain:
    """The events that made a finding true, as its evidence names them. Who they count for, and what was left out then,
    is said where the trace saw it."""
    counts = {count.count.name: count.count for count in plan.counts}
    told = tuple(
        _evidence(seen, counts[seen.name], plan.rule, trace, find, finding.opened_at)
        for seen in finding.evidence.counts
        if seen.name in counts
    )
    kept = [step for step in trace.steps if step.at <= finding.opened_at and _is_shown(step, plan.rule)]
    return Chain(told, tuple(kept[-MOST_STEPS:]), max(0, len(kept) - MOST_STEPS))


def _standing(plan: RulePlan, frame: Frame) -> list[tuple[CountPlan, Tally]]:
    return [(count, tally) for count in plan.counts if (tally := count.standing(frame)) is not None]


# counts ----------------------------------------------------------------------------------------------------------


def _count(count: CountPlan, rule: Rule, tally: Tally, at: Instant, trace: Trace | None) -> CountChain:
    name, window = count.count.name, count.count.window
    written = tuple(trace.counted.get(name, ())) if trace and not count.of else ()
    known = {one.event: one for one in written if not one.left_out}
    entries = tally.living()
    told = [
        known.get(one.event)
        or Counted(one.at, one.event, only_kind(count.count, rule), one.link, "", witness.who(count, one))
        for one in entries[-MOST:]
    ]
    out = _left_out(tally, written, at - window if window else None)
    seen = trace.seen[f"counted {name}"] if trace else 0
    return CountChain(
        name=name,
        counted=tuple(told),
        earlier=max(0, len(entries) - MOST),
        left_out=tuple(out[-MOST:]),
        more_left_out=max(0, len(out) - MOST),
        gone=max(0, seen - len(entries)) if known else 0,
        leaves_at=entries[0].at + window if entries and window else 0,
    )


def _left_out(tally: Tally, written: tuple[Counted, ...], since: Instant | None) -> list[Counted]:
    """As the trace knows them, else by time and guard alone."""
    traced = [one for one in written if one.left_out and (since is None or one.at > since)]
    if len(traced) >= len(tally.left_out):
        return traced
    return [Counted(one.at, left_out=one.guard) for one in tally.left_out]


def only_kind(count: Count, rule: Rule) -> str:
    """The kind of every event that can enter; '' where there are several."""
    kinds = {listen.kind for listen in count.on or rule.on}
    return kinds.pop() if len(kinds) == 1 else ""


def _evidence(seen: CountSeen, count: Count, rule: Rule, trace: Trace, find: Find, opened_at: Instant) -> CountChain:
    written = trace.counted.get(seen.name, ())
    known = {one.event: one for one in written if not one.left_out}
    newest = seen.events[-MOST:]
    told = [known.get(id_) or _found(id_, find, only_kind(count, rule)) for id_ in newest]
    since = opened_at - count.window if count.window else seen.first
    out = [one for one in written if one.left_out and since < one.at <= opened_at]
    return CountChain(
        name=seen.name,
        counted=tuple(sorted(told, key=lambda one: one.at)),
        earlier=max(0, seen.n - len(newest)),
        left_out=tuple(out[-MOST:]),
        more_left_out=max(0, len(out) - MOST),
    )


def _found(id_: str, find: Find, kind: str) -> Counted:
    event = find(id_)
    if event is None:
        return Counted(0, id_, kind)
    return Counted(event.at, id_, event.kind, event.link, witness.about(event))


# steps and waits -------------------------------------------------------------------------------------------------


def _steps(rule: Rule, trace: Trace | None) -> tuple[tuple[Step, ...], int]:
    """What a guard left out is told with the counts, where there are any."""
    if trace is None:
        return (), 0
    shown = [one for one in trace.steps if _is_shown(one, rule)][-MOST_STEPS:]
    every = sum(n for what, n in trace.seen.items() if not what.startswith("counted "))
    hidden = trace.seen["left out"] if rule.counts else 0
    return tuple(shown), max(0, every - hidden - len(shown))


def _is_shown(step: Step, rule: Rule) -> bool:
    return step.what != "left out" or not rule.counts


def _waiting(state: State, plan: RulePlan, wait: Wait) -> Waiting:
    event = wait.event
    said = Waiting(wait.since, event.id, event.kind, event.link, witness.about(event), tuple(wait.dues), (), wait.left)
    length = _length(plan, wait)
    if length.working_days is None:
        return said
    calendar, absences = calendar_of(state.facts, wait.calendar)
    return replace(said, days=tuple(days_passed(calendar, absences, wait.start, length.working_days)))


def _length(plan: RulePlan, wait: Wait) -> Duration:
    """Of the next due time: one of `for`, or `again`."""
    after = plan.rule.after
    assert after is not None  # only a rule that waits has a wait
    if after.again is not None and wait.left < after.times - 1:
        return after.again
    return after.waits[-min(len(wait.dues), len(after.waits))]
