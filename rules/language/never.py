"""Conditions that nothing can make true, and conditions that say nothing: told from their text alone.

Owns what follows from constants, and from comparisons of one name with values, of clauses that must all hold. What is
not of such a form is not judged.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

from rules.language.nodes import Node
from rules.language.numbers import named_in, names_in
from rules.language.problems import Problems
from rules.language.rule import ERROR, Clause, Place


@dataclass(frozen=True, slots=True)
class Known:
    """What is known besides the clauses: the least and most of measures, and where each number was written."""

    possible: Mapping[str, tuple[int, int]] = field(default_factory=dict)
    written: Mapping[str, Place] = field(default_factory=dict)

    def blame(self, node: Node, clause: Clause) -> tuple[Place, int]:
        """(place, length): the number where another file than that of the clause says what it is, else the clause."""
        for name in names_in(clause.text):
            place = self.written.get(name)
            if place is not None and place.file != node.place.file:
                return place, len(name)
        return node.at(0), len(clause.text)


def check_possible(
    found: Sequence[tuple[Node, Clause]],
    known: Known,
    numbers: Mapping[str, int | str],
    problems: Problems,
) -> None:
    """A clause that can never hold is a problem, one that always holds a warning."""
    open_: list[tuple[Node, Clause]] = []
    for node, clause in found:
        # With every name unknown, what still has a value does not depend on any.
        value = clause.test(*(None for _ in clause.reads))
        if value is True:
            hint = _numbers(clause, numbers) or "take it out, or compare something"
            place, length = known.blame(node, clause)
            problems.warn(place, f"'{clause.text}' is always true", hint, length)
        elif value is False or value is ERROR:
            fails = "is never true" if value is False else "always fails"
            hint = _numbers(clause, numbers) or "whatever happens; `mode: off` silences a rule"
            place, length = known.blame(node, clause)
            problems.add(place, f"'{clause.text}' {fails}", hint, length)
        else:
            open_.append((node, clause))
    _check_together(open_, known, numbers, problems)


def _numbers(clause: Clause, numbers: Mapping[str, int | str]) -> str:
    """'min_changes is 10': a condition shows names, and an override may have changed what they are."""
    return ", ".join(f"{name} is {numbers[name]}" for name in named_in(clause.text, numbers))


def _check_together(
    found: Sequence[tuple[Node, Clause]],
    known: Known,
    numbers: Mapping[str, int | str],
    problems: Problems,
) -> None:
    wide_open = {name for _, clause in found for name in _outside(clause)}
    left: dict[str, _Values] = {}
    for node, clause in found:
        for name, sign, value in clause.bounds:
            if name in wide_open:
                continue
            values = left.setdefault(name, _Values(*known.possible.get(name, (None, None))))
            if not values.narrowed(sign, value, clause.text):
                hint = "; ".join(filter(None, (values.why(name, clause), _numbers(clause, numbers))))
                place, length = known.blame(node, clause)
                problems.add(place, f"'{clause.text}' is never true", hint, length)
                return


def _outside(clause: Clause) -> list[str]:
    """Percentages that a number outside 0..100 is compared with: that number is told as wrong already."""
    return [
        name
        for name, _, value in clause.bounds
        if clause.shares and name.endswith(".percent") and isinstance(value, int) and not 0 <= value <= 100
    ]


@dataclass(slots=True)
class _Values:
    """What a name can still be: from `least` to `most`, or only `this`, and none of `not_these`."""

    least: int | None = None
    most: int | None = None
    this: int | str | bool | None = None
    not_these: set[int | str | bool] = field(default_factory=set)
    said: list[str] = field(default_factory=list)
    limits: tuple[int | None, int | None] = (None, None)

    def __post_init__(self) -> None:
        self.limits = (self.least, self.most)

    def narrowed(self, sign: str, value: int | str | bool, text: str) -> bool:
        """Takes one more comparison; False when nothing is left."""
        before = self.this
        if sign == "==":
            self.this = value
        elif sign == "!=":
            self.not_these.add(value)
        elif isinstance(value, int):
            self._bounded(sign, value)
        left = before in (None, self.this) and self._left()
        if left and text not in self.said:
            self.said.append(text)
        return left

    def _bounded(self, sign: str, value: int) -> None:
        if sign in (">", ">="):
            least = value + (sign == ">")
            self.least = least if self.least is None else max(self.least, least)
        else:
            most = value - (sign == "<")
            self.most = most if self.most is None else min(self.most, most)

    def _left(self) -> bool:
        if self.least is not None and self.most is not None and self.least > self.most:
            return False
        if self.this is None:
            return self.least is None or self.least != self.most or self.least not in self.not_these
        if isinstance(self.this, int) and not isinstance(self.this, bool):
            low, high = self.least, self.most
            if (low is not None and self.this < low) or (high is not None and self.this > high):
                return False
        return self.this not in self.not_these

    def why(self, name: str, clause: Clause) -> str:
        others = [text for text in self.said if text != clause.text]
        if others:
            return f"together with '{others[-1]}'"
        least, most = self.limits
        return f"{name} is from {least} to {most}" if most is not None else "its parts contradict each other"
