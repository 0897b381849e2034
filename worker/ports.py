"""What rooms of the worker ask of each other without knowing each other. Owns the shapes; wiring puts them together."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Literal, Protocol

from rules.model.accounts import Account
from rules.model.events import Event

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
    """Takes what sources bring. Every method returns only after its commit, and raises StoreAway where there is none."""

    def identify(self, account: Account) -> str:
        """The person id of an account; a new account becomes a person with the delivery that names it."""
        ...

    async def receive(self, events: Sequence[Event], origin: Origin) -> Arrived: ...

    async def dead_letter(self, stage: str, source: str, ref: str, error: str, payload: bytes | None) -> str:
        """Keeps what could not be read (the payload for 14 days) and gives its id."""
        ...
