"""Most frequent values of a tally: `top.value`, `top.n`, `top.percent` and the same of `second`.

Owns the counting. A list gives each of its elements once an entry. Ties: the id that sorts first. For people, OTHER
counts and may be second, but never top: where it would be top, everything about top is unknown.
"""

from rules.model.accounts import OTHER
from rules.model.actions import Value


class TopMeasure:
    """The best two are kept while values come and go; each is found anew only when it can no longer be told."""

    __slots__ = ("_best", "_best_known", "_of_people", "_second", "_second_known", "counts")

    def __init__(self, of_people: bool) -> None:
        self.counts: dict[str | int, int] = {}
        self._of_people = of_people
        self._best: str | int | None = None
        self._second: str | int | None = None
        self._best_known = self._second_known = True

    def add(self, values: tuple[str | int, ...]) -> None:
        counts = self.counts
        for value in values:
            counts[value] = counts.get(value, 0) + 1
            if self._best_known and value != self._best:
                self._rise(value)

    def drop(self, values: tuple[str | int, ...]) -> None:
        counts = self.counts
        for value in values:
            if counts[value] == 1:
                del counts[value]
            else:
                counts[value] -= 1
            if value == self._second:
                self._second_known = False  # somebody behind may be ahead now; the best stays the best
            elif value == self._best:
                self._best_known = self._best_known and self._second_known and self._still_best()

    def read(self, name: str, total: int) -> Value:
        """`name` as in 'top.percent'. `total` is the number of entries, those without a value included."""
        is_top = name.startswith("top")
        if not self._best_known or not (is_top or self._second_known):
            self._rank()
        found = self._best if is_top else self._second
        if is_top and self._of_people and found == OTHER:
            return None
        if name.endswith("value"):
            return found
        n = self.counts[found] if found is not None else 0
        if name.endswith("n"):
            return n
        return 100 * n // total if total else 0

    def _rise(self, value: str | int) -> None:
        """Puts a value that was counted up where it belongs among the best two."""
        if self._best is None or self._ahead(value, self._best):
            self._second, self._best = self._best, value
            self._second_known = True
        elif (
            self._second_known and value != self._second and (self._second is None or self._ahead(value, self._second))
        ):
            self._second = value

    def _still_best(self) -> bool:
        best, second = self._best, self._second
        return best in self.counts and best is not None and (second is None or self._ahead(best, second))

    def _ahead(self, one: str | int, other: str | int) -> bool:
        n, m = self.counts[one], self.counts[other]
        return n > m or (n == m and one < other)  # type: ignore[operator]  # all values of one path have one type

    def _rank(self) -> None:
        self._best = self._second = None
        self._best_known = self._second_known = True
        for value in self.counts:
            self._rise(value)
