"""One report becomes `postmortem.published`, and each action in it `action_item.found`.

Owns what is recognised: headings, dates, lessons, actions, gaps, blame. Never fails on a report: what was not found is
said. Owners and severity are almost never given, so nothing depends on them. Pure: text in, events out.
"""

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime
from hashlib import blake2b

from markdown_it import MarkdownIt
from markdown_it.token import Token

from connectors.errors import BadPayload
from connectors.postmortems.phrases import BLAME, CAUSES, GAPS, LEARNING, NAME
from rules.model.entities import ActionItem, Postmortem
from rules.model.events import Event
from rules.model.times import Instant, instant

MAX_BYTES = 2_000_000
_LESSONS = re.compile(
    r"lesson|learn|what went|what didn|went well|went wrong|went poorly|lucky|retrospective|takeaway", re.I
)
_ACTIONS = re.compile(r"action|remediation|follow[- ]?up|next steps|todo|to do|preventi|improvement", re.I)
_CAUSE = re.compile(r"cause|contributing|trigger|why|reason", re.I)
_DATE = re.compile(r"\b(20\d\d)-(\d\d)-(\d\d)\b")
_DAY_FIRST = re.compile(
    r"\b(\d{1,2})(?:st|nd|rd|th)? (jan|feb|mar|apr|may|jun|jul|aug|sep|oct|nov|dec)[a-z]*,? (20\d\d)\b|"
    r"\b(jan|feb|mar|apr|may|jun|jul|aug|sep|oct|nov|dec)[a-z]* (\d{1,2})(?:st|nd|rd|th)?,? (20\d\d)\b",
    re.IGNORECASE,
)
_MONTHS = ("jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec")
_INCIDENT = re.compile(r"\b(?:INC|PM|SEV|IR)[-_ ]?\d[\d-]{0,15}\b")
_TICK = re.compile(r"^\[[ x]\] ")
_SERVICE = re.compile(r"^(?:service|services|component|components|system)s?\s*[:|]\s*(.{1,120})$", re.IGNORECASE)


@dataclass(slots=True)
class Sections:
    """Lines of a report by heading, the list items among them, and its title."""

    title: str = ""
    lines: list[tuple[str, str]] = field(default_factory=list)  # (heading, line)
    items: list[tuple[str, str]] = field(default_factory=list)  # (heading, list item)


@dataclass(slots=True)
class Found:
    """Events of one report, and what it did not say."""

    events: list[Event] = field(default_factory=list)
    missing: list[str] = field(default_factory=list)


def report(name: str, data: bytes, workspace: str = "main", services: Sequence[str] = ()) -> Found:
    """`name` is the file's path below the folder that is read, and the report's id (two folders may each hold a
    report.md); a date in it counts, the file's own first. `services`: what the folder is known to be about.

    Raises BadPayload for what is no text, too large or without a date; for nothing else.
    """
    if len(data) > MAX_BYTES:
        raise BadPayload("larger than 2 MB")
    if b"\0" in data[:4096]:
        raise BadPayload("not a text")
    name = name.encode("utf-8", "surrogateescape").decode("utf-8", "backslashreplace")
    sections = _sections(data.decode("utf-8", "replace"))
    at = _date(name, sections)
    if at is None:
        raise BadPayload("no date in its name, title or text")
    return _found(name, sections, at, workspace, tuple(services))


def _sections(text: str) -> Sections:
    found, heading = Sections(), ""
    tokens = MarkdownIt("commonmark", {"html": False}).enable("table").parse(text)
    depth = 0
    for before, token in zip([None, *tokens], tokens, strict=False):
        depth += token.nesting if token.type.startswith("list_item") else 0
        if token.type != "inline":
            continue
        plain = _plain(token)
        if before is not None and before.type == "heading_open":
            heading = plain
            found.title = found.title or plain
        elif depth:
            found.items.append((heading, plain))
        found.lines += [(heading, line) for line in plain.split("\n")]
    return found


