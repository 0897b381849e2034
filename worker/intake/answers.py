"""Answers to tasks: typed words become events, and what they mean for the task's row.

Owns the words and the events. Free text is dropped. A yes also journals the proposal of a pair, in the same commit,
with ids that follow from the task: asking the two people is another's business.
"""

from dataclasses import dataclass
from typing import Literal, get_args

from msgspec.structs import replace
from sqlalchemy import Connection, update

from connectors.errors import ConfigError
from rules.language.problems import nearest
from rules.model import entities as e
from rules.model.actions import Suggestion
from rules.model.events import Event
from rules.model.times import DAY, Instant
from worker import metrics
from worker.intake.receive import Receiver
from worker.store import audit, judgements, leases, outbox
from worker.store.database import Store
from worker.store.leases import Filed
from worker.store.outbox import Row
from worker.store.schema import tasks

Says = Literal["yes", "other", "later", "known", "no", "wrong", "done"]
WORDS: tuple[str, ...] = get_args(Says)
WRONG: tuple[str, ...] = ("wrong-person", "known", "too-small", "wrong-time", "data", "other")
_ENDS = frozenset({"no", "known", "wrong", "done"})


@dataclass(frozen=True, slots=True)
class Answer:
    """`until`: of later and known. `mentor`, `learner`: of other, as person ids. `why`: of wrong, one of WRONG."""

    says: Says
    until: Instant = 0
    mentor: str = ""
    learner: str = ""
    why: str = ""


def answer_of(says: str, until: Instant, mentor: str, learner: str, why: str) -> Answer:
    """Checked. Raises ConfigError with what is missing."""
    if says not in WORDS:
        raise ConfigError(f"'{says}' is no answer", nearest(says, WORDS) or f"answers: {', '.join(WORDS)}")
    if says in ("later", "known") and not until:
        raise ConfigError(f"'{says}' needs to know until when", "such as: later 30d, known 2027-03-31")
    if says == "other" and not (mentor and learner):
        raise ConfigError("'other' needs two people", "such as: other --mentor ada --learner ben")
    if says == "wrong" and why not in WRONG:
        raise ConfigError(f"'wrong' needs to know what: {', '.join(WRONG)}", nearest(why, WRONG) if why else "")
    return Answer(says, until, mentor, learner, why)  # type: ignore[arg-type]  # one of WORDS


def task_of(connection: Connection, ws: int, beginning: str) -> Filed:
    """The task whose key begins so. Raises ConfigError where none or several do."""
    found = [entry.action for entry in outbox.like(connection, ws, beginning) if entry.verb == "task"]
    if len(found) > 1:
        raise ConfigError(f"several tasks begin with {beginning}: {', '.join(found)}", "write more of the key")
    filed = leases.filed(connection, ws, task=found[0]) if found else None
    if filed is None:
        raise ConfigError(f"no task {beginning} was filed", "`sparekey findings` lists tasks with their keys")
    return filed


async def journal(
    store: Store, receiver: Receiver, ws: int, task: Filed, answer: Answer, who: str, actor: str | None, now: Instant,
    workspace: str,
) -> list[str]:  # fmt: skip
    """Journals the answer and moves the task. Gives the ids of the events."""
    with store.reading() as connection:
        entry = outbox.entry(connection, ws, task.task)
    suggestion = entry.planned.action.suggestion if entry else None
    events = list(_events(task, answer, suggestion, actor, now, workspace))
    await receiver.receive(events, "answer")
    with store.writing("admin") as connection:
        _move(connection, ws, task, answer, entry, now)
        audit.note(connection, now, who, f"answer {answer.says}", task.task, answer.why)
    metrics.answers.labels(rule=task.rule, says=answer.says).inc()
    return [event.id for event in events]


def _events(
    task: Filed, answer: Answer, suggestion: Suggestion | None, actor: str | None, now: Instant, workspace: str
) -> list[Event]:
    said = e.Task(
        id=task.task, rule=task.rule, owner=task.owner or None, area=task.area or None, answer=answer.says,
        until=answer.until or None,
    )  # fmt: skip
    base = Event(
        id=f"task.answered:{task.task}:{answer.says}:{now}",
        kind="task.answered",
        at=now,
        source="answers",
        workspace=workspace,
        actor=actor,
        task=said,
    )
    mentor = answer.mentor or (suggestion.mentor if suggestion else None)
    learner = answer.learner or (suggestion.learner if suggestion else None)
    if answer.says not in ("yes", "other") or not mentor or not learner:
        return [base]
    pair = e.Pair(id=f"pair:{task.task}", mentor=mentor, mentee=learner, area=task.area or None)
    proposed = Event(
        id=f"pair.proposed:{task.task}:{mentor}:{learner}",
        kind="pair.proposed",
        at=now,
        source="answers",
        workspace=workspace,
        pair=pair,
        programme=e.Programme(id="programme"),
    )
    return [base, proposed]


def _move(
    connection: Connection, ws: int, task: Filed, answer: Answer, entry: outbox.Entry | None, now: Instant
) -> None:
    status = "snoozed" if answer.says == "later" else "open"  # closed when its sink has closed it
    values = {"answer": answer.says, "answered_at": now, "until": answer.until, "status": status}
    connection.execute(update(tasks).where(tasks.c.ws == ws, tasks.c.task == task.task).values(values))
    if entry is None:
        return
    judgements.note(connection, ws, entry, judgements.READER, answer.says, now)
    if answer.says in _ENDS:
        outbox.plan(connection, ws, [_follow_up(entry, "close", answer.says, now)], now)
    elif answer.says == "later":
        outbox.plan(connection, ws, [_follow_up(entry, "remind", str(answer.until // DAY), answer.until)], now)


def _follow_up(entry: outbox.Entry, verb: outbox.Verb, mark: str, not_before: Instant) -> Row:
    """A close or a reminder on the task; the same answer again plans no second one."""
    key = outbox.key_of(entry.action, verb, mark)
    note = outbox.ANSWERED + mark if verb == "close" else ""
    planned = replace(
        entry.planned,
        verb=verb,
        task=entry.action,
        budget="",
        watched=(),
        text=None,
        note=note,
        held=False,
    )
    return Row(key, "planned", "now", not_before, 0, planned, entry.people)
