"""The call of a sink, in a thread: what is asked of it, and what its answers mean.

Owns the order of looking, writing and looking again. Touches no store; never raises but what kills a process.
"""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Literal

from connectors.base import Message, Sink
from connectors.errors import Rejected, RetryLater
from rules.model.times import HOUR, Instant
from worker.dispatch.job import Job
from worker.dispatch.unknown import MOST_ATTEMPTS

Outcome = Literal["sent", "confirm", "absent", "later", "rejected", "ambiguous", "unspeakable"]


@dataclass(frozen=True, slots=True)
class Answer:
    """`confirm`: written again, and to be looked up once more. `unspeakable`: there was nothing to write.

    `after`: seconds that the remote asked for.
    """

    outcome: Outcome
    remote: str = ""
    detail: str = ""
    after: float = 0.0


def call(job: Job, message: Message, twin: Message) -> Answer:
    """`twin` are the words for a second copy that is closed."""
    work = {"look": _look, "send": _send, "note": _note, "close": _close}[job.subject.how]
    try:
        return work(job, message, twin)
    except RetryLater as error:
        return Answer("later", detail=_words(error), after=max(error.after, 0.0))
    except Rejected as error:
        return Answer("rejected", detail=_words(error))
    except Exception as error:  # the agreement of sinks: whatever else it is, it may have happened
        return Answer("ambiguous", detail=_words(error))


def _words(error: Exception) -> str:
    return str(error) or type(error).__name__


def _look(job: Job, message: Message, twin: Message) -> Answer:
    known = Answer("sent", job.entry.remote) if job.entry.remote else None
    try:
        return _found(job, twin) or known or Answer("absent")
    except Exception:
        if known is not None and job.lease.attempt >= MOST_ATTEMPTS:
            return known  # it is there; whether twice, nobody can say
        raise


def _send(job: Job, message: Message, twin: Message) -> Answer:
    sink = job.subject.channel.sink
    if not job.doubtful_since or not sink.lists:
        return Answer("sent", sink.send(message))
    found = _found(job, twin)
    if found is not None:
        return found
    return Answer("confirm", sink.send(message))


def _found(job: Job, twin: Message) -> Answer | None:
    """What the remote has under our key; of several the oldest is kept, the others are closed with a note."""
    sink = job.subject.channel.sink
    first, *others = sink.find(job.entry.action, _since(job)) or [""]
    if not first:
        return None
    if job.entry.verb == "task":
        for other in others:
            _after_all(sink.close, other, twin)
    return Answer("sent", first)


def _since(job: Job) -> Instant:
    """Clocks differ."""
    return (job.doubtful_since or job.entry.planned_at) - HOUR


def _after_all(close: Callable[[str, Message], None], remote: str, twin: Message) -> None:
    """A refused close is no reason to think that nothing was written."""
    try:
        close(remote, twin)
    except Rejected:
        return


def _note(job: Job, message: Message, twin: Message) -> Answer:
    assert job.subject.task is not None  # notes belong to a task
    _sink(job).note(job.subject.task.remote, message)
    return Answer("sent", job.subject.task.remote)


def _close(job: Job, message: Message, twin: Message) -> Answer:
    assert job.subject.task is not None  # so do closings
    _sink(job).close(job.subject.task.remote, message)
    return Answer("sent", job.subject.task.remote)


def _sink(job: Job) -> Sink:
    return job.subject.channel.sink
