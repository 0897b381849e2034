"""What is wrong with a file, and where. Owns the shape of a located problem and its one-line text."""

from collections.abc import Iterable
from dataclasses import dataclass
from difflib import get_close_matches

from rules.language.rule import Place


@dataclass(frozen=True, slots=True)
class Problem:
    place: Place
    message: str
    hint: str = ""

    def __str__(self) -> str:
        return f"{self.place}: {self.message}" + (f" ({self.hint})" if self.hint else "")


class Problems:
    """Collects problems, so that all of them are told at once."""

    def __init__(self) -> None:
        self._found: list[Problem] = []

    def add(self, place: Place, message: str, hint: str = "") -> None:
        self._found.append(Problem(place, message, hint))

    def __len__(self) -> int:
        return len(self._found)

    def forget(self, since: int, beginnings: tuple[str, ...]) -> None:
        """Drops those added after the first `since` whose message begins with one of these: they follow from others."""
        if beginnings:
            new = [one for one in self._found[since:] if not one.message.startswith(beginnings)]
            self._found[since:] = new

    def sorted(self) -> tuple[Problem, ...]:
        """By file, line and column; the same problem once."""
        return tuple(sorted(set(self._found), key=lambda p: (p.place.file, p.place.line, p.place.column, p.message)))


def nearest(word: str, known: Iterable[str]) -> str:
    """A hint: the nearest known name, else the names there are."""
    names = sorted(known)
    close = get_close_matches(word, names, n=1, cutoff=0.6)
    if close:
        return f"did you mean '{close[0]}'?"
    return f"there are: {', '.join(names)}" if 0 < len(names) <= 14 else ""
