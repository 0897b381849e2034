"""Files of events: both forms of line, compression, and what bad lines get."""

import gzip
import lzma
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from connectors.base import Reading
from connectors.errors import BadPayload, ConfigError
from connectors.files.normalise import event_of, history_event, line_of
from connectors.files.source import read
from rules.model.entities import PullRequest
from rules.model.events import Event

OURS = Event(
    id="git:1:merged", kind="pull_request.merged", at=1_700_000_000_123_456, source="git", actor="u1",
    paths=("a/ü.py",), pull_request=PullRequest(id="1", author="u1", authors=("u1", "u2"), draft=False),
)  # fmt: skip
HISTORY = b'{"ts":"2017-11-16T20:49:29Z","kind":"pr.merged","actor":"u46","author":"u46","repo":"kv","sha":"8b0","paths":["d/m.cc"],"title":"Bump x from 1 to 2"}'


def test_a_line_reads_back_as_it_was_written() -> None:
    assert event_of(line_of(OURS)) == OURS
    assert b'"at":"2023-11-14T22:13:20.123456Z"' in line_of(OURS)


def test_a_history_line_becomes_a_merge_with_judged_title() -> None:
    event = history_event(HISTORY, lambda account: account.id, "main")
    assert (event.id, event.actor, event.paths) == ("history:kv:8b0:merged", "u46", ("d/m.cc",))
    assert event.pull_request is not None and event.pull_request.mechanical is True
    reviewed = history_event(
        HISTORY.replace(b"pr.merged", b"review.submitted").replace(b'"actor":"u46"', b'"actor":"u9"'),
        lambda a: a.id,
        "main",
    )
    assert (reviewed.id, reviewed.actor) == ("history:kv:8b0:u9:reviewed", "u9")


@pytest.mark.parametrize(
    ("line", "reason"),
    [
        (b"{", "not JSON"),
        (b'{"id": "1"}', "missing required field"),
        (b'{"id":"1","kind":"x.y","at":1,"source":"s"}', "unknown kind"),
        (b'{"id":"1","kind":"finding.opened","at":1,"source":"s"}', "made while deciding"),
        (b'{"id":"1","kind":"pull_request.merged","at":1,"source":"s"}', "without its pull_request"),
        (
            b'{"id":"1","kind":"pull_request.merged","at":"yesterday","source":"s","pull_request":{"id":"1"}}',
            "Invalid isoformat",
        ),
        (
            b'{"id":"1","kind":"pull_request.merged","at":1,"source":"s","pull_request":{"id":"1"},"tile":"x"}',
            "unknown field",
        ),
        (
            b'{"id":"1","kind":"pull_request.merged","at":"2023-11-14T22:13:20","source":"s","pull_request":{"id":"1"}}',
            "without a zone",
        ),
    ],
)
def test_a_malformed_line_says_why(line: bytes, reason: str) -> None:
    with pytest.raises(BadPayload, match=reason):
        event_of(line)


@given(st.binary(max_size=400))
def test_any_bytes_are_an_event_or_a_bad_payload(line: bytes) -> None:
    for parse in (event_of, lambda data: history_event(data, lambda account: account.id, "main")):
        try:
            parse(line)
        except BadPayload:
            continue


@pytest.mark.parametrize("suffix", ["", ".xz", ".gz"])
def test_plain_and_compressed_files_are_read_and_neighbours_of_a_bad_line_go_on(tmp_path: Path, suffix: str) -> None:
    data = line_of(OURS) + b"\nnonsense\n\n" + HISTORY + b"\n" + b"x" * 1_000_010 + b"\n" + line_of(OURS) + b"\n"
    path = tmp_path / f"events.jsonl{suffix}"
    path.write_bytes({"": data, ".xz": lzma.compress(data), ".gz": gzip.compress(data)}[suffix])
    reading = Reading()
    events = list(read(path, lambda account: account.id, reading=reading))
    assert len(events) == 3
    assert [place for place, _ in reading.malformed] == ["events.jsonl" + suffix + ":2", "events.jsonl" + suffix + ":5"]
    assert (reading.read, reading.events) == (5, 3)


def test_a_damaged_archive_is_one_clear_sentence(tmp_path: Path) -> None:
    path = tmp_path / "events.jsonl.xz"
    path.write_bytes(b"not xz")
    with pytest.raises(ConfigError, match="cannot be read"):
        list(read(path, lambda account: account.id))
