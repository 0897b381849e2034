"""`sparekey rules check` as people, pre-commit and workflows call it."""

import json
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
