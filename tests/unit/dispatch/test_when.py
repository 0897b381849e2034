"""Working hours and digest days."""

from datetime import UTC, datetime, timedelta
from datetime import time as hour_of_day
from zoneinfo import ZoneInfo

from hypothesis import given
from hypothesis import strategies as st

from rules.engine.calendars import working_from
from rules.model.people import Calendar
from rules.model.times import DAY, HOUR, MINUTE, WEEK, Instant, instant, moment
from worker.dispatch import when
from worker.dispatch.limits import Limits

LIMITS = Limits({})
BERLIN = Calendar(zone="Europe/Berlin")
ZONES = st.sampled_from(["UTC", "Europe/Berlin", "Asia/Kathmandu", "Pacific/Apia", "America/St_Johns"])
TIMES = st.integers(instant(datetime(2024, 1, 1, tzinfo=UTC)), instant(datetime(2027, 1, 1, tzinfo=UTC)))


def at(year: int, month: int, day: int, hour: int, minute: int = 0) -> Instant:
    """In Berlin."""
    return instant(datetime(year, month, day, hour, minute, tzinfo=ZoneInfo("Europe/Berlin")))


def test_within_working_hours_is_now_and_else_the_next_opening() -> None:
    friday = at(2025, 3, 28, 16, 59)
    assert working_from(BERLIN, (), friday) == friday
    assert working_from(BERLIN, (), at(2025, 3, 28, 17)) == at(2025, 3, 31, 9), "summer time began in between"
    assert working_from(BERLIN, (), at(2025, 3, 31, 3)) == at(2025, 3, 31, 9)
    assert working_from(BERLIN, ((friday, at(2025, 4, 2, 0)),), at(2025, 3, 29, 12)) == at(2025, 4, 2, 9)


@given(ZONES, TIMES)
def test_the_opening_is_never_before_and_is_its_own_opening(zone: str, time: Instant) -> None:
    calendar = Calendar(zone=zone)
    found = working_from(calendar, (), time)
    local = moment(found).astimezone(ZoneInfo(zone))
    assert time <= found < time + 3 * DAY + HOUR and working_from(calendar, (), found) == found
    assert local.weekday() < 5 and 9 <= local.hour < 17


@given(ZONES, TIMES)
def test_digest_hours_are_a_week_apart_and_either_side_of_now(zone: str, time: Instant) -> None:
    calendar = Calendar(zone=zone)
    last, following = when.last_slot(calendar, LIMITS, time), when.slot(calendar, LIMITS, time + 1)
    assert last <= time < following and abs(following - last - WEEK) <= HOUR
    assert when.slot(calendar, LIMITS, last) == last
    local = moment(following).astimezone(ZoneInfo(zone))
    assert (local.weekday(), local.hour, local.minute) == (0, 9, 0)


def test_weekly_waits_for_the_first_digest_day_after_it_was_planned() -> None:
    planned = at(2025, 1, 8, 15)
    monday = at(2025, 1, 13, 9)
    assert when.may_be_sent((BERLIN, ()), "weekly", LIMITS, planned, planned) == (monday, "waits for the digest day")
    assert when.may_be_sent((BERLIN, ()), "weekly", LIMITS, planned, monday) == (monday, "")
    away = ((monday, monday + DAY),)
    assert when.may_be_sent((BERLIN, away), "weekly", LIMITS, planned, planned)[0] == at(2025, 1, 14, 9)
    late = at(2025, 1, 15, 20)
    assert when.may_be_sent((BERLIN, ()), "weekly", LIMITS, planned, late) == (
        at(2025, 1, 16, 9), "waits for working hours"
    )  # fmt: skip


@given(st.sampled_from(["Europe/Berlin", "America/New_York", "Australia/Lord_Howe", "Africa/Casablanca"]), st.data())
def test_the_digest_hours_around_a_change_of_the_clock_are_the_nearest(zone: str, data: st.DataObject) -> None:
    """A week may be an hour longer or shorter than seven days."""
    calendar, limits = Calendar(zone=zone), Limits({}, data.draw(st.integers(0, 4)), data.draw(st.integers(0, 23)))
    changed = instant(datetime.fromisoformat(data.draw(st.sampled_from(CLOCKS[zone]))).replace(tzinfo=UTC))
    time = changed + data.draw(st.integers(-10 * 24 * 60, 10 * 24 * 60)) * MINUTE
    days = [when.local_day(calendar, time) + timedelta(n) for n in range(-9, 10)]
    walls = [datetime.combine(day, hour_of_day(limits.hour), ZoneInfo(zone)) for day in days]
    hours = [instant(one) for one in walls if one.weekday() == limits.weekday]
    assert when.last_slot(calendar, limits, time) == max(one for one in hours if one <= time)
    assert when.slot(calendar, limits, time) == min(one for one in hours if one >= time)


CLOCKS = {
    "Europe/Berlin": ["2025-03-30T01:00", "2025-10-26T01:00"],
    "America/New_York": ["2025-03-09T07:00", "2025-11-02T06:00"],
    "Australia/Lord_Howe": ["2025-04-05T15:00", "2025-10-04T15:30"],
    "Africa/Casablanca": ["2025-02-23T02:00", "2025-04-06T02:00"],
}


def test_the_monday_after_the_clock_went_forward_has_its_digest_hour() -> None:
    """It is 167 hours after the last one."""
    assert when.last_slot(BERLIN, LIMITS, at(2025, 3, 31, 9, 30)) == at(2025, 3, 31, 9)


def test_quiet_hours_and_digest_days_are_those_of_the_receiver() -> None:
    """The same instant is working time in Kolkata, night in New York; their Mondays begin at other times."""
    monday = instant(datetime(2025, 6, 9, 5, tzinfo=UTC))
    kolkata, york = Calendar("Asia/Kolkata"), Calendar("America/New_York")
    assert when.may_be_sent((kolkata, ()), "now", LIMITS, monday, monday) == (monday, "")
    nine = instant(datetime(2025, 6, 9, 13, tzinfo=UTC))
    assert when.may_be_sent((york, ()), "now", LIMITS, monday, monday) == (nine, "waits for working hours")
    sunday = monday - DAY
    assert when.may_be_sent((kolkata, ()), "weekly", LIMITS, sunday, sunday)[0] == monday - HOUR - 30 * MINUTE
    assert when.may_be_sent((york, ()), "weekly", LIMITS, sunday, sunday)[0] == nine


def test_who_works_part_time_gets_the_weekly_message_on_their_first_day_of_the_week() -> None:
    part = Calendar("Europe/Berlin", (2, 3), 10, 14)
    planned = at(2025, 1, 8, 15)
    assert when.may_be_sent((part, ()), "weekly", LIMITS, planned, planned)[0] == at(2025, 1, 15, 10)
