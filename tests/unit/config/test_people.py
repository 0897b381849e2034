"""people.yml: the typed people of a good file, zones, hours and days, and faults at their place. Owns no YAML rules."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from rules.model.people import Calendar, PeopleMap, PersonSettings, TeamSettings
from worker.config.people import load_people

GOOD = """\
people:
  ada:
    accounts: {github: ada-l, jira: '5b10'}
    mail: ada@example.org
    team: core
    manager: ben
    buddy: cem
    role: engineer
    level: senior
    writes_code: true
    calendar: {zone: America/St_Johns, hours: 8-16, days: [sun, mon], away: [2026-12-24, 2026-12-31]}
  robot: {bot: true}
  cem: {}
teams:
  core: {manager: ben}
  data: {}
"""


def told(text: str) -> list[str]:
    return [str(one) for one in load_people(text)[1]]


def calendar_of(text: str) -> Calendar:
    """The calendar of one person in a file that must be right."""
    found, problems = load_people(f"people: {{ada: {{calendar: {{{text}}}}}}}")
    assert found is not None and problems == ()
    calendar = found.people[0].calendar
    assert calendar is not None
    return calendar


def calendar_problems(text: str) -> list[str]:
    found, problems = load_people(f"people: {{ada: {{calendar: {{{text}}}}}}}")
    assert found is None
    return [str(one) for one in problems]


def test_a_good_file_becomes_typed_people_and_accounts_and_mail_go_no_further() -> None:
    calendar = Calendar("America/St_Johns", (6, 0), 8, 16, ("2026-12-24", "2026-12-31"))
    ada = PersonSettings(
        id="ada", team="core", manager="ben", buddy="cem", role="engineer", level="senior", employee=True,
        writes_code=True, calendar=calendar,
    )  # fmt: skip
    robot = PersonSettings(id="robot", bot=True, employee=False)
    found, problems = load_people(GOOD)
    assert problems == ()
    assert found == PeopleMap(
        people=(ada, robot, PersonSettings(id="cem", employee=True)),
        teams=(TeamSettings("core", "ben"), TeamSettings("data")),
    )
    assert "example.org" not in repr(found) and "ada-l" not in repr(found)


@pytest.mark.parametrize("text", ["", "# nobody yet", "{}", "people: {}\nteams: {}"])
def test_an_empty_file_is_nobody(text: str) -> None:
    assert load_people(text) == (PeopleMap(), ())


def test_what_a_calendar_does_not_say_is_monday_to_friday_nine_to_five_utc() -> None:
    assert calendar_of("") == Calendar("UTC", (0, 1, 2, 3, 4), 9, 17, ())


@pytest.mark.parametrize(("hours", "start", "end"), [("0-24", 0, 24), ("22-23", 22, 23), ("09-17", 9, 17)])
def test_hours_are_two_whole_hours_of_one_day(hours: str, start: int, end: int) -> None:
    found = calendar_of(f"hours: {hours}")
    assert (found.start_hour, found.end_hour) == (start, end)


@pytest.mark.parametrize(
    "hours", ["17-9", "9-9", "9-25", "24-24", "9-17-20", "'9 - 17'", "-1-5", "9.5-17", "nine-five", "9-", "''"]
)
def test_other_hours_are_a_problem_that_shows_an_example(hours: str) -> None:
    said = hours.strip("'")
    assert calendar_problems(f"hours: {hours}") == [
        f"people.yml:1:34: 'hours': '{said}' are no working hours, such as 9-17"
    ]


ZONES = [
    "Mars/Olympus",
    "Europe",
    "../../etc/passwd",
    "/etc/passwd",
    "''",
    '"a\\0b"',
    "Europe/berlin",
    "UTC+25",
    "日本",
]


@pytest.mark.parametrize("zone", ZONES)
def test_what_is_no_time_zone_is_a_problem_and_no_file_is_read_for_it(zone: str) -> None:
    (problem,) = calendar_problems(f"zone: {zone}")
    assert problem.startswith("people.yml:1:33: 'zone': '")
    assert problem.endswith("' is no time zone, such as Europe/Berlin")


def test_all_errors_are_told_at_once_in_the_order_of_the_file() -> None:
    text = """\
people:
  ada:
    mial: ada@example.org
    level: principal
    calendar:
      zone: Mars
      hours: 17-9
      days: [mon, monday]
      away: [tomorrow]
  ben: {writes_code: perhaps, team: 7}
teams:
  core: {managr: ada}
