"""A tally: the remembered entries of one count and one key, and the measures over them.

Owns what enters, what leaves and when. Entries stand in event order: appended right, expired left. Measures are
rebuilt from the entries on load and never stored.
"""

from collections import deque

import msgspec

from rules.engine.measures.registry import MEASURES, PREFIXES, Inputs, Measure, wanted
from rules.language.rule import Count
from rules.model.actions import Value
from rules.model.times import Instant, Span

_NEVER: Instant = 1 << 62
CAP = 5000
"""Entries a key may hold; reaching it makes the count `truncated`."""


class Entry(msgspec.Struct, gc=False, array_like=True):
    """One event under one key. `ident` is what a newer entry replaces, or what `until` takes out; '' is nothing."""

    at: Instant
    event: str
    ident: str
    inputs: tuple[Inputs, ...]
    link: str = ""
    dead: bool = False


class LeftOut(msgspec.Struct, gc=False, array_like=True):
    at: Instant
    guard: str


class Kept(msgspec.Struct, array_like=True):
    """What a checkpoint keeps of a tally."""

    entries: list[Entry]
    left_out: list[LeftOut]
    cut_at: Instant


class Shape:
    """What all tallies of one count have in common, worked out once."""

    __slots__ = ("count", "idents", "last", "limit", "measures", "name", "place", "window")

    def __init__(self, count: Count) -> None:
        self.name = count.name
        self.count = count
        self.window: Span | None = count.window
        self.last = count.last
        self.limit = min(count.last or CAP, CAP)
        self.measures = wanted(count)
        self.place = {word: self.measures.index(name) for word, name in PREFIXES.items() if name in self.measures}
        self.idents = bool(count.one_per or count.until)

    def make(self) -> "list[Measure]":
        return [MEASURES[name](self.count) for name in self.measures]


class Tally:
    __slots__ = ("_by_ident", "_measures", "cut_at", "entries", "left_out", "n", "next_at", "shape")

    def __init__(self, shape: Shape) -> None:
        self.shape = shape
        self.entries: deque[Entry] = deque()
        self.left_out: deque[LeftOut] = deque()
        self.n = 0
        self.cut_at: Instant = 0  # newest entry that the cap pushed out
        self.next_at: Instant = _NEVER  # before this nothing is old enough to leave
        self._measures = shape.make()
        self._by_ident: dict[str, Entry] = {}

    def add(self, entry: Entry) -> None:
        """Takes an entry, which must not be older than the newest one."""
        if entry.at >= self.next_at:
            self.expire(entry.at)
        if entry.ident:
            older = self._by_ident.get(entry.ident)
            if older is not None:
                self._kill(older)
            self._by_ident[entry.ident] = entry
        elif self.entries and self.entries[-1].event == entry.event and not self.entries[-1].dead:
            self._leave(self.entries.pop())  # several combinations, one key: the last counts
        self.entries.append(entry)
        self._enter(entry)
        if self.next_at == _NEVER and self.shape.window is not None:
            self.next_at = entry.at + self.shape.window
        while self.n > self.shape.limit:
            self._pop_oldest()

    def remove(self, ident: str) -> None:
        """Takes out what `until` names."""
        entry = self._by_ident.get(ident)
        if entry is not None:
            self._kill(entry)

    def leave_out(self, at: Instant, guard: str) -> None:
        """Notes that a guard kept an event of this key from being counted."""
        self.left_out.append(LeftOut(at, guard))
        if self.next_at == _NEVER and self.shape.window is not None:
            self.next_at = at + self.shape.window
        if len(self.left_out) > CAP:
            self.left_out.popleft()

    def expire(self, at: Instant) -> None:
        """Lets go what is as old as the window. Before `next_at` that is nothing, and callers in a hurry look there."""
        window = self.shape.window
        if window is None or at < self.next_at:
            return
        since = at - window
        entries, left_out = self.entries, self.left_out
        while entries and entries[0].at <= since:
            entry = entries.popleft()
            if not entry.dead:
                self._leave(entry)
        while left_out and left_out[0].at <= since:
            left_out.popleft()
        oldest = min(entries[0].at if entries else _NEVER, left_out[0].at if left_out else _NEVER)
        self.next_at = oldest + window if oldest < _NEVER else _NEVER

    def read(self, name: str) -> Value:
        """A measure as rules name it: 'n', 'top.percent', 'distinct'. Expire first."""
        if name == "n":
            return self.n
        return self._measures[self.shape.place[name.partition(".")[0]]].read(name, self.n)

    def truncated(self, at: Instant) -> bool:
        if self.shape.last is not None or not self.cut_at:
            return False
        return self.shape.window is None or self.cut_at > at - self.shape.window

    def living(self) -> list[Entry]:
        return [entry for entry in self.entries if not entry.dead]

    def idle(self, at: Instant) -> bool:
        """Whether nothing is left that a later event could see."""
        self.expire(at)
        return self.n == 0 and not self.left_out

    def kept(self) -> Kept:
        return Kept(self.living(), list(self.left_out), self.cut_at)

    @classmethod
    def of(cls, shape: Shape, kept: Kept) -> "Tally":
        tally = cls(shape)
        for entry in kept.entries:
            tally.entries.append(entry)
            tally._enter(entry)
            if entry.ident:
                tally._by_ident[entry.ident] = entry
        tally.left_out = deque(kept.left_out)
        tally.cut_at = kept.cut_at
        tally.next_at = -_NEVER  # looked at when time goes on
        return tally

    def _enter(self, entry: Entry) -> None:
        self.n += 1
        if self._measures:
            for measure, values in zip(self._measures, entry.inputs, strict=True):
                measure.add(values)

    def _leave(self, entry: Entry) -> None:
        self.n -= 1
        if self._measures:
            for measure, values in zip(self._measures, entry.inputs, strict=True):
                measure.drop(values)
        if entry.ident and self._by_ident.get(entry.ident) is entry:
            del self._by_ident[entry.ident]

    def _kill(self, entry: Entry) -> None:
        """Takes an entry out of the middle; its place is swept when half of the entries are such places."""
        entry.dead = True
        self._leave(entry)
        if len(self.entries) > 64 and self.n < len(self.entries) // 2:
            self.entries = deque(self.living())

    def _pop_oldest(self) -> None:
        entry = self.entries.popleft()
        if not entry.dead:
            self._leave(entry)
            self.cut_at = max(self.cut_at, entry.at)
