"""The engine's one entry: events in order go in, decisions come out.

Owns the order of things within one event (RULES 'One event, in this order'): due timers, guards, facts, `unless`,
counts, rules, lifetime counters, derived events. Pure: the clock is the events' own time and `now`.
"""

from collections.abc import Iterable

from rules.engine import counting, due, guards, judge, waits, witness
from rules.engine.cases import SILENT_AFTER_NO
from rules.engine.credit import areas_of, count_experience, count_lifetime, credited, score
from rules.engine.facts.registry import FOLDS, remember
from rules.engine.frame import Frame
from rules.engine.matches import Found, Match, find
from rules.engine.plans import Program, RulePlan
from rules.engine.run import Run
from rules.engine.scope import in_scope
from rules.engine.state import RuleState, State
from rules.engine.sweep import sweep
from rules.engine.timers import What
from rules.engine.trace import Trace
from rules.model.events import Event, is_configuration, is_enrichment, order_key
from rules.model.findings import Decision
from rules.model.times import WEEK, Instant

SWEEP_EVERY = 4 * WEEK
_CALENDAR_KINDS = frozenset({"people.changed", "person.change_announced", "person.change_cancelled"})


def decide(
    batch: Iterable[Event],
    state: State,
    rules: Program,
    now: Instant | None = None,
    trace: Trace | None = None,
) -> Decision:
    """Folds a batch, which must come in order, then everything due before `now`. Changes `state` in place.

    Raises ValueError for an event at or before the newest folded one: going back is the caller's business. For many
    small batches keep an `Engine`, which derives its timers once.
    """
    return Engine(state, rules, trace).decide(batch, now)


