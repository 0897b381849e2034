"""`distinct`: how many values were seen, or were seen at least k times. Owns that count."""

from rules.model.actions import Value


class DistinctMeasure:
    __slots__ = ("_at_least", "_counts", "_n")

    def __init__(self, at_least: int) -> None:
        self._at_least = at_least
        self._counts: dict[str | int, int] = {}
        self._n = 0

    def add(self, values: tuple[str | int, ...]) -> None:
        for value in values:
            n = self._counts[value] = self._counts.get(value, 0) + 1
            self._n += n == self._at_least

    def drop(self, values: tuple[str | int, ...]) -> None:
        for value in values:
            n = self._counts[value] = self._counts[value] - 1
            self._n -= n == self._at_least - 1
            if not n:
                del self._counts[value]

    def read(self, name: str, total: int) -> Value:
        return self._n
