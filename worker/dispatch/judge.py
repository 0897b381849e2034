"""D1: what one due row may do now: be sent, wait, or end.

Owns the order of the questions: mutes come first, because another reason would reveal them; the budget comes last, so
that no slot is taken for what is not sent. Each answer that is not 'send' is written with its reason.
"""

from collections.abc import Callable
from dataclasses import dataclass

from sqlalchemy import Connection

from connectors.base import Told
from rules.model.times import HOUR, Instant
from rules.speech.digest import WHY
from worker.dispatch import budget, circuit, subjects, unknown, when
from worker.dispatch.job import How, Item, Job, Subject
from worker.dispatch.limits import Channel, Limits
from worker.ports import Faces, Standing
from worker.store import findings, leases, outbox
from worker.store.leases import Filed
from worker.store.outbox import Entry, Planned

POLICY = "policy"
"""The reason where another would reveal what somebody chose for themselves."""

_TOLD: dict[str, Told] = {"task": "task", "nudge": "nudge", "digest": "digest"}


@dataclass(frozen=True, slots=True)
class End:
    status: str
    why: str


@dataclass(frozen=True, slots=True)
class Wait:
    until: Instant
    why: str


Verdict = End | Wait | Subject


class Judge:
    """Of one workspace. `contact` gives who hears what has no other receiver; '' for nobody."""

    def __init__(
        self, ws: int, channels: tuple[Channel, ...], standing: Standing, faces: Faces, limits: Limits,
        contact: Callable[[], str],
    ) -> None:  # fmt: skip
        self._ws = ws
        self._channels = channels
        self._standing = standing
        self._faces = faces
        self._limits = limits
        self._contact = contact

    def judge(self, connection: Connection, action: str, now: Instant) -> Job | bool:
        """A leased job; else whether the row was changed. In one transaction, with the row read inside it."""
        entry = outbox.entry(connection, self._ws, action)
        if entry is None:
            return False
        if entry.status == "leased" and entry.lease_until <= now:
            until, why = unknown.waits_until(1, now), f"sending by {entry.sink} was interrupted; looked at again then"
            leases.abandon(connection, self._ws, entry, until, why)
            return True
        if entry.status not in ("planned", "unknown") or entry.not_before > now:
            return False
        verdict = (
            self._doubtful(connection, entry) if entry.status == "unknown" else self._planned(connection, entry, now)
        )
        return self._write(connection, entry, verdict, now)

    def _write(self, connection: Connection, entry: Entry, verdict: Verdict, now: Instant) -> Job | bool:
        if isinstance(verdict, Subject):
            may, why = circuit.closed_at(connection, verdict.channel.name, self._limits.per_minute, now)
            verdict = verdict if may <= now else Wait(may, why)
        if isinstance(verdict, Subject) and not self._has_slot(connection, entry, verdict, now):
            verdict = End("digest", WHY["budget"])
        if isinstance(verdict, Subject):
            return self._leased(connection, entry, verdict, now)
        if isinstance(verdict, Wait):
            leases.change(connection, self._ws, entry, not_before=verdict.until, why=verdict.why)
        else:
            self._end(connection, entry, verdict, now)
        return True

    def _end(self, connection: Connection, entry: Entry, end: End, now: Instant) -> None:
        if end.status == "rejected" and not leases.doubtful_since(connection, entry.action):
            budget.release(connection, entry.action)  # it reached nobody
        if end.status == "rejected":
            leases.unbundle(connection, entry.action)
        ended = 0 if end.status == "planned" else now
        leases.change(connection, self._ws, entry, status=end.status, why=end.why, ended_at=ended, not_before=now)

    def _leased(self, connection: Connection, entry: Entry, subject: Subject, now: Instant) -> Job:
        since = leases.doubtful_since(connection, entry.action)
        circuit.spend(connection, subject.channel.name, self._limits.per_minute, now)
        lease = leases.take(connection, self._ws, entry, subject.channel.name, now, subject.channel.lease)
        return Job(entry, subject, lease, since)

    def _has_slot(self, connection: Connection, entry: Entry, subject: Subject, now: Instant) -> bool:
        if subject.how != "send" or subject.planned is None or not subject.planned.budget:
            return True
        kind = subject.planned.budget
        slots = self._limits.slots.get(kind, 0)
        return budget.take(connection, subject.to, kind, slots, entry.action, now) or subject.planned.any_time

    # what is in doubt -----------------------------------------------------------------------------------------

    def _doubtful(self, connection: Connection, entry: Entry) -> Subject | End | Wait:
        step = unknown.next_step(entry, self._named(entry.sink))
        if isinstance(step, unknown.Become):
            return End(step.status, step.why)
        people = subjects.persons(self._faces, entry.people)
        finding, action, others = subjects.about(connection, self._ws, entry.planned)
        return Subject("look", step, entry.planned, to=people, finding=finding, action=action, others=others)

    # what was planned -----------------------------------------------------------------------------------------

    def _planned(self, connection: Connection, entry: Entry, now: Instant) -> Verdict:
        planned = entry.planned
        if entry.attempts >= unknown.MOST_ATTEMPTS:
            return End("rejected", f"given up after {entry.attempts} tries: {entry.why}")
        if entry.verb in outbox.ON_A_TASK:
            return self._on_a_task(connection, entry, planned, now)
        if planned.items or planned.note == "drafts":
            return self._bundle(connection, entry, planned, now)
        return self._told(connection, entry, planned, now)

    def _told(self, connection: Connection, entry: Entry, planned: Planned, now: Instant) -> Verdict:
        people = subjects.persons(self._faces, entry.people)
        heard = tuple(one for one in people if not self._faces.muted(one, entry.rule, ""))
        if people and not heard:
            return End("withdrawn", POLICY)
        why = subjects.gone(connection, self._standing, planned)
        if why:
            return End("expired", why)
        if entry.verb == "digest" or entry.send == "digest":
            return End("digest", WHY["digest"])
        if not people:
            return End("digest", WHY["no recipient"])
        filed = leases.filed(connection, self._ws, case=planned.case) if entry.verb == "task" else None
        if filed is not None and filed.status != "closed" and filed.task != entry.action:
            return End("digest", f"its area has a task already: {filed.task}")
        waits = self._when(entry, now)
        if waits is not None:
            return waits
        found = self._channel(_TOLD[entry.verb], entry.rule, heard)
        if isinstance(found, End):
            return found
        finding, action, others = subjects.about(connection, self._ws, planned)
        return Subject("send", found[0], planned, to=found[1], finding=finding, action=action, others=others)

    def _bundle(self, connection: Connection, entry: Entry, planned: Planned, now: Instant) -> Verdict:
        people = subjects.persons(self._faces, entry.people)
        items = self._items(connection, planned, people)
        drafts = outbox.counts(connection, self._ws).get("draft", 0) if planned.note == "drafts" else 0
        if not items and not drafts:
            return End("expired", "nothing of it is so any more")
        found = self._when(entry, now) or self._channel("digest", "", people)
        if isinstance(found, End | Wait):
            return found
        return Subject("send", found[0], planned, to=found[1], items=items, drafts=drafts)

    def _items(self, connection: Connection, planned: Planned, people: tuple[str, ...]) -> tuple[Item, ...]:
        """What is still so, and what these people still want to hear."""
        found = []
        for told in outbox.entries(connection, self._ws, planned.items):
            item = Item.of(told, lambda id_: findings.get(connection, id_))
            muted = all(self._faces.muted(one, told.rule, "") for one in people)
            if not muted and not (item.planned and subjects.gone(connection, self._standing, item.planned)):
                found.append(item)
        return tuple(found)

    def _when(self, entry: Entry, now: Instant) -> Wait | None:
        hours = self._standing.hours(entry.people[0] if entry.people else "")
        until, why = when.may_be_sent(hours, entry.send, self._limits, entry.planned_at, now)
        return Wait(until, why) if until > now else None

    # by which sink --------------------------------------------------------------------------------------------

    def _named(self, sink: str) -> Channel | None:
        return next((one for one in self._channels if one.name == sink), None)

    def _channel(self, what: Told, rule: str, people: tuple[str, ...]) -> tuple[Channel, tuple[str, ...]] | End:
        """The first that takes it, with whom it reaches."""
        muted = False
        for channel in self._channels:
            if what in channel.takes:
                heard = [one for one in people if not self._faces.muted(one, rule, channel.name)]
                muted = muted or len(heard) < len(people)
                reached = tuple(one for one in heard if not channel.addressed or self._faces.face(one).mail)
                if reached:
                    return channel, reached
        return End("withdrawn", POLICY) if muted else End("rejected", f"no sink takes a {what} for its receiver")

    # what is added to a task ----------------------------------------------------------------------------------

    def _on_a_task(self, connection: Connection, entry: Entry, planned: Planned, now: Instant) -> Verdict:
        finding = findings.get(connection, planned.finding)
        task = self._task(connection, planned, finding.area if finding and entry.verb == "close" else None)
        if task is None:
            return self._without_task(connection, entry, planned, now)
        if task.status == "closed":
            return End("expired", "its task is closed")
        if entry.verb == "comment" and finding is not None and finding.opened_at <= task.opened_at:
            return End("expired", "its task told it already")
        why = subjects.gone(connection, self._standing, planned) if entry.verb in ("comment", "remind") else ""
        if why:
            return End("expired", why)
        if entry.verb == "remind":
            if self._faces.muted(task.owner, entry.rule, ""):
                return End("withdrawn", POLICY)
            waits = self._when(entry, now)
            if waits is not None:
                return waits
        channel = self._named(task.sink)
        if channel is None:
            return End("rejected", f"its task is at {task.sink}, which is not configured any more")
        how: How = "close" if entry.verb in ("close", "retract") else "note"
        told = findings.get(connection, task.finding)
        return Subject(
            how, channel, planned, to=(task.owner,), finding=finding, action=planned.action,
            others=(told,) if told is not None else (), task=task,
        )  # fmt: skip

    def _task(self, connection: Connection, planned: Planned, area: str | None) -> Filed | None:
        if planned.task:
            return leases.filed(connection, self._ws, task=planned.task)
        if planned.case:
            return leases.filed(connection, self._ws, case=planned.case)
        return leases.filed(connection, self._ws, area=area or "")

    def _without_task(self, connection: Connection, entry: Entry, planned: Planned, now: Instant) -> Verdict:
        found = outbox.entry(connection, self._ws, planned.task) if planned.task else None
        if found is None and planned.case:
            found = outbox.task_of(connection, self._ws, planned.case)
        if found is None:
            verb_end = (
                ("digest", "its case has no task") if entry.verb == "comment" else ("expired", "there is no task")
            )
            return End(*verb_end)
        if found.status in ("draft", "planned", "leased", "unknown"):
            return Wait(now + HOUR, "waits for its task")
        return End("expired", "its task was not filed")
