"""Working days and hours beside a plain reading of them: walking minute by minute, over the changes of five zones' clocks."""

from collections.abc import Iterator
from datetime import date, datetime, time, timedelta
from functools import lru_cache
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from rules.engine.calendars import Absences, add_working_days, next_midnight, working_days_between, working_from
from rules.model.people import Calendar
from rules.model.times import DAY, HOUR, MINUTE, Instant, instant, moment

ZONES = ("Europe/Berlin", "America/New_York", "Australia/Lord_Howe", "Asia/Kolkata", "Africa/Casablanca")
BEGINNING, END = (instant(datetime(year, 1, 1, tzinfo=ZoneInfo("UTC"))) for year in (2024, 2027))


# the plain reading ----------------------------------------------------------------------------------------------


def wall(calendar: Calendar, at: Instant) -> datetime:
    """Without fold: what a clock on the wall shows."""
    return moment(at).astimezone(ZoneInfo(calendar.zone)).replace(fold=0, tzinfo=None)


@lru_cache(maxsize=10_000)
def works_on(calendar: Calendar, leave: Absences, day: date) -> bool:
    if day.weekday() not in calendar.days or day.isoformat() in calendar.away:
        return False
    noon = first(calendar, datetime.combine(day, time(12))) if leave else 0
    return not any(start <= noon < end for start, end in leave)


def is_open(calendar: Calendar, leave: Absences, at: Instant) -> bool:
    shows = wall(calendar, at)
    return works_on(calendar, leave, shows.date()) and calendar.start_hour <= shows.hour < calendar.end_hour


def minutes(calendar: Calendar, around: datetime) -> Iterator[Instant]:
    """Every minute, from hours before a wall clock of this zone shows this."""
    at = instant(around.replace(tzinfo=ZoneInfo(calendar.zone))) - 4 * HOUR
    while True:
        yield at
        at += MINUTE


def first(calendar: Calendar, shown: datetime) -> Instant:
    """When a wall clock first shows this. It never does where the clock jumps over it: then as long after the jump as
    it would have been (RFC 5545)."""
    before = 0
    for at in minutes(calendar, shown):
        shows = wall(calendar, at)
        if shows == shown:
            return at
        if shows > shown:
            return before + (shown - wall(calendar, before)) // timedelta(microseconds=1)
        before = at
    raise AssertionError("a clock goes on")


def next_open(calendar: Calendar, leave: Absences, at: Instant) -> Instant:
    while not is_open(calendar, leave, at):
        at += MINUTE
    return at


def added(calendar: Calendar, leave: Absences, at: Instant, n: int) -> Instant:
    begins = next_open(calendar, leave, at)
    shows = wall(calendar, begins)
    clock = shows.time() if begins == at else time(calendar.start_hour)
    day = shows.date()
    for _ in range(n):
        day += timedelta(1)
        while not works_on(calendar, leave, day):
            day += timedelta(1)
    return first(calendar, datetime.combine(day, clock)) if n else begins


# times near a change of the clock -------------------------------------------------------------------------------


def changes(zone: str) -> list[Instant]:
    """Hours after which a clock shows something else than an hour more."""
    one = Calendar(zone)
    hours = range(BEGINNING, END, HOUR)
    return [at for at in hours if wall(one, at + HOUR) - wall(one, at) != timedelta(hours=1)] or [BEGINNING]


CHANGES = {zone: changes(zone) for zone in ZONES}
NEAR = st.integers(-3 * 24 * 60, 24 * 60).map(lambda n: n * MINUTE)
HOURS = st.sampled_from([(9, 17), (0, 24), (1, 3), (2, 4), (13, 24), (0, 1), (2, 23)])
DAYS = st.sampled_from([(0, 1, 2, 3, 4), (5, 6), (6,), (0, 2, 4, 6), (0, 1, 2, 3, 4, 5, 6)])


@st.composite
def moments(draw: st.DrawFn) -> tuple[Calendar, Absences, Instant]:
    """A calendar, leave, and a time, all within days of a change of its clock."""
    zone = draw(st.sampled_from(ZONES))
    change = draw(st.sampled_from(CHANGES[zone]))
    start, end = draw(HOURS)
    around = wall(Calendar(zone), change).date()
    away = draw(st.sets(st.integers(-3, 6).map(lambda n: (around + timedelta(n)).isoformat()), max_size=3))
    calendar = Calendar(zone, draw(DAYS), start, end, tuple(sorted(away)))
    begins = change + draw(NEAR)
    leave = ((begins, begins + draw(st.integers(0, 4 * 24 * 60)) * MINUTE),) if draw(st.booleans()) else ()
    return calendar, leave, change + draw(NEAR)


