"""A case once more with other orders of arrival: the same must come of it.

Owns the orders. The ordered run gives the events, the filed tasks and answers among them; in each other order about
half of them (of long cases fewer) arrive up to seven days after their time, decided in between, and never after the
case's end. What is compared is the end: findings that were not withdrawn, with all they say. An `expect` in the middle
is not: what is known there depends on what has arrived.
"""

from collections.abc import Iterator
from hashlib import blake2b

from rules.engine.waits import LATENESS
from rules.model.events import Event, order_key
from rules.model.findings import Finding
from rules.model.times import DAY, HOUR, Instant
from rules.testing.checking import Difference
from rules.testing.moments import entry
from rules.testing.past import Past
from rules.testing.playing import Play
from rules.testing.texts import whole

ORDERS = 8
"""Orders a case: the first is that of the events' times, the others follow from their ids."""
MOST_LATE = 60
"""About so many late events an order: each is a way back."""
MOST_NAMED = 6
Arrival = tuple[Instant, Event]


def differences(play: Play) -> list[Difference]:
    """Of the first order that comes to something else."""
    told = standing(play, play.past)
    with play.bench.watch.paused():
        for number in range(ORDERS):
            arrivals = list(order(play, number))
            other = standing(play, _arrived(play, arrivals))
            if other != told:
                return [_difference(play, arrivals, told, other)]
    return []


def standing(play: Play, past: Past) -> dict[str, tuple[Finding, tuple[str, ...]]]:
    """Finding → all it says, and what its people would read."""
    return {id_: (one, tuple(whole(text) for text in play.texts(one))) for id_, one in past.findings.items()}


def order(play: Play, number: int) -> Iterator[Arrival]:
    """Events with the moments at which they arrive, in that order. What was configured before the start is in time."""
    found = [(_arrival(event, number, play), event) for event in play.past.journal]
    yield from sorted(found, key=lambda one: (one[0], order_key(one[1])))


def _arrival(event: Event, number: int, play: Play) -> Instant:
    chance = int.from_bytes(blake2b(f"{number}:{event.id}".encode(), digest_size=8).digest(), "big")
    share = max(2, len(play.past.journal) // MOST_LATE)
    if not number or event.at < play.document.start or chance % share:
        return event.at
    return min(event.at + chance // share % (LATENESS - HOUR), max(play.now, event.at))


def _arrived(play: Play, arrivals: list[Arrival]) -> Past:
    past = Past(play.program, play.first_at)
    for at, event in arrivals:
        past.pass_time(at - 1)
        past.arrive(event)
    past.pass_time(play.now)
    return past


def _difference(
    play: Play,
    arrivals: list[Arrival],
    told: dict[str, tuple[Finding, tuple[str, ...]]],
    other: dict[str, tuple[Finding, tuple[str, ...]]],
) -> Difference:
    late = [f"{event.id} {_late(at - event.at)}" for at, event in arrivals if at > event.at]
    named = ", ".join(late[:MOST_NAMED]) + (f" and {len(late) - MOST_NAMED} more" if len(late) > MOST_NAMED else "")
    because = [f"only in order: {entry(one)}" for id_, (one, _) in told.items() if id_ not in other]
    because += [f"only out of order: {entry(one)}" for id_, (one, _) in other.items() if id_ not in told]
    because += [f"says something else: {entry(told[id_][0])}" for id_ in told if other.get(id_, told[id_]) != told[id_]]
    line = f"another order of arrival comes to something else   late: {named or 'nothing'}"
    return Difference(play.case.place, play.clock, line, tuple(because))


def _late(span: int) -> str:
    return f"by {span // DAY}d {span % DAY // HOUR}h"
