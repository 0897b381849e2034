"""sparekey.yml: typed settings and their defaults, faults at their place, and that no secret can stand in it."""

import pydantic
import pytest
from hypothesis import given
from hypothesis import strategies as st

from worker.config.people import CalendarFile
from worker.config.sparekey import (
    Budgets,
    Digest,
    Guards,
    Mute,
    Programme,
    Settings,
    Sink,
    Source,
    Workday,
    load_settings,
)

GOOD = """\
workspace: acme-2
runtime: streaming
store: postgresql://db/sparekey
broker: kafka:9092
sources:
  clone: {kind: git, path: ../kv_engine}
  hub: {kind: github, url: 'https://github.example.org', repositories: [acme/a, acme/b], token_env: GH_TOKEN}
  tracker: {kind: jira, projects: [AC], token_file: /run/secrets/jira}
sinks:
  screen: {kind: terminal}
default_manager: ada
programme: {contact: ben}
calendar: {zone: Europe/Berlin, hours: 8-16, holidays: [2026-12-25]}
settle: 2h
budgets: {tasks: 0, nudges: 20}
digest: {day: fri, hour: 0}
mute: {below_precision: 0, of_answers: 1}
guards: {bots: false, new_area: 60d, small: {people: 3}}
rules: [rules, more/rules]
"""


def told(text: str) -> list[str]:
    return [str(one) for one in load_settings(text)[1]]


def test_a_good_file_becomes_typed_settings() -> None:
    hub = Source(
        kind="github", url="https://github.example.org", repositories=("acme/a", "acme/b"), token_env="GH_TOKEN"
    )
    assert load_settings(GOOD) == (
        Settings(
            workspace="acme-2", runtime="streaming", store="postgresql://db/sparekey", broker="kafka:9092",
            sources={
                "clone": Source(kind="git", path="../kv_engine"), "hub": hub,
                "tracker": Source(kind="jira", projects=("AC",), token_file="/run/secrets/jira"),
            },
            sinks={"screen": Sink(kind="terminal")}, default_manager="ada", programme=Programme(contact="ben"),
            calendar=Workday(zone="Europe/Berlin", hours="8-16", holidays=("2026-12-25",)), settle="2h",
            budgets=Budgets(tasks=0, nudges=20, pair=1), digest=Digest(day="fri", hour=0),
            mute=Mute(below_precision=0, of_answers=1),
            guards={"bots": False, "new_area": "60d", "small": {"people": 3}}, rules=("rules", "more/rules"),
        ),
        (),
    )  # fmt: skip


def test_an_empty_file_means_an_embedded_runtime_with_small_budgets() -> None:
    found, problems = load_settings("")
    assert problems == () and found is not None
    assert (found.workspace, found.runtime, found.store, found.settle) == (
        "main",
        "embedded",
        "sqlite:///sparekey.db",
        "15m",
    )
    assert (found.budgets, found.digest, found.mute) == (
        Budgets(tasks=1, nudges=1, pair=1),
        Digest(day="mon", hour=9),
        Mute(below_precision=40, of_answers=10),
    )
    assert (found.rules, found.sources, found.sinks, found.guards) == (("rules",), {}, {}, Guards())
    assert CalendarFile() == CalendarFile(zone="UTC", hours="9-17", days=("mon", "tue", "wed", "thu", "fri"))


def test_settings_cannot_be_changed_after_loading() -> None:
    found, _ = load_settings("")
    assert found is not None
    with pytest.raises(pydantic.ValidationError, match="frozen"):
        found.workspace = "other"  # type: ignore[misc]


