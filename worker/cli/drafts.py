"""Drafts in words, as they would be sent: for whoever decides about them.

Owns composing one from its row, without sending anything. Who may be named is the caller's business.
"""

import sys
from collections.abc import Iterable
from dataclasses import dataclass, replace

from sqlalchemy import Connection

from connectors.base import Message
from connectors.errors import ConfigError
from connectors.terminal import sink as terminal
from rules.engine.calendars import working_from
from rules.model.findings import Finding
from rules.model.times import Instant
from worker.cli.desk import Desk
from worker.cli.say import Say
from worker.dispatch import subjects
from worker.dispatch.compose import Composer, NoWords
from worker.dispatch.job import Item, Job, Subject
from worker.dispatch.limits import Channel
from worker.dispatch.review import Review
from worker.ports import Face, Faces, Standing
from worker.store import findings, leases, outbox
from worker.store.leases import Lease
from worker.store.outbox import Entry

NAMED = "somebody changed its words, and they may name people: --names shows them"


@dataclass(frozen=True, slots=True)
class Draft:
    """`message` None: `why` says why there are no words to show. `earliest`: when its reader works next."""

    entry: Entry
    to: tuple[str, ...]
    earliest: Instant
    message: Message | None
    why: str = ""


@dataclass(frozen=True, slots=True)
class Veiled:
    """Faces without names, for readers who may not see any."""

    faces: Faces

    def face(self, person: str) -> Face:
        return Face(person, person, level=self.faces.face(person).level)

    def members(self, team: str) -> tuple[str, ...]:
        return self.faces.members(team)

    def muted(self, person: str, rule: str, sink: str) -> bool:
        return self.faces.muted(person, rule, sink)


async def waiting(desk: Desk, say: Say, now: Instant) -> list[Draft]:
    """What waits for a person, most urgent first; without what was put off."""
    standing = await desk.standing()
    return _composed(desk, Review(desk.store, desk.head.ws, standing).drafts(now), standing, say, now)


async def named(desk: Desk, key: str, say: Say, now: Instant) -> Draft:
    """The draft whose key begins so, also one that was put off. Raises ConfigError where that is not clear."""
    with desk.store.reading() as connection:
        found = outbox.like(connection, desk.head.ws, key.rstrip("…"))
    drafts = [entry for entry in found if entry.status == "draft"]
    if len(drafts) == 1:
        return _composed(desk, drafts, await desk.standing(), say, now)[0]
    if drafts:
        keys = ", ".join(entry.action for entry in drafts)
        raise ConfigError(f"several drafts begin with {key}: {keys}", "write more of the key")
    if not found:
        raise ConfigError(f"there is no draft {key}", "`sparekey review --list` shows those that wait")
    ended = found[0]
    raise ConfigError(f"{ended.action} is {ended.status}, no draft" + (f": {ended.why}" if ended.why else ""))


def _composed(desk: Desk, entries: Iterable[Entry], standing: Standing, say: Say, now: Instant) -> list[Draft]:
    faces = desk.directory if say.named else Veiled(desk.directory)
    composer = Composer(faces, standing, lambda: desk.book)
    return [_draft(desk, composer, entry, say, now) for entry in entries]


def _draft(desk: Desk, composer: Composer, entry: Entry, say: Say, now: Instant) -> Draft:
    to = tuple(say.person(person) for person in subjects.persons(composer.faces, entry.people))
    earliest = working_from(*composer.standing.hours(entry.people[0] if entry.people else ""), now)
    if entry.planned.text is not None and not say.named:
        return Draft(entry, to, earliest, None, NAMED)
    with desk.store.reading() as connection:
        subject = _subject(connection, desk.head.ws, composer.faces, entry)
    job = Job(entry, subject, Lease(desk.head.ws, entry.action, "", 0, 0), 0)
    try:
        return Draft(entry, to, earliest, composer.message(job, now))
    except NoWords as error:
        return Draft(entry, to, earliest, None, str(error))


def _subject(connection: Connection, ws: int, faces: Faces, entry: Entry) -> Subject:
    """What it would speak of if it were sent now; nothing is asked that only its sending decides."""
    planned = entry.planned
    stream = terminal.sink(sys.stdout)
    bare = Subject("send", Channel("terminal", stream, stream.takes), planned, subjects.persons(faces, entry.people))
    finding, action, others = subjects.about(connection, ws, planned)
    if entry.verb == "digest":
        return replace(bare, items=(Item.of(entry, lambda id_: findings.get(connection, id_)),))
    if entry.verb in outbox.ON_A_TASK:
        others = tuple(one for one in [_told_by_task(connection, ws, entry)] if one is not None)
        return replace(bare, how="note", finding=finding, action=planned.action, others=others)
    return replace(bare, finding=finding, action=action, others=others)


def _told_by_task(connection: Connection, ws: int, entry: Entry) -> Finding | None:
    """What the task tells that this is a note on, filed or not."""
    filed = leases.filed(connection, ws, case=entry.case_id)
    task = outbox.task_of(connection, ws, entry.case_id)
    told = filed.finding if filed is not None else task.finding if task is not None else ""
    return findings.get(connection, told)
