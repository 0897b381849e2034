"""Values of a test file as they are written: texts, numbers, lengths, moments, calendars.

Owns their reading, each problem at its place, and what a struct's fields look like in a file. Must not know what a
test means.
"""

import re
from collections.abc import Collection, Mapping
from datetime import date, datetime, time
from typing import get_args
from zoneinfo import ZoneInfo

import msgspec

from rules.language.durations import duration
from rules.language.nodes import Node
from rules.language.problems import Problems, nearest
from rules.language.rule import Duration
from rules.model.people import Calendar
from rules.model.times import DAY, Instant, Span, instant
from rules.testing.document import Configured, Said

MAX_DAYS = 3660
YEARS = range(1990, 2200)
"""In which tests play."""
DAYS = ("mon", "tue", "wed", "thu", "fri", "sat", "sun")
_MOMENT = re.compile(r"^(\d{4}-\d{2}-\d{2})(?:[ T](\d{1,2}):(\d{2}))?(?: ([A-Za-z][A-Za-z0-9_+/-]*))?$")
_LENGTH = re.compile(r"^-?[0-9]{1,6}(m|h|d|w|wd)$")
_HOURS = re.compile(r"^([0-9]{1,2})-([0-9]{1,2})$")
TIMES = frozenset({"opened_at", "due_at", "starts_at", "until", "recheck_at"})
"""Fields of entities that are moments; to the model they are numbers."""


def shapes_of(struct: type[msgspec.Struct]) -> dict[str, str]:
    """Field → what is written there: text, flag, number, texts, time or calendar. Without `id`."""
    return {one.name: _shape(one.name, one.type) for one in msgspec.structs.fields(struct) if one.name != "id"}


def _shape(name: str, type_: object) -> str:
    kinds = {kind for kind in (get_args(type_) or (type_,)) if kind is not type(None) and kind is not ...}
    if name in TIMES:
        return "time"
    for kind, shape in ((bool, "flag"), (int, "number"), (Calendar, "calendar")):
        if kind in kinds:
            return shape
    return "text" if kinds == {str} and not _is_tuple(type_) else "texts"


def _is_tuple(type_: object) -> bool:
    return getattr(type_, "__origin__", None) is tuple


