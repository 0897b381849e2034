"""Most frequent values of a tally: `top.value`, `top.n`, `top.percent` and the same of `second`.

Owns the counting. A list gives each of its elements once an entry. Ties: the id that sorts first. For people, OTHER
counts and may be second, but never top: where it would be top, everything about top is unknown.
"""

from rules.model.accounts import OTHER
from rules.model.actions import Value

Ranked = tuple[str | int, int]


class TopMeasure:
    """The two best are kept and found anew only after a decrement that may have changed them."""

    __slots__ = ("_best", "_clean", "_of_people", "_second", "counts")

    def __init__(self, of_people: bool) -> None:
        self.counts: dict[str | int, int] = {}
        self._of_people = of_people
        self._best: Ranked | None = None
        self._second: Ranked | None = None
        self._clean = True

    def add(self, values: tuple[str | int, ...]) -> None:
        counts = self.counts
        for value in values:
            counts[value] = counts.get(value, 0) + 1
        if values:
            self._clean = False

    def drop(self, values: tuple[str | int, ...]) -> None:
        counts = self.counts
        for value in values:
            if counts[value] == 1:
                del counts[value]
            else:
                counts[value] -= 1
        if values:
            self._clean = False

    def read(self, name: str, total: int) -> Value:
        """`name` as in 'top.percent'. `total` is the number of entries, those without a value included."""
        if not self._clean:
            self._rank()
        which, _, field = name.partition(".")
        found = self._best if which == "top" else self._second
        if which == "top" and found is not None and self._of_people and found[0] == OTHER:
            return None
        if field == "value":
            return found[0] if found else None
        n = found[1] if found else 0
        if field == "n":
            return n
        return 100 * n // total if total else 0

    def _rank(self) -> None:
        best: Ranked | None = None
        second: Ranked | None = None
        for value, n in self.counts.items():
            candidate = (value, n)
            if best is None or _ahead(candidate, best):
                best, second = candidate, best
            elif second is None or _ahead(candidate, second):
                second = candidate
        self._best, self._second, self._clean = best, second, True


def _ahead(one: Ranked, other: Ranked) -> bool:
    return one[1] > other[1] or (one[1] == other[1] and one[0] < other[0])  # type: ignore[operator]  # one path, one type
