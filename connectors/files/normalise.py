"""A line becomes an event: our own form, or the form of the public histories.

Owns both readings and the writing of a line. Pure: bytes in, events out; BadPayload for what is neither.
"""

from datetime import UTC, datetime

import msgspec

from connectors.base import Identify
from connectors.errors import BadPayload
from connectors.judgement import is_decision, is_mechanical
from rules.model.accounts import Account
from rules.model.entities import PullRequest, Review
from rules.model.events import KINDS, MAX_PATHS, Event
from rules.model.times import instant, iso

FIRST, LAST = instant(datetime(1, 1, 2, tzinfo=UTC)), instant(datetime(9999, 12, 31, tzinfo=UTC))
MAX_LINE = 1_000_000


class _HistoryLine(msgspec.Struct):
    """One line of a public history: a merge, or a review of it (its time is the merge's, less a second)."""

    ts: datetime
    kind: str
    actor: str
    author: str
    repo: str
    sha: str
    paths: list[str]
    title: str = ""


_events = msgspec.json.Decoder(Event)
_history = msgspec.json.Decoder(_HistoryLine)


def event_of(line: bytes) -> Event:
    """Our own line. `at` is microseconds since 1970 or RFC 3339 text. Raises BadPayload."""
    if len(line) > MAX_LINE:
        raise BadPayload("a line longer than 1 MB")
    try:
        event = _events.decode(line)
    except msgspec.ValidationError as error:
        event = _written_out(line, error)
    except msgspec.DecodeError as error:
        raise BadPayload(f"not JSON: {error}") from None
    return _checked(event)


def _written_out(line: bytes, first: msgspec.ValidationError) -> Event:
    """The same with a written-out time; otherwise the first complaint stands."""
    if "`$.at`" not in str(first):
        raise BadPayload(str(first)) from None
    try:
        said = msgspec.json.decode(line)
        said["at"] = instant(datetime.fromisoformat(said["at"]))
        return msgspec.convert(said, Event)
    except (msgspec.ValidationError, ValueError, TypeError) as error:
        raise BadPayload(str(error)) from None


def _checked(event: Event) -> Event:
    if not FIRST <= event.at <= LAST:
        raise BadPayload("a time that no calendar has")
    spec = KINDS.get(event.kind)
    if spec is None:
        raise BadPayload(f"unknown kind '{event.kind}'")
    if spec.role == "derived":
        raise BadPayload(f"'{event.kind}' is made while deciding, it cannot be given")
    if spec.entities and getattr(event, spec.entities[0]) is None:
        raise BadPayload(f"'{event.kind}' without its {spec.entities[0]}")
    if event.paths is not None and len(event.paths) > MAX_PATHS:
        raise BadPayload(f"more than {MAX_PATHS} paths")
    return event


def line_of(event: Event) -> bytes:
    """One line without its end; the time is written out."""
    said = msgspec.to_builtins(event)
    return msgspec.json.encode({**said, "at": iso(event.at)})


def is_history(line: bytes) -> bool:
    return b'"ts":' in line[:200] and b'"kind":' in line[:300]


def history_event(line: bytes, identify: Identify, workspace: str) -> Event:
    """A line of a public history. Raises BadPayload."""
    if len(line) > MAX_LINE:
        raise BadPayload("a line longer than 1 MB")
    try:
        found = _history.decode(line)
    except msgspec.DecodeError as error:
        raise BadPayload(str(error)) from None
    if found.kind not in ("pr.merged", "review.submitted"):
        raise BadPayload(f"unknown kind '{found.kind}' in a history")
    return _merged(found, identify, workspace) if found.kind == "pr.merged" else _reviewed(found, identify, workspace)


def _change(found: _HistoryLine, identify: Identify) -> PullRequest:
    """The title stands on the merge only, so only the merge can tell a mechanical title."""
    author = identify(Account("history", found.author))
    mechanical = is_mechanical(found.title, found.paths[:MAX_PATHS], len(found.paths))
    return PullRequest(
        id=f"{found.repo}@{found.sha}",
        author=author,
        authors=(author,),
        files=len(found.paths),
        mechanical=mechanical if found.kind == "pr.merged" else mechanical or None,
        decision=is_decision(found.paths) if found.kind == "pr.merged" else None,
    )


def _merged(found: _HistoryLine, identify: Identify, workspace: str) -> Event:
    return Event(
        id=f"history:{found.repo}:{found.sha}:merged",
        kind="pull_request.merged",
        at=instant(found.ts),
        source="git",
        workspace=workspace,
        actor=identify(Account("history", found.actor)),
        paths=tuple(found.paths[:MAX_PATHS]),
        path_count=len(found.paths) if len(found.paths) > MAX_PATHS else 0,
        pull_request=_change(found, identify),
    )


def _reviewed(found: _HistoryLine, identify: Identify, workspace: str) -> Event:
    reviewer = identify(Account("history", found.actor))
    id_ = f"history:{found.repo}:{found.sha}:{found.actor}"
    return Event(
        id=f"{id_}:reviewed",
        kind="review.submitted",
        at=instant(found.ts),
        source="git",
        workspace=workspace,
        actor=reviewer,
        paths=tuple(found.paths[:MAX_PATHS]),
        path_count=len(found.paths) if len(found.paths) > MAX_PATHS else 0,
        pull_request=_change(found, identify),
        review=Review(id=id_, author=reviewer, state="approved", substantive=True),
    )
