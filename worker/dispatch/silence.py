"""Rules that fall silent by themselves: wrong too often, or broken too often. Their owners hear of it.

Owns when, and what follows in the same transaction: the mode, the line of the audit log, what the rule was about to
say, the line of a digest. All of it rests on rows, so it happens once, whoever asks and however often.
"""

from collections.abc import Callable, Collection, Mapping
from dataclasses import dataclass

import structlog
from sqlalchemy import Connection

from rules.language.rule import Rule
from rules.model.actions import Action
from rules.model.times import Instant
from worker import metrics
from worker.config.sparekey import Mute
from worker.store import audit, judgements, leases, outbox, rule_modes
from worker.store.database import Store
from worker.store.judgements import Record
from worker.store.outbox import Planned, Row

log = structlog.get_logger()

MOST_HELD = 10_000
_SPOKEN = frozenset({"task", "comment", "nudge", "digest"})
"""Verbs that say something new; the others end or repeat what was said."""


@dataclass(frozen=True, slots=True)
class Silence:
    """Of one workspace. `owner`: the person who looks after a rule, '' for nobody."""

    store: Store
    ws: int
    owner: Callable[[Rule], str]

    def wrong(self, rules: Mapping[str, Rule], mute: Mute, now: Instant) -> list[str]:
        """Silences the rules whose answers ask for it; gives their ids."""
        with self.store.reading() as connection:
            if not _wrong(connection, self.ws, rules, mute):
                return []
        with self.store.writing("admin") as connection:
            found = _wrong(connection, self.ws, rules, mute)
            for rule, record in found.items():
                self._silence(connection, rules[rule], record, now)
        for rule, record in found.items():
            metrics.rules_silenced.labels(rule=rule).inc()
            log.warning("a rule silenced itself", rule=rule, answers=record.judged, right=record.right)
        return list(found)

    def broken(self, rules: Mapping[str, Rule], off: Collection[str], now: Instant) -> list[str]:
        """Tells the owners of rules that are off because they raised too often; once for what a rule means."""
        keys = {outbox.key_of(rule, rules[rule].meaning, "off"): rules[rule] for rule in off if rule in rules}
        with self.store.reading() as connection:
            new = keys.keys() - {entry.action for entry in outbox.entries(connection, self.ws, list(keys))}
        if not new:
            return []
        with self.store.writing("admin") as connection:
            for key in sorted(new):
                self._tell(connection, key, keys[key], "off, because it broke too often: the log says how", now)
        found = sorted(keys[key].id for key in new)
        log.error("rules are off: they raised too often", rules=found)
        return found

    def _silence(self, connection: Connection, rule: Rule, record: Record, now: Instant) -> None:
        why = f"{record.judged - record.right} of {record.judged} answers said that it was wrong"
        rule_modes.put(connection, self.ws, rule, "silent", rule_modes.ITSELF, now)
        audit.note(connection, now, rule_modes.ITSELF, "mode silent", rule.id, why)
        self._hold_back(connection, rule.id)
        again = f"silent from now on: {why}; sparekey rules live {rule.id} lets it speak again"
        self._tell(connection, outbox.key_of(rule.id, "silent", str(now)), rule, again, now)

    def _hold_back(self, connection: Connection, rule: str) -> None:
        """What it was about to say, and no person let out, waits for one."""
        for entry in outbox.ended_or_waiting(connection, self.ws, "planned", most=MOST_HELD):
            if entry.rule == rule and entry.verb in _SPOKEN and entry.planned.note != outbox.APPROVED:
                leases.change(connection, self.ws, entry, status="draft", why="its rule silenced itself")

    def _tell(self, connection: Connection, key: str, rule: Rule, why: str, now: Instant) -> None:
        """A line of the owner's next digest; nobody's where there is no owner."""
        owner = self.owner(rule)
        planned = Planned(action=Action(key=key, verb="digest", to=(), template=""), verb="digest", rule=rule.id)
        row = Row(key, "digest", "digest", now, 0, planned, (owner,) if owner else ())
        outbox.plan(connection, self.ws, [row], now)
        for entry in outbox.entries(connection, self.ws, [key]):
            leases.change(connection, self.ws, entry, why=why, ended_at=now)


def _wrong(connection: Connection, ws: int, rules: Mapping[str, Rule], mute: Mute) -> dict[str, Record]:
    """Rules that speak, and should not."""
    modes = rule_modes.holding(connection, ws, rules)
    return {
        rule: one
        for rule, one in judgements.records(connection, ws, rules).items()
        if modes[rule] in ("ask", "live") and is_wrong(one, mute)
    }


def is_wrong(record: Record, mute: Mute) -> bool:
    """Too many answers said 'wrong', and there are enough of them."""
    return record.judged >= mute.of_answers and (record.precision or 0) < mute.below_precision
