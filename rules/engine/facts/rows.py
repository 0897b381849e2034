"""The rows of state that facts are read from.

Owns their shape: everything here is encoded into checkpoints as it stands. Folding is done by the entity files beside
this one. Rows of closed things go after 60 days; what is asked of them later is unknown, never zero.
"""

import heapq

import msgspec

from rules.engine.facts.configured import Configured
from rules.knowledge.ledger import Ledger
from rules.model import entities as e
from rules.model.areas import AreaMap
from rules.model.people import PeopleMap
from rules.model.times import DAY, Instant

KEPT_AFTER_CLOSING = 60 * DAY
REMEMBERED_AS_GONE = 340 * DAY  # with the 60 days above: as long as the journal is kept


class Seen(msgspec.Struct):
    """Per entity, the newest value of every payload field, by id."""

    pull_request: dict[str, e.PullRequest] = {}
    issue: dict[str, e.Issue] = {}
    ownership: dict[str, e.Ownership] = {}
    incident: dict[str, e.Incident] = {}
    postmortem: dict[str, e.Postmortem] = {}
    action_item: dict[str, e.ActionItem] = {}
    person: dict[str, e.Person] = {}
    change: dict[str, e.Change] = {}
    pair: dict[str, e.Pair] = {}
    programme: dict[str, e.Programme] = {}
    task: dict[str, e.Task] = {}
    nudge: dict[str, e.Nudge] = {}
    finding: dict[str, e.FindingSeen] = {}
    area: dict[str, e.AreaSeen] = {}


class PullRequestFacts(msgspec.Struct, gc=False, omit_defaults=True):
    closed: bool = False
    reviews: dict[str, int] = {}  # substantive reviews by anybody but the author
    rounds: int = 0
    awaiting_push: bool = False  # a change request was made and nothing was pushed since
    comments: int = 0
    topics: tuple[str, ...] = ()


class PersonFacts(msgspec.Struct, gc=False, omit_defaults=True):
    merged: int = 0
    reviewed: int = 0
    left: bool = False
    absences: tuple[tuple[Instant, Instant], ...] = ()  # announced, [from, until)
    pairs: tuple[str, ...] = ()


class AreaFacts(msgspec.Struct, gc=False, omit_defaults=True):
    first_change: Instant = 0
    last_change: Instant = 0
    last_docs_change: Instant = 0
    last_demand: Instant = 0  # change, issue or incident
    incidents: tuple[Instant, ...] = ()  # of the last 90 days
    findings: tuple[str, ...] = ()  # ids of open findings, oldest first
    pairs: tuple[str, ...] = ()


class IssueFacts(msgspec.Struct, gc=False, omit_defaults=True):
    started_at: Instant = 0
    cycle_days: int = 0
    done: bool = False
    contributors: tuple[str, ...] = ()


class PairFacts(msgspec.Struct, gc=False, omit_defaults=True):
    started_at: Instant = 0
    closed: bool = False


class TaskFacts(msgspec.Struct, gc=False, omit_defaults=True):
    accepted_at: Instant = 0
    recheck_at: Instant = 0
    closed: bool = False


class Facts(msgspec.Struct, dict=True):
    """Everything folded so far, for one workspace. Each field is encoded as it stands."""

    seen: Seen = msgspec.field(default_factory=Seen)
    people_map: PeopleMap = PeopleMap()
    area_map: AreaMap = AreaMap()
    pull_request: dict[str, PullRequestFacts] = {}
    person: dict[str, PersonFacts] = {}
    area: dict[str, AreaFacts] = {}
    issue: dict[str, IssueFacts] = {}
    pair: dict[str, PairFacts] = {}
    task: dict[str, TaskFacts] = {}
    ledger: Ledger = msgspec.field(default_factory=Ledger)
    activity: dict[str, dict[str, int]] = {}  # team ('' = the workspace) → person → newest week seen
    gone: dict[str, dict[str, Instant]] = {}  # entity → id → when its row was dropped
    closing: list[tuple[Instant, str, str]] = []  # a heap: (due, entity, id); drops rows, then forgets them
    first_at: Instant = 0
    reviews_at: Instant = 0  # newest review seen; 0: no review data

    def __post_init__(self) -> None:
        self.__dict__["configured"] = Configured(self.people_map, self.area_map)

    @property
    def configured(self) -> Configured:
        found: Configured = self.__dict__["configured"]
        return found

    def configure(self, people_map: PeopleMap | None, area_map: AreaMap | None) -> None:
        """Takes a new word on people or areas; what was said before no longer holds."""
        self.people_map = people_map or self.people_map
        self.area_map = area_map or self.area_map
        self.__post_init__()

    def forgotten(self, entity: str, id_: str) -> bool:
        """Whether folded facts of this id were dropped: reading them now would give zeros that are not true."""
        gone = self.gone.get(entity)
        return gone is not None and id_ in gone

    def close(self, entity: str, id_: str, at: Instant) -> None:
        """Marks a row as finished; it goes 60 days later."""
        heapq.heappush(self.closing, (at + KEPT_AFTER_CLOSING, entity, id_))

    def drop_closed(self, at: Instant) -> None:
        """Drops what closed long enough before `at`, and forgets what was dropped long ago."""
        closing = self.closing
        while closing and closing[0][0] <= at:
            due, entity, id_ = heapq.heappop(closing)
            if entity.startswith("gone "):
                self.gone[entity[5:]].pop(id_, None)
            elif not self._reopened(entity, id_):
                self._drop(entity, id_, due)

    def _reopened(self, entity: str, id_: str) -> bool:
        """Whether the thing is open after all: it will be closed, and queued, again."""
        row = getattr(self, entity).get(id_) if entity in ("issue", "pair") else None
        return row is not None and not (row.done if entity == "issue" else row.closed)

    def _drop(self, entity: str, id_: str, at: Instant) -> None:
        getattr(self.seen, entity).pop(id_, None)
        folded = getattr(self, entity, None)
        if folded is not None:
            folded.pop(id_, None)
        self.gone.setdefault(entity, {})[id_] = at
        heapq.heappush(self.closing, (at + REMEMBERED_AS_GONE, f"gone {entity}", id_))
