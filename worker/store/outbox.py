"""The outbox: what is to be said, to whom, and how each of it ended.

Owns the rows as deciding plans them and as everybody reads them; taking them back is `undoing.py`'s, leases and
receipts are `leases.py`'s. A row holds
keys only: words are made when it is sent. Terminal statuses: sent, rejected, withdrawn, expired, digest (the next one
tells it).
"""

from collections.abc import Collection, Iterable, Iterator, Sequence
from dataclasses import dataclass
from hashlib import blake2b
from typing import Literal

import msgspec
from msgspec.structs import replace
from sqlalchemy import ColumnElement, Connection, Select, func, or_, select, update
from sqlalchemy.dialects.sqlite import insert as upsert

from rules.model.actions import Action
from rules.model.times import Instant
from worker.store.schema import outbox, outbox_people

Verb = Literal["task", "comment", "nudge", "digest", "close", "retract", "remind"]
ON_A_TASK: frozenset[str] = frozenset({"comment", "close", "retract", "remind"})
"""Verbs that add to a task which was filed before."""

BUNDLE = "D-"
"""How the key of a digest begins that tells other actions."""

APPROVED = "approved"
"""The note of what a person let go out."""

ANSWERED = "answered:"
"""How the note of a close or a reminder begins that follows from an answer."""

UNTOLD = "-"
"""In `bundled`: no digest needs to tell it."""

STATUSES = ("draft", "planned", "leased", "unknown", "sent", "rejected", "withdrawn", "expired", "digest")

_ENCODE = msgspec.msgpack.Encoder().encode


class Planned(msgspec.Struct, frozen=True, omit_defaults=True):
    """`watched`: (entity, id) that must not be closed when it is sent. `budget`: task, nudge, pair; '' takes no slot.

    `any_time`: goes out even where no slot is free. `task`: of comment, close, retract and remind, the action of
    their task ('': the case's). `items`: of a digest, the actions it tells. `text`: title and parts as somebody
    edited them. `note`: a word for why.
    """

    action: Action
    verb: Verb
    finding: str = ""
    rule: str = ""
    case: str = ""
    held: bool = False
    watched: tuple[tuple[str, str], ...] = ()
    budget: str = ""
    any_time: bool = False
    task: str = ""
    items: tuple[str, ...] = ()
    text: tuple[str, tuple[tuple[str, str], ...]] | None = None
    note: str = ""


_DECODE = msgspec.msgpack.Decoder(Planned).decode


@dataclass(frozen=True, slots=True)
class Row:
    """What deciding plans: `status` draft or planned; `good_until` 0: does not expire; `people` may be teams."""

    action: str
    status: str
    send: str
    not_before: Instant
    good_until: Instant
    planned: Planned
    people: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Entry:
    """A row as it stands."""

    action: str
    finding: str
    case_id: str
    rule: str
    verb: str
    sink: str
    status: str
    why: str
    send: str
    planned_at: Instant
    not_before: Instant
    good_until: Instant
    lease_until: Instant
    epoch: int
    attempts: int
    ended_at: Instant
    remote: str
    bundled: str
    body: bytes
    people: tuple[str, ...] = ()

    @property
    def planned(self) -> Planned:
        """Raises msgspec.DecodeError for a damaged body."""
        return _DECODE(self.body)


def encode(planned: Planned) -> bytes:
    return _ENCODE(planned)


# planning, in the transaction of what was decided ----------------------------------------------------------------

ENDED = "no longer so"
"""Why a row expired whose finding is resolved."""


def plan(connection: Connection, ws: int, rows: Sequence[Row], now: Instant) -> None:
    """Writes rows whose key is new. One whose finding was withdrawn or resolved, and is not any more, becomes what it
    was again, also what a person made of it."""
    known = {entry.action: entry for entry in entries_by(connection, ws, outbox.c.action, [row.action for row in rows])}
    for row in rows:
        before = known.get(row.action)
        if before is None:
            _insert(connection, ws, row, now)
        elif before.status == "withdrawn" or (before.status, before.why) == ("expired", ENDED):
            again(connection, row, before, "planned" if before.planned.note == APPROVED else row.status)
        elif before.status in ("draft", "planned") and before.finding != row.planned.finding and before.verb == "task":
            again(connection, row, before, before.status)


def _insert(connection: Connection, ws: int, row: Row, now: Instant) -> None:
    said = row.planned
    connection.execute(
        upsert(outbox).on_conflict_do_nothing(),
        {
            "action": row.action, "ws": ws, "finding": said.finding, "case_id": said.case, "rule": said.rule,
            "verb": said.verb, "status": row.status, "send": row.send, "planned_at": now,
            "not_before": row.not_before, "good_until": row.good_until, "body": encode(said),
        },
    )  # fmt: skip
    receivers = row.people or (said.action.to if said.verb == "comment" else ())
    found = [(person, "to") for person in receivers]
    helper = said.action.suggestion
    if helper is not None:
        found += [(one, "about") for one in (helper.mentor, helper.learner, helper.alternative) if one]
    people = [{"person": person, "action": row.action, "role": role} for person, role in dict.fromkeys(found)]
    if people:
        connection.execute(upsert(outbox_people).on_conflict_do_nothing(), people)


