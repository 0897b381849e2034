"""Drafts in words, as they would be sent: for whoever decides about them at a terminal.

Owns composing one from its row. Who may see names is the caller's business: it names who would get it.
"""

import sys
from dataclasses import dataclass

from connectors.terminal import sink as terminal
from rules.model.times import Instant
from rules.speech.voice import Text
from worker.cli.desk import Desk
from worker.dispatch.compose import Composer, NoWords
from worker.dispatch.job import Job, Subject
from worker.dispatch.limits import Channel
from worker.ports import Standing
from worker.store import findings
from worker.store.leases import Lease
from worker.store.outbox import Entry


@dataclass(frozen=True, slots=True)
class Draft:
    """`text` None: `why` says why there are no words."""

    entry: Entry
    to: tuple[str, ...]
    text: Text | None
    why: str = ""


def composed(desk: Desk, entry: Entry, standing: Standing, now: Instant) -> Draft:
    planned = entry.planned
    with desk.store.reading() as connection:
        finding = findings.get(connection, planned.finding)
        open_ones = findings.every(connection, desk.head.ws, "open") if entry.case_id else []
    others = tuple(one for one in open_ones if one.case == entry.case_id and one.id != planned.finding)
    stream = terminal.sink(sys.stdout)
    channel = Channel("terminal", stream, stream.takes)
    subject = Subject("send", channel, planned, to=entry.people, finding=finding, action=planned.action, others=others)
    job = Job(entry, subject, Lease(desk.head.ws, entry.action, "", 0, 0), 0)
    names = tuple(desk.directory.face(person).name for person in entry.people)
    try:
        return Draft(entry, names, Composer(desk.directory, standing, lambda: desk.book).text(job, now))
    except NoWords as error:
        return Draft(entry, names, None, str(error))
