"""Gauges of what is, looked at once a minute: status, modes, what is unknown, how much state there is.

Owns the looking; counters are counted where things happen.
"""

import structlog

from rules.engine.facts.rows import Facts
from rules.engine.state import State
from worker import metrics
from worker.runtimes.service import Service
from worker.store import heads, judgements, rule_modes

log = structlog.get_logger()

MANY_KEYS = 200_000
STATUSES = ("active", "warming", "quiet", "paused")


def look(service: Service) -> None:
    with service.store.reading() as connection:
        head = heads.load(connection, service.journal.workspace)
        modes = rule_modes.holding(connection, service.ws, service.book.rules)
        records = judgements.records(connection, service.ws, service.book.rules)
    if head is not None:
        for status in STATUSES:
            metrics.workspace_status.labels(status=status).set(head.status == status)
        metrics.undecided_events.set(head.appended_seq - head.decided_seq)
    for rule, holds in modes.items():
        for mode in ("silent", "ask", "live", "off"):
            metrics.rule_mode.labels(rule=rule, mode=mode).set(holds == mode)
    for rule, record in records.items():
        metrics.answers_counted.labels(rule=rule).set(record.judged)
        metrics.precision_percent.labels(rule=rule).set(100 if record.precision is None else record.precision)
    memory = service.decider.memory
    if memory is not None:
        _state(memory.state)


def _state(state: State) -> None:
    keys = keys_of(state)
    metrics.state_keys.set(keys)
    if keys > MANY_KEYS:
        log.warning("the state is large: think of two workspaces", keys=keys)
    for rule, own in state.rules.items():
        metrics.unknown.labels(rule=rule).set(own.unknown)
        metrics.evaluated.labels(rule=rule).set(own.evaluated)
        metrics.matched.labels(rule=rule).set(own.matched)


def keys_of(state: State) -> int:
    """Rows of facts and keys that rules remember something of."""
    rows = sum(len(value) for name in Facts.__struct_fields__ if isinstance(value := getattr(state.facts, name), dict))
    own = state.rules.values()
    return (
        rows
        + sum(len(one.holds) + len(one.last) + len(one.waits) for one in own)
        + sum(len(tallies) for one in own for tallies in one.tallies.values())
    )
