"""Timers: a heap of hints about what is due. State decides whether a popped one is still valid.

Owns the order (due, rule id, key) and what is pushed for a state that was loaded. Never encoded.
"""

import heapq
from enum import IntEnum
from typing import NamedTuple

from rules.engine import cases
from rules.engine.frame import Key
from rules.engine.plans import Program
from rules.engine.state import State
from rules.model.times import Instant


class What(IntEnum):
    WAIT = 0
    HOLD = 1
    REASK = 2
    RECHECK = 3
    CASE = 4


class Timer(NamedTuple):
    due: Instant
    rule: str  # '' for timers of tasks and cases
    key: Key
    what: What


class Timers:
    def __init__(self) -> None:
        self._heap: list[Timer] = []

    def push(self, due: Instant, rule: str, key: Key, what: What) -> None:
        heapq.heappush(self._heap, Timer(due, rule, key, what))

    def next_due(self) -> Instant | None:
        return self._heap[0].due if self._heap else None

    def pop_before(self, at: Instant) -> Timer | None:
        """The next timer due strictly before `at`; the same one pushed twice comes once."""
        heap = self._heap
        if not heap or heap[0].due >= at:
            return None
        found = heapq.heappop(heap)
        while heap and heap[0] == found:
            heapq.heappop(heap)
        return found


def derive(state: State, program: Program) -> Timers:
    """Every timer that a state implies. What was due before its watermark waits for the next event."""
    timers = Timers()
    for rule, plan in program.rules.items():
        own = state.rules.get(rule)
        for key, wait in own.waits.items() if own else ():
            timers.push(max(wait.dues[0], state.watermark), rule, key, What.WAIT)
        for key, hold in own.holds.items() if own else ():
            if hold.finding:
                timers.push(hold.reask, rule, key, What.REASK)
            elif hold.since + (plan.rule.hold or 0) >= state.watermark:
                timers.push(hold.since + (plan.rule.hold or 0), rule, key, What.HOLD)
    for task, row in state.facts.task.items():
        if row.recheck_at >= state.watermark and not row.closed:
            timers.push(row.recheck_at, "", (task,), What.RECHECK)
    for case in state.cases.values():
        due = cases.due_to_close(case)
        if due is not None:
            timers.push(due, "", (case.subject,), What.CASE)
    return timers
