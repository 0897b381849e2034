"""Words for ids on a terminal: people by name or pseudonym, areas and times for a reader.

Owns who may be named where. Everything from outside is made harmless before it is shown.
"""

import shlex
import shutil
import sys
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from rules.model.accounts import OTHER
from rules.model.times import DAY, Instant, moment
from rules.speech.harmless import plain
from worker.people.directory import RunDirectory

MONTH_DAYS = 30


@dataclass(frozen=True, slots=True)
class Say:
    """`named`: the reader may see names: on a terminal, or in a file when asked for."""

    people: RunDirectory
    named: bool

    def person(self, person: str | None) -> str:
        if not person:
            return "nobody"
        if person == OTHER:
            return "somebody unknown"
        return plain(self.people.name(person), 40) if self.named else person

    def area(self, area: str) -> str:
        return "(top level)" if area == "." else plain(area, 60)

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


def day(at: Instant) -> str:
    """'Mon 3 Nov 2025', UTC."""
    when = moment(at)
    return f"{when:%a} {when.day} {when:%b %Y}"


def short_day(at: Instant) -> str:
    when = moment(at)
    return f"{when.day} {when:%b}"


def month(at: Instant) -> str:
    return f"{moment(at):%B %Y}"


def ago(days: int | None) -> str:
    """'3 weeks', '14 months', 'never'."""
    if days is None:
        return "never"
    if days < 14:
        return "this week" if days < 7 else "last week"
    if days < 2 * MONTH_DAYS:
        return f"{days // 7} weeks"
    if days < 730:
        return f"{days // MONTH_DAYS} months"
    return f"{days // 365} years"


def count(n: int, one: str, many: str = "") -> str:
    """'1 change', '3 changes', '1,204 changes'."""
    return f"{n:,} {one if n == 1 else many or one + 's'}"


def times(n: int) -> str:
    """'once', 'twice', '3 times'."""
    return {1: "once", 2: "twice"}.get(n, f"{n:,} times")


def days_between(start: Instant, end: Instant) -> int:
    return (end - start) // DAY


def listed(words: list[str]) -> str:
    """'a, b and c'."""
    return " and ".join([", ".join(words[:-1]), words[-1]]) if len(words) > 1 else "".join(words)
