"""`percentile`: nearest rank, the ⌈rank·n/100⌉-th smallest value (Hyndman and Fan 1996, definition 1).

Owns the sorted list, at most as long as the tally. Without a value the percentile is 0.
"""

from bisect import bisect_left, insort

from rules.model.actions import Value


class PercentileMeasure:
    __slots__ = ("_rank", "_sorted")

    def __init__(self, rank: int) -> None:
        self._rank = rank
        self._sorted: list[int] = []

    def add(self, values: tuple[str | int, ...]) -> None:
        for value in values:
            insort(self._sorted, int(value))

    def drop(self, values: tuple[str | int, ...]) -> None:
        for value in values:
            del self._sorted[bisect_left(self._sorted, int(value))]

    def read(self, name: str, total: int) -> Value:
        if not self._sorted:
            return None  # of nothing there is none
        return self._sorted[max(0, -(-self._rank * len(self._sorted) // 100) - 1)]
