"""The voice of a terminal: people by name or pseudonym, areas, and commands to type.

Owns who may be named where. Everything from outside is made harmless before it is shown; amounts and days in words are
`rules/speech/amounts.py`'s.
"""

import shlex
import shutil
import sys
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Protocol

from rules.model.accounts import OTHER
from rules.model.times import DAY, Instant
from rules.speech.harmless import plain
from rules.speech.voice import LONGEST_AREA, LONGEST_NAME


class Named(Protocol):
    """Whoever knows names: the directory of a run, or that of a store."""

    def name(self, person: str) -> str: ...

    def knows(self, person: str) -> bool: ...


@dataclass(frozen=True, slots=True)
class Say:
    """`named`: the reader may see names: on a terminal, or in a file when asked for."""

    people: Named
    named: bool
    zone: str = "UTC"

    def person(self, person: str | None) -> str:
        if not person:
            return "nobody"
        if person == OTHER:
            return "somebody unknown"
        return plain(self.people.name(person), LONGEST_NAME) if self.named else person

    def area(self, area: str) -> str:
        return "(top level)" if area == "." else plain(area, LONGEST_AREA)

    def safe(self, text: str) -> str:
        return plain(text)

    def link(self, url: str) -> str:
        return plain(url) if url.startswith("https://") else ""

    def quoted(self) -> "Say":
        return self

    def who_is_named(self) -> str:
        if not self.named:
            return "People are pseudonyms of this run; --names shows names."
        if sys.stdout.isatty():
            return "Names are shown to you only. --pseudonyms to hide."
        return "Names are in this output, because --names asked for them."


def may_name(names: bool, pseudonyms: bool, by_itself: bool = True) -> bool:
    """Names are for the terminal; a file, a pipe or JSON gets them only with --names. --pseudonyms always wins."""
    return not pseudonyms and (names or (by_itself and sys.stdout.isatty()))


def cut(text: str, width: int) -> str:
    """For a cell of a table."""
    return text if len(text) <= width else text[: width - 1] + "…"


def typed(command: str, options: Sequence[str], *subjects: str) -> str:
    """A command to type, quoted for a shell, by the name under which this one runs."""
    program = sys.argv[0] if Path(sys.argv[0]).name == "sparekey" and not shutil.which("sparekey") else "sparekey"
    parts = [*options, *(["--", *subjects] if any(one.startswith("-") for one in subjects) else subjects)]
    return " ".join([program, command, *map(shlex.quote, parts)])


def days_between(start: Instant, end: Instant) -> int:
    return (end - start) // DAY
