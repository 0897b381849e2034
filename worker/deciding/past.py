"""The past again, for whoever asks: the state as of a time, and a fold that is watched.

Owns where such a fold begins: a checkpoint before it, or the beginning of the journal. Writes nothing; what was told
is not touched.
"""

from dataclasses import dataclass, replace

from rules.engine.trace import Trace
from rules.model.events import is_configuration
from rules.model.times import Instant
from worker.deciding.memory import Memory, Place, fold_until, from_baseline, recovered, restored
from worker.store import checkpoints, heads
from worker.store.heads import Head
from worker.store.journal import Mark

MOST_AGAIN = 50_000
"""Events of a journal that are folded from their beginning without being asked to: a few seconds."""


class TooEarly(Exception):
    """Nothing is known of that time any more, or yet; `begins` is what is known first, None where nothing is."""

    def __init__(self, begins: Instant | None) -> None:
        super().__init__("before the journal begins")
        self.begins = begins


@dataclass(frozen=True, slots=True)
class Until:
    """How far to fold: what was decided, or an earlier time."""

    at: Instant
    mark: Mark | None
    seq: int

    @classmethod
    def of(cls, head: Head, at: Instant | None) -> "Until":
        if at is None or at >= head.decided_at:
            return cls(head.decided_at, head.mark, head.decided_seq)
        return cls(at, None, head.decided_seq)


async def as_of(place: Place, head: Head, at: Instant | None) -> Memory:
    """The state as it was at a time (None: as it was decided last). Raises TooEarly.

    Where the rules mean something else by now, it is what they would have made of the journal.
    """
    until = Until.of(head, at)
    if until.at == head.decided_at:
        memory = await recovered(place, head)
        return memory or await _folded(place, head, until, from_baseline(place, head))
    memory = _before(place, head, until.at) or from_baseline(place, head)
    if memory.at > until.at:
        raise TooEarly(memory.at)
    memory = await _folded(place, head, until, memory)
    if not memory.state.facts.first_at:
        raise TooEarly(_begins(place, head))
    return memory


def _begins(place: Place, head: Head) -> Instant | None:
    """The first thing that happened; what was configured holds from the beginning of all time."""
    with place.store.reading() as connection:
        rows = place.journal.after(connection, None, heads.BEGINNING, head.decided_at + 1, head.decided_seq)
    return next((row.event.at for row in rows if not is_configuration(row.event.kind)), None)


async def watched(place: Place, head: Head, at: Instant | None, trace: Trace, whole: bool) -> Instant | None:
    """Fills the trace. From the beginning of the journal if that is asked for or short, else from the newest checkpoint
    before; gives from when on it watched, None for all along."""
    until, place = Until.of(head, at), replace(place, trace=trace)
    memory = None if whole or head.appended_seq <= MOST_AGAIN else _before(place, head, until.at)
    since = memory.at if memory is not None else None
    await _folded(place, head, until, memory or from_baseline(place, head))
    return since


async def _folded(place: Place, head: Head, until: Until, memory: Memory) -> Memory:
    await fold_until(place, memory, until.at, until.mark, until.seq)
    return memory


def _before(place: Place, head: Head, at: Instant) -> Memory | None:
    with place.store.reading() as connection:
        found = checkpoints.before(connection, head.ws, at, (at, (0, 0), ""))
    return restored(found, place) if found else None
