"""How long rows live: closed things go after 60 days, and that they existed is forgotten after the journal's 400.

Owns the due times. Must not know what a row holds; the rows themselves are `rows.py`'s.
"""

import heapq

import msgspec

from rules.model.times import DAY, Instant

KEPT_AFTER_CLOSING = 60 * DAY
REMEMBERED_AS_GONE = 340 * DAY  # with the 60 days above: as long as the journal is kept

Ends = dict[str, dict[str, Instant]]
"""Entity → id → when it ends."""


class Lifetimes(msgspec.Struct, dict=True):
    """`closed`: rows that will be dropped. `gone`: dropped ones, until even that is forgotten."""

    closed: Ends = {}
    gone: Ends = {}

    def __post_init__(self) -> None:
        both = [*self.closed.items(), *self.gone.items()]
        hints = [(due, entity, id_) for entity, ends in both for id_, due in ends.items()]
        heapq.heapify(hints)
        self.__dict__["hints"] = hints

    def close(self, entity: str, id_: str, at: Instant) -> None:
        """A row is finished: it goes 60 days later, or 60 days after it is finished again."""
        self._end(self.closed, entity, id_, at + KEPT_AFTER_CLOSING)

    def reopen(self, entity: str, id_: str) -> None:
        self.closed.get(entity, {}).pop(id_, None)

    def is_gone(self, entity: str, id_: str) -> bool:
        """Whether a row of this id was dropped: what is folded of it now began too late to be true."""
        gone = self.gone.get(entity)
        return gone is not None and id_ in gone

    def take_due(self, at: Instant) -> list[tuple[str, str]]:
        """What has to be dropped by `at`, as (entity, id), oldest first."""
        hints = self.__dict__["hints"]
        found = []
        while hints and hints[0][0] <= at:
            due, entity, id_ = heapq.heappop(hints)
            if self.closed.get(entity, {}).get(id_) == due:
                del self.closed[entity][id_]
                self._end(self.gone, entity, id_, due + REMEMBERED_AS_GONE)
                found.append((entity, id_))
            elif self.gone.get(entity, {}).get(id_) == due:
                del self.gone[entity][id_]
        return found

    def _end(self, ends: Ends, entity: str, id_: str, due: Instant) -> None:
        of_entity = ends.get(entity)
        if of_entity is None:
            of_entity = ends[entity] = {}
        of_entity[id_] = due
        heapq.heappush(self.__dict__["hints"], (due, entity, id_))
