"""Folding a past again: what comes out is compared with what was told.

Owns the comparison, for late events and for rebuilds alike, and the checkpoints made on the way.
"""

from collections.abc import Mapping
from dataclasses import dataclass

from rules.model.findings import Finding
from rules.model.times import DAY, Instant
from worker.deciding.commit import Change, checkpoint_of
from worker.deciding.memory import Memory, Outcome
from worker.store import findings
from worker.store.checkpoints import Checkpoint

KEPT = 8 * DAY


@dataclass(slots=True)
class Refolded:
    """The new memory and all that has to be written. `new` is what stands, and was not known to.

    `speaks`: what is new may be sent; otherwise it is a quiet fold.
    """

    memory: Memory
    change: Change
    outcome: Outcome
    new: list[Finding]
    speaks: bool


class Checkpoints:
    """Makes checkpoints while a past is folded again; keeps those that late events may still ask for."""

    def __init__(self, memory: Memory, every: int, seq: int, now: Instant, until: Instant) -> None:
        self._memory = memory
        self._every = every
        self._seq = seq
        self._now = now
        self._until = until
        self.made: list[Checkpoint] = []

    def look(self) -> None:
        """After each piece. In the days that late events may go back to, one a day is enough to make that quick."""
        last = self.made[-1].at if self.made else 0
        recent = self._memory.at > self._until - KEPT and self._memory.at >= last + DAY
        if self._memory.since >= self._every or (recent and self._memory.since):
            self.made.append(checkpoint_of(self._memory, self._seq, self._now))
            while len(self.made) > 1 and self.made[1].at <= self._until - KEPT:
                self.made.pop(0)


def compared(
    memory: Memory, told: Mapping[str, Finding], change: Change, before: Mapping[str, Finding], speaks: bool
) -> Refolded:
    """`told`: what was said about this past, and about `before`: findings that were open when it began."""
    outcome = memory.taken()
    now_true = {**before, **outcome.findings}
    new = [one for one in now_true.values() if _is_news(one, told.get(one.id))]
    change.back = [one for one in new if one.id in told]
    change.moved = [one for one in now_true.values() if speaks and _has_moved(one, told.get(one.id))]
    change.withdrawn = [one for id_, one in told.items() if id_ not in now_true and one.status != "withdrawn"]
    change.findings = [(one, outcome.intervals.get(one.id, findings.AS_BEFORE)) for one in now_true.values()]
    change.ended = outcome.ended
    return Refolded(memory, change, outcome, new, speaks)


def _is_news(one: Finding, told: Finding | None) -> bool:
    """One of low confidence may have been kept to ourselves."""
    if told is None or told.status == "withdrawn":
        return True
    return one.status == "open" and (told.status == "resolved" or told.confidence == "low" != one.confidence)


def _has_moved(one: Finding, told: Finding | None) -> bool:
    """Whether what is planned for it may be otherwise."""
    if told is None or _is_news(one, told):
        return False
    return (one.opened_at, one.actions) != (told.opened_at, told.actions)
