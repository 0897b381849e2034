"""Messages on a terminal, or any other stream of text: for trying out, and for a service whose output is kept.

Owns the layout. A stream cannot be read back: the same message again is printed again.
"""

import textwrap
from collections.abc import Iterator
from typing import TextIO

from connectors.base import Markup, Message, Sink, Told
from connectors.errors import Ambiguous, RetryLater
from rules.model.times import Instant, moment

WIDE, HEADING, LONGEST_NAME = 110, 13, 60
_LABELS = {"First three sessions": "Sessions"}


def sink(stream: TextIO) -> Sink:
    return Terminal(stream)


class Terminal:
    markup: Markup = "plain"
    takes: frozenset[Told] = frozenset(("task", "nudge", "digest"))
    lists = False
    timeout = 10.0

    def __init__(self, stream: TextIO) -> None:
        self._stream = stream

    def send(self, message: Message) -> str:
        """The id at the remote is the key: a terminal gives none."""
        self._write(_shown(message, message.what.upper(), message.key))
        return message.key

    def find(self, key: str, since: Instant) -> list[str]:
        return []

    def note(self, remote: str, message: Message) -> None:
        self._write(_shown(message, "NOTE", remote))

    def close(self, remote: str, message: Message) -> None:
        self._write(_shown(message, "CLOSED", remote))

    def describe(self) -> str:
        return f"the terminal ({_line(str(getattr(self._stream, 'name', 'a stream')))})"

    def _write(self, lines: Iterator[str]) -> None:
        """In one piece, so that lines of a log stay outside of it."""
        encoding = getattr(self._stream, "encoding", None) or "utf-8"
        text = "\n".join([*lines, "", ""]).encode(encoding, "replace").decode(encoding)
        try:
            self._stream.write(text)
            self._stream.flush()
        except (BrokenPipeError, ValueError):
            raise RetryLater("nobody reads the terminal any more") from None
        except OSError as error:
            raise Ambiguous(f"the terminal took a part at most: {error.strerror}") from None


def _shown(message: Message, label: str, key: str) -> Iterator[str]:
    to = ", ".join(_line(one.name or one.person)[:LONGEST_NAME] for one in message.to)
    yield f"{label} {_line(key)}{f', to {to}' if to else ''}, {moment(message.at):%a %d %b %Y %H:%M} UTC"
    yield f"  {_line(message.title)}"
    for heading, text in message.parts:
        yield from _part(_LABELS.get(heading, heading), text)
    if message.answers:
        yield from _part("Answer", message.answers)
    if message.footer:
        yield from _part("", message.footer)


def _part(heading: str, text: str) -> Iterator[str]:
    label = f"{_line(heading)[: HEADING - 1]:<{HEADING}}" if heading else ""
    for line in text.split("\n"):
        hanging = "  " * line.startswith("- ")
        for piece in textwrap.wrap(_line(line), WIDE, subsequent_indent=hanging, break_on_hyphens=False):
            yield f"  {label}{piece}"
            label = " " * len(label)


def _line(text: str) -> str:
    """No control characters, whoever sent them: texts are harmless already, names are not."""
    return "".join(one for one in " ".join(text.split()) if one.isprintable() or one == "\u2060")