def test_all_errors_are_told_at_once_in_the_order_of_the_file() -> None:
    text = """\
workspace: Main
runtime: faust
sorces: {}
sources:
  one: {kind: gti}
  two: {path: .}
  three: {kind: git, pth: .}
programme: {contct: ada}
calendar: {zone: Mars, holidays: [x], hollidays: []}
settle: soon
budgets: {tasks: 21, nudge: 1}
digest: {day: sat, hour: 24}
mute: {below_precision: 101, of_answers: 0}
"""
    assert load_settings(text)[0] is None
    assert [one.split(" (")[0].removeprefix("sparekey.yml:") for one in told(text)] == [
        "1:12: 'workspace': string should match pattern '^[a-z0-9][a-z0-9-]{0,62}$'",
        "2:10: 'runtime': input should be 'embedded' or 'streaming'",
        "3:1: unknown key 'sorces'",
        "5:15: 'kind': input should be 'github', 'jira', 'pagerduty', 'postmortems', 'git', 'files' or 'roster'",
        "6:8: 'kind' is missing",
        "7:22: unknown key 'pth'",
        "8:12: 'contact' is missing",
        "8:13: unknown key 'contct'",
        "9:18: 'zone': 'Mars' is no time zone, such as Europe/Berlin",
        "9:35: 'holidays', value 1: 'x' is no day, such as 2026-12-24",
        "9:39: unknown key 'hollidays'",
        "10:9: 'settle': string should match pattern '^[0-9]{1,6}(m|h|d|w)$'",
        "11:18: 'tasks': input should be less than or equal to 20",
        "11:22: unknown key 'nudge'",
        "12:15: 'day': input should be 'mon', 'tue', 'wed', 'thu' or 'fri'",
        "12:26: 'hour': input should be less than or equal to 23",
        "13:25: 'below_precision': input should be less than or equal to 100",
        "13:42: 'of_answers': input should be greater than or equal to 1",
    ]


@pytest.mark.parametrize(
    ("text", "hint"),
    [
        ("sorces: {}", "did you mean 'sources'?"),
        ("sources: {r: {kind: git, pth: .}}", "did you mean 'path'?"),
        ("sources: {sinks: {kind: git, repos: []}}", "there are: every, kind, path, projects, repositories, secret_env, secret_file, services, token_env, token_file, url"),
        ("sinks: {s: {kind: mail, adress: x}}", "there are: host, kind, path, port, security, sender, takes, token_env, token_file, unsubscribe, url, user"),
        ("programme: {contact: a, contcat: b}", "did you mean 'contact'?"),
        ("calendar: {holiday: []}", "did you mean 'holidays'?"),
        ("budgets: {pairs: 1}", "did you mean 'pair'?"),
        ("digest: {hours: 1}", "did you mean 'hour'?"),
        ("mute: {precision: 1}", "did you mean 'below_precision'?"),
    ],
)  # fmt: skip
def test_an_unknown_key_of_every_part_comes_with_what_could_have_been_meant(text: str, hint: str) -> None:
    (problem,) = load_settings(text)[1]
    assert problem.message.startswith("unknown key '")
    assert problem.hint == hint


@pytest.mark.parametrize("key", ["token", "password", "secret", "api_key"])
def test_a_secret_has_no_key_and_is_not_repeated_in_the_problem(key: str) -> None:
    for part in ("sources: {r: {kind: git, ", "sinks: {r: {kind: mail, "):
        lines = told(f"{part}{key}: hunter2}}}}")
        assert len(lines) == 1 and f"unknown key '{key}'" in lines[0]
        assert "hunter2" not in lines[0]


@pytest.mark.parametrize("length", ["15m", "1h", "7d", "2w", "0m", "999999m"])
def test_lengths_are_a_number_and_a_unit(length: str) -> None:
    found, problems = load_settings(f"settle: {length}")
    assert found is not None and (found.settle, problems) == (length, ())


@pytest.mark.parametrize(
    "length", ["15", "15 m", "-5m", "5wd", "1.5h", "1000000m", "15M", '"15m\\n"', "٣m", "[15m]", "''"]
)
def test_other_lengths_are_a_problem_at_the_value(length: str) -> None:
    (line,) = told(f"settle: {length}")
    assert line.startswith("sparekey.yml:1:9: 'settle': ")


@pytest.mark.parametrize("name", ["Main", "-a", "a_b", "a" * 64, "''", "ä", "../x", '"a\\n"', "7"])
def test_a_workspace_is_small_letters_digits_and_dashes(name: str) -> None:
    (line,) = told(f"workspace: {name}")
    assert line.startswith("sparekey.yml:1:12: 'workspace': ")


@pytest.mark.parametrize(
    ("text", "place"),
    [
        ("sources: []", "1:10: 'sources'"),
        ("sources: {r: git}", "1:14: 'r'"),
        ("sources: {r: {kind: [git]}}", "1:21: 'kind'"),
        ("sources: {r: {kind: git, repositories: x}}", "1:40: 'repositories'"),
        ("sources: {r: {kind: git, token_env: 7}}", "1:37: 'token_env'"),
        ("store: 5", "1:8: 'store'"),
        ("rules: rules", "1:8: 'rules'"),
        ("rules: [a, 1]", "1:12: 'rules', value 2"),
        ("digest: mon", "1:9: 'digest'"),
        ("budgets: {tasks: -1}", "1:18: 'tasks'"),
        ("guards: 5", "1:9: 'guards'"),
        ("programme: ada", "1:12: 'programme'"),
    ],
)
def test_a_wrong_value_is_one_problem_at_the_value(text: str, place: str) -> None:
    assert load_settings(text)[0] is None
    assert [one.startswith(f"sparekey.yml:{place}: ") for one in told(text)] == [True]


