"""Timers that came due: waits, holds, the daily re-ask, re-checks of tasks, the end of a case of moments.

Owns what each kind of timer does. State decides whether it still counts.
"""

from rules.engine import cases, holds, judge, waits
from rules.engine.frame import Frame
from rules.engine.plans import RulePlan
from rules.engine.run import Run
from rules.engine.state import RuleState
from rules.engine.timers import Timer, What
from rules.model.entities import Task
from rules.model.events import Event


def fire(run: Run, timer: Timer) -> None:
    """Does what a popped timer stands for; derived events are left in the queue."""
    if timer.what is What.RECHECK:
        _recheck(run, timer)
    elif timer.what is What.CASE:
        case = run.state.cases.get(timer.key[0])
        if case is not None and cases.due_to_close(case) == timer.due:
            judge.close_case(run, case.subject, timer.due)
    else:
        plan = run.program.rules[timer.rule]
        own = run.state.rule(timer.rule)
        try:
            if timer.what is What.WAIT:
                _waited(run, plan, own, timer)
            else:
                _held(run, plan, own, timer)
        except Exception:  # whatever it was: see Run.broke
            run.broke(plan, own, timer.key, timer.due)
            own.waits.pop(timer.key, None)  # nothing that would raise again at every restart
            judge.resolve(run, holds.end(own, timer.key), timer.due)


def _waited(run: Run, plan: RulePlan, own: RuleState, timer: Timer) -> None:
    wait = own.waits.get(timer.key)
    if wait is None or wait.dues[0] > timer.due:
        return
    frame = waits.frame_of(run.state.facts, wait, timer.due).asking(wait.bound, timer.key, own.tallies)
    if waits.advance(plan, wait, frame):
        run.timers.push(max(wait.dues[0], timer.due), timer.rule, timer.key, What.WAIT)
    else:
        del own.waits[timer.key]
    judge.ask(run, plan, own, frame)


def _held(run: Run, plan: RulePlan, own: RuleState, timer: Timer) -> None:
    hold = own.holds.get(timer.key)
    if hold is None:
        return
    if timer.what is What.HOLD and (hold.finding or hold.since + (plan.rule.hold or 0) != timer.due):
        return
    if timer.what is What.REASK and (not hold.finding or hold.reask != timer.due):
        return
    frame = Frame(run.state.facts, None, timer.due).asking({}, timer.key, own.tallies)
    if timer.what is What.REASK:
        judge.reask(run, plan, own, frame, hold)
    else:
        judge.ask(run, plan, own, frame)


def _recheck(run: Run, timer: Timer) -> None:
    task = timer.key[0]
    seen = run.state.facts.seen.task.get(task)
    row = run.state.facts.task.get(task)
    if seen is None or row is None or row.closed:
        return
    run.queue.append(
        Event(
            id=f"task.recheck_due:{task}:{timer.due}",
            kind="task.recheck_due",
            at=timer.due,
            source="engine",
            workspace=run.state.workspace,
            task=Task(id=task, rule=seen.rule, owner=seen.owner, area=seen.area),
        )
    )
