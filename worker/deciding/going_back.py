"""Late events: back to the newest checkpoint before them, and forward again in order.

Owns the promise that any order of arrival gives the result of ordered arrival, as far back as checkpoints reach.
"""

from collections.abc import Sequence

from rules.model.events import Event, order_key
from rules.model.times import DAY, Instant
from worker.crashpoints import reach
from worker.deciding.commit import Change
from worker.deciding.memory import Memory, Place, fold_until, from_baseline, restored
from worker.deciding.refold import Checkpoints, Refolded, compared
from worker.store import checkpoints, findings
from worker.store.heads import Head
from worker.store.journal import Row

CHECKPOINT_EVENTS = 10_000
LATENESS = 7 * DAY


async def gone_back(
    place: Place, head: Head, memory: Memory, late: Sequence[Row], seq: int, now: Instant
) -> Refolded | None:
    """The workspace as if `late` had come in time. None where that is too late: no checkpoint lies before them.

    Within the lateness there is always a way, if need be from the beginning. Those that are too late keep nobody else
    from being folded; they wait for a rebuild. Events that came after `seq` are left out, as are those after what
    `memory` has decided.
    """
    reached, too_late = _parted(place, head, memory, late)
    if not reached:
        return None
    oldest = min(reached, key=order_key)
    with place.store.reading() as connection:
        found = checkpoints.before(connection, head.ws, oldest.at, order_key(oldest))
    again = restored(found, place) if found else None
    if again is None and (not head.checkpoint or oldest.at >= memory.at - LATENESS):
        again = from_baseline(place, head)
    if again is None or oldest.at < again.at or (again.mark is not None and order_key(oldest) <= again.mark):
        return None
    reach("back.restored")
    number, since, before = again.interval, again.at, dict(again.state.findings)
    made = Checkpoints(again, CHECKPOINT_EVENTS, seq, now, memory.at)
    await fold_until(place, again, memory.at, memory.mark, seq, made.look)
    reach("back.folded")
    with place.store.reading() as connection:
        told = findings.opened_since_checkpoint(connection, head.ws, number)
        # What was cut off stands; and numbers of checkpoints begin anew where a past begins at a baseline.
        told = {id_: one for id_, one in told.items() if one.opened_at >= since}
        told |= findings.some(connection, before)
    change = Change(seq, drop_from=number + 1, made=made.made)
    if too_late:
        change.stale_since = stale_since(head, too_late)
    return compared(again, told, change, before, speaks=True)


def stale_since(head: Head, too_late: Sequence[Event]) -> Instant:
    """The oldest event that waits for a rebuild; never 0, which stands for none."""
    return min([event.at for event in too_late] + [head.stale_since] * bool(head.stale_since)) or 1


def _parted(place: Place, head: Head, memory: Memory, late: Sequence[Row]) -> tuple[list[Event], list[Event]]:
    """(what there is a way back to, what is too late)"""
    with place.store.reading() as connection:
        first = checkpoints.oldest(connection, head.ws)
    reached: list[Event] = []
    too_late: list[Event] = []
    for event in (row.event for row in late):
        within = not head.checkpoint or event.at >= memory.at - LATENESS
        (reached if within or (first is not None and first.is_before(event.at, order_key(event))) else too_late).append(
            event
        )
    return reached, too_late
