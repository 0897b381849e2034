"""Dead letters: what could not be read, with its reason, for a person to look at.

Owns the rows. The payload is kept for 14 days, the row for 90 (`retention`).
"""

from dataclasses import dataclass
from hashlib import blake2b

from sqlalchemy import Connection, select
from sqlalchemy.dialects.sqlite import insert

from rules.model.times import DAY, Instant
from worker.store.schema import dead_letters

PAYLOAD_KEPT = 14 * DAY
KEPT = 90 * DAY
MOST_PAYLOAD = 25_000_000


@dataclass(frozen=True, slots=True)
class DeadLetter:
    """`id` is a function of what came: the same bad delivery again makes no second letter."""

    id: str
    ws: int
    stage: str
    source: str
    ref: str
    error: str
    at: Instant
    status: str = "open"
    payload: bytes | None = None


def made(ws: int, stage: str, source: str, ref: str, error: str, at: Instant, payload: bytes | None) -> DeadLetter:
    digest = blake2b(f"{source}\x1f{ref}\x1f{error[:200]}\x1f".encode("utf-8", "replace"), digest_size=5)
    digest.update(payload or b"")
    kept = payload if payload is None or len(payload) <= MOST_PAYLOAD else None
    id_, ref, error = f"D-{digest.hexdigest()}", _writable(ref[:200]), _writable(error[:1000])
    return DeadLetter(id_, ws, stage, _writable(source), ref, error, at, "open", kept)


def _writable(text: str) -> str:
    """Half characters, which are often what was wrong, fit in no file."""
    return text.encode("utf-8", "backslashreplace").decode()


def put(connection: Connection, letter: DeadLetter) -> None:
    values = {name: getattr(letter, name) for name in letter.__slots__}
    again = {"at": letter.at, "status": "open", "payload": letter.payload}
    connection.execute(insert(dead_letters).values(values).on_conflict_do_update(index_elements=["id"], set_=again))


def get(connection: Connection, letter: str) -> DeadLetter | None:
    row = connection.execute(select(dead_letters).where(dead_letters.c.id == letter)).mappings().one_or_none()
    return DeadLetter(**row) if row is not None else None


def newest(connection: Connection, ws: int, most: int = 200) -> list[DeadLetter]:
    query = select(dead_letters).where(dead_letters.c.ws == ws).order_by(dead_letters.c.at.desc()).limit(most)
    return [DeadLetter(**row) for row in connection.execute(query).mappings()]


def set_status(connection: Connection, letter: str, status: str) -> None:
    connection.execute(dead_letters.update().where(dead_letters.c.id == letter).values(status=status))
