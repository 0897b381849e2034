"""Most frequent values of a tally: `top.value`, `top.n`, `top.percent` and the same of `second`.

Owns the counting. A list gives each of its elements once an entry. Ties: the id that sorts first. For people, OTHER
counts and may be second, but never top: where it would be top, everything about top is unknown.
"""

from rules.model.accounts import OTHER
from rules.model.actions import Value


class TopMeasure:
    """The best two are kept while values come in, and found anew only after a decrement that may change them."""

    __slots__ = ("_best", "_clean", "_of_people", "_second", "counts")

    def __init__(self, of_people: bool) -> None:
        self.counts: dict[str | int, int] = {}
        self._of_people = of_people
        self._best: str | int | None = None
        self._second: str | int | None = None
        self._clean = True

    def add(self, values: tuple[str | int, ...]) -> None:
        counts = self.counts
        for value in values:
            counts[value] = counts.get(value, 0) + 1
            if self._clean and value != self._best:
                self._rise(value)

    def drop(self, values: tuple[str | int, ...]) -> None:
        counts = self.counts
        for value in values:
            if counts[value] == 1:
                del counts[value]
            else:
                counts[value] -= 1
            if value == self._best or value == self._second:
                self._clean = False

    def read(self, name: str, total: int) -> Value:
        """`name` as in 'top.percent'. `total` is the number of entries, those without a value included."""
        if not self._clean:
            self._rank()
        which, _, field = name.partition(".")
        found = self._best if which == "top" else self._second
        if which == "top" and self._of_people and found == OTHER:
            return None
        if field == "value":
            return found
        n = self.counts[found] if found is not None else 0
        if field == "n":
            return n
        return 100 * n // total if total else 0

    def _rise(self, value: str | int) -> None:
        """Puts a value that was counted up where it belongs among the best two."""
        if self._best is None or self._ahead(value, self._best):
            self._second, self._best = self._best, value
        elif value != self._second and (self._second is None or self._ahead(value, self._second)):
            self._second = value

    def _ahead(self, one: str | int, other: str | int) -> bool:
        n, m = self.counts[one], self.counts[other]
        return n > m or (n == m and one < other)  # type: ignore[operator]  # all values of one path have one type

    def _rank(self) -> None:
        self._best = self._second = None
        counts = self.counts
        first = second = 0
        for value, n in counts.items():
            if n < second:
                continue
            if self._best is None or self._ahead(value, self._best):
                self._second, second = self._best, first
                self._best, first = value, n
            elif self._second is None or self._ahead(value, self._second):
                self._second, second = value, n
        self._clean = True
