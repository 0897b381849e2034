"""The screen of `findings`: a line each, with what became of it. Owns its wording, and the same for JSON."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from rules.language.rule import Rule
from rules.model.findings import Finding
from rules.model.times import Instant, iso
from rules.speech.amounts import count, day, listed, short_day
from rules.speech.harmless import plain
from worker.cli import documents
from worker.cli.folder import to_type
from worker.cli.say import Say, cut
from worker.store.outbox import BUNDLE, Entry

WIDEST_SUBJECT = 28
_FILED = {"task": "filed", "nudge": "sent", "comment": "added", "remind": "sent", "digest": "sent", "close": "done"}


@dataclass(frozen=True, slots=True)
class Became:
    """What became of a finding. `answered`: task → answer. `alone`: its case waits for a second sign."""

    rows: tuple[Entry, ...]
    task: Entry | None
    answered: Mapping[str, str]
    silent: bool = False
    alone: bool = False

    def why_nothing(self) -> str:
        """'' where something was made of it."""
        if self.rows:
            return ""
        if self.silent:
            return "silent: its rule tells nobody"
        if self.task is not None:
            return f"told by task {self.task.action} of the same case"
        if self.alone:
            return "one sign of low confidence: waits for a second"
        return "told to nobody: over when it was read"


def line(one: Finding, rule: Rule | None, became: Became, say: Say, zone: str, now: Instant) -> str:
    about = cut(_subject(one, rule, say), WIDEST_SUBJECT)
    said = "; ".join(told(row, became, zone, now) for row in became.rows) or became.why_nothing()
    case = one.case or "no case"
    return (
        f"{one.id}  {plain(one.rule, 40):<28}  {about:<{WIDEST_SUBJECT}}  {_since(one, zone):<21}  "
        f"{one.confidence:<6}  {case:<12}  {said}"
    )


def _subject(one: Finding, rule: Rule | None, say: Say) -> str:
    types = [path.type for path in rule.per] if rule is not None else [""] * len(one.key)
    parts = zip(one.key, types, strict=False)
    persons = {one.person}
    return ", ".join(
        say.person(part) if type_ == "person" or part in persons else say.area(part) for part, type_ in parts
    )


def _since(one: Finding, zone: str) -> str:
    began = day(one.opened_at, zone).partition(" ")[2]
    if one.status == "resolved":
        return f"{began} to {short_day(one.resolved_at, zone)}"
    return f"since {began}" if one.held and one.status == "open" else began


def told(row: Entry, became: Became, zone: str, now: Instant) -> str:
    """'task A-1 filed 3 Nov, answered yes'."""
    answer = became.answered.get(row.action)
    return f"{row.verb} {row.action} {_status(row, zone, now)}" + (f", answered {answer}" if answer else "")


def _status(row: Entry, zone: str, now: Instant) -> str:
    why = f": {plain(row.why, 60)}" if row.why else ""
    ended = f" {short_day(row.ended_at, zone)}" if row.ended_at else ""
    if row.status == "draft":
        return f"put off until {short_day(row.not_before, zone)}" if row.not_before > now else "is a draft"
    if row.status == "planned":
        return (f"planned for {short_day(row.not_before, zone)}" if row.not_before > now else "goes out next") + why
    if row.status == "sent":
        return f"{_FILED.get(row.verb, 'sent')}{ended}"
    if row.status == "digest":
        return f"in digest {row.bundled}" if row.bundled.startswith(BUNDLE) else f"for the next digest{why}"
    return {
        "leased": "is being sent",
        "unknown": f"is looked up: was it sent?{why}",
        "rejected": f"not sent{ended}{why}",
        "withdrawn": f"taken back{ended}{why}",
        "expired": f"let go{ended}{why}",
    }.get(row.status, row.status)


def end(shown: Sequence[Finding], became: Mapping[str, Became], any_at_all: bool, folder: Path) -> Iterator[str]:
    if not shown:
        yield "Nothing like that was found." if any_at_all else "Nothing was found yet."
        if any_at_all:
            yield f"Next: {to_type(folder, 'findings --status all')}   everything there is"
        else:
            yield f"Next: {to_type(folder, 'doctor')}   which rules can fire, and what the others need"
        return
    rows = [row for one in shown for row in became[one.id].rows]
    drafts = sum(row.status == "draft" for row in rows)
    filed = [row for row in rows if row.verb == "task" and row.status == "sent"]
    known = next((became[one.id].answered for one in shown), {})
    waiting = [row.action for row in filed if row.action not in known]
    so_far = [count(drafts, "draft")] * bool(drafts) + [count(len(filed), "task") + " filed"] * bool(filed)
    yield f"{count(len(shown), 'finding')}" + (f", {listed(so_far)}." if so_far else ".")
    next_ones = [f"{to_type(folder, 'explain', shown[0].id)}   why"]
    if drafts:
        next_ones.append(f"{to_type(folder, 'review')}   drafts, one after the other")
    if waiting:
        next_ones.append(f"{to_type(folder, 'answer', waiting[0], 'yes')}   or other, later, known, no, wrong, done")
    for number, text in enumerate(next_ones):
        yield f"{'Next:' if not number else '     '} {text}"


def document(one: Finding, became: Became, say: Say) -> dict[str, object]:
    return {
        **documents.finding(one, say),
        "actions": actions(became),
        "told_by": became.task.action if became.task is not None else None,
        "why_nothing": became.why_nothing() or None,
    }


def actions(became: Became) -> list[dict[str, object]]:
    return [_action(row, became) for row in became.rows]


def _action(row: Entry, became: Became) -> dict[str, object]:
    return {
        "action": row.action,
        "verb": row.verb,
        "status": row.status,
        "why": row.why or None,
        "not_before": iso(row.not_before) if row.status in ("draft", "planned", "unknown") and row.not_before else None,
        "ended_at": iso(row.ended_at) if row.ended_at else None,
        "sink": row.sink or None,
        "remote": row.remote or None,
        "digest": row.bundled if row.bundled.startswith(BUNDLE) else None,
        "answer": became.answered.get(row.action),
    }
