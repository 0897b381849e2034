"""Amounts and days in words, for every reader alike. Owns no names and no markup."""

from datetime import datetime
from functools import lru_cache
from zoneinfo import ZoneInfo

from rules.model.times import Instant, moment

MONTH_DAYS = 30


def count(n: int, one: str, many: str = "") -> str:
    """'1 change', '3 changes', '1,204 changes'."""
    return f"{n:,} {one if n == 1 else many or one + 's'}"


def times(n: int) -> str:
    """'once', 'twice', '3 times'."""
    return {1: "once", 2: "twice"}.get(n, f"{n:,} times")


def listed(words: list[str]) -> str:
    """'a, b and c'."""
    return " and ".join([", ".join(words[:-1]), words[-1]]) if len(words) > 1 else "".join(words)


@lru_cache(maxsize=512)
def _zone(name: str) -> ZoneInfo:
    return ZoneInfo(name)


def _local(at: Instant, zone: str) -> datetime:
    """Zones were checked where they were configured; an unknown one raises."""
    return moment(at).astimezone(_zone(zone))


def day(at: Instant, zone: str = "UTC") -> str:
    """'Mon 3 Nov 2025', as the reader's calendar has it."""
    when = _local(at, zone)
    return f"{when:%a} {when.day} {when:%b %Y}"


def day_time(at: Instant, zone: str = "UTC") -> str:
    """'Mon 3 Nov 2025 09:00'."""
    when = _local(at, zone)
    return f"{when:%a} {when.day} {when:%b %Y %H:%M}"


def short_day(at: Instant, zone: str = "UTC") -> str:
    """'3 Nov'."""
    when = _local(at, zone)
    return f"{when.day} {when:%b}"


def month(at: Instant, zone: str = "UTC") -> str:
    """'November 2025'."""
    return f"{_local(at, zone):%B %Y}"


def ago(days: int | None) -> str:
    """'3 weeks', '14 months', 'never'."""
    if days is None:
        return "never"
    if days < 14:
        return "this week" if days < 7 else "last week"
    if days < 2 * MONTH_DAYS:
        return f"{days // 7} weeks"
    if days < 730:
        return f"{days // MONTH_DAYS} months"
    return f"{days // 365} years"
