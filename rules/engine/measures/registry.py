"""Every measure by name: adding one is a file beside this one and a line in each table.

Owns which measure a count asks for, and which names it gives to `fire` and `do`.
"""

from collections.abc import Callable
from typing import Protocol

from rules.engine.measures.covered import CoveredMeasure
from rules.engine.measures.distinct import DistinctMeasure
from rules.engine.measures.matching import MatchingMeasure
from rules.engine.measures.percentile import PercentileMeasure
from rules.engine.measures.top import TopMeasure
from rules.language.rule import Clause, Count, Path
from rules.model.actions import Value
from rules.model.vocabulary import element

Inputs = tuple[str | int, ...]


class Measure(Protocol):
    """Kept in step with a tally's entries: `add` when one enters, `drop` with the same inputs when it leaves."""

    def add(self, values: Inputs) -> None: ...

    def drop(self, values: Inputs) -> None: ...

    def read(self, name: str, total: int) -> Value: ...


def _top(count: Count) -> Measure:
    assert count.top is not None  # the caller looked
    of_people = element(count.top.of.type) == "person"
    return CoveredMeasure(count.top.people, of_people) if count.top.people else TopMeasure(of_people)


MEASURES: dict[str, Callable[[Count], Measure]] = {
    "top": _top,
    "distinct": lambda count: DistinctMeasure(count.distinct.at_least if count.distinct else 1),
    "percentile": lambda count: PercentileMeasure(count.percentile.rank if count.percentile else 100),
    "matching": lambda count: MatchingMeasure(),
}

INPUTS: dict[str, Callable[[Count], Path | Clause | None]] = {
    "top": lambda count: count.top.of if count.top else None,
    "distinct": lambda count: count.distinct.of if count.distinct else None,
    "percentile": lambda count: count.percentile.of if count.percentile else None,
    "matching": lambda count: count.matching,
}

PREFIXES = {
    "top": "top",
    "second": "top",
    "distinct": "distinct",
    "percentile": "percentile",
    "matching": "matching",
}
"""First word of a measure's name in a condition → the measure that answers it."""


def wanted(count: Count) -> tuple[str, ...]:
    """The measures that this count asks for, in the order of the table."""
    return tuple(name for name, source in INPUTS.items() if source(count) is not None)
