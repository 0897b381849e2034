"""A rebuild: the whole journal folded anew, because the rules mean something else or events came too late.

Owns it. It is quiet: nothing about the past is sent, and what stands at its end becomes drafts for a person.
"""

from rules.model.times import Instant
from worker.crashpoints import reach
from worker.deciding.commit import Change, checkpoint_of
from worker.deciding.memory import Place, fold_until, from_baseline
from worker.deciding.refold import Checkpoints, Refolded, compared
from worker.store import findings
from worker.store.heads import Head

CHECKPOINT_EVENTS = 50_000


async def rebuilt(place: Place, head: Head, seq: int, now: Instant) -> Refolded:
    """The workspace as the journal gives it, as far as it was decided before. Events that came after `seq` wait.

    Findings that opened before the journal was cut stand as they were told.
    """
    memory = from_baseline(place, head)
    memory.interval = head.checkpoint
    since, before = memory.at, dict(memory.state.findings)
    made = Checkpoints(memory, CHECKPOINT_EVENTS, seq, now, head.decided_at)
    await fold_until(place, memory, head.decided_at, head.mark, seq, made.look)
    reach("rebuild.before-swap")
    with place.store.reading() as connection:
        told = {one.id: one for one in findings.every(connection, head.ws) if one.opened_at >= since}
        told |= findings.some(connection, before)
    last = checkpoint_of(memory, seq, now)
    change = Change(seq, drop_from=0, made=[*made.made, last], stale_since=0)
    return compared(memory, told, change, before, speaks=False)
