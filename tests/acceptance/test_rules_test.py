"""`sparekey rules test` as a team lead calls it: what passes, what differs and why, what is malformed."""

import json
import os
import re
from pathlib import Path

import pytest
from command_kit import Typist

ROOT = Path(__file__).resolve().parents[2]


def blocks() -> list[str]:
    """The example of docs/rules.md: a file of rules and a file of tests."""
    text = (ROOT / "docs" / "rules.md").read_text(encoding="utf-8").partition("## Testing a rule")[2]
    return re.findall(r"```yaml\n(.*?)```", text, re.DOTALL)


class Desk:
    """A folder with the page's example, and a command line in it."""

    def __init__(self, folder: Path, typist: Typist) -> None:
        self.folder = folder
        self._typist = typist
        rules, tests = blocks()[:2]
        (folder / "newcomers.yml").write_text(rules, encoding="utf-8")
        self.tests = folder / "newcomers.test.yml"
        self.tests.write_text(tests, encoding="utf-8")

    @staticmethod
    def environment() -> dict[str, str]:
        return {**os.environ, "PYTHONPATH": str(ROOT)}

    def test(self, *words: str) -> tuple[int, str, str]:
        """(exit code, standard output, standard error)"""
        return self._typist.run(self, ("rules", "test", *words))  # type: ignore[arg-type]  # a folder and an environment


@pytest.fixture
def desk(tmp_path: Path, typist: Typist) -> Desk:
    return Desk(tmp_path, typist)


def test_the_example_of_the_page_passes(desk: Desk) -> None:
    code, out, err = desk.test()
    assert (code, err) == (0, "")
    assert out.splitlines()[:3] == [
        "PASS nobody reviews for one working day, the holiday and the weekend do not count",
        "PASS boundary, the fifth merged pull request ends the newcomer time",
        "2 passed, 0 failed",
    ]


def test_a_difference_has_its_place_its_time_and_its_reason(desk: Desk) -> None:
    path = desk.folder / "newcomers.yml"
    path.write_text(path.read_text().replace("for: 1wd", "for: 2wd"))
    code, out, _ = desk.test()
    assert code == 1
    lines = out.splitlines()
    assert lines[0].startswith("FAIL nobody reviews")
    assert re.fullmatch(r"  newcomers\.test\.yml:\d+:\d+  at Mon 06 Oct 16:00 Europe/Berlin", lines[1])
    assert lines[2].endswith("template: newcomer-waiting}   expected, did not happen")
    assert lines[3] == (
        "      because Thu 02 Oct 16:00 waiting for billing#7: due Tue 07 Oct 16:00 (2wd: Mon 06, Tue 07; away: Fri 03)"
    )
    assert "1 passed, 1 failed" in lines
    as_json = json.loads(desk.test("--json")[1])
    assert (as_json["schema"], as_json["passed"], as_json["failed"]) == (1, 1, 1)
    assert [case["passed"] for case in as_json["cases"]] == [False, True]
    assert "away: Fri 03" in as_json["cases"][0]["because"][1]


def test_every_problem_of_every_file_comes_at_once(desk: Desk) -> None:
    other = "rules: nowhere.yml\nstart: 2025-10-02\ncases: [{name: a, steps: [{expect: []}]}]\n"
    (desk.folder / "other.test.yml").write_text(other)
    desk.tests.write_text(desk.tests.read_text().replace("rule: newcomer-waiting,", "rule: newcomer-waitin,"))
    code, out, err = desk.test()
    assert (code, out) == (2, "")
    assert "did you mean 'newcomer-waiting'?" in err
    assert "other.test.yml:1:8: there are no rules 'nowhere.yml'" in err


def test_problems_of_the_rules_themselves_are_told_as_rules_check_tells_them(desk: Desk) -> None:
    path = desk.folder / "newcomers.yml"
    path.write_text(path.read_text().replace("merged_before", "merged_befor"))
    code, _, err = desk.test()
    assert (code, "did you mean 'merged_before'?" in err) == (2, True)


def test_cases_can_be_chosen_by_a_part_of_their_name(desk: Desk) -> None:
    code, out, _ = desk.test("-k", "boundary")
    assert (code, out.splitlines()[-1]) == (0, "1 passed, 0 failed")
    code, out, err = desk.test("-k", "no such case")
    assert (code, out, "no case has 'no such case' in its name" in err) == (2, "", True)


def test_tests_are_found_beside_the_rules_that_the_configuration_names(desk: Desk) -> None:
    away = desk.folder / "team"
    away.mkdir()
    (away / "sparekey.yml").write_text("workspace: team\nrules: [../newcomers.yml]\n")
    desk.folder = away
    assert "2 passed" in desk.test()[1]
    (away / "sparekey.yml").unlink()
    code, _, err = desk.test()
    assert (code, "no tests there" in err) == (2, True)


def test_conditions_that_no_test_brought_about_are_a_note_and_with_strict_a_failure(desk: Desk) -> None:
    note = "newcomer-waiting unless: review.author != pull_request.author   never reached"
    code, out, _ = desk.test("--shuffle")
    assert (code, note in out) == (0, True)
    assert desk.test("--strict")[0] == 1
    unmet = json.loads(desk.test("--json")[1])["unmet"]
    assert {one["never"] for one in unmet} == {"false", "reached"}
    assert note not in desk.test("-k", "boundary")[1]


def test_hostile_names_in_a_file_of_tests_are_harmless_on_the_screen(desk: Desk) -> None:
    text = desk.tests.read_text().replace("name: boundary, the fifth", 'name: "\\e[2J\\u202Eboundary"  #', 1)
    desk.tests.write_text(text)
    code, out, _ = desk.test()
    assert (code, "[2Jboundary" in out, "\x1b" in out, "\u202e" in out) == (0, True, False, False)