class Words:
    """`zone`: what moments without one are in."""

    def __init__(self, problems: Problems, zone: str = "UTC") -> None:
        self.problems = problems
        self.zone = zone

    def keys(self, node: Node, known: Collection[str], of: str) -> bool:
        """Whether these are names with values, of which every unknown one is told."""
        if node.kind != "map":
            self.problems.add(node.place, f"{of} needs names with values", f"there are: {', '.join(known)}")
            return False
        for key in node.entries:
            if key not in known:
                self.problems.add(node.keys[key], f"unknown key '{key[:60]}' of {of}", nearest(key, known))
        return True

    def value(self, node: Node, shape: str) -> Configured:
        """What is written, as its shape says; null is unknown."""
        if node.kind == "scalar" and node.scalar is None and not node.text:
            return None
        if node.kind == "scalar" and node.scalar is None and node.text in ("null", "~", "Null", "NULL"):
            return None
        if shape == "texts":
            return self.texts(node)
        if shape == "flag":
            return self.flag(node)
        if shape == "number":
            return self.number(node)
        if shape == "time":
            return self.length_or_moment(node)
        return self.calendar(node) if shape == "calendar" else self.text(node)

    def text(self, node: Node, most: int = 300) -> str:
        if node.kind != "scalar" or not node.text or len(node.text) > most:
            self.problems.add(node.place, "a text is needed", f"one of at most {most} characters")
            return ""
        return node.text

    def texts(self, node: Node) -> tuple[str, ...]:
        return tuple(self.text(one) for one in node.listed())

    def one_of(self, node: Node, known: Collection[str], what: str) -> str:
        found = self.text(node)
        if found and found not in known:
            self.problems.add(node.place, f"unknown {what} '{found[:60]}'", nearest(found, known))
        return found

    def flag(self, node: Node) -> bool | None:
        if not isinstance(node.scalar, bool):
            self.problems.add(node.place, "true or false is needed")
            return None
        return node.scalar

    def number(self, node: Node, least: int = 0, most: int = 1_000_000) -> int:
        if not isinstance(node.scalar, int) or isinstance(node.scalar, bool) or not least <= node.scalar <= most:
            self.problems.add(node.place, f"a whole number from {least:,} to {most:,} is needed")
            return least
        return node.scalar

    def length(self, node: Node, least: int | None = 0) -> Duration:
        """Such as 3d or 5wd; not further than ten years."""
        before = len(self.problems)
        found = duration(node, self.problems) or Duration(span=0)
        days = found.working_days if found.working_days is not None else (found.span or 0) // DAY
        if len(self.problems) == before and (abs(days) > MAX_DAYS or (least is not None and days < least)):
            self.problems.add(node.place, f"a length from 0d to {MAX_DAYS}d is needed")
        return found

    def span(self, node: Node) -> Span:
        found = self.length(node)
        if found.span is None:
            self.problems.add(node.place, "this length cannot be in working days")
        return found.span or 0

    def length_or_moment(self, node: Node) -> Said:
        """A moment, or how far it is from the clock."""
        if node.kind == "scalar" and _LENGTH.match(node.text):
            return self.length(node, least=None)
        return self.moment(node)[0]

    def moment(self, node: Node) -> tuple[Instant, str]:
        """(instant, zone) of '2025-10-02', '2025-10-02 16:00' or '2025-10-02 16:00 Europe/Berlin'."""
        found = _MOMENT.match(node.text) if node.kind == "scalar" else None
        if found is None:
            self.problems.add(node.place, "a moment is needed", "such as 2025-10-02 16:00 Europe/Berlin")
            return 0, self.zone
        day, hour, minute, zone = found.groups()
        local = self._zone(node, zone or self.zone)
        try:
            at = datetime.combine(date.fromisoformat(day), time(int(hour or 0), int(minute or 0)), local)
            if at.year not in YEARS:
                raise ValueError
        except ValueError:
            self.problems.add(node.place, f"'{node.text[:60]}' is no moment", "such as 2025-10-02 16:00")
            return 0, self.zone
        return instant(at), zone or self.zone

    def _zone(self, node: Node, name: str) -> ZoneInfo:
        try:
            return ZoneInfo(name)
        except (KeyError, ValueError, OSError):
            self.problems.add(node.place, f"'{name[:60]}' is no time zone", "such as Europe/Berlin")
            return ZoneInfo("UTC")

    def calendar(self, node: Node) -> Calendar:
        """As in people.yml and sparekey.yml: zone, hours, days, away, holidays. The zone is the start's unless said."""
        if not self.keys(node, ("zone", "hours", "days", "away", "holidays"), "a calendar"):
            return Calendar(zone=self.zone)
        said = node.entries
        zone = self._zone(said["zone"], said["zone"].text).key if "zone" in said else self.zone
        start, end = self._hours(said["hours"]) if "hours" in said else (9, 17)
        days = tuple(self.one_of(one, DAYS, "day") for one in said["days"].listed()) if "days" in said else DAYS[:5]
        away = [one for key in ("away", "holidays") if key in said for one in said[key].listed()]
        dates = tuple(sorted({self._date(one) for one in away}))
        return Calendar(zone, tuple(DAYS.index(one) for one in days if one in DAYS), start, end, dates)

    def _hours(self, node: Node) -> tuple[int, int]:
        found = _HOURS.match(node.text)
        if found is None or not int(found[1]) < int(found[2]) <= 24:
            self.problems.add(node.place, "working hours are needed", "such as 9-17")
            return 9, 17
        return int(found[1]), int(found[2])

    def _date(self, node: Node) -> str:
        try:
            return date.fromisoformat(node.text).isoformat()
        except ValueError:
            self.problems.add(node.place, f"'{node.text[:60]}' is no day", "such as 2025-10-03")
            return "1970-01-01"


def fields(node: Node, shapes: Mapping[str, str], of: str, words: Words) -> dict[str, Configured]:
    """Every known field that is written."""
    if not words.keys(node, tuple(shapes), of):
        return {}
    return {key: words.value(one, shapes[key]) for key, one in node.entries.items() if key in shapes}
