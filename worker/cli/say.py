"""Words for ids on a terminal: people by name or pseudonym, areas and times for a reader.

Owns who may be named where. Everything from outside is made harmless before it is shown.
"""

import sys
from dataclasses import dataclass

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


def may_name(names: bool, pseudonyms: bool) -> bool:
    """Names are for the terminal; a file or a pipe gets them only with --names."""
    return names or (sys.stdout.isatty() and not pseudonyms)


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


def days_between(start: Instant, end: Instant) -> int:
    return (end - start) // DAY


def listed(words: list[str]) -> str:
    """'a, b and c'."""
    return " and ".join([", ".join(words[:-1]), words[-1]]) if len(words) > 1 else "".join(words)
