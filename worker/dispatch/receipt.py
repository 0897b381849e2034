"""D2: what came of a call, written with everything that follows from it.

Owns that transaction: row, attempt, the task's row, budget, circuit, and the facts for the journal. A lease that was
lost writes nothing: whoever has it now finds out by itself.
"""

import structlog
from sqlalchemy import Connection

from rules.engine.cases import MOMENTS_ONLY
from rules.model.entities import Nudge, Task
from rules.model.events import Event
from rules.model.times import DAY, Instant
from rules.speech.harmless import plain
from worker import metrics
from worker.dispatch import budget, circuit, unknown
from worker.dispatch.call import Answer
from worker.dispatch.job import Job
from worker.store import leases
from worker.store.leases import DETAIL, Filed
from worker.store.outbox import APPROVED

log = structlog.get_logger()


def write(connection: Connection, job: Job, answer: Answer, workspace: str, now: Instant) -> list[Event] | None:
    """Facts for the journal, to be appended in the same transaction. None: the lease was lost."""
    sink = job.subject.channel.name
    _circuit(connection, sink, answer, now)
    detail = plain(answer.detail, DETAIL)
    if not leases.settle(connection, job.lease, answer.outcome, detail, now, **_values(job, answer, sink, detail, now)):
        log.warning("receipt without a lease", action=job.entry.action, sink=sink, outcome=answer.outcome)
        return None
    metrics.deliveries.labels(sink=sink, outcome=answer.outcome).inc()
    log.info("delivery", action=job.entry.action, verb=job.entry.verb, sink=sink, outcome=answer.outcome)
    if answer.outcome in ("rejected", "unspeakable") and job.subject.how != "look":
        _refused(connection, job)
    return _sent(connection, job, answer, workspace, now) if answer.outcome == "sent" else []


def _circuit(connection: Connection, sink: str, answer: Answer, now: Instant) -> None:
    if answer.outcome == "unspeakable":
        return
    if answer.outcome in ("later", "ambiguous"):
        circuit.failed(connection, sink, answer.after, now)
    else:
        circuit.answered(connection, sink, now)


def _values(job: Job, answer: Answer, sink: str, detail: str, now: Instant) -> dict[str, object]:
    """The row as it is from now on."""
    until = unknown.waits_until(job.lease.attempt, now, answer.after)
    if answer.outcome == "sent":
        return {"status": "sent", "why": "", "remote": answer.remote, "ended_at": now}
    if answer.outcome == "unspeakable":
        return {"status": "rejected", "why": detail, "ended_at": now}
    if job.subject.how == "look":
        return _looked(job, answer, sink, until, now)
    if answer.outcome == "confirm":
        why = f"written again at {sink}; looked up once more whether it is there twice"
        return {"status": "unknown", "why": why, "remote": answer.remote, "not_before": until}
    if answer.outcome == "ambiguous":
        return {"status": "unknown", "why": f"the answer of {sink} was lost ({detail})", "not_before": until}
    if answer.outcome == "rejected":
        return {"status": "rejected", "why": f"{sink} said no: {detail}", "ended_at": now}
    return {"status": "planned", "why": f"{sink} asks for patience: {detail}", "not_before": until}


def _looked(job: Job, answer: Answer, sink: str, until: Instant, now: Instant) -> dict[str, object]:
    if answer.outcome != "absent":
        return {"status": "unknown", "why": f"{sink} could not be asked whether it is there", "not_before": until}
    if job.entry.verb == "nudge":
        why = f"the answer of {sink} was lost, and it is not said twice"
        return {"status": "digest", "why": why, "ended_at": now}
    return {"status": "planned", "why": f"it is not at {sink}; written again", "not_before": now}


def _refused(connection: Connection, job: Job) -> None:
    budget.release(connection, job.entry.action)
    leases.unbundle(connection, job.entry.action)


# what was sent ---------------------------------------------------------------------------------------------------


def _sent(connection: Connection, job: Job, answer: Answer, workspace: str, now: Instant) -> list[Event]:
    entry, planned = job.entry, job.subject.planned
    if planned is not None and planned.note == APPROVED:
        by = f"approved; by {job.subject.channel.name}"
        leases.note(connection, now, "sparekey", f"sent {entry.verb}", entry.action, by)
    if entry.verb in ("close", "retract") and job.subject.task is not None:
        leases.closed(connection, job.lease.ws, job.subject.task.task)
    if entry.verb == "task":
        return [_task_opened(connection, job, answer, workspace, now)]
    return _nudges_sent(job, workspace, now) if entry.verb == "nudge" else []


def _task_opened(connection: Connection, job: Job, answer: Answer, workspace: str, now: Instant) -> Event:
    entry, subject = job.entry, job.subject
    finding = subject.finding
    rule, area = (finding.rule, finding.area) if finding is not None else (entry.rule, None)
    owner = subject.to[0] if subject.to else ""
    sink = subject.channel.name
    told = finding.id if finding is not None else entry.finding
    filed = Filed(entry.action, told, rule, entry.case_id, area or "", owner, sink, answer.remote, now, "open")
    leases.file(connection, job.lease.ws, filed)
    recheck = (subject.action.recheck_days * DAY if subject.action is not None else 0) or MOMENTS_ONLY
    task = Task(id=entry.action, rule=rule, owner=owner or None, area=area, recheck_at=now + recheck)
    return Event(
        id=f"task.opened:{entry.action}", kind="task.opened", at=now, source="engine", workspace=workspace, task=task
    )


def _nudges_sent(job: Job, workspace: str, now: Instant) -> list[Event]:
    """One for each receiver."""
    ids = [
        job.entry.action if len(job.subject.to) == 1 else f"{job.entry.action}:{person}" for person in job.subject.to
    ]
    return [
        Event(
            id=f"nudge.sent:{id_}", kind="nudge.sent", at=now, source="engine", workspace=workspace,
            nudge=Nudge(id=id_, rule=job.entry.rule, to=person),
        )
        for id_, person in zip(ids, job.subject.to, strict=True)
    ]  # fmt: skip
