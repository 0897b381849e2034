"""What becomes of an action of which nobody knows whether it happened: an answer was lost, or a process died.

Owns the waiting, and what each verb can bear: a task is looked up and written again, a nudge is written at most once.
"""

from dataclasses import dataclass

from rules.model.times import HOUR, MINUTE, Instant, Span
from worker.dispatch.limits import Channel
from worker.store.outbox import Entry

WAIT: Span = 2 * MINUTE
"""Before the first look: lists of remotes lag behind what was written."""

LONGEST: Span = 6 * HOUR
MOST_ATTEMPTS = 20
AGAIN = frozenset({"task", "digest", "close", "retract"})
"""What may be written twice under one key: a digest or mail bears its key, and closing again changes nothing."""

SHOWN = frozenset({"task", "nudge", "digest"})
"""What a list of the remote shows."""


def gap(attempts: int) -> Span:
    """Before the next try: 2 minutes, doubling up to 6 hours."""
    return min(WAIT << min(max(attempts - 1, 0), 16), LONGEST)


@dataclass(frozen=True, slots=True)
class Become:
    """The row's next status, and why in words."""

    status: str
    why: str


def next_step(entry: Entry, channel: Channel | None) -> Channel | Become:
    """Of a row in status unknown whose waiting is over: the sink that has to be asked, or what the row becomes."""
    if entry.attempts >= MOST_ATTEMPTS and not entry.remote:
        return Become("rejected", f"nobody knows whether {entry.sink} has it; given up after {entry.attempts} tries")
    if channel is None:
        return Become("rejected", f"nobody knows whether {entry.sink} has it, and it is not configured any more")
    if channel.sink.lists and entry.verb in SHOWN:
        return channel
    if entry.verb in AGAIN:
        return Become("planned", f"the answer of {entry.sink} was lost; written again under the same key")
    return Become("digest", f"the answer of {entry.sink} was lost, and it is not said twice")


def waits_until(attempts: int, now: Instant, after: float = 0.0) -> Instant:
    """`after`: seconds that the remote asked for."""
    return now + max(gap(attempts), round(min(after, 86_400.0) * 1_000_000))
