"""What sparekey.yml says of sending: which sink takes what, how much a person gets, and when digests go.

Owns the shapes that dispatch works with, and how settings become them.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Literal

from connectors.base import Sink, Told
from rules.model.times import DAY, MINUTE, Span
from worker.config.sparekey import Settings

Kind = Literal["task", "nudge", "pair"]
WINDOW: Span = 7 * DAY
PER_MINUTE = 30
"""Calls a minute that one sink gets, in bursts of at most as many."""

_WEEKDAYS = ("mon", "tue", "wed", "thu", "fri")
_ADDRESSED = frozenset({"mail"})
"""Kinds of sinks that reach a person by an address only."""


@dataclass(frozen=True, slots=True)
class Channel:
    """A configured sink. `takes`: what it can do and was not forbidden; `addressed`: receivers need an address."""

    name: str
    sink: Sink
    takes: frozenset[Told]
    addressed: bool = False

    @property
    def lease(self) -> Span:
        """Longer than all calls that one action can need, looking before and after included."""
        return max(2 * MINUTE, round(10 * self.sink.timeout * 1_000_000))


@dataclass(frozen=True, slots=True)
class Limits:
    """`slots`: messages a person gets in any 7 days, by kind. `weekday` (0 = Monday) and `hour` of digests."""

    slots: Mapping[str, int]
    weekday: int = 0
    hour: int = 9
    per_minute: int = PER_MINUTE


def limits_of(settings: Settings) -> Limits:
    budgets, digest = settings.budgets, settings.digest
    slots = {"task": budgets.tasks, "nudge": budgets.nudges, "pair": budgets.pair}
    return Limits(slots, _WEEKDAYS.index(digest.day), digest.hour)


def channels_of(sinks: Mapping[str, Sink], settings: Settings) -> tuple[Channel, ...]:
    """In the order of the configuration: the first that takes something gets it."""
    return tuple(_channel(name, sink, settings) for name, sink in sinks.items())


def _channel(name: str, sink: Sink, settings: Settings) -> Channel:
    said = settings.sinks.get(name)
    if said is None:
        return Channel(name, sink, sink.takes)
    return Channel(name, sink, sink.takes & frozenset(said.takes), said.kind in _ADDRESSED)
