"""Cases: RULES 'Cases: one story per area'. Owns which findings belong together, and what an answer does to them."""

from dataclasses import dataclass, field
from typing import Any

from rules.model.times import DAY, Instant

QUIET_AFTER_NO = 180 * DAY
MOMENTS_ONLY = 90 * DAY


@dataclass(eq=False)
class Story:
    """One case. `told`: it has asked for its task; until then a single finding of low confidence waits for another."""

    subject: str
    opened_at: Instant
    members: list[Any] = field(default_factory=list)
    told: bool = False
    task: str = ""

    def join(self, said: Any) -> bool:
        """Whether the finding only adds to a task that is asked for already, or waits for a second signal."""
        self.members.append(said)
        rules = {one.rule for one in self.members}
        asks_now = not self.told and (said.confidence != "low" or len(rules) > 1)
        self.told = self.told or asks_now
        return not asks_now


class Stories:
    def __init__(self) -> None:
        self.open: dict[str, Story] = {}
        self.quiet_until: dict[str, Instant] = {}

    def of(self, subject: str, at: Instant) -> Story:
        return self.open.setdefault(subject, Story(subject, at))

    def task_opened(self, task: Any) -> None:
        story = self.open.get(f"area {task.area}")
        if story is not None:
            story.task, story.told = task.id, True

    def answered(self, task: Any, at: Instant) -> str:
        """The subject whose case the answer ends; '' where it goes on."""
        story = next((one for one in self.open.values() if one.task == task.id), None)
        if story is None:
            return ""
        until = {"no": at + QUIET_AFTER_NO, "known": task.until or 0}.get(task.answer or "", 0)
        if until:
            self.quiet_until[story.subject] = until
        return story.subject if task.answer in ("no", "done") or until > at else ""
