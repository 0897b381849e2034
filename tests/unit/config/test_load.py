"""One folder's configuration: all files, all problems at once, names that must be in another file, and what was edited."""

import os
from pathlib import Path

import pytest
from git_kit import Repository

from connectors.errors import ConfigError
from rules.model.people import Calendar
from worker.config.load import Configuration, examine, load, watched, workspace_calendar
from worker.config.sparekey import load_settings

GOOD = {
    "sparekey.yml": """\
workspace: acme
default_manager: ada
programme: {contact: ben}
calendar: {zone: Europe/Berlin, hours: 8-16, away: [2026-12-31], holidays: [2026-12-25]}
""",
    "areas.yml": "areas:\n  billing: {paths: [/billing/], manager: ben, team: payments}\n",
    "people.yml": """\
people:
  ada: {mail: ada@example.org, accounts: {github: Ada-L, git: ada@example.org}}
  ben: {team: payments, manager: ada, buddy: ada, level: senior}
teams:
  payments: {manager: ben}
""",
    "rules/team.yml": "extends: [catalog/start-small@1]\n",
}


def folder(at: Path, **changed: str | None) -> Path:
    """The good files, with some of them changed or left out: `areas`, `people`, `sparekey`, `team`."""
    for name, text in GOOD.items():
        said = changed.get(Path(name).stem, text)
        if said is not None:
            (at / name).parent.mkdir(parents=True, exist_ok=True)
            (at / name).write_text(said, encoding="utf-8")
    return at


def told(at: Path) -> list[str]:
    return [str(one).removeprefix(f"{at}{os.sep}") for one in examine(at)[1]]


def test_a_good_folder_becomes_one_configuration(tmp_path: Path) -> None:
    found = load(folder(tmp_path))
    assert (found.folder, found.settings.workspace, found.areas.areas[0].team) == (tmp_path, "acme", "payments")
    assert [one.id for one in found.people.people] == ["ada", "ben"]
    assert (found.people.default_manager, found.people.programme_contact) == ("ada", "ben")
    assert found.people.calendar == Calendar("Europe/Berlin", (0, 1, 2, 3, 4), 8, 16, ("2026-12-25", "2026-12-31"))
    assert (found.persons["ada"].mail, found.persons["ada"].accounts["github"]) == ("ada@example.org", ("Ada-L",))
    assert "area-single-carrier" in {rule.id for rule in found.rules}


def test_only_sparekey_yml_has_to_be_there(tmp_path: Path) -> None:
    """people.yml is kept out of git: on another machine handles stand for themselves."""
    found = load(folder(tmp_path, areas=None, people=None))
    assert (found.areas.areas, found.people.people, found.persons) == ((), (), {})
    assert found.people.default_manager == "ada"
    (tmp_path / "sparekey.yml").unlink()
    with pytest.raises(ConfigError, match="there is no sparekey.yml") as raised:
        load(tmp_path)
    assert "sparekey init" in raised.value.hint


def test_every_problem_of_every_file_is_told_at_once(tmp_path: Path) -> None:
    folder(
        tmp_path,
        sparekey="default_manger: ada\nsources: [",
        areas="areas:\n  billing: {pahts: [x]}\n",
        people="people:\n  ada: {level: boss}\n",
    )
    assert [line.split(": ")[0] for line in told(tmp_path)] == [
        "areas.yml:2:13",
        "people.yml:2:16",
        "sparekey.yml:2:11",
    ]
    with pytest.raises(ConfigError) as raised:
        load(tmp_path)
    assert len(str(raised.value).split("\n")) == 3


def test_broken_rules_are_told_beside_broken_areas_and_the_good_ones_are_there(tmp_path: Path) -> None:
    folder(tmp_path, team="extends: [catalog/start-small@1]\nrules:\n  choose-one-lesson: {with: {x: 1}}\n")
    found, problems = examine(tmp_path)
    assert found is not None and "area-single-carrier" in {rule.id for rule in found.rules}
    assert [(one.place.line, Path(one.place.file).name) for one in problems] == [(3, "team.yml")]


def test_handles_and_teams_have_to_be_in_people_yml(tmp_path: Path) -> None:
    folder(
        tmp_path,
        sparekey="default_manager: adda\nprogramme: {contact: zed}\n",
        areas="areas:\n  billing: {manager: bem, team: paymnts}\nservices:\n  api: {default_assignee: x, team: y}\n",
        people="people:\n  ada: {manager: x, team: z}\n  ben: {buddy: y}\nteams:\n  payments: {manager: q}\n",
    )
    assert told(tmp_path) == [
        "areas.yml:2:22: 'bem' is no handle of people.yml (did you mean 'ben'?)",
        "areas.yml:2:33: 'paymnts' is no team of people.yml (did you mean 'payments'?)",
        "areas.yml:4:27: 'x' is no handle of people.yml (there are: ada, ben)",
        "areas.yml:4:36: 'y' is no team of people.yml (there are: payments)",
        "people.yml:2:18: 'x' is no handle of people.yml (there are: ada, ben)",
        "people.yml:2:27: 'z' is no team of people.yml (there are: payments)",
        "people.yml:3:16: 'y' is no handle of people.yml (there are: ada, ben)",
        "people.yml:5:23: 'q' is no handle of people.yml (there are: ada, ben)",
        "sparekey.yml:1:18: 'adda' is no handle of people.yml (did you mean 'ada'?)",
        "sparekey.yml:2:22: 'zed' is no handle of people.yml (there are: ada, ben)",
    ]


