"""The words of `review`: a draft as it would be sent, the same to edit, and what is said after a decision.

Owns these, and reading an edited draft back.
"""

from collections.abc import Iterator
from io import StringIO
from pathlib import Path

from connectors.errors import ConfigError
from connectors.terminal import sink as terminal
from rules.model.times import Instant, iso
from rules.speech.amounts import count, day, listed
from rules.speech.harmless import plain
from worker.cli.drafts import Draft
from worker.cli.folder import to_type
from worker.store.outbox import ON_A_TASK

Parts = tuple[tuple[str, str], ...]

HOW_TO_EDIT = "The first line is the title; a line that begins with '## ' is a heading. Nothing saved, nothing changed."


def shown(one: Draft) -> Iterator[str]:
    """In full. Names appear as the draft was composed."""
    entry = one.entry
    where = f"rule {plain(entry.rule, 40)}, finding {entry.finding}"
    if one.message is None:
        yield f"{entry.verb.upper()} {entry.action}, to {', '.join(one.to) or 'nobody'}; {where}"
        yield f"  Its words cannot be shown: {plain(one.why)}."
        return
    stream = StringIO()
    sink = terminal.sink(stream)
    if entry.verb in ON_A_TASK:
        sink.note(entry.action, one.message)
    else:
        sink.send(one.message)
    first, *others = stream.getvalue().rstrip().split("\n")
    yield first
    yield f"  ({where}{', in words of a person' if entry.planned.text is not None else ''})"
    if not one.to:
        yield "  Nobody is named who could be asked: it becomes a line of the digest."
    yield from others


# after a decision -----------------------------------------------------------------------------------------------


def nothing(put_off: int, folder: Path) -> Iterator[str]:
    yield "No draft waits for you. Rules in mode `ask` make one whenever they find something worth asking."
    if put_off:
        yield f"{count(put_off, 'draft')} put off: {to_type(folder, 'findings')} says until when."
    yield f"Next: {to_type(folder, 'doctor')}   which rules can find something, and what the others need"


def approved(one: Draft, gone: str, now: Instant, zone: str) -> str:
    key = one.entry.action
    if gone:
        return f"{key}: too late, so it was let go: {plain(gone)}."
    if one.entry.verb == "digest" or not one.to:
        return f"{key}: goes into the next digest."
    when = "" if one.earliest <= now else f", {day(one.earliest, zone)}"
    return f"{key}: goes to {listed(list(one.to))} in their next working hour{when}, if it is still so."


def refused(key: str, why: str) -> str:
    return f"Refused: {key} ({why}). Nobody hears of it; the reason is in the audit log."


def put_off(key: str, until: Instant, zone: str) -> str:
    return f"{key}: back in the review on {day(until, zone)}."


def edited(key: str, folder: Path) -> str:
    return f"{key}: has your words now, and is still a draft. {to_type(folder, 'review yes', key)} lets it out."


def not_running(folder: Path) -> str:
    return f"No process runs now: {to_type(folder, 'run')} sends it, once with --once."


def still(waiting: int, folder: Path) -> str:
    return f"{count(waiting, 'draft')} {'waits' if waiting == 1 else 'wait'}: {to_type(folder, 'review')}"


# other words ----------------------------------------------------------------------------------------------------


def editable(one: Draft) -> str:
    if one.message is None:
        return "A title\n"
    lines = [one.message.title]
    for heading, text in one.message.parts:
        lines += ["", f"## {heading}", text] if heading else ["", text]
    return "\n".join(lines) + "\n"


def parts_of(text: str) -> tuple[str, Parts]:
    """Title and parts of an edited draft. Raises ConfigError without a title."""
    title, _, rest = text.replace("\r\n", "\n").strip().partition("\n")
    if not title.strip() or title.startswith("## "):
        raise ConfigError("there is no title", HOW_TO_EDIT)
    first, *sections = ("\n" + rest).split("\n## ")
    parts = [("", first.strip())] if first.strip() else []
    for section in sections:
        heading, _, body = section.partition("\n")
        parts.append((heading.strip(), body.strip()))
    return title.strip(), tuple(parts)


# for scripts ----------------------------------------------------------------------------------------------------


def document(one: Draft) -> dict[str, object]:
    message, entry = one.message, one.entry
    return {
        "action": entry.action,
        "verb": entry.verb,
        "rule": entry.rule,
        "finding": entry.finding or None,
        "case": entry.case_id or None,
        "to": list(one.to),
        "planned_at": iso(entry.planned_at),
        "good_until": iso(entry.good_until) if entry.good_until else None,
        "edited": entry.planned.text is not None,
        "title": message.title if message is not None else None,
        "parts": [{"heading": heading, "text": text} for heading, text in message.parts] if message is not None else [],
        "answers": message.answers or None if message is not None else None,
        "footer": message.footer or None if message is not None else None,
        "why_no_words": one.why or None,
    }
