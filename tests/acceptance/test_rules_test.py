"""`sparekey rules test` as a team lead calls it: what passes, what differs and why, what is malformed."""

import json
import os
import re
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]


def blocks() -> list[str]:
    """The example of docs/rules.md: a file of rules and a file of tests."""
    text = (ROOT / "docs" / "rules.md").read_text(encoding="utf-8").partition("## Testing a rule")[2]
    return re.findall(r"```yaml\n(.*?)```", text, re.DOTALL)


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    rules, tests = blocks()[:2]
    (tmp_path / "newcomers.yml").write_text(rules, encoding="utf-8")
    (tmp_path / "newcomers.test.yml").write_text(tests, encoding="utf-8")
    return tmp_path


def sparekey(folder: Path, *words: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [sys.executable, "-m", "worker.cli.main", "rules", "test", *words],
        cwd=folder, env={**os.environ, "PYTHONPATH": str(ROOT)}, capture_output=True, text=True, timeout=120,
    )  # fmt: skip


def test_the_example_of_the_page_passes(folder: Path) -> None:
    found = sparekey(folder)
    assert (found.returncode, found.stderr) == (0, "")
    assert found.stdout.splitlines()[:3] == [
        "PASS nobody reviews for one working day, the holiday and the weekend do not count",
        "PASS boundary, the fifth merged pull request ends the newcomer time",
        "2 passed, 0 failed",
    ]


def test_a_difference_has_its_place_its_time_and_its_reason(folder: Path) -> None:
    path = folder / "newcomers.yml"
    path.write_text(path.read_text().replace("for: 1wd", "for: 2wd"))
    found = sparekey(folder)
    assert found.returncode == 1
    lines = found.stdout.splitlines()
    assert lines[0].startswith("FAIL nobody reviews")
    assert re.fullmatch(r"  newcomers\.test\.yml:\d+:\d+  at Mon 06 Oct 16:00 Europe/Berlin", lines[1])
    assert lines[2].endswith("template: newcomer-waiting}   expected, did not happen")
    assert lines[3] == (
        "      because Thu 02 Oct 16:00 waiting for billing#7: due Tue 07 Oct 16:00 (2wd: Mon 06, Tue 07; away: Fri 03)"
    )
    assert "1 passed, 1 failed" in lines
    as_json = json.loads(sparekey(folder, "--json").stdout)
    assert (as_json["schema"], as_json["passed"], as_json["failed"]) == (1, 1, 1)
    assert [case["passed"] for case in as_json["cases"]] == [False, True]
    assert "away: Fri 03" in as_json["cases"][0]["because"][1]


def test_every_problem_of_every_file_comes_at_once(folder: Path) -> None:
    (folder / "other.test.yml").write_text(
        "rules: nowhere.yml\nstart: 2025-10-02\ncases: [{name: a, steps: [{expect: []}]}]\n"
    )
    path = folder / "newcomers.test.yml"
    path.write_text(path.read_text().replace("rule: newcomer-waiting,", "rule: newcomer-waitin,"))
    found = sparekey(folder)
    assert (found.returncode, found.stdout) == (2, "")
    assert "did you mean 'newcomer-waiting'?" in found.stderr
    assert "other.test.yml:1:8: there are no rules 'nowhere.yml'" in found.stderr


def test_cases_can_be_chosen_by_a_part_of_their_name(folder: Path) -> None:
    found = sparekey(folder, "-k", "boundary")
    assert (found.returncode, found.stdout.splitlines()[-1]) == (0, "1 passed, 0 failed")
    assert sparekey(folder, "-k", "no such case").returncode == 2


def test_tests_are_found_beside_the_rules_that_the_configuration_names(folder: Path) -> None:
    away = folder / "team"
    away.mkdir()
    (away / "sparekey.yml").write_text("workspace: team\nrules: [../newcomers.yml]\n")
    assert "2 passed" in sparekey(away).stdout
    (away / "sparekey.yml").unlink()
    nothing = sparekey(away)
    assert (nothing.returncode, "no tests there" in nothing.stderr) == (2, True)


def test_conditions_that_no_test_brought_about_are_a_note_and_with_strict_a_failure(folder: Path) -> None:
    note = "newcomer-waiting unless: review.author != pull_request.author   never reached"
    found = sparekey(folder, "--shuffle")
    assert (found.returncode, note in found.stdout) == (0, True)
    assert sparekey(folder, "--strict").returncode == 1
    unmet = json.loads(sparekey(folder, "--json").stdout)["unmet"]
    assert {one["never"] for one in unmet} == {"false", "reached"}
    assert note not in sparekey(folder, "-k", "boundary").stdout


def test_hostile_names_in_a_file_of_tests_are_harmless_on_the_screen(folder: Path) -> None:
    path = folder / "newcomers.test.yml"
    path.write_text(
        path.read_text()
        .replace("name: boundary", 'name: "\\e[2J\\u202Eboundary')
        .replace(", the fifth merged pull request ends the newcomer time", '"')
    )
    found = sparekey(folder)
    assert found.returncode == 0 and "\x1b" not in found.stdout and "\u202e" not in found.stdout