def test_an_account_or_address_has_one_person(tmp_path: Path) -> None:
    people = "people:\n  ada: {accounts: {github: A}, mail: a@x.org}\n  ben: {accounts: {github: a, git: A@x.org}}\n"
    folder(tmp_path, sparekey="", areas="", people=people)
    assert told(tmp_path) == [
        "people.yml:3:28: 'a' is an account of 'ada' already (each has one person)",
        "people.yml:3:36: 'A@x.org' is an account of 'ada' already (each has one person)",
    ]


def test_sources_and_sinks_have_what_their_kind_needs(tmp_path: Path) -> None:
    (tmp_path / "plain").mkdir()
    folder(
        tmp_path,
        sparekey="""\
sources:
  a: {kind: git}
  b: {kind: git, path: plain}
  c: {kind: postmortems, path: ~nobody-has-this-home/x}
  d: {kind: github}
  e: {kind: github, secret_env: SECRET}
sinks:
  f: {kind: mail, host: localhost}
  g: {kind: files}
rules: [rules, rulez, plain]
""",
    )
    assert told(tmp_path) == [
        "sparekey.yml:2:6: source 'a' of kind git needs path",
        "sparekey.yml:3:24: 'plain' is not a git clone",
        "sparekey.yml:4:32: '~nobody-has-this-home/x' does not exist (paths begin at sparekey.yml's folder)",
        "sparekey.yml:5:6: source 'd' of kind github needs secret_env or secret_file",
        "sparekey.yml:8:6: sink 'f' of kind mail needs sender",
        "sparekey.yml:9:6: sink 'g' of kind files needs path",
        "sparekey.yml:10:16: rules: 'rulez' does not exist",
        "sparekey.yml:10:23: rules: 'plain' holds no rules file (*.yml)",
    ]


def test_a_clone_is_one_also_from_a_folder_inside_it_and_bare(tmp_path: Path) -> None:
    clone = Repository(tmp_path / "clone")
    (clone.path / "ops").mkdir()
    clone.git("clone", "-q", "--bare", ".", str(tmp_path / "bare"))
    at = folder(
        tmp_path / "config",
        sparekey="sources:\n  a: {kind: git, path: ../clone/ops}\n  b: {kind: git, path: ../bare}\n",
    )
    assert load(at).path("../bare") == at / "../bare"


def test_a_file_that_cannot_be_read_is_a_problem_of_its_own(tmp_path: Path) -> None:
    folder(tmp_path, areas=None)
    (tmp_path / "areas.yml").mkdir()
    assert told(tmp_path) == ["areas.yml:1:1: cannot be read: Is a directory"]
    (tmp_path / "sparekey.yml").unlink()
    (tmp_path / "sparekey.yml").mkdir()
    assert (examine(tmp_path)[0], len(told(tmp_path))) == (None, 2)


def test_bytes_that_are_no_text_and_a_file_without_end_are_problems(tmp_path: Path) -> None:
    folder(tmp_path)
    (tmp_path / "areas.yml").write_bytes(b"areas:\n  \xff\xfe\x00: {}\n")
    (tmp_path / "rules" / "big.yml").write_bytes(b"# " + b"x" * 2_000_000)
    found = told(tmp_path)
    assert [line.split(":")[0] for line in found] == ["areas.yml", "rules/big.yml"]
    assert "larger than 1 MB" in found[1]


@pytest.mark.parametrize("name", sorted(GOOD))
def test_an_edit_of_any_file_is_seen_and_a_touch_is_not(tmp_path: Path, name: str) -> None:
    found = load(folder(tmp_path))
    assert seen(found) == found.digest
    (tmp_path / name).touch()
    assert seen(found) == found.digest
    (tmp_path / name).write_text(GOOD[name] + "# edited\n")
    assert seen(found) != found.digest
    assert seen(found) == load(tmp_path).digest


def seen(found: Configuration) -> str:
    return watched(found.folder, found.settings.rules).digest


def test_a_rules_file_more_or_less_is_an_edit_and_its_tests_are_none(tmp_path: Path) -> None:
    found = load(folder(tmp_path))
    (tmp_path / "rules" / "team.test.yml").write_text("x")
    assert seen(found) == found.digest
    (tmp_path / "rules" / "more.yml").write_text("x")
    assert seen(found) != found.digest
    (tmp_path / "rules" / "more.yml").unlink()
    (tmp_path / "people.yml").unlink()
    assert seen(found) != found.digest
    assert [one.name for one in watched(tmp_path, found.settings.rules).files] == [
        "sparekey.yml",
        "areas.yml",
        "team.yml",
    ]


def test_the_digest_does_not_depend_on_where_the_folder_is(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    found = load(folder(tmp_path / "a")).digest
    assert load(folder(tmp_path / "b")).digest == found
    monkeypatch.chdir(tmp_path / "a")
    assert load(Path()).digest == found


def test_holidays_are_days_on_which_the_workspace_is_away() -> None:
    settings, _ = load_settings("calendar: {holidays: [2026-01-01], away: [2026-01-01]}")
    assert settings is not None
    assert workspace_calendar(settings) == Calendar(away=("2026-01-01",))


def test_a_calendar_of_ones_own_says_what_is_different_and_days_off_are_everybodys(tmp_path: Path) -> None:
    people = """\
people:
  ada: {}
  ben: {calendar: {days: [tue, wed]}}
  cyd: {calendar: {zone: Asia/Kolkata, hours: 12-20, away: [2026-11-08, 2026-12-25]}}
teams:
  payments: {}
"""
    found = load(folder(tmp_path, people=people, areas=None)).people
    off = ("2026-12-25", "2026-12-31")
    assert [one.calendar for one in found.people] == [
        None,
        Calendar("Europe/Berlin", (1, 2), 8, 16, off),
        Calendar("Asia/Kolkata", (0, 1, 2, 3, 4), 12, 20, ("2026-11-08", *off)),
    ]
