"""When somebody may hear of something: their working hours, and the digest day.

Owns these times. Pure: calendars and leave are given.
"""

from datetime import date, datetime, time, timedelta
from zoneinfo import ZoneInfo

from rules.engine.calendars import Absences, local_time, working_from
from rules.model.people import Calendar
from rules.model.times import Instant, instant
from worker.dispatch.limits import Limits

Hours = tuple[Calendar, Absences]


def slot(calendar: Calendar, limits: Limits, since: Instant) -> Instant:
    """The first digest hour at or after `since`, in the reader's zone."""
    found = _slot_in_week(calendar, limits, local_day(calendar, since))
    return found if found >= since else _slot_in_week(calendar, limits, local_day(calendar, since) + timedelta(7))


def last_slot(calendar: Calendar, limits: Limits, at: Instant) -> Instant:
    """The newest digest hour that is not after `at`."""
    day = local_day(calendar, at)
    found = _slot_in_week(calendar, limits, day - timedelta(6))
    return found if found <= at else _slot_in_week(calendar, limits, day - timedelta(13))


def _slot_in_week(calendar: Calendar, limits: Limits, day: date) -> Instant:
    """Of the next digest day that is not before `day`."""
    digest_day = day + timedelta((limits.weekday - day.weekday()) % 7)
    return instant(datetime.combine(digest_day, time(limits.hour), ZoneInfo(calendar.zone)))


def local_day(calendar: Calendar, at: Instant) -> date:
    return local_time(calendar, at).date()


def may_be_sent(hours: Hours, send: str, limits: Limits, planned_at: Instant, now: Instant) -> tuple[Instant, str]:
    """The earliest time from now on, and what it waits for; (now, '') where it may be sent now.

    `planned_at` tells which digest day a weekly message belongs to; one that was missed is made good at once.
    """
    calendar, away = hours
    if send == "weekly" and (day := slot(calendar, limits, planned_at)) > now:
        return working_from(calendar, away, day), "waits for the digest day"
    found = working_from(calendar, away, now)
    return found, "" if found <= now else "waits for working hours"
