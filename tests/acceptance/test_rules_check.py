"""`sparekey rules check` as people, pre-commit and workflows call it."""

import json
import subprocess
from pathlib import Path

import click
import pytest
from click.testing import CliRunner, Result
from ruamel.yaml import YAML

from connectors.errors import ConfigError
from worker.cli.main import cli

ROOT = Path(__file__).resolve().parents[2]
WRONG = "rules:\n  r:\n    title: 100%\n    on: pull_request.opend\n    per: pull_request\n    do: [{nudge: actor, template: t}]\n"


def check(*words: str) -> Result:
    return CliRunner().invoke(cli, ["rules", "check", *words])


@pytest.fixture
def here(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.chdir(tmp_path)
    return tmp_path


def test_the_wrong_word_is_underlined(here: Path) -> None:
    (here / "p.yml").write_text(WRONG)
    found = check("p.yml")
    assert (found.exit_code, found.stdout) == (
        2,
        "p.yml:4:9: unknown event 'pull_request.opend' (did you mean 'pull_request.opened'?)\n"
        "    4 |     on: pull_request.opend\n"
        "                ^^^^^^^^^^^^^^^^^^\n"
        "0 rules fine, 1 error\n",
    )


def test_annotations_and_json_say_the_same(here: Path) -> None:
    (here / "p.yml").write_text(WRONG)
    annotated, listed = check("--format", "github", "p.yml"), check("--json", "p.yml")
    hint = "did you mean 'pull_request.opened'?"
    message = "unknown event 'pull_request.opend'"
    assert annotated.stdout.splitlines()[0] == f"::error file=p.yml,line=4,col=9::{message} ({hint})"
    row = {"file": "p.yml", "line": 4, "column": 9, "length": 0, "severity": "error", "message": message, "hint": hint}
    assert json.loads(listed.stdout) == [row]
    assert (annotated.exit_code, listed.exit_code) == (2, 2)


def test_without_paths_the_rules_of_sparekey_yml_are_checked(here: Path) -> None:
    (here / "ours").mkdir()
    (here / "ours" / "p.yml").write_text(WRONG)
    (here / "sparekey.yml").write_text("rules: [ours]\n")
    assert "ours/p.yml:4:9" in check().stdout
    (here / "sparekey.yml").write_text("rulez: [ours]\n")
    assert isinstance(check().exception, ConfigError)


def test_without_anything_to_check_the_command_says_so(here: Path) -> None:
    assert "no rules files there" in str(check().exception)


@pytest.mark.parametrize("hook", YAML(typ="safe", pure=True).load(ROOT / ".pre-commit-hooks.yaml"))
def test_a_hook_of_pre_commit_is_a_command_that_exists(hook: dict[str, object]) -> None:
    program, *words = str(hook["entry"]).split()
    command: click.Command = cli
    for word in words:
        assert isinstance(command, click.Group)
        command = command.commands[word]
    assert program == "sparekey" and not isinstance(command, click.Group)
    assert {"id", "name", "entry", "language", "files"} <= set(hook) and hook["language"] == "python"


CONFIGURED = """
rules:
  mine:
    title: t
    on: pull_request.closed
    per: pull_request
    only: {areas: [biling], teams: [blue, red]}
    except: {areas: search}
    do:
      - {nudge: pull_request.author.buddy, template: hello}
      - {digest: pull_request.author.manager, template: hello}
"""

HELLO = "Hello\n\nWould a second look help here?\n"


@pytest.fixture
def configured(here: Path) -> Path:
    subprocess.run(["git", "init", "-q", "clone"], check=True)
    (here / "sparekey.yml").write_text(
        "sources: {clone: {kind: git, path: clone}}\nsinks: {t: {kind: terminal}}\nrules: [p.yml]\n"
    )
    (here / "people.yml").write_text("people: {ada: {team: blue}}\nteams: {blue: {}}\n")
    (here / "areas.yml").write_text("areas: {billing: {paths: [billing/]}}\n")
    (here / "p.yml").write_text(CONFIGURED)
    (here / "templates").mkdir()
    (here / "templates" / "hello.md").write_text(HELLO)
    return here


def test_what_the_configuration_beside_does_not_have_is_a_warning(configured: Path) -> None:
    rows = json.loads(check("--json").stdout)
    assert [(row["line"], row["column"], row["severity"], row["message"], row["hint"]) for row in rows] == [
        (5, 9, "warning", "'mine' needs events of github, and there is none here", "sources: in sparekey.yml"),
        (7, 20, "warning", "'mine' needs an area 'biling', and there is none here", "did you mean 'billing'?"),
        (7, 43, "warning", "'mine' needs a team 'red', and there is none here", "there are: blue"),
        (8, 21, "warning", "'mine' needs an area 'search', and there is none here", "there are: billing"),
        (10, 17, "warning", "'mine' needs a buddy, and there is none here", "buddy: in people.yml"),
        (11, 18, "warning", "'mine' needs a manager, and there is none here", "manager: in people.yml or areas.yml"),
    ]
    assert (check().exit_code, check("--strict").exit_code) == (0, 2)


@pytest.mark.parametrize(
    ("file", "text"),
    [
        ("sparekey.yml", "sources: {h: {kind: files, path: h.jsonl}}\nsinks: {t: {kind: terminal}}\nrules: [p.yml]\n"),
        ("people.yml", "people: {ada: {team: blue, buddy: ada, manager: ada}}\nteams: {blue: {}, red: {}}\n"),
        ("areas.yml", "otherwise: folders-1\n"),
    ],
)
def test_a_warning_goes_when_the_configuration_has_it(configured: Path, file: str, text: str) -> None:
    (configured / "h.jsonl").touch()
    before = len(json.loads(check("--json").stdout))
    (configured / file).write_text(text)
    assert len(json.loads(check("--json").stdout)) < before


def test_a_rule_that_is_off_needs_nothing(configured: Path) -> None:
    (configured / "p.yml").write_text(CONFIGURED + "    mode: off\n")
    assert json.loads(check("--json").stdout) == []


def test_shipped_rules_are_for_doctor_except_those_that_the_file_changes(configured: Path) -> None:
    changed = "  long-review: {with: {min_rounds: 9}}\n  area-single-carrier: {with: {min_changes: 9}}\n"
    (configured / "p.yml").write_text(f"extends: catalog/core\nrules:\n{changed}")
    rows = json.loads(check("--json").stdout)
    assert [(row["file"], row["line"], row["column"]) for row in rows] == [("p.yml", 3, 17), ("p.yml", 4, 25)]
    assert rows[1]["hint"] == "manager: in people.yml or areas.yml, or default_manager: in sparekey.yml"
    doctor = CliRunner().invoke(cli, ["doctor"]).stdout
    assert (
        "rule new-person" in doctor and "cannot speak yet: needs events of roster (sources: in sparekey.yml)" in doctor
    )


def test_a_configuration_that_cannot_be_read_leaves_the_rules_to_be_checked(configured: Path) -> None:
    (configured / "people.yml").write_text("people: [")
    assert check("p.yml").stdout == "1 rule fine, 0 errors\n"


def test_the_origin_of_each_field_is_told_to_the_number(here: Path) -> None:
    (here / "p.yml").write_text(
        "extends: catalog/core\n"
        "pick: area-single-carrier\n"
        "defaults: {mode: live, owner: mona}\n"
        "rules:\n"
        "  area-single-carrier:\n"
        "    with: {min_changes: 12}\n"
        "    and_when: size(pull_request.authors) > 0\n"
        "    owner: ben\n"
    )
    told = CliRunner().invoke(cli, ["rules", "list", "p.yml", "--origin"]).stdout.splitlines()
    fields = {line.split()[0]: line.split()[1] for line in told[1:]}
    own = {"with": 6, "min_changes": 6, "and_when": 7, "owner": 8, "defaults.mode": 3}
    assert {name for name, place in fields.items() if place.startswith("p.yml:")} == {*own, "when"}
    assert [fields[name].split(":")[1] for name in own] == [str(line) for line in own.values()]
    assert fields["min_percent"].rpartition("/")[2].startswith("knowledge.yml:") and "changes" in fields
    listed = json.loads(CliRunner().invoke(cli, ["rules", "list", "p.yml", "--origin", "--json"]).stdout)
    assert listed["rules"][0]["origin"]["with.min_changes"] == "p.yml:6:12"
