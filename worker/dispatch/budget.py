"""Budgets: how many messages of a kind somebody gets in any 7 days, whoever sends them.

Owns the slots. A slot is taken by one conditional statement, so that two senders never both have it; counting first and
sending then was tried and broke. A slot is given back only when the sink refused: what may have arrived keeps it.
"""

from collections.abc import Sequence

from sqlalchemy import Connection, text

from rules.model.times import Instant
from worker.dispatch.limits import WINDOW

_TAKE = text(
    "INSERT INTO budget (person, kind, n, until, action) VALUES (:person, :kind, :n, :until, :action)"
    " ON CONFLICT (person, kind, n) DO UPDATE SET until = :until, action = :action"
    " WHERE budget.until <= :now OR budget.action = :action RETURNING n"
)
_MINE = text("SELECT n FROM budget WHERE person = :person AND kind = :kind AND action = :action AND n < :slots")
_GIVE = text("DELETE FROM budget WHERE action = :action AND person = :person")
_RELEASE = text("DELETE FROM budget WHERE action = :action")


def take(connection: Connection, people: Sequence[str], kind: str, slots: int, action: str, now: Instant) -> bool:
    """A slot of everybody, or of nobody. The same action again keeps the slot it has, for 7 more days."""
    taken: list[str] = []
    for person in sorted(people):  # one order for all senders: no deadlock on databases that lock rows
        held = _held(connection, person, kind, slots, action)
        if not any(_take(connection, person, kind, n, action, now) for n in held or range(slots)):
            for other in taken:
                connection.execute(_GIVE, {"action": action, "person": other})
            return False
        if not held:
            taken.append(person)
    return True


def _held(connection: Connection, person: str, kind: str, slots: int, action: str) -> list[int]:
    found = connection.execute(_MINE, {"person": person, "kind": kind, "action": action, "slots": slots})
    return [n for (n,) in found]


def _take(connection: Connection, person: str, kind: str, n: int, action: str, now: Instant) -> bool:
    asked = {"person": person, "kind": kind, "n": n, "until": now + WINDOW, "action": action, "now": now}
    return connection.execute(_TAKE, asked).first() is not None


def release(connection: Connection, action: str) -> None:
    """For what was refused, and so reached nobody."""
    connection.execute(_RELEASE, {"action": action})
