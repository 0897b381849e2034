"""`top: {of, people: k}`: entries wholly covered by the k most frequent values.

Owns that count. An entry with an empty list is covered by nobody; percent is of all entries. `value` is the single
most frequent one. With people, OTHER cannot be one of the k.
"""

from collections.abc import Iterable

from rules.model.accounts import OTHER
from rules.model.actions import Value


class CoveredMeasure:
    __slots__ = ("_entries", "_of_people", "_people", "counts")

    def __init__(self, people: int, of_people: bool) -> None:
        self.counts: dict[str | int, int] = {}
        self._entries: dict[tuple[str | int, ...], int] = {}
        self._people = people
        self._of_people = of_people

    def add(self, values: tuple[str | int, ...]) -> None:
        self._entries[values] = self._entries.get(values, 0) + 1
        for value in values:
            self.counts[value] = self.counts.get(value, 0) + 1

    def drop(self, values: tuple[str | int, ...]) -> None:
        self._entries[values] -= 1
        if not self._entries[values]:
            del self._entries[values]
        for value in values:
            self.counts[value] -= 1
            if not self.counts[value]:
                del self.counts[value]

    def read(self, name: str, total: int) -> Value:
        """'top.value', 'top.n' or 'top.percent'; there is no second."""
        ranked = self._ranked()
        if name == "top.value":
            return ranked[0] if ranked else None
        chosen = frozenset(ranked[: self._people])
        n = sum(times for values, times in self._entries.items() if values and chosen.issuperset(values))
        if name == "top.n":
            return n
        return 100 * n // total if total else 0

    def _ranked(self) -> list[str | int]:
        candidates: Iterable[tuple[str | int, int]] = self.counts.items()
        if self._of_people:
            candidates = [(value, n) for value, n in candidates if value != OTHER]
        return [value for value, _ in sorted(candidates, key=lambda item: (-item[1], item[0]))]