poeple: {}
"""
    assert load_people(text)[0] is None
    assert [one.split(": ")[0] for one in told(text)] == [
        f"people.yml:{place}"
        for place in ("3:5", "4:12", "6:13", "7:14", "8:19", "9:14", "10:22", "10:37", "12:10", "13:1")
    ]
    assert [one.rpartition("(")[2] for one in told(text) if "unknown key" in one] == [
        "did you mean 'mail'?)",
        "did you mean 'manager'?)",
        "did you mean 'people'?)",
    ]


@pytest.mark.parametrize(
    ("text", "place"),
    [
        ("people: [ada]", "1:9: 'people'"),
        ("people: {ada: ben}", "1:15: 'ada'"),
        ("people: {ada: {accounts: {github: 5}}}", "1:35: 'github'"),
        ("people: {ada: {accounts: [github]}}", "1:26: 'accounts'"),
        ("people: {ada: {bot: 7}}", "1:21: 'bot'"),
        ('people: {ada: {level: "junior\\n"}}', "1:23: 'level'"),
        ("people: {ada: {calendar: always}}", "1:26: 'calendar'"),
        ("teams: {core: ada}", "1:15: 'core'"),
    ],
    ids=lambda text: text[:30],
)
def test_a_wrong_value_is_one_problem_at_the_value(text: str, place: str) -> None:
    assert load_people(text)[0] is None
    assert [one.startswith(f"people.yml:{place}: ") for one in told(text)] == [True]


@pytest.mark.parametrize(
    ("text", "start"),
    [
        ("people: !!python/object/apply:os.system ['id']", "1:9: '!' at the start"),
        ("people: {ada: &a {}, ben: *a}", "1:15: anchors (&name)"),
        ("people: {ada: {mail: !secret x}}", "1:22: '!' at the start"),
        ("people: {ada: {mail: a, mail: b, pathz: c}}", "1:25: 'mail' is written twice (first at line 1)"),
        (b"people: {J\xf6rg: {}}".decode("utf-8", "surrogateescape"), "1:1: not valid YAML"),
        ("people: {ada: {accounts: " + "{a: " * 40 + "}", "1:94: nested deeper than 20 levels"),
        ("\x1b[2J", "1:1: not valid YAML"),
        (" " * 1_000_001, "1:1: larger than 1 MB"),
    ],
    ids=lambda text: ascii(text[:30]),
)
def test_a_hostile_file_is_a_located_problem(text: str, start: str) -> None:
    assert load_people(text)[0] is None
    assert told(text)[0].startswith(f"people.yml:{start}")


@pytest.mark.parametrize("date", ["2026-02-31", "2026-13-01", "0000-01-01", "'٢٠٢٦-١٢-٢٤'"])
def test_a_day_that_no_calendar_has_is_a_problem(date: str) -> None:
    assert calendar_problems(f"away: [{date}]")


@pytest.mark.parametrize("hours", ["'²-9'", "1-" + "9" * 5000])
def test_odd_digits_in_hours_are_told_in_our_words(hours: str) -> None:
    assert calendar_problems(f"hours: {hours}")[0].endswith("are no working hours, such as 9-17")


def test_half_a_character_in_a_zone_is_a_problem_and_no_traceback() -> None:
    assert calendar_problems('zone: "\\ud800"')


def test_half_a_character_in_a_name_is_a_problem() -> None:
    assert load_people('people: {ada: {manager: "\\ud800"}}')[1]


def test_a_problem_does_not_repeat_a_value_without_end() -> None:
    assert len(calendar_problems(f"zone: {'x' * 5000}")[0]) < 400


@given(st.text(max_size=40), st.sampled_from(["zone", "hours", "days", "away"]))
def test_any_text_in_a_calendar_is_a_calendar_or_a_located_problem(text: str, key: str) -> None:
    quoted = text.replace("'", "''").replace("\n", " ")
    found, problems = load_people(f"people: {{ada: {{calendar: {{{key}: '{quoted}'}}}}}}")
    assert (found is None) == bool(problems)
    assert all(one.place.line >= 1 and one.place.column >= 1 for one in problems)


def test_a_level_that_there_is_not_is_told_with_those_there_are() -> None:
    (line,) = told("people: {ada: {level: boss}}")
    assert line.endswith("(junior, mid or senior)")


def test_days_are_each_one_day_and_at_least_one() -> None:
    assert calendar_of("days: [mon, tue, mon]").days == (0, 1)
    assert calendar_problems("days: []") == [
        "people.yml:1:33: 'days': somebody who never works can be asked nothing (such as [mon, tue, wed])"
    ]