def _plain(token: Token) -> str:
    """The words of an inline token; code and links count by their text."""
    parts = [child.content if child.type != "softbreak" else "\n" for child in token.children or ()]
    return "".join(parts).strip()


def _date(name: str, sections: Sections) -> Instant | None:
    """The first date of the file's name, its folders from the innermost, the title, then the text."""
    for text in (*reversed(name.split("/")), sections.title, *(line for _, line in sections.lines[:400])):
        found = _DATE.search(text)
        if found:
            at = _instant(int(found[1]), int(found[2]), int(found[3]))
            if at is not None:
                return at
        words = _DAY_FIRST.search(text)
        if words:
            day, month, year = (words[1], words[2], words[3]) if words[1] else (words[5], words[4], words[6])
            at = _instant(int(year), _MONTHS.index(month.lower()) + 1, int(day))
            if at is not None:
                return at
    return None


def _instant(year: int, month: int, day: int) -> Instant | None:
    try:
        return instant(datetime(year, month, day, 12, tzinfo=UTC))
    except ValueError:
        return None


def _found(name: str, sections: Sections, at: Instant, workspace: str, services: tuple[str, ...]) -> Found:
    found = Found()
    text = [line for _, line in sections.lines]
    lessons = [item for heading, item in sections.items if _LESSONS.search(heading)]
    actions = [item for heading, item in sections.items if _ACTIONS.search(heading) and not _LESSONS.search(heading)]
    named = services or tuple(_services(text))
    incident = _INCIDENT.search(f"{name} {sections.title}")
    postmortem = Postmortem(
        id=name,
        services=named,
        incident=incident[0] if incident else name,
        lessons=len(lessons),
        causes=_causes(sections),
        gaps=tuple(tag for tag, words in GAPS.items() if any(words.search(line) for line in text)),
        blame_lines=sum(1 for line in text if BLAME.search(line) and NAME.search(line)),
        test="drill" in sections.title.lower() or "game day" in sections.title.lower(),
        embargoed=any("embargo" in line.lower() for line in text[:20]),
    )
    found.missing = [
        what for what, there in (("services", named), ("lessons", lessons), ("actions", actions)) if not there
    ]
    found.events = [*_actions(name, actions, named, at, workspace)]
    found.events.append(
        Event(
            id=f"postmortem:{name}:published",
            kind="postmortem.published",
            at=at,
            source="postmortems",
            workspace=workspace,
            postmortem=postmortem,
        )
    )
    return found


def _actions(
    name: str, actions: Sequence[str], services: tuple[str, ...], at: Instant, workspace: str
) -> Iterator[Event]:
    for text in dict.fromkeys(_TICK.sub("", " ".join(one.lower().split())) for one in actions):
        ident = blake2b(text.encode(), digest_size=6).hexdigest()  # neither its place nor its tick, which change
        item = ActionItem(
            id=f"{name}:{ident}",
            postmortem=name,
            learning=bool(LEARNING.search(text)),
            service=services[0] if services else None,
        )
        yield Event(
            id=f"postmortem:{name}:action-{ident}",
            kind="action_item.found",
            at=at,
            source="postmortems",
            workspace=workspace,
            action_item=item,
            postmortem=Postmortem(id=name),
        )


def _services(lines: Sequence[str]) -> Iterator[str]:
    for line in lines[:60]:
        found = _SERVICE.match(line.strip())
        if found:
            yield from (one.strip().lower() for one in re.split(r"[,;/]", found[1])[:10] if one.strip())


def _causes(sections: Sections) -> tuple[str, ...]:
    """Tags of the causes, from the sections that speak of them, else from the title."""
    told = [line for heading, line in sections.lines if _CAUSE.search(heading)] or [sections.title]
    return tuple(tag for tag, words in CAUSES.items() if any(words.search(line) for line in told))
