"""Decide (rule, key, t): `fire`, then `hold`, then the first reason not to speak, then a finding.

Owns that order. Cooldown and hold are not restarted by repeats; waits and counts are kept when a finding is not.
"""

from msgspec.structs import replace

from rules.engine import cases, guards, holds, outcome, witness
from rules.engine.calendars import next_midnight
from rules.engine.frame import Frame, Key
from rules.engine.plans import RulePlan
from rules.engine.run import Run
from rules.engine.state import Hold, RuleState, State
from rules.engine.timers import What
from rules.model.times import Instant


def ask(run: Run, plan: RulePlan, own: RuleState, frame: Frame) -> None:
    """Decides one key at `frame.at`. The frame points at it."""
    failed = fires(run, plan, own, frame)
    _record(run, plan, frame)
    true = failed is None
    hold_for = plan.rule.hold
    if hold_for is None:
        if true:
            _open(run, plan, own, frame, None)
    elif not true:
        finding = holds.end(own, frame.key)
        if finding:
            resolve(run, finding, frame.at, failed or "")
    else:
        hold, is_new = holds.begin(own, frame.key, frame.at)
        if frame.at - hold.since >= hold_for:
            _open(run, plan, own, frame, hold)
        elif is_new:
            run.timers.push(frame.at + hold_for, plan.rule.id, frame.key, What.HOLD)


def reask(run: Run, plan: RulePlan, own: RuleState, frame: Frame, hold: Hold) -> None:
    """The daily question of an open finding: whether it is still so. A yes suppresses nothing."""
    failed = fires(run, plan, own, frame)
    _record(run, plan, frame)
    if failed is None:
        _reask_next(run, plan, hold, frame.key, frame.at)
    else:
        resolve(run, holds.end(own, frame.key), frame.at, failed)


def resolve(run: Run, finding_id: str, at: Instant, ended_by: str = "") -> None:
    """Ends a finding, and its case if that was the last thing that held it open."""
    finding = run.state.findings.pop(finding_id, None)
    if finding is None:
        return
    finding = replace(finding, status="resolved", resolved_at=at, ended_by=ended_by)
    run.decision.resolved.append(finding)
    run.announce("finding.resolved", finding, at)
    case = cases.leave(run.state, finding, at)
    if case is not None:
        close_case(run, case.subject, at)


def _reask_next(run: Run, plan: RulePlan, hold: Hold, key: Key, at: Instant) -> None:
    """An open finding about a state is asked again every midnight of the workspace."""
    hold.reask = next_midnight(run.state.facts.people_map.calendar, at)
    run.timers.push(hold.reask, plan.rule.id, key, What.REASK)


def reset_ticks(run: Run, plan: RulePlan, own: RuleState, at: Instant) -> None:
    """Midnight may be elsewhere now."""
    for key, hold in own.holds.items():
        if hold.finding:
            _reask_next(run, plan, hold, key, at)


def close_case(run: Run, subject: str, at: Instant) -> None:
    """Closes a case; findings about moments end with it, those about a lasting state go on."""
    case = run.state.cases[subject]
    cases.close(case, at)
    ending = [id_ for id_ in case.open_findings if id_ in run.state.findings and not run.state.findings[id_].held]
    case.open_findings = [id_ for id_ in case.open_findings if id_ not in ending]
    for id_ in ending:
        resolve(run, id_, at)


def fires(run: Run, plan: RulePlan, own: RuleState, frame: Frame) -> str | None:
    """None if every clause holds, else the text of the first that does not. Unknown and error are counted apart."""
    for position, clause in enumerate(plan.fire):
        answer = clause(frame)
        if answer is True:
            continue
        if answer is None:
            own.unknown += 1
        elif answer is not False:
            run.decision.errors[plan.rule.id] = run.decision.errors.get(plan.rule.id, 0) + 1
        return plan.rule.fire[position].text
    return None


def _record(run: Run, plan: RulePlan, frame: Frame) -> None:
    if run.trace and run.trace.wants(plan.rule.id, frame.key):
        witness.asked(run.trace, plan, frame)


def _open(run: Run, plan: RulePlan, own: RuleState, frame: Frame, hold: Hold | None) -> None:
    reason = reason_not_to(run.state, plan, own, frame, hold)
    if reason:
        run.suppress(plan, own, frame.key, reason, frame.at)
        return
    ordinal = holds.opened(plan, own, frame)
    finding = outcome.open_finding(run.state, plan, frame, ordinal, hold.since if hold else frame.at)
    run.state.findings[finding.id] = finding
    run.decision.opened.append(finding)
    run.announce("finding.opened", finding, frame.at)
    if run.trace:
        run.trace.note(plan.rule.id, frame.key, frame.at, "opened", finding.id)
    if hold is not None:
        hold.finding = finding.id
        _reask_next(run, plan, hold, frame.key, frame.at)
    if finding.case is not None:
        _watch(run, plan, finding.key, finding.area)
    elif hold is None:
        resolve(run, finding.id, frame.at)


def _watch(run: Run, plan: RulePlan, key: Key, area: str | None) -> None:
    case = run.state.cases[cases.subject_of(plan.rule, key, area)]
    due = cases.due_to_close(case)
    if due is not None:
        run.timers.push(due, "", (case.subject,), What.CASE)


def reason_not_to(state: State, plan: RulePlan, own: RuleState, frame: Frame, hold: Hold | None) -> str:
    """The first reason in the order of RULES 'Decide'; '' is none."""
    rule, at = plan.rule, frame.at
    area = outcome.area_of(state, rule, frame.key)
    team = outcome.team_of(state, rule, frame.key)
    reason = guards.suppression(state, rule, own, area, team, at)
    if not reason and any(do.verb == "task" for do in rule.do):
        reason = _case_reason(state, plan, cases.subject_of(rule, frame.key, area), at)
    if not reason and hold is not None and hold.finding:
        reason = "still open"
    return reason or holds.cooling(plan, own, frame)


def _case_reason(state: State, plan: RulePlan, subject: str, at: Instant) -> str:
    if cases.silenced(state, subject, at):
        return "silenced by an answer"
    case = cases.open_case(state, subject)
    has_task = case is not None and bool(case.task) and plan.rule.id in case.rules
    return "task open" if plan.rule.guards.open_task and has_task else ""
