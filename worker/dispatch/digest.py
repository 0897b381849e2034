"""Digests: what lost its moment, told once a week to whoever would have heard of it.

Owns when a digest is made and what goes into it. It is an action like any other then. With nothing to tell there
is none.
"""

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from hashlib import blake2b

from sqlalchemy import Connection

from rules.engine.calendars import working_from
from rules.model.actions import Action
from rules.model.times import HOUR, Instant, Span
from worker.dispatch import when
from worker.dispatch.limits import Limits
from worker.ports import Standing
from worker.store import outbox
from worker.store.outbox import BUNDLE, Entry, Planned, Row

GRACE: Span = HOUR
"""What loses its slot at the digest hour itself is told by the digest of that hour."""


@dataclass(slots=True)
class _Group:
    """What the same people have to be told. `since`: when the oldest of it came up; `drafts`: also how many wait."""

    people: tuple[str, ...]
    items: list[str]
    since: Instant
    drafts: bool = False


class Digests:
    """Of one workspace. `contact` hears what has no receiver, what could not be delivered, and of drafts that wait."""

    def __init__(self, ws: int, standing: Standing, limits: Limits, contact: Callable[[], str]) -> None:
        self._ws = ws
        self._standing = standing
        self._limits = limits
        self._contact = contact

    def make(self, connection: Connection, now: Instant) -> int:
        """Plans the digests whose hour has come; how many."""
        made = 0
        for group in self._groups(connection):
            key = self._key(connection, group, now)
            if key:
                outbox.bundle(connection, self._ws, _row(key, group, now), now)
                made += 1
        return made

    def next_due(self, connection: Connection, now: Instant) -> Instant | None:
        """When the next digest is to be made."""
        return min((self._next(connection, group, now) for group in self._groups(connection)), default=None)

    def _key(self, connection: Connection, group: _Group, now: Instant) -> str:
        """Of the digest of the newest digest hour; '' where there was one, or where all of it came up after that."""
        calendar, away = self._standing.hours(group.people[0])
        last = when.last_slot(calendar, self._limits, now)
        key = BUNDLE + blake2b("\x1f".join((*group.people, str(last))).encode(), digest_size=5).hexdigest()
        too_late = group.since > working_from(calendar, away, last) + GRACE
        return "" if too_late or outbox.entry(connection, self._ws, key) is not None else key

    def _next(self, connection: Connection, group: _Group, now: Instant) -> Instant:
        if self._key(connection, group, now):
            return now
        return when.slot(self._standing.hours(group.people[0])[0], self._limits, now + 1)

    def _groups(self, connection: Connection) -> Iterator[_Group]:
        groups: dict[tuple[str, ...], _Group] = {}
        for entry in outbox.untold(connection, self._ws):
            people = self._hears(entry)
            if people:
                group = groups.setdefault(people, _Group(people, [], entry.ended_at))
                group.items.append(entry.action)
        self._with_drafts(connection, groups)
        yield from groups.values()

    def _hears(self, entry: Entry) -> tuple[str, ...]:
        """What could not be delivered is a matter of whoever runs this."""
        contact = self._contact()
        to_contact = (contact,) if contact else ()
        return to_contact if entry.status == "rejected" else entry.people or to_contact

    def _with_drafts(self, connection: Connection, groups: dict[tuple[str, ...], _Group]) -> None:
        contact = self._contact()
        oldest = outbox.ended_or_waiting(connection, self._ws, "draft", most=1) if contact else []
        if oldest:
            since = oldest[0].planned_at
            group = groups.setdefault((contact,), _Group((contact,), [], since))
            group.drafts, group.since = True, min(group.since, since)


def _row(key: str, group: _Group, now: Instant) -> Row:
    action = Action(key=key, verb="digest", to=group.people, template="")
    note = "drafts" if group.drafts else ""
    planned = Planned(action=action, verb="digest", items=tuple(group.items), note=note)
    return Row(key, "planned", "now", now, 0, planned, group.people)