@pytest.mark.parametrize(
    ("text", "start"),
    [
        ("store: !env DATABASE_URL", "1:8: '!' at the start"),
        ("sources: {r: !!python/name:os.system {}}", "1:14: '!' at the start"),
        ("rules: &r [a]\n", "1:8: anchors (&name)"),
        ("workspace: a\nworkspace: b", "2:1: 'workspace' is written twice (first at line 1)"),
        (b"workspace: \xff\xfe".decode("utf-8", "surrogateescape"), "1:1: not valid YAML"),
        ("sources: {r: {kind: git", "1:24: not valid YAML"),
        ("- workspace: a", "1:1: "),
        ("x" * 1_000_001, "1:1: larger than 1 MB"),
    ],
    ids=lambda text: ascii(text[:30]),
)
def test_a_hostile_file_is_a_located_problem(text: str, start: str) -> None:
    assert told(text)[0].startswith(f"sparekey.yml:{start}")


def test_an_unknown_guard_is_a_problem() -> None:
    assert told("guards: {botz: false}")


def test_a_wrong_guard_is_one_problem_that_names_the_guard() -> None:
    lines = told("guards: {bots: [1]}")
    assert len(lines) == 1 and "'bots'" in lines[0]


@pytest.mark.parametrize("text", ["digest: {hour: true}", "budgets: {tasks: true}", "mute: {below_precision: true}"])
def test_true_is_no_number(text: str) -> None:
    assert told(text)


@given(st.text(alphabet="workspace:suc[]{} \n\t'\"#&*!|>-%\u202eü012", max_size=100))
def test_any_text_is_settings_or_located_problems(text: str) -> None:
    found, problems = load_settings(text)
    assert found is not None or problems
    assert all(one.place.file == "sparekey.yml" and one.place.line >= 1 and one.place.column >= 1 for one in problems)


@pytest.mark.parametrize(
    ("text", "guards"),
    [
        ("new_area: false", Guards(new_area="0d")),
        ("new_area: true", Guards()),
        ("new_area: 2w", Guards(new_area="2w")),
        ("small: false", Guards(small={"on": False})),
        ("small: {people: 0}", Guards(small={"people": 0})),
        ("mechanical: true", Guards()),
        ("mechanical: {max_files: 0}", Guards(mechanical={"max_files": 0})),
    ],
)
def test_a_guard_takes_what_it_takes_in_a_rules_file(text: str, guards: Guards) -> None:
    found, problems = load_settings(f"guards: {{{text}}}")
    assert found is not None and (found.guards, problems) == (guards, ())


@pytest.mark.parametrize(
    ("text", "line"),
    [
        ("settle: soon", "string should match pattern '^[0-9]{1,6}(m|h|d|w)$' (such as 30m, 12h, 10d or 2w)"),
        ("workspace: Main", "'^[a-z0-9][a-z0-9-]{0,62}$' (small letters, digits and '-', at most 63)"),
        ("calendar: {days: [monday]}", "(such as [mon, tue, wed])"),
        ("guards: {new_area: 60}", "'new_area': input should be a valid string (such as 30m, 12h, 10d or 2w)"),
        ("guards: {mechanical: 5}", "'mechanical': names with values are needed (name: value, one a line)"),
        ("sources: {r: git}", "'r': names with values are needed (name: value, one a line)"),
        ("rules: rules", "'rules': a list is needed (such as [one, two])"),
    ],
)
def test_a_wrong_value_is_told_in_words_for_people_with_what_is_right(text: str, line: str) -> None:
    (said,) = told(text)
    assert said.endswith(line)


@pytest.mark.parametrize("text", ["? {0}\n: 1", "sources:\n  ? {0}\n  : git", "? {0}\n: 1\n? {0}\n: 2"])
def test_a_key_without_end_is_not_repeated(text: str) -> None:
    lines = told(text.format("k" * 5000))
    assert lines and all("k" * 60 + "'" in line and len(line) < 200 for line in lines)
