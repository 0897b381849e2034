"""Modes that people set with `rules live|ask|silent`, and those that rules set for themselves when too many of their
messages were wrong. They win over the file while the rule means the same.

Owns the rows.
"""

from collections.abc import Mapping
from dataclasses import dataclass

from sqlalchemy import Connection, select
from sqlalchemy.dialects.sqlite import insert

from rules.language.rule import Mode, Rule
from rules.model.times import Instant
from worker.store.schema import rule_modes

ITSELF = "auto-silence"
"""Who set the mode, and wrote the audit line, where a rule silenced itself."""


@dataclass(frozen=True, slots=True)
class Set:
    """A mode that holds instead of the file's. `at`: answers count from here on."""

    mode: Mode
    by_itself: bool
    at: Instant


def every(connection: Connection, ws: int, rules: Mapping[str, Rule]) -> dict[str, Set]:
    """Of the rules that mean what they meant when it was set."""
    one = rule_modes.c
    query = select(one.rule, one.meaning, one.mode, one.who, one.at).where(one.ws == ws)
    return {
        rule: Set(mode, who == ITSELF, at)
        for rule, meaning, mode, who, at in connection.execute(query)
        if rule in rules and rules[rule].meaning == meaning
    }


def modes(connection: Connection, ws: int, rules: Mapping[str, Rule]) -> dict[str, Mode]:
    """Rule → mode, for the rules that mean what they meant when it was set."""
    return {rule: one.mode for rule, one in every(connection, ws, rules).items()}


def holding(connection: Connection, ws: int, rules: Mapping[str, Rule]) -> dict[str, Mode]:
    """The mode that each rule has: `off` in its file wins, then what was set, then the file."""
    told = modes(connection, ws, rules)
    return {id_: "off" if rule.mode == "off" else told.get(id_, rule.mode) for id_, rule in rules.items()}


def put(connection: Connection, ws: int, rule: Rule, mode: Mode, who: str, at: Instant) -> None:
    values = {"meaning": rule.meaning, "mode": mode, "who": who, "at": at}
    row = insert(rule_modes).values(ws=ws, rule=rule.id, **values)
    connection.execute(row.on_conflict_do_update(index_elements=["ws", "rule"], set_=values))
