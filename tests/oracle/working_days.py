"""Working days by walking the calendar one day at a time: the slow, plain reading of RULES 'Time and late events'.

Owns dates and hours of one calendar. Knows no events: leave is handed in as a set of dates.
"""

from datetime import date, datetime, time, timedelta
from zoneinfo import ZoneInfo

from rules.model.people import Calendar
from rules.model.times import Instant, instant, moment

ONE_DAY = timedelta(days=1)


def works_on(calendar: Calendar, day: date, leave: frozenset[date] = frozenset()) -> bool:
    return day.weekday() in calendar.days and day.isoformat() not in calendar.away and day not in leave


def local(calendar: Calendar, at: Instant) -> datetime:
    return moment(at).astimezone(ZoneInfo(calendar.zone))


def _at(calendar: Calendar, day: date, clock: time) -> Instant:
    return instant(datetime.combine(day, clock, ZoneInfo(calendar.zone)))


def _neighbour(calendar: Calendar, day: date, leave: frozenset[date], step: timedelta) -> date:
    """The nearest working day after (or before) `day`; a calendar without any stands still after two years."""
    for _ in range(800):
        day += step
        if works_on(calendar, day, leave):
            return day
    return day


def plus_working_days(calendar: Calendar, leave: frozenset[date], at: Instant, n: int) -> Instant:
    """`n` times to the next working day at the same local time, from the next opening if `at` is outside hours."""
    start = local(calendar, at)
    day, clock = start.date(), start.time()
    opening = time(calendar.start_hour)
    closes = start.hour >= calendar.end_hour
    if not works_on(calendar, day, leave) or closes:
        day, clock = _neighbour(calendar, day, leave, ONE_DAY), opening
    elif clock < opening:
        clock = opening
    for _ in range(abs(n)):
        day, clock = _neighbour(calendar, day, leave, ONE_DAY if n > 0 else -ONE_DAY), clock.replace(fold=0)
    return _at(calendar, day, clock)


def working_days_between(calendar: Calendar, start: Instant, end: Instant) -> int:
    """How often one can go on by a working day from `start` without passing `end`."""
    n = 0
    while plus_working_days(calendar, frozenset(), start, n + 1) <= end:
        n += 1
    return n


def leave_dates(calendar: Calendar, starts_at: Instant, until: Instant) -> frozenset[date]:
    """The dates at whose noon somebody is away."""
    day, found = local(calendar, starts_at).date(), set()
    while _at(calendar, day, time(12)) < until:
        found |= {day} if starts_at <= _at(calendar, day, time(12)) else set()
        day += ONE_DAY
    return frozenset(found)


def next_midnight(calendar: Calendar, after: Instant) -> Instant:
    return _at(calendar, local(calendar, after).date() + ONE_DAY, time(0))
