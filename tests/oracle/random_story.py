"""What the makers of random events share: the names there are, the chance, the time, and what is under way."""

import random
from dataclasses import dataclass, field

from engine_kit import START

from rules.model.accounts import OTHER
from rules.model.events import Event
from rules.model.times import Instant

PEOPLE = ("ada", "ben", "cem", "pia", "zed")  # some sort before 'other', some after it
AREAS = ("api", "web", "ops")
SERVICES, COMPONENTS, TOPICS = ("login", "pay"), ("db", "ui"), ("tests", "naming", "locks")
REPOSITORIES = ("shop", "site")
TYPES, LABELS = ("bug", "story", "epic"), ("small", "release", "lesson")


@dataclass
class Story:
    chance: random.Random
    at: Instant = START
    serial: int = 0
    pulls: list[str] = field(default_factory=list)
    issues: list[str] = field(default_factory=list)
    pairs: list[str] = field(default_factory=list)
    incidents: list[str] = field(default_factory=list)
    changes: list[str] = field(default_factory=list)
    tasks: list[str] = field(default_factory=list)
    nudges: list[str] = field(default_factory=list)
    postmortems: list[str] = field(default_factory=list)
    items: list[str] = field(default_factory=list)

    def number(self) -> int:
        self.serial += 1
        return self.serial

    def person(self) -> str:
        return OTHER if self.chance.random() < 0.06 else self.chance.choices(PEOPLE, (6, 4, 3, 2, 1))[0]

    def maybe(self, likely: float) -> bool:
        return self.chance.random() < likely

    def some(self, values: tuple[str, ...], most: int = 2) -> tuple[str, ...]:
        return tuple(self.chance.sample(values, self.chance.randint(0, min(most, len(values)))))

    def event(self, kind: str, **more: object) -> Event:
        more.setdefault("automated", self.maybe(0.05))
        more.setdefault("repository", self.chance.choice(("", *REPOSITORIES)))
        return Event(id=f"e{self.number():03}", kind=kind, at=self.at, source="test", **more)  # type: ignore[arg-type]
