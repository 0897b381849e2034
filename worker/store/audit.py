"""The audit log: who changed, approved or answered what. Append only.

Owns the rows; they are written in the transaction of the act.
"""

from sqlalchemy import Connection, insert

from rules.model.times import Instant
from worker.store.schema import audit


def note(connection: Connection, at: Instant, who: str, did: str, on_what: str = "", why: str = "") -> None:
    values = {"at": at, "who": who[:100], "did": did, "on_what": on_what[:200], "why": why[:300]}
    connection.execute(insert(audit).values(values))
