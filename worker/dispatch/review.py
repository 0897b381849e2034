"""Drafts and what a person makes of them: let out, changed, refused, put off.

Owns these acts. Each is one transaction with one line of the audit log.
"""

from dataclasses import dataclass
from typing import Literal, get_args

from msgspec.structs import replace
from sqlalchemy import Connection

from rules.model.times import Instant
from rules.speech.harmless import plain
from worker import metrics
from worker.dispatch import subjects
from worker.ports import Standing
from worker.store import judgements, leases, outbox
from worker.store.database import Store
from worker.store.outbox import APPROVED, UNTOLD, Entry

Refusal = Literal["wrong-person", "known", "too-small", "wrong-time", "data", "other"]
REFUSALS: tuple[str, ...] = get_args(Refusal)
MOST_PARTS, MOST_TEXT, MOST_LINE = 20, 4000, 500


class NotADraft(Exception):
    """Somebody else decided, or it ended by itself; the text says which."""


@dataclass(frozen=True, slots=True)
class Review:
    """Of one workspace."""

    store: Store
    ws: int
    standing: Standing

    def drafts(self, now: Instant) -> list[Entry]:
        """What waits for a person, most urgent first; without what was put off."""
        with self.store.reading() as connection:
            found = outbox.ended_or_waiting(connection, self.ws, "draft")
        waiting = [entry for entry in found if entry.not_before <= now]
        return sorted(waiting, key=lambda entry: (*self._urgency(entry), entry.planned_at, entry.action))

    def approve(self, key: str, who: str, now: Instant) -> str:
        """Lets it out, in the receiver's next working hour. Gives why it is not so any more; it expires then."""
        with self.store.writing("admin") as connection:
            entry = self._draft(connection, key)
            why = subjects.gone(connection, self.standing, entry.planned)
            if why:
                leases.change(connection, self.ws, entry, status="expired", why=why, ended_at=now)
                leases.note(connection, now, who, "approve", key, f"too late: {why}")
                return why
            body = outbox.encode(replace(entry.planned, note=APPROVED))
            leases.change(connection, self.ws, entry, status="planned", send="now", why="", not_before=now, body=body)
            leases.note(connection, now, who, "approve", key)
            judgements.note(connection, self.ws, entry, judgements.REVIEWER, judgements.APPROVED, now)
        metrics.drafts.labels(rule=entry.rule, became=judgements.APPROVED).inc()
        return ""

    def edit(self, key: str, who: str, title: str, parts: tuple[tuple[str, str], ...], now: Instant) -> None:
        """Other words; it stays a draft. Raises ValueError for words that are too many."""
        if not title.strip() or len(title) > MOST_LINE or len(parts) > MOST_PARTS:
            raise ValueError(f"a title of 1 to {MOST_LINE} characters, and at most {MOST_PARTS} parts")
        if any(len(heading) > MOST_LINE or len(text) > MOST_TEXT for heading, text in parts):
            raise ValueError(f"a part has at most {MOST_TEXT} characters")
        with self.store.writing("admin") as connection:
            entry = self._draft(connection, key)
            text = (_line(title), tuple((_line(heading), _lines(said)) for heading, said in parts))
            leases.change(connection, self.ws, entry, body=outbox.encode(replace(entry.planned, text=text)))
            leases.note(connection, now, who, "edit", key)

    def refuse(self, key: str, who: str, why: str, now: Instant) -> None:
        """Raises ValueError for a reason that is not in REFUSALS."""
        if why not in REFUSALS:
            raise ValueError(f"why is one of {', '.join(REFUSALS)}")
        with self.store.writing("admin") as connection:
            entry = self._draft(connection, key)
            leases.change(
                connection, self.ws, entry, status="rejected", why=f"refused: {why}", ended_at=now, bundled=UNTOLD
            )
            leases.note(connection, now, who, "refuse", key, why)
            judgements.note(connection, self.ws, entry, judgements.REVIEWER, judgements.REFUSED, now)
        metrics.drafts.labels(rule=entry.rule, became=judgements.REFUSED).inc()

    def snooze(self, key: str, who: str, until: Instant, now: Instant) -> None:
        with self.store.writing("admin") as connection:
            entry = self._draft(connection, key)
            leases.change(connection, self.ws, entry, not_before=until, why="put off by a person")
            leases.note(connection, now, who, "snooze", key)

    def _draft(self, connection: Connection, key: str) -> Entry:
        entry = outbox.entry(connection, self.ws, key)
        if entry is None:
            raise NotADraft(f"there is no action {key}")
        if entry.status != "draft":
            raise NotADraft(f"{key} is {entry.status}" + (f": {entry.why}" if entry.why else ""))
        return entry

    def _urgency(self, entry: Entry) -> tuple[int, int, int, int, str]:
        return self.standing.urgency(entry.case_id) if entry.case_id else (1, 0, 0, 0, "")


def _line(text: str) -> str:
    return plain(text, MOST_LINE)


def _lines(text: str) -> str:
    return "\n".join(plain(line, MOST_TEXT) for line in text.splitlines())
