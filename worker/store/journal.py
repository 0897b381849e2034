"""The journal: every event once, in the order of its coming, and the way back to events in the order of deciding.

Owns the row's encoding and the dictionary of paths. Statements are text, because
these are the hot ones (SQLAlchemy's Core takes 2.3 times as long). Knows nothing of what an event means.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from hashlib import blake2b
from itertools import groupby

import msgspec
from msgspec.structs import replace
from sqlalchemy import Connection

from rules.model.events import Event, order_key
from rules.model.times import DAY, Instant
from worker.ports import Origin

CODEC = 1
CHUNK = 2000
"""Rows that one look at the journal reads; a few more where many events have one time."""

EARLIEST: Instant = -70 * 365 * DAY

Mark = tuple[Instant, tuple[int, int], str]


class _Body(msgspec.Struct, array_like=True):
    event: Event  # without its paths
    paths: tuple[int, ...] | None


@dataclass(frozen=True, slots=True)
class Row:
    """One journalled event. `seq` is when it came, its order key when it counts."""

    seq: int
    event: Event


@dataclass(frozen=True, slots=True)
class Appended:
    """`new` in the order of their seq; `known` are events whose id is in the journal already."""

    new: list[Row]
    known: list[Event]


_ENCODER = msgspec.msgpack.Encoder()
_DECODER = msgspec.msgpack.Decoder(_Body)


class Journal:
    """The journal of one workspace. Keeps the dictionary of its paths in memory."""

    def __init__(self, ws: int, workspace: str) -> None:
        self.ws = ws
        self.workspace = workspace
        self._salt = workspace.encode() + b"\x1f"
        self._ids: dict[str, int] = {}
        self._paths: list[str] = []
        self._fresh: list[tuple[int, int, str]] = []  # without a committed row
        self._wrote = 0  # how many of these the open transaction holds

    def load(self, connection: Connection) -> None:
        """The dictionary as it is committed: once, when the store is opened."""
        rows = connection.exec_driver_sql("SELECT path FROM paths WHERE ws = ? ORDER BY id", (self.ws,))
        self._paths = [path for (path,) in rows]
        self._ids = {path: number for number, path in enumerate(self._paths)}

    def written(self) -> None:
        """The commit that used fresh paths happened."""
        self._fresh, self._wrote = [], 0

    def forget(self) -> None:
        """It did not: fresh paths have no row, so their numbers are free again."""
        for _, number, _ in reversed(self._fresh):
            del self._paths[number]
        self._ids = {path: number for path, number in self._ids.items() if number < len(self._paths)}
        self._fresh, self._wrote = [], 0

    def key(self, event_id: str) -> bytes:
        """What makes an event unique: the workspace is inside, because one unique index is much faster than two."""
        return blake2b(self._salt + event_id.encode("utf-8", "surrogatepass"), digest_size=16).digest()

    # appending ------------------------------------------------------------------------------------------------

    def append(
        self, connection: Connection, events: Sequence[Event], origin: Origin, at: Instant, seq: int
    ) -> Appended:
        """Writes what is new, numbered from `seq` + 1. In the caller's transaction, which also moves the head."""
        keys = [self.key(event.id) for event in events]
        seen = self._known(connection, keys)
        new: list[Row] = []
        known: list[Event] = []
        rows: list[tuple[object, ...]] = []
        for event, key in zip(events, keys, strict=True):
            if key in seen:
                known.append(event)
                continue
            seen.add(key)
            seq += 1
            new.append(Row(seq, event))
            rows.append((self.ws, seq, key, event.kind, event.at, at, origin, CODEC, self._readable(event)))
        if rows:
            self._write(connection, rows)
        return Appended(new, known)

    def _known(self, connection: Connection, keys: Sequence[bytes]) -> set[bytes]:
        found: set[bytes] = set()
        for start in range(0, len(keys), 500):
            some = keys[start : start + 500]
            marks = ",".join("?" * len(some))
            query = f"SELECT event_key FROM journal WHERE event_key IN ({marks})"  # noqa: S608  # question marks only
            found.update(key for (key,) in connection.exec_driver_sql(query, tuple(some)))
        return found

    def _write(self, connection: Connection, rows: list[tuple[object, ...]]) -> None:
        if len(self._fresh) > self._wrote:
            connection.exec_driver_sql("INSERT INTO paths (ws, id, path) VALUES (?, ?, ?)", self._fresh[self._wrote :])
            self._wrote = len(self._fresh)
        connection.exec_driver_sql(
            "INSERT INTO journal (ws, seq, event_key, kind, at, received_at, origin, codec, body)"
            " VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?)",
            rows,
        )

    def _readable(self, event: Event) -> bytes:
        """Encoded. Raises where it could not be read back or put in order: then nothing could be decided any more."""
        body = self.encode(event)
        _DECODER.decode(body)
        order_key(event)
        if event.at < EARLIEST:
            raise ValueError("a time before 1900 has no place in any calendar")
        return body

    def encode(self, event: Event) -> bytes:
        if event.paths is None:
            return _ENCODER.encode(_Body(event, None))
        return _ENCODER.encode(_Body(replace(event, paths=None), tuple(map(self._id, event.paths))))

    def _id(self, path: str) -> int:
        found = self._ids.get(path)
        if found is None:
            clean = path.encode("utf-8", "surrogatepass").decode("utf-8", "replace")  # half characters fit in no file
            found = self._ids.get(clean)
        if found is None:
            found = self._ids[path] = self._ids[clean] = len(self._paths)
            self._paths.append(clean)
            self._fresh.append((self.ws, found, clean))
        return found

    # reading --------------------------------------------------------------------------------------------------

    def decode(self, body: bytes) -> Event:
        found = _DECODER.decode(body)
        if found.paths is None:
            return found.event
        return replace(found.event, paths=tuple(self._paths[number] for number in found.paths))

    def find(self, connection: Connection, event_id: str) -> Event | None:
        query = "SELECT body FROM journal WHERE event_key = ?"
        row = connection.exec_driver_sql(query, (self.key(event_id),)).fetchone()
        return self.decode(row[0]) if row else None

    def after(
        self,
        connection: Connection,
        mark: Mark | None,
        since: Instant,
        until: Instant,
        most_seq: int,
        most: int = CHUNK,
    ) -> list[Row]:
        """The next events in the order of deciding: after `mark`, at or after `since`, before `until`, seq at most
        `most_seq`. About `most` of them: events of one time are never parted."""
        found: list[Row] = []
        if mark is not None and since <= mark[0] < until:  # the rest of its moment, which may be longer than a look
            found = [row for row in self._moment(connection, mark[0], most_seq) if order_key(row.event) > mark]
            since = mark[0] + 1
        query = (
            "SELECT seq, at, body FROM journal"
            " WHERE ws = ? AND at >= ? AND at < ? AND seq <= ? ORDER BY at, seq LIMIT ?"
        )
        rows = list(connection.exec_driver_sql(query, (self.ws, since, until, most_seq, most)))
        last = rows[-1][1] if len(rows) == most else until
        for at, group in groupby(rows, key=lambda row: row[1]):
            if at < last:
                found += _in_order(Row(seq, self.decode(body)) for seq, _, body in group)
        return found + self._moment(connection, last, most_seq) if last < until else found

    def _moment(self, connection: Connection, at: Instant, most_seq: int) -> list[Row]:
        """All events of one time."""
        query = "SELECT seq, body FROM journal WHERE ws = ? AND at = ? AND seq <= ?"
        rows = connection.exec_driver_sql(query, (self.ws, at, most_seq))
        return _in_order(Row(seq, self.decode(body)) for seq, body in rows)

    def late(self, connection: Connection, seq: int, at: Instant, mark: Mark | None, most_seq: int) -> list[Row]:
        """Events that came after `seq`, but lie before a time and an order key that were decided already."""
        query = "SELECT seq, body FROM journal WHERE ws = ? AND seq > ? AND seq <= ? AND at <= ? ORDER BY seq"
        rows = connection.exec_driver_sql(query, (self.ws, seq, most_seq, at))
        found = (Row(number, self.decode(body)) for number, body in rows)
        return [row for row in found if row.event.at < at or (mark is not None and order_key(row.event) <= mark)]

    def came_after(self, connection: Connection, seq: int, most: int = CHUNK) -> list[Row]:
        """Events in the order of their coming, after `seq`."""
        query = "SELECT seq, body FROM journal WHERE ws = ? AND seq > ? ORDER BY seq LIMIT ?"
        return [Row(seq, self.decode(body)) for seq, body in connection.exec_driver_sql(query, (self.ws, seq, most))]


def _in_order(rows: Iterable[Row]) -> list[Row]:
    return sorted(rows, key=lambda row: order_key(row.event))
