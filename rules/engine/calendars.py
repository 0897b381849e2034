"""Working days: adding them, counting them, and whose calendar applies.

Owns the arithmetic of 'wd'. A working day is a weekday of the calendar that is not away; hours matter only for the
start: an event outside working hours starts at the next opening. A time that a clock skips is as much later as it skips
(RFC 5545); of one that it shows twice the first counts, except for what happens at the second itself.
"""

from datetime import UTC, date, datetime, time, timedelta
from functools import lru_cache
from zoneinfo import ZoneInfo

from rules.engine.facts.rows import Facts
from rules.model.people import Calendar
from rules.model.times import Instant, instant, moment

FOR_EVER: Instant = 1 << 62
"""The end of an absence that has none."""

MAX_DAYS = 3660
"""Ten years: further than any rule may wait, so that no calendar without working days can hang the engine."""

Absences = tuple[tuple[Instant, Instant], ...]


def calendar_of(facts: Facts, person: str | None) -> tuple[Calendar, Absences]:
    """The person's own calendar and announced leave; the workspace's calendar where there is none.

    Somebody's departure stops no clock: what waits for their working days would wait for ever.
    """
    workspace = facts.people_map.calendar
    if not person:
        return workspace, ()
    row = facts.person.get(person)
    away = tuple(span for span in row.absences if span[1] < FOR_EVER) if row else ()
    return facts.configured.person(person).calendar or workspace, away


@lru_cache(maxsize=4096)
def _zone(name: str) -> ZoneInfo:
    return ZoneInfo(name)


@lru_cache(maxsize=4096)
def _away(dates: tuple[str, ...]) -> frozenset[date]:
    return frozenset(date.fromisoformat(text) for text in dates)


def _is_working(calendar: Calendar, absences: Absences, day: date) -> bool:
    if day.weekday() not in calendar.days or day in _away(calendar.away):
        return False
    if not absences:
        return True
    noon = instant(datetime.combine(day, time(12), _zone(calendar.zone)))
    return not any(start <= noon < end for start, end in absences)


def _step(calendar: Calendar, absences: Absences, day: date, forward: bool) -> date:
    """The next (or previous) working day after `day`."""
    for _ in range(MAX_DAYS):
        if (day.year, forward) in ((9999, True), (1, False)):
            break
        day += timedelta(days=1 if forward else -1)
        if _is_working(calendar, absences, day):
            break
    return day


def _begin(calendar: Calendar, absences: Absences, start: Instant) -> tuple[date, time]:
    """The working day and local time at which working time begins to run."""
    local = moment(start).astimezone(_zone(calendar.zone))
    opening = time(calendar.start_hour)
    if not _is_working(calendar, absences, local.date()) or local.hour >= calendar.end_hour:
        return _step(calendar, absences, local.date(), forward=True), opening
    return local.date(), max(local.time(), opening)


def add_working_days(calendar: Calendar, absences: Absences, start: Instant, count: int) -> Instant:
    """`count` times to the next working day at the same local time (previous, for a negative count)."""
    day, clock = _begin(calendar, absences, start)
    for _ in range(min(abs(count), MAX_DAYS)):
        day, clock = _step(calendar, absences, day, forward=count > 0), clock.replace(fold=0)
    return _at(calendar, day, clock)


def _at(calendar: Calendar, day: date, clock: time) -> Instant:
    return instant(datetime.combine(day, clock, _zone(calendar.zone)))


def days_passed(calendar: Calendar, absences: Absences, start: Instant, count: int) -> list[tuple[date, bool]]:
    """The days that `add_working_days` went over: (day, whether it counts). Weekends of the calendar are not among
    them; a day that does not count is one away, and why is nobody's business."""
    day, _ = _begin(calendar, absences, start)
    first = moment(start).astimezone(_zone(calendar.zone)).date()
    end = day
    for _ in range(min(abs(count), MAX_DAYS)):
        end = _step(calendar, absences, end, forward=count > 0)
    low, high = min(first, end), max(day, end)
    days = [low + timedelta(days=n) for n in range((high - low).days + 1)]
    counting = [one for one in days if _is_working(calendar, absences, one) and (one > day if count > 0 else one < day)]
    return [
        (one, one in counting)
        for one in days
        if one in counting or (one.weekday() in calendar.days and not _is_working(calendar, absences, one))
    ]


def working_from(calendar: Calendar, absences: Absences, at: Instant) -> Instant:
    """`at`, if it lies within working hours; else the next opening."""
    day, clock = _begin(calendar, absences, at)
    found = max(at, _at(calendar, day, clock))
    local = local_time(calendar, found)
    if local.date() == day and local.hour < calendar.end_hour:
        return found
    return _at(calendar, _step(calendar, absences, day, forward=True), time(calendar.start_hour))  # all hours skipped


def working_days_between(calendar: Calendar, start: Instant, end: Instant) -> int:
    """How many working days can be added to `start` without passing `end`; in constant time."""
    first, clock = _begin(calendar, (), start)
    last = local_time(calendar, end).date()
    if _is_working(calendar, (), last) and end < _at(calendar, last, clock.replace(fold=0)):
        last -= timedelta(days=1)
    weeks, rest = divmod(max((last - first).days, 0), 7)
    found = weeks * len(set(calendar.days))
    found += sum((last - timedelta(days=back)).weekday() in calendar.days for back in range(rest))
    return found - sum(first < day <= last and day.weekday() in calendar.days for day in _away(calendar.away))


def local_time(calendar: Calendar, at: Instant) -> datetime:
    """The time on the calendar's clocks."""
    return moment(at).astimezone(_zone(calendar.zone))


def next_midnight(calendar: Calendar, at: Instant) -> Instant:
    """The first 00:00 of the calendar's zone after `at`."""
    zone = _zone(calendar.zone)
    day = moment(at).astimezone(zone).date() + timedelta(days=1)
    return instant(datetime.combine(day, time(0), zone).astimezone(UTC))
