"""A terminal as a sink: its layout, and what happens when nobody reads it any more."""

import errno
import io
import os

import pytest
import speech_kit as speech

from connectors.errors import Ambiguous, RetryLater
from connectors.terminal.sink import sink


def shown(*messages: speech.Message) -> str:
    stream = io.StringIO()
    for message in messages:
        sink(stream).send(message)
    return stream.getvalue()


def test_a_task_is_read_from_top_to_bottom() -> None:
    lines = shown(speech.a_task("plain")).splitlines()
    assert lines[0] == "TASK A-1c9e02ab3f, to Mara, Mon 06 Oct 2025 10:00 UTC"
    assert lines[1] == "  Second pair of hands for `billing/export`"
    assert lines[2].startswith("  Why now      14 of 16 human changes to `billing/export` since June 2025")
    labels = [line[2:15].strip() for line in lines[2:] if line[2:15].strip()]
    assert labels == [
        "Why now",
        "Evidence",
        "Confidence",
        "Suggestion",
        "Goal",
        "Sessions",
        "Success",
        "Then",
        "Answer",
    ]
    assert max(map(len, lines)) <= 125


def test_two_messages_have_a_line_between_them() -> None:
    assert "\n\nDIGEST D-1, to Mara" in shown(speech.a_nudge("plain"), speech.a_digest("plain"))


def test_a_terminal_of_few_letters_shows_question_marks() -> None:
    """LANG=C is common under cron: a name must not stop the service."""
    raw = io.BytesIO()
    stream = io.TextIOWrapper(raw, encoding="ascii")
    sink(stream).send(speech.a_task("plain", names={**speech.NAMES, "p2": "Çağla"}))
    assert b"?a?la with Ana" in raw.getvalue()


def test_a_closed_stream_loses_nothing() -> None:
    stream = io.StringIO()
    stream.close()
    with pytest.raises(RetryLater, match="nobody reads"):
        sink(stream).send(speech.a_nudge("plain"))


def test_a_pipe_that_nobody_reads_loses_nothing() -> None:
    read, write = os.pipe()
    os.close(read)
    stream = os.fdopen(write, "w", encoding="utf-8")
    with pytest.raises(RetryLater, match="nobody reads"):
        sink(stream).send(speech.a_nudge("plain"))
    with pytest.raises(BrokenPipeError):
        stream.close()


class Full(io.StringIO):
    """A stream on a disk that is full."""

    def flush(self) -> None:
        raise OSError(errno.ENOSPC, "No space left on device")


def test_a_stream_that_fails_may_have_taken_a_part() -> None:
    with pytest.raises(Ambiguous, match="a part at most: No space left"):
        sink(Full()).send(speech.a_nudge("plain"))
