"""`matching`: entries for which a condition held when they came in. Owns that count."""

from rules.model.actions import Value


class MatchingMeasure:
    __slots__ = ("_n",)

    def __init__(self) -> None:
        self._n = 0

    def add(self, values: tuple[str | int, ...]) -> None:
        self._n += 1 in values

    def drop(self, values: tuple[str | int, ...]) -> None:
        self._n -= 1 in values

    def read(self, name: str, total: int) -> Value:
        return self._n