class Engine:
    """One state and one program, being folded. Make a new one after loading a state or changing the rules."""

    def __init__(self, state: State, program: Program, trace: Trace | None = None) -> None:
        self._run = Run.of(state, program, trace)

    def decide(self, batch: Iterable[Event], now: Instant | None = None) -> Decision:
        run = self._run
        run.decision = Decision()
        for event in batch:
            self._event(event)
        if now is not None:
            self._advance(now)
        return run.decision

    def next_due(self) -> Instant | None:
        """When the next timer may have something to do; None while nothing waits."""
        return self._run.timers.next_due()

    def _event(self, event: Event) -> None:
        run = self._run
        state, mark = run.state, order_key(event)
        if state.mark is not None and mark <= state.mark:
            raise ValueError(f"event {event.id!r} is not after the newest folded one")
        self._advance(event.at)
        state.mark = mark
        run.decision.events += 1
        step(run, event)

    def _advance(self, at: Instant) -> None:
        """Time comes to `at`: what is due before it, with the sweeps on their way.

        Sweeps have times of their own, so that it does not matter in how many steps time came here.
        """
        state = self._run.state
        while (
            state.mark is not None and (next_sweep := state.watermark // SWEEP_EVERY * SWEEP_EVERY + SWEEP_EVERY) <= at
        ):
            timer_at = self.next_due()
            quiet_until = at if timer_at is None else min(timer_at, at)
            sweep_at = max(
                next_sweep, quiet_until // SWEEP_EVERY * SWEEP_EVERY
            )  # of several in a row the last is enough
            self._due_before(sweep_at)
            sweep(state, self._run.program, sweep_at)
            state.watermark = sweep_at
        self._due_before(at)
        state.watermark = max(state.watermark, at)

    def _due_before(self, at: Instant) -> None:
        run = self._run
        while (timer := run.timers.pop_before(at)) is not None:
            run.state.facts.drop_closed(timer.due)
            due.fire(run, timer)
            drain(run)


def step(run: Run, event: Event) -> None:
    """One event, outside or derived, without the timers before it."""
    facts = run.state.facts
    if not facts.first_at and not is_configuration(event.kind):
        facts.first_at = event.at
    facts.drop_closed(event.at)
    remember(facts, event)
    doubt = guards.doubt(run.program, facts, event)
    fold = FOLDS.get(event.kind)
    if fold is not None:
        fold(facts, event)
    frame = Frame(facts, event, event.at)
    frame.areas, frame.credited = areas_of(facts, event), credited(facts, event)
    known = doubt is None or not doubt.reason(guards.KNOWLEDGE)
    if known:
        score(facts, event, frame.areas, frame.credited)
    _after_fold(run, event)
    if not is_enrichment(event.kind):
        _rules(run, event, frame, doubt)
    if known:
        count_experience(facts, event, frame.areas, frame.credited)
    if doubt is None or not doubt.bot:
        count_lifetime(facts, event, frame.credited)
    drain(run)


def drain(run: Run) -> None:
    """Derived events, right after their cause."""
    while run.queue:
        step(run, run.queue.popleft())


def _after_fold(run: Run, event: Event) -> None:
    """What a fold means for timers and cases."""
    if event.kind in _CALENDAR_KINDS:
        for rule, plan in run.program.rules.items():
            own = run.state.rule(rule)
            for moved, key in waits.refreshed(plan, own, run.state.facts, event.at):
                run.timers.push(max(moved, event.at), rule, key, What.WAIT)
            if event.kind == "people.changed":
                judge.reset_ticks(run, plan, own, event.at)
    elif event.task is None:
        return
    elif event.kind == "task.opened":
        _task_opened(run, event)
    elif event.kind == "task.answered":
        _task_answered(run, event)


def _task_opened(run: Run, event: Event) -> None:
    task = event.task
    if task is None:
        return
    if task.recheck_at is not None:
        run.timers.push(max(task.recheck_at, event.at), "", (task.id,), What.RECHECK)
    case = run.state.cases.get(f"area:{task.area}") if task.area else None
    if case is not None and case.status != "closed":
        case.task = task.id
        case.status = "open"  # whoever filed it did not wait for a second signal


def _task_answered(run: Run, event: Event) -> None:
    """'no' ends the story of the area for half a year, 'known' until the date that was said; 'done' ends it."""
    task = event.task
    case = next((c for c in run.state.cases.values() if task and c.task == task.id), None)
    if case is None or task is None or case.status == "closed":
        return
    if task.answer == "no":
        case.silent_until = event.at + SILENT_AFTER_NO
    elif task.answer == "known" and task.until is not None:
        case.silent_until = task.until
    if task.answer in ("no", "done") or case.silent_until > event.at:
        judge.close_case(run, case.subject, event.at)


def _rules(run: Run, event: Event, frame: Frame, doubt: guards.Doubt | None) -> None:
    """Steps 4 to 6: `unless`, counts, then each matching rule."""
    state, kind = run.state, run.program.kinds[event.kind]

    for plan in kind.unless:
        own = state.rules[plan.rule.id]
        if own.waits and not _left_out(doubt, plan):
            try:
                _cancel(run, plan, own, frame, event)
            except Exception:  # whatever it was: see Run.broke
                run.broke(plan, own, (), frame.at)
    if kind.until:
        counting.leave_until(state, kind, frame)
    for plan, count in kind.counts:
        own = state.rules[plan.rule.id]
        try:
            counting.count_others(count, own, frame, event.kind, _left_out(doubt, plan))
        except Exception:  # see Run.broke
            run.broke(plan, own, (), frame.at)
    asked: list[tuple[RulePlan, RuleState, Match]] = []
    for plan in kind.on:
        own, out = state.rules[plan.rule.id], _left_out(doubt, plan)
        try:
            found = _match(run, plan, own, frame, event.kind, out)
            if found.matches:
                counting.count_own(plan, own, frame, found.matches, out)
                if not out:
                    asked += [(plan, own, match) for match in found.matches]
        except Exception:  # see Run.broke
            run.broke(plan, own, (), frame.at)
    if run.trace is not None:
        _witness_counts(run, event)
    for plan, own, match in asked:
        try:
            _matched(run, plan, own, frame, match)
        except Exception:  # see Run.broke
            run.broke(plan, own, match.key, frame.at)


def _left_out(doubt: guards.Doubt | None, plan: RulePlan) -> str:
    return doubt.reason(plan.rule.guards) if doubt is not None else ""


def _match(run: Run, plan: RulePlan, own: RuleState, frame: Frame, kind: str, left_out: str) -> Found:
    """The first alternative of `on` that gives a match. What a guard leaves out is only counted as such."""
    for listen in plan.on[kind]:
        found = find(listen, frame)
        if not left_out:
            own.unknown += found.unknown
            if found.no_key:
                run.suppress(plan, own, (), "no key", frame.at)
            if found.too_many:
                run.suppress(plan, own, (), "too many", frame.at)
        if found.matches:
            break
    if not left_out:
        own.evaluated += 1
        own.matched += len(found.matches)
    if run.trace and run.trace.rule == plan.rule.id:
        witness.looked(run.trace, plan, frame, found, left_out)
    return found


def _witness_counts(run: Run, event: Event) -> None:
    trace = run.trace
    plan = run.program.rules.get(trace.rule) if trace is not None and trace.subject is not None else None
    if trace is not None and plan is not None:
        witness.counted(trace, plan, run.state.rules[plan.rule.id], event)


def _cancel(run: Run, plan: RulePlan, own: RuleState, frame: Frame, event: Event) -> None:
    for listen in plan.unless[event.kind]:
        for key in waits.cancelled(own, listen, frame):
            del own.waits[key]
            if run.trace:
                run.trace.note(plan.rule.id, key, frame.at, "cancelled", event.id)
                if run.trace.follows(plan.rule.id, key):
                    witness.cancelled(run.trace, event)


def _matched(run: Run, plan: RulePlan, own: RuleState, frame: Frame, match: Match) -> None:
    if plan.scoped and not in_scope(run.state, plan, frame, match):
        run.suppress(plan, own, match.key, "out of scope", frame.at)
    elif plan.rule.after is None:
        judge.ask(run, plan, own, frame.asking(match.bound, match.key, own.tallies))
    else:
        wait, reasons = waits.start(plan, frame, match)
        for reason in reasons:
            run.suppress(plan, own, match.key, reason, frame.at)
        if wait is None:
            own.waits.pop(match.key, None)  # the match took the place of what waited
            return
        again = match.key in own.waits
        own.waits[match.key] = wait
        run.timers.push(max(wait.dues[0], frame.at), plan.rule.id, match.key, What.WAIT)
        if run.trace:
            run.trace.note(plan.rule.id, match.key, frame.at, "waiting", wait.event.id)
            if run.trace.follows(plan.rule.id, match.key):
                witness.waits(run.trace, wait, again)