@given(moments())
@settings(max_examples=120)
def test_the_next_opening_is_the_next_minute_at_which_somebody_works(case: tuple[Calendar, Absences, Instant]) -> None:
    assert working_from(*case) == next_open(*case)


@given(moments(), st.integers(0, 6))
@settings(max_examples=120)
def test_working_days_lead_to_the_same_time_on_the_wall(case: tuple[Calendar, Absences, Instant], n: int) -> None:
    assert add_working_days(*case, n) == added(*case, n)


@given(moments(), st.integers(0, 9 * 24 * 60))
@settings(max_examples=60)
def test_days_between_are_those_that_can_be_added(case: tuple[Calendar, Absences, Instant], later: int) -> None:
    calendar, _, start = case
    end, n = start + later * MINUTE, 0
    while added(calendar, (), start, n + 1) <= end:
        n += 1
    assert working_days_between(calendar, start, end) == n


@given(moments())
def test_midnight_is_the_first_minute_of_another_day(case: tuple[Calendar, Absences, Instant]) -> None:
    calendar, _, at = case
    found = next_midnight(calendar, at)
    assert at < found <= at + DAY + HOUR
    assert wall(calendar, found - 1).date() < wall(calendar, found).date()


# the same by hand -----------------------------------------------------------------------------------------------


def at(zone: str, text: str, fold: int = 0) -> Instant:
    return instant(datetime.fromisoformat(text).replace(tzinfo=ZoneInfo(zone), fold=fold))


NIGHT = {"days": (0, 1, 2, 3, 4, 5, 6), "start_hour": 0, "end_hour": 24}


@pytest.mark.parametrize(
    ("zone", "start", "due"),
    [
        ("Europe/Berlin", "2025-03-29 02:30", "2025-03-30 03:30"),  # 02:30 is skipped: an hour later
        ("America/New_York", "2025-03-08 02:30", "2025-03-09 03:30"),
        ("Australia/Lord_Howe", "2025-10-04 02:10", "2025-10-05 02:40"),  # half an hour, in spring of the south
        ("Africa/Casablanca", "2025-04-05 02:30", "2025-04-06 03:30"),  # after Ramadan
    ],
)
def test_a_time_that_is_skipped_is_as_much_later_as_is_skipped(zone: str, start: str, due: str) -> None:
    assert add_working_days(Calendar(zone, **NIGHT), (), at(zone, start), 1) == at(zone, due)  # type: ignore[arg-type]


@pytest.mark.parametrize(
    ("zone", "start", "due"),
    [
        ("Europe/Berlin", "2025-10-25 02:30", "2025-10-26 02:30"),
        ("America/New_York", "2025-11-01 01:30", "2025-11-02 01:30"),
        ("Australia/Lord_Howe", "2025-04-05 01:40", "2025-04-06 01:40"),
    ],
)
def test_of_a_time_that_comes_twice_the_first_counts(zone: str, start: str, due: str) -> None:
    calendar = Calendar(zone, **NIGHT)  # type: ignore[arg-type]
    assert add_working_days(calendar, (), at(zone, start), 1) == at(zone, due)
    second = at(zone, due, fold=1)
    assert working_from(calendar, (), second) == second, "the second is within working hours too"
    assert add_working_days(calendar, (), second, 1) == at(zone, due) + DAY + (second - at(zone, due))


def test_a_day_that_skips_all_of_its_working_hours_is_none() -> None:
    berlin = Calendar("Europe/Berlin", (0, 1, 2, 3, 4, 5, 6), 2, 3)
    assert working_from(berlin, (), at("Europe/Berlin", "2025-03-29 12:00")) == at("Europe/Berlin", "2025-03-31 02:00")


def test_hours_that_end_at_24_last_until_midnight() -> None:
    late = Calendar("Asia/Kolkata", (0, 1, 2, 3, 4), 16, 24)
    friday = at("Asia/Kolkata", "2025-06-06 23:59")
    assert working_from(late, (), friday) == friday
    assert working_from(late, (), friday + MINUTE) == at("Asia/Kolkata", "2025-06-09 16:00")


def test_a_weekday_that_is_named_twice_is_one_day() -> None:
    twice, once = Calendar(days=(0, 0, 1)), Calendar(days=(0, 1))
    assert working_days_between(twice, BEGINNING, BEGINNING + 30 * DAY) == working_days_between(
        once, BEGINNING, BEGINNING + 30 * DAY
    )
