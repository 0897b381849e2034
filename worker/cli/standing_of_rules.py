"""How rules stand with the people they speak to: modes and where they come from, precision, and what is suggested.

Owns reading that from a store for `rules report`, `review` and `doctor`, and the sentences they share. No people.
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path

from sqlalchemy import Connection

from rules.language.rule import Mode, Rule
from rules.model.times import Instant
from rules.speech.amounts import day
from worker.cli.folder import to_type
from worker.config.sparekey import Mute
from worker.store import heads, judgements, rule_modes
from worker.store.database import open_for_reading
from worker.store.judgements import APPROVED, Record
from worker.store.rule_modes import Set


@dataclass(frozen=True, slots=True)
class RuleStanding:
    """`told`: the mode that holds instead of the file's; None where the file's does."""

    rule: Rule
    mode: Mode
    told: Set | None
    record: Record

    @property
    def is_offered(self) -> bool:
        return self.mode == "ask" and self.record.is_ready

    @property
    def silenced_itself(self) -> bool:
        return self.mode == "silent" and self.told is not None and self.told.by_itself


def standings(
    connection: Connection, ws: int, rules: Mapping[str, Rule], since: Instant = 0
) -> dict[str, RuleStanding]:
    modes, told = rule_modes.holding(connection, ws, rules), rule_modes.every(connection, ws, rules)
    records = judgements.records(connection, ws, rules, since)
    return {
        id_: RuleStanding(rule, modes[id_], told.get(id_) if modes[id_] != "off" else None, records[id_])
        for id_, rule in rules.items()
    }


def of_store(path: Path, workspace: str, rules: Mapping[str, Rule]) -> dict[str, RuleStanding]:
    """Raises ConfigError where the store cannot be opened; {} where it has no such workspace."""
    store = open_for_reading(path)
    try:
        with store.reading() as connection:
            head = heads.load(connection, workspace)
            return standings(connection, head.ws, rules) if head is not None else {}
    finally:
        store.close()


def suggestions(found: Mapping[str, RuleStanding], zone: str, folder: Path) -> Iterator[tuple[str, str, str]]:
    """(rule, what is so, the command that changes it): rules that may go live, and those that silenced themselves."""
    for id_, one in found.items():
        if one.is_offered:
            yield id_, f"{one.record.drafts[APPROVED]} approved, {one.record.yes_percent}% yes", _live(folder, id_)
        elif one.silenced_itself and one.told is not None:
            yield id_, f"silenced itself on {day(one.told.at, zone)}: too many answers said 'wrong'", _live(folder, id_)


def offer(id_: str, record: Record, folder: Path) -> str:
    return f"{id_}: {record.drafts[APPROVED]} approved, {record.yes_percent}% yes: {_live(folder, id_)}"


def precision(record: Record, mute: Mute) -> str:
    """'75% of 4 answers; under 40% of 10 it silences itself'."""
    limit = f"under {mute.below_precision}% of {mute.of_answers} it silences itself"
    if record.precision is None:
        return f"nobody answered yet; {limit}"
    return f"{record.precision}% of {record.judged}; {limit}"


def _live(folder: Path, id_: str) -> str:
    return to_type(folder, "rules live", id_)
