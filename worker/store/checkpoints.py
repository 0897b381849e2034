"""Checkpoints and baselines: whole states of a workspace, compressed.

Owns their rows and which are kept. What a state is, is the engine's codec's business: here it is bytes.
"""

import zlib
from dataclasses import dataclass

import msgspec
from sqlalchemy import Connection, delete, insert, select

from rules.model.times import DAY, Instant
from worker.store.heads import mark_bytes, mark_of
from worker.store.journal import Mark
from worker.store.schema import baselines, checkpoints

KEPT = 8 * DAY
LEVEL = 1  # a third of the size in 10 ms a megabyte; more takes longer and gives little


@dataclass(frozen=True, slots=True)
class Checkpoint:
    """The state after everything up to (`at`, `mark`), of which nothing came later than `decided_seq`."""

    number: int
    at: Instant
    mark: Mark | None
    decided_seq: int
    rules_hash: str
    digest: str
    made_at: Instant
    packed: bytes

    def state(self) -> bytes:
        return zlib.decompress(self.packed)

    def is_before(self, at: Instant, mark: Mark) -> bool:
        """Whether an event with this time and order key comes after it."""
        return self.at <= at and (self.mark is None or self.mark < mark)


@dataclass(frozen=True, slots=True)
class Baseline:
    """The state behind which the journal was cut. `meanings`: rule → what it meant then."""

    as_of: Instant
    mark: Mark | None
    meanings: dict[str, str]
    packed: bytes

    def state(self) -> bytes:
        return zlib.decompress(self.packed)


def pack(state: bytes) -> bytes:
    return zlib.compress(state, LEVEL)


def write(connection: Connection, ws: int, made: Checkpoint) -> None:
    connection.execute(
        insert(checkpoints).values(
            ws=ws, number=made.number, at=made.at, mark=mark_bytes(made.mark), decided_seq=made.decided_seq,
            rules_hash=made.rules_hash, digest=made.digest, made_at=made.made_at, body=made.packed,
        )
    )  # fmt: skip


def newest(connection: Connection, ws: int) -> Checkpoint | None:
    query = select(checkpoints).where(checkpoints.c.ws == ws).order_by(checkpoints.c.number.desc()).limit(1)
    return _one(connection, query)


def before(connection: Connection, ws: int, at: Instant, mark: Mark) -> Checkpoint | None:
    """The newest checkpoint that an event with this time and order key comes after."""
    query = select(checkpoints).where(checkpoints.c.ws == ws, checkpoints.c.at <= at)
    for row in connection.execute(query.order_by(checkpoints.c.number.desc())).mappings():
        found = _checkpoint(dict(row))
        if found.is_before(at, mark):
            return found
    return None


def oldest(connection: Connection, ws: int) -> Checkpoint | None:
    query = select(checkpoints).where(checkpoints.c.ws == ws).order_by(checkpoints.c.number).limit(1)
    return _one(connection, query)


def drop_from(connection: Connection, ws: int, number: int) -> None:
    """Checkpoints from this number on tell of a past that turned out otherwise."""
    connection.execute(delete(checkpoints).where(checkpoints.c.ws == ws, checkpoints.c.number >= number))


def drop_before(connection: Connection, ws: int, at: Instant) -> None:
    """Checkpoints from before this time lack what followed on them: the journal begins there now."""
    connection.execute(delete(checkpoints).where(checkpoints.c.ws == ws, checkpoints.c.at < at))


def forget_old(connection: Connection, ws: int, watermark: Instant) -> None:
    """Keeps one checkpoint that is older than the lateness, and all newer ones."""
    oldest = select(checkpoints.c.number).where(checkpoints.c.ws == ws, checkpoints.c.at <= watermark - KEPT)
    last = connection.execute(oldest.order_by(checkpoints.c.number.desc()).limit(1)).scalar()
    if last is not None:
        connection.execute(delete(checkpoints).where(checkpoints.c.ws == ws, checkpoints.c.number < last))


def write_baseline(connection: Connection, ws: int, made: Baseline) -> None:
    connection.execute(
        insert(baselines).values(
            ws=ws, as_of=made.as_of, mark=mark_bytes(made.mark), meanings=msgspec.msgpack.encode(made.meanings),
            body=made.packed,
        )
    )  # fmt: skip
    stale = select(baselines.c.as_of).where(baselines.c.ws == ws).order_by(baselines.c.as_of.desc()).offset(2)
    gone = [as_of for (as_of,) in connection.execute(stale)]
    connection.execute(delete(baselines).where(baselines.c.ws == ws, baselines.c.as_of.in_(gone)))


def baseline(connection: Connection, ws: int) -> Baseline | None:
    """The one behind which the journal is whole: the newest."""
    query = select(baselines).where(baselines.c.ws == ws).order_by(baselines.c.as_of.desc()).limit(1)
    row = connection.execute(query).mappings().one_or_none()
    if row is None:
        return None
    meanings = msgspec.msgpack.decode(row["meanings"], type=dict[str, str])
    return Baseline(row["as_of"], mark_of(row["mark"]), meanings, row["body"])


def _one(connection: Connection, query: object) -> Checkpoint | None:
    row = connection.execute(query).mappings().one_or_none()  # type: ignore[call-overload]  # any select of this table
    return _checkpoint(dict(row)) if row is not None else None


def _checkpoint(row: dict[str, object]) -> Checkpoint:
    said = {name: value for name, value in row.items() if name not in ("ws", "body", "mark")}
    return Checkpoint(**said, mark=mark_of(row["mark"]), packed=row["body"])  # type: ignore[arg-type]  # columns by name
