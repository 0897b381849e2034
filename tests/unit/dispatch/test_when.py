"""Working hours and digest days."""

from datetime import UTC, datetime
from zoneinfo import ZoneInfo

from hypothesis import given
from hypothesis import strategies as st

from rules.engine.calendars import working_from
from rules.model.people import Calendar
from rules.model.times import DAY, HOUR, WEEK, Instant, instant, moment
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
