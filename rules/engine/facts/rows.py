"""The rows of state that facts are read from.

Owns their shape: everything here is encoded into checkpoints as it stands. Folding is done by the entity files beside
this one. Rows of closed things go after 60 days; what is asked of them later is unknown, never zero.
"""

import msgspec

from rules.engine.facts.activity import Activity
from rules.engine.facts.configured import Configured
from rules.engine.facts.lifetimes import Lifetimes
from rules.knowledge.ledger import Ledger
from rules.model import entities as e
from rules.model.areas import AreaMap
from rules.model.people import PeopleMap
from rules.model.times import Instant


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
    paths: tuple[str, ...] = ()  # as last said


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
    activity: Activity = msgspec.field(default_factory=Activity)
    lifetimes: Lifetimes = msgspec.field(default_factory=Lifetimes)
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
        return self.lifetimes.is_gone(entity, id_)

    def drop_closed(self, at: Instant) -> None:
        """Drops the rows of what closed long enough before `at`."""
        for entity, id_ in self.lifetimes.take_due(at):
            getattr(self.seen, entity).pop(id_, None)
            folded = getattr(self, entity, None)
            if folded is not None:
                folded.pop(id_, None)