def again(connection: Connection, row: Row, before: Entry, status: str) -> None:
    """Another finding of its case may tell it now; a late event can give a finding another number."""
    said = replace(row.planned, text=before.planned.text, note=before.planned.note)
    values = {
        "finding": said.finding, "rule": said.rule, "status": status, "why": "", "ended_at": 0, "bundled": "",
        "not_before": row.not_before, "good_until": row.good_until, "body": encode(said),
    }  # fmt: skip
    connection.execute(update(outbox).where(outbox.c.action == row.action).values(values))


def key_of(*parts: str) -> str:
    """The key of an action that follows from others: the same parts never give another."""
    return "A-" + blake2b("\x1f".join(parts).encode(), digest_size=5).hexdigest()


# reading ---------------------------------------------------------------------------------------------------------

_COLUMNS = [outbox.c[name] for name in Entry.__slots__ if name != "people"]


def entry(connection: Connection, ws: int, action: str) -> Entry | None:
    """A row with its receivers."""
    return next(iter(entries(connection, ws, [action])), None)


def entries(connection: Connection, ws: int, actions: Collection[str]) -> list[Entry]:
    """Rows with their receivers, in the order asked for."""
    found = {one.action: one for one in entries_by(connection, ws, outbox.c.action, actions)}
    return [found[action] for action in actions if action in found]


def has_other_task(connection: Connection, ws: int, row: Row, findings: Collection[str]) -> bool:
    """Whether a task with another key tells these findings, or the row's case."""
    about = or_(outbox.c.finding.in_(list(findings)), outbox.c.case_id == (row.planned.case or "-"))
    alive = outbox.c.status.in_(("draft", "planned", "leased", "unknown", "sent"))
    query = select(outbox.c.action).where(outbox.c.ws == ws, outbox.c.verb == "task", outbox.c.action != row.action)
    return connection.execute(query.where(about, alive).limit(1)).first() is not None


def told_of(connection: Connection, ws: int, cases: Collection[str]) -> list[Planned]:
    """Tasks of these cases that were sent, or may have been."""
    found = (entry for entry in entries_by(connection, ws, outbox.c.case_id, cases) if entry.verb == "task")
    return [entry.planned for entry in found if entry.status in ("sent", "leased", "unknown")]


def ended_or_waiting(connection: Connection, ws: int, *statuses: str, most: int = 1000) -> list[Entry]:
    """Rows in these statuses, the oldest first; for lists that people read."""
    query = select(*_COLUMNS).where(outbox.c.ws == ws, outbox.c.status.in_(statuses))
    return _with_people(connection, query.order_by(outbox.c.planned_at, outbox.c.action).limit(most))


def like(connection: Connection, ws: int, beginning: str) -> list[Entry]:
    """At most ten whose key begins so."""
    query = select(*_COLUMNS).where(outbox.c.ws == ws, outbox.c.action.startswith(beginning, autoescape=True))
    return _with_people(connection, query.limit(10))


def task_of(connection: Connection, ws: int, case: str) -> Entry | None:
    """The newest task that was planned for a case."""
    query = select(*_COLUMNS).where(outbox.c.ws == ws, outbox.c.case_id == case, outbox.c.verb == "task")
    return next(iter(_with_people(connection, query.order_by(outbox.c.planned_at.desc()).limit(1))), None)


def counts(connection: Connection, ws: int) -> dict[str, int]:
    """How many rows are in each status."""
    query = select(outbox.c.status, func.count()).where(outbox.c.ws == ws).group_by(outbox.c.status)
    return {str(status): int(n) for status, n in connection.execute(query)}


def untold(connection: Connection, ws: int) -> list[Entry]:
    """What a digest has to tell: what lost its moment, and what could not be delivered."""
    query = select(*_COLUMNS).where(
        outbox.c.ws == ws,
        outbox.c.status.in_(("digest", "rejected")),
        outbox.c.bundled == "",
        ~outbox.c.action.startswith(BUNDLE),
    )
    return _with_people(connection, query.order_by(outbox.c.ended_at, outbox.c.action))


def bundle(connection: Connection, ws: int, row: Row, now: Instant) -> None:
    """Plans a digest; what it tells is told by nothing else."""
    _insert(connection, ws, row, now)
    for some in slices(row.planned.items):
        connection.execute(update(outbox).where(outbox.c.action.in_(some)).values(bundled=row.action))


def entries_by(connection: Connection, ws: int, column: ColumnElement[object], ids: Collection[str]) -> Iterator[Entry]:
    """Rows in one of whose columns one of these stands."""
    for some in slices(ids):
        yield from _with_people(connection, select(*_COLUMNS).where(outbox.c.ws == ws, column.in_(some)))


def _with_people(connection: Connection, query: Select[*tuple[object, ...]]) -> list[Entry]:
    rows = connection.execute(query).mappings().all()
    receivers: dict[str, list[str]] = {}
    for some in slices([row["action"] for row in rows]):
        asked = select(outbox_people.c.action, outbox_people.c.person).where(
            outbox_people.c.action.in_(some), outbox_people.c.role == "to"
        )
        for action, person in connection.execute(asked.order_by(outbox_people.c.person)):
            receivers.setdefault(action, []).append(person)
    return [Entry(**row, people=tuple(receivers.get(row["action"], ()))) for row in rows]


def slices(ids: Iterable[str]) -> Iterator[list[str]]:
    """Databases take only so many values in one statement."""
    every = list(ids)
    for start in range(0, len(every), 500):
        yield every[start : start + 500]
