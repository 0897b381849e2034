"""What each rule did, as the store and the newest state have it. Owns reading that for `rules report`. No people."""

import asyncio
from collections import Counter
from dataclasses import dataclass, field

from sqlalchemy import Connection, Table, func, select

from rules.engine.guards import MAX_ERRORS
from rules.engine.state import RuleState
from rules.model.times import Instant
from worker.cli.desk import Desk
from worker.cli.standing_of_rules import RuleStanding, standings
from worker.store import judgements
from worker.store.schema import findings, outbox


@dataclass(frozen=True, slots=True)
class Report:
    """Of one rule. `state` None: not known now, because the rules mean something else than what was decided."""

    standing: RuleStanding
    state: RuleState | None
    fired: Counter[str] = field(default_factory=Counter)  # by status
    actions: Counter[str] = field(default_factory=Counter)  # by status
    drafts: Counter[str] = field(default_factory=Counter)
    answers: Counter[str] = field(default_factory=Counter)

    @property
    def suppressed(self) -> Counter[str]:
        """Since the beginning, by reason."""
        found: Counter[str] = Counter()
        for (_, reason), seen in self.state.suppressed.items() if self.state is not None else ():
            found[reason] += seen.times
        return found

    @property
    def is_off(self) -> bool:
        return self.state is not None and self.state.errors >= MAX_ERRORS


def reports(found: Desk, since: Instant) -> list[Report]:
    """In the order of the rules' files."""
    state, ws = asyncio.run(found.state()), found.head.ws
    known = state.rules if state is not None else {}
    with found.store.reading() as connection:
        fired = _counted(connection, ws, findings, "opened_at", since)
        actions = _counted(connection, ws, outbox, "planned_at", since)
        drafts = judgements.said(connection, ws, judgements.REVIEWER, since)
        every_answer = judgements.said(connection, ws, judgements.READER, since)
        every = standings(connection, ws, found.book.rules, since)
    rules = found.book.rules
    answers = {
        id_: one for id_, one in every_answer.items() if id_ in rules and judgements.is_told(rules[id_], one.total())
    }
    none: Counter[str] = Counter()
    return [
        Report(one, known.get(id_), *(counts.get(id_, none) for counts in (fired, actions, drafts, answers)))
        for id_, one in every.items()
    ]


def _counted(connection: Connection, ws: int, table: Table, time: str, since: Instant) -> dict[str, Counter[str]]:
    """Rule → rows by status."""
    one = table.c
    query = select(one.rule, one.status, func.count()).where(one.ws == ws, one[time] >= since)
    counts: dict[str, Counter[str]] = {}
    for rule, status, n in connection.execute(query.group_by(one.rule, one.status)):
        counts.setdefault(rule, Counter())[status] = n
    return counts
