"""What is wrong with a file, and where. Owns the shape of a located problem and its one-line text."""

from collections.abc import Iterable
from dataclasses import dataclass
from difflib import get_close_matches
from typing import Literal

from rules.language.rule import Place

Severity = Literal["error", "warning"]
MOST_SHOWN = 400
"""Characters of a message or hint: a value of a file may be a megabyte long, and is repeated in what is said of it."""

MOST_LISTED, LISTED_OF_MANY = 14, 8
"""Names in a hint: all of a few, else some of them."""


@dataclass(frozen=True, slots=True)
class Problem:
    """`length`: how many characters from `place` on are wrong; 0 where it is the word that stands there."""

    place: Place
    message: str
    hint: str = ""
    length: int = 0
    severity: Severity = "error"

    def __str__(self) -> str:
        return f"{self.place}: {self.message}" + (f" ({self.hint})" if self.hint else "")


class Problems:
    """Collects problems, so that all are told at once. Warnings are kept apart: with them alone all is right."""

    def __init__(self) -> None:
        self._found: list[Problem] = []
        self._warned: list[Problem] = []

    def add(self, place: Place, message: str, hint: str = "", length: int = 0) -> None:
        self._found.append(Problem(place, _short(message), _short(hint), length))

    def warn(self, place: Place, message: str, hint: str = "", length: int = 0) -> None:
        self._warned.append(Problem(place, _short(message), _short(hint), length, "warning"))

    def __len__(self) -> int:
        """Without the warnings."""
        return len(self._found)

    def forget(self, since: int, beginnings: tuple[str, ...]) -> None:
        """Drops those added after the first `since` whose message begins with one of these: they follow from others."""
        if beginnings:
            new = [one for one in self._found[since:] if not one.message.startswith(beginnings)]
            self._found[since:] = new

    def sorted(self) -> tuple[Problem, ...]:
        """By file, line and column; the same problem once. Without the warnings."""
        return in_order(self._found)

    def warnings(self) -> tuple[Problem, ...]:
        return in_order(self._warned)


def in_order(found: Iterable[Problem]) -> tuple[Problem, ...]:
    """By file, line and column; the same problem once."""
    return tuple(sorted(set(found), key=lambda p: (p.place.file, p.place.line, p.place.column, p.message)))


def _short(text: str) -> str:
    """What is too long loses its middle: values stand there, and the sentence around them is kept."""
    half = MOST_SHOWN // 2
    return text if len(text) <= MOST_SHOWN else f"{text[: half - 1]}…{text[-half:]}"


def nearest(word: str, known: Iterable[str], listed: bool = True) -> str:
    """A hint: the nearest known name, else the names there are, or some of many."""
    names = sorted(known)
    close = get_close_matches(word[:100], names, n=1)
    if close:
        return f"did you mean '{close[0]}'?"
    if not names or not listed:
        return ""
    most = len(names) if len(names) <= MOST_LISTED else LISTED_OF_MANY
    more = f" and {len(names) - most} more" if most < len(names) else ""
    return f"there are: {', '.join(names[:most])}{more}"
