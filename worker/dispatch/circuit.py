"""One dead sink blocks no other: its circuit opens, and its rate is its own.

Owns the row of a sink: failures in a row, until when it is left alone, and the tokens of its bucket.
"""

from dataclasses import dataclass

from sqlalchemy import Connection, select
from sqlalchemy.dialects.sqlite import insert

from rules.model.times import HOUR, MINUTE, Instant
from worker import metrics
from worker.store.schema import sinks

FAILURES = 5
"""In a row, until the circuit opens for a minute; each further one doubles that, up to an hour."""

LONGEST = 86_400.0
"""Seconds for which a sink is left alone at most, whatever it asks for."""


@dataclass(frozen=True, slots=True)
class State:
    open_until: Instant
    failures: int
    tokens: int
    tokens_at: Instant


def closed_at(connection: Connection, sink: str, per_minute: int, now: Instant) -> tuple[Instant, str]:
    """When the sink may be called, and why not now; `now` where it may."""
    state = _filled(_state(connection, sink, per_minute, now), per_minute, now)
    if state.open_until > now:
        return state.open_until, f"{sink} does not answer; tried again then"
    if state.tokens < 1:
        return state.tokens_at + MINUTE // per_minute, f"{sink} gets at most {per_minute} messages a minute"
    return now, ""


def spend(connection: Connection, sink: str, per_minute: int, now: Instant) -> None:
    """One call of the sink."""
    state = _filled(_state(connection, sink, per_minute, now), per_minute, now)
    _put(connection, sink, State(state.open_until, state.failures, max(state.tokens - 1, 0), state.tokens_at))


def answered(connection: Connection, sink: str, now: Instant) -> None:
    """The sink is alive, whatever it said."""
    state = _state(connection, sink, 0, now)
    if state.failures or state.open_until:
        _put(connection, sink, State(0, 0, state.tokens, state.tokens_at))
    metrics.sink_open.labels(sink=sink).set(0)


def failed(connection: Connection, sink: str, after: float, now: Instant) -> None:
    """The sink did not answer as it should. `after`: seconds it asked for itself."""
    state = _state(connection, sink, 0, now)
    failures = state.failures + 1
    wait = min(HOUR, MINUTE << min(failures - FAILURES, 6)) if failures >= FAILURES else 0
    wait = max(wait, round(min(after, LONGEST) * 1_000_000))
    _put(connection, sink, State(now + wait if wait else 0, failures, state.tokens, state.tokens_at))
    metrics.sink_open.labels(sink=sink).set(int(wait > 0))


def _state(connection: Connection, sink: str, full: int, now: Instant) -> State:
    query = select(sinks.c.open_until, sinks.c.failures, sinks.c.tokens, sinks.c.tokens_at).where(sinks.c.sink == sink)
    row = connection.execute(query).first()
    return State(*row) if row else State(0, 0, full, now)


def _filled(state: State, per_minute: int, now: Instant) -> State:
    """With the tokens that came since; a full bucket starts counting anew. A clock that was set back starts there."""
    since = min(state.tokens_at, now)
    came = (now - since) * per_minute // MINUTE
    if state.tokens + came >= per_minute:
        return State(state.open_until, state.failures, per_minute, now)
    return State(state.open_until, state.failures, state.tokens + came, since + came * MINUTE // per_minute)


def _put(connection: Connection, sink: str, state: State) -> None:
    values = {
        "open_until": state.open_until, "failures": state.failures, "tokens": state.tokens, "tokens_at": state.tokens_at
    }  # fmt: skip
    row = insert(sinks).values(sink=sink, **values)
    connection.execute(row.on_conflict_do_update(index_elements=["sink"], set_=values))
