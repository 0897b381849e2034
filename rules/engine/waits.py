"""Waiting decisions: when they are due, and what cancels them.

Owns the due times of `after` and the matching of `unless`. Which decision follows is `decide.py`'s.
"""

from collections.abc import Sequence

from rules.engine.calendars import add_working_days, calendar_of
from rules.engine.facts.rows import Facts
from rules.engine.frame import Frame, Key
from rules.engine.matches import Match
from rules.engine.plans import ListenPlan, RulePlan
from rules.engine.state import RuleState, Wait
from rules.language.rule import Duration
from rules.model.times import DAY, Instant

LATENESS = 7 * DAY
"""A due time further back than this when it becomes known is missed, never sent."""


def start(plan: RulePlan, frame: Frame, match: Match) -> tuple[Wait | None, list[str]]:
    """The wait that this match starts, if any, and why what it asks for will not be decided: one reason a decision."""
    after, event = plan.rule.after, frame.event
    assert after is not None and event is not None  # only a match of a rule that waits starts one
    frame.bound, frame.key = match.bound, match.key
    begin = plan.start(frame) if plan.start else event.at
    if not isinstance(begin, int):
        return None, ["from unknown"]
    person = plan.calendar(frame) if plan.calendar else None
    calendar = person if isinstance(person, str) else ""
    dues = _dues(plan, after.waits, frame, begin, calendar)
    kept = [due for due in dues if due >= event.at - LATENESS]
    missed = ["missed"] * (len(dues) - len(kept)) + ["for unknown"] * (len(after.waits) - len(dues))
    left = after.times - 1 if after.again else 0
    wait = Wait(event.at, event, frame.areas, frame.credited, match.bound, begin, kept, left, calendar)
    if dues and not kept:
        wait.dues = dues[-1:]
        while advance(plan, wait, frame) and wait.dues[0] < event.at - LATENESS:
            missed.append("missed")
    return (wait if wait.dues else None), missed


def frame_of(facts: Facts, wait: Wait, at: Instant) -> Frame:
    """The event that the decision waits for, seen at `at`."""
    frame = Frame(facts, wait.event, at)
    frame.areas, frame.credited = wait.areas, wait.credited
    return frame


def _dues(plan: RulePlan, lengths: Sequence[Duration], frame: Frame, begin: Instant, calendar: str) -> list[Instant]:
    """Ascending; lengths that are unknown give none."""
    dues = [_later(plan, duration, frame, begin, calendar) for duration in lengths]
    return sorted(due for due in dues if due is not None)


def _later(plan: RulePlan, duration: Duration, frame: Frame, begin: Instant, calendar: str) -> Instant | None:
    if duration.working_days is not None:
        hours, absences = calendar_of(frame.facts, calendar)
        return add_working_days(hours, absences, begin, duration.working_days)
    span = span_of(plan, duration, frame)
    return None if span is None else begin + span


def span_of(plan: RulePlan, duration: Duration, frame: Frame) -> int | None:
    """Microseconds of a fixed span or an expression; None where the expression is unknown."""
    if duration.span is not None:
        return duration.span
    found = plan.spans[duration.expression.text](frame) if duration.expression else None
    return found if isinstance(found, int) else None


def advance(plan: RulePlan, wait: Wait, frame: Frame) -> bool:
    """Moves a wait past its first due time. False: nothing is left to wait for."""
    after = plan.rule.after
    due = wait.dues.pop(0)
    if wait.dues:
        return True
    if after is None or after.again is None or wait.left <= 0:
        return False
    following = _later(plan, after.again, frame, due, wait.calendar)
    if following is None or following <= due:
        return False
    wait.left -= 1
    wait.start, wait.dues = due, [following]
    return True


def cancelled(own: RuleState, listen: ListenPlan, frame: Frame) -> list[Key]:
    """Keys whose wait this event cancels. A part of the key without a value cancels nothing."""
    if not own.waits:
        return []
    frame.bound = {}
    if any(ask(frame) is not True for ask in listen.asks):
        return []
    parts = [get(frame) for get in listen.key]
    if not parts or any(not isinstance(part, str) or not part for part in parts):
        return []
    whole = tuple(str(part) for part in parts)
    if listen.matches == tuple(range(len(next(iter(own.waits))))):
        return [whole] if whole in own.waits else []
    return [key for key in own.waits if tuple(key[i] for i in listen.matches) == whole]


def refreshed(plan: RulePlan, own: RuleState, facts: Facts, at: Instant) -> list[tuple[Instant, Key]]:
    """After a calendar changed: waits whose working days now end elsewhere, moved. Gives their new first due times."""
    after = plan.rule.after
    if after is None:
        return []
    moved = []
    for key, wait in own.waits.items():
        repeats = after.again is not None and wait.left < after.times - 1
        lengths = (after.again,) if repeats and after.again else after.waits
        if not any(one.working_days is not None for one in lengths):
            continue
        frame = frame_of(facts, wait, at).asking(wait.bound, key, own.tallies)
        dues = _dues(plan, lengths, frame, wait.start, wait.calendar)
        remaining = dues[-len(wait.dues) :] or wait.dues
        if remaining != wait.dues:
            wait.dues = remaining
            moved.append((remaining[0], key))
    return moved
