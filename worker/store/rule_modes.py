"""Modes that people set with `rules live|ask|silent`. They win over the file while the rule means the same.

Owns the rows.
"""

from collections.abc import Mapping

from sqlalchemy import Connection, select
from sqlalchemy.dialects.sqlite import insert

from rules.language.rule import Mode, Rule
from rules.model.times import Instant
from worker.store.schema import rule_modes


def modes(connection: Connection, ws: int, rules: Mapping[str, Rule]) -> dict[str, Mode]:
    """Rule → mode, for the rules that mean what they meant when somebody set it."""
    query = select(rule_modes.c.rule, rule_modes.c.meaning, rule_modes.c.mode).where(rule_modes.c.ws == ws)
    return {
        rule: mode
        for rule, meaning, mode in connection.execute(query)
        if rule in rules and rules[rule].meaning == meaning
    }


def put(connection: Connection, ws: int, rule: Rule, mode: Mode, who: str, at: Instant) -> None:
    values = {"meaning": rule.meaning, "mode": mode, "who": who, "at": at}
    row = insert(rule_modes).values(ws=ws, rule=rule.id, **values)
    connection.execute(row.on_conflict_do_update(index_elements=["ws", "rule"], set_=values))
