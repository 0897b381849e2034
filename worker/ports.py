"""What rooms of the worker ask of each other without knowing each other. Owns the shapes; wiring puts them together."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Literal, Protocol

from rules.model.accounts import Account
from rules.model.events import Event
from rules.model.people import Calendar
from rules.model.times import Instant

Origin = Literal["live", "poll", "backfill", "answer", "admin", "config", "engine-fact"]
"""How an event came into the journal."""


class StoreAway(Exception):
    """The store cannot commit now (disk full, locked, damaged). Nothing was kept; the text says what to do."""


@dataclass(frozen=True, slots=True)
class Arrived:
    """What one delivery came to, once it is committed."""

    new: int = 0
    duplicates: int = 0


class Intake(Protocol):
    """Takes what sources bring. Every method returns after its commit only, and raises StoreAway without one."""

    def identify(self, account: Account) -> str:
        """The person id of an account; a new account becomes a person with the delivery that names it."""
        ...

    async def receive(self, events: Sequence[Event], origin: Origin) -> Arrived: ...

    async def dead_letter(self, stage: str, source: str, ref: str, error: str, payload: bytes | None) -> str:
        """Keeps what could not be read (the payload for 14 days) and gives its id."""
        ...


# what dispatch asks of others -----------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Face:
    """Somebody as the people tables know them. '' where nothing is known."""

    person: str
    name: str
    mail: str = ""
    level: str = ""


class Faces(Protocol):
    """Who is who, for the words of a message. Never logged, never stored with an action."""

    def face(self, person: str) -> Face: ...

    def members(self, team: str) -> tuple[str, ...]:
        """The people of a team; () for what is no team."""
        ...

    def muted(self, person: str, rule: str, sink: str) -> bool:
        """Whether this person said that they do not want to hear this."""
        ...


class Standing(Protocol):
    """What is so now, by the newest decided state of one workspace."""

    def gone(self, finding: str, held: bool, watched: Sequence[tuple[str, str]]) -> str:
        """Why a message about this finding would no longer be true; '' while it is."""
        ...

    def urgency(self, case: str) -> tuple[int, int, int, int, str]:
        """Sort key of a case, most urgent first (`rules.engine.cases.consequence`)."""
        ...

    def hours(self, person: str) -> tuple[Calendar, tuple[tuple[Instant, Instant], ...]]:
        """Working hours and announced leave."""
        ...
