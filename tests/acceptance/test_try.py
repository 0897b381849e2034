"""`sparekey try` on clones with known answers, read as their maintainer; what it prints can be typed."""

import json
import shlex
import subprocess
import sys
from pathlib import Path

import pytest
from git_kit import Repository

ROOT = Path(__file__).resolve().parents[2]
DAY = 24 * 60
ANA, BEN, CEM = "Ana Ruiz <ana@example.org>", "Ben Oz <ben@example.org>", "Cem Ay <cem@example.org>"


def sparekey(*words: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [sys.executable, "-m", "worker.cli.main", *words], cwd=ROOT, capture_output=True, text=True, timeout=300
    )


def told(clone: Repository, *words: str) -> str:
    done = sparekey("try", str(clone.path), *words)
    assert not done.returncode, done.stderr
    return done.stdout


def shared_work(clone: Repository, days: range, folder: str = "web") -> None:
    """Three people take turns in one folder."""
    for n in days:
        clone.commit(f"{folder} {n}", {f"{folder}/{n % 7}.py": str(n)}, author=(ANA, BEN, CEM)[n % 3], at=n * 5 * DAY)


@pytest.fixture
def clone(tmp_path: Path) -> Repository:
    return Repository(tmp_path / "a clone")


def test_what_stood_long_before_the_window_is_still_a_task(clone: Repository) -> None:
    """The longest-standing risk must not vanish because it is old."""
    shared_work(clone, range(90))
    for n in range(30):
        clone.commit(f"billing {n}", {"billing/x.py": str(n)}, author=ANA, at=(n * 15 + 1) * DAY)
    text = told(clone)
    assert "1 task for a manager" in text
    assert "billing: " in text and "by one person" in text and "still so" in text


def test_a_clone_that_everybody_shares_gets_no_task_and_no_made_up_question(clone: Repository) -> None:
    shared_work(clone, range(60))
    clone.commit("readme", {"README.md": "x"}, author=ANA, at=290 * DAY)
    text = told(clone)
    assert "No task would have been filed." in text
    assert "Nothing has to be asked" in text
    assert "(top level)" not in text.split("THE QUESTION")[1]
    assert "web: the largest share is 33%, the rule asks for 70%; 3 people can carry it" in text


def test_a_carrier_who_is_long_quiet_is_said_to_be(clone: Repository) -> None:
    for n in range(28):
        clone.commit(f"engine {n}", {"engine/x.py": str(n)}, author=ANA, at=n * 6 * DAY)
    shared_work(clone, range(34, 60))
    clone.commit("engine later", {"engine/y.py": "1"}, author=BEN, at=296 * DAY)
    text = told(clone, "--names")
    assert "Ana Ruiz (last 4 months ago)" in text
    assert "Ana Ruiz changed it last 4 months ago: are they still with you?" in text


def test_only_bots_is_one_sentence_and_no_contradiction(clone: Repository) -> None:
    bot = "dependabot[bot] <49699333+dependabot[bot]@users.noreply.github.com>"
    for n in range(12):
        clone.commit(f"Bump x from {n} to {n + 1}", {"a/lock": str(n)}, author=bot, at=n * DAY)
    text = told(clone)
    assert "No person changed anything in this time: 12 changes by bots" in text
    assert "Nothing worth asking this month" in text


def test_pseudonyms_win_over_names_and_json_has_none_unless_asked(clone: Repository) -> None:
    shared_work(clone, range(12))
    assert "Cem Ay" not in told(clone, "--names", "--pseudonyms")
    assert "Cem Ay" not in told(clone, "--json")
    assert "Cem Ay" in told(clone, "--json", "--names")
    assert "Names are in this output, because --names asked for them." in told(clone, "--names")


def test_every_command_that_is_printed_can_be_typed(clone: Repository) -> None:
    """Also with a folder that looks like an option, in a path with a blank."""
    shared_work(clone, range(40))
    for n in range(20):
        clone.commit(f"odd {n}", {"-rf/it's.py": str(n)}, author=BEN, at=(100 + n * 5) * DAY)
    text = told(clone, "--areas", "folders-1")
    lines = [line.strip().split("     ")[0] for line in text.split("Try      ")[1].splitlines()]
    assert len(lines) == 2 and "-rf" in lines[0]
    for line in lines:
        program, *words = shlex.split(line)
        assert program == "sparekey"
        done = sparekey(*words)
        assert not done.returncode, (line, done.stderr)


def test_own_rules_are_tried_and_their_errors_are_all_told(clone: Repository, tmp_path: Path) -> None:
    shared_work(clone, range(30))
    rules = tmp_path / "mine.yml"
    rules.write_text(
        "defaults: {mode: live}\n"
        "rules:\n"
        "  many-changes:\n"
        "    title: Somebody changes much\n"
        "    on: pull_request.merged\n"
        "    each: {area: event.areas}\n"
        "    per: area\n"
        "    count: {changes: {for: 30d}}\n"
        "    fire: changes.n >= 5\n"
        "    cooldown: once\n"
        "    do: [{task: area.manager, template: area-single-carrier}]\n"
    )
    found = json.loads(told(clone, "--json", "--rules", str(rules)))
    assert {one["rule"] for one in found["findings"]} == {"many-changes"}
    assert "rules: 1 of mine.yml" in told(clone, "--rules", str(rules))
    rules.write_text(rules.read_text().replace("event.areas", "event.area").replace("fire: ", "fir: "))
    done = sparekey("try", str(clone.path), "--rules", str(rules))
    assert done.returncode == 2
    assert "mine.yml:6:" in done.stderr and "mine.yml:9:" in done.stderr and "did you mean" in done.stderr


def test_a_start_after_the_end_is_refused_and_json_says_what_it_is_of(clone: Repository) -> None:
    shared_work(clone, range(12))
    done = sparekey("try", str(clone.path), "--since", "2030-01-01")
    assert done.returncode == 2 and "after the end of this history" in done.stderr
    found = json.loads(told(clone, "--json", "--since", "2023-11-20"))
    assert found["since"] == "2023-11-20T00:00:00Z" and found["as_of"].startswith("2024-01-0")
    assert found["warnings"] == [] and set(found) >= {"question", "areas", "tasks", "findings"}


def test_a_part_with_reordering_marks_is_found_as_it_is_printed(clone: Repository) -> None:
    for n in range(12):
        clone.commit(f"{n}", {"\u202ertl/x.py": str(n)}, author=ANA, at=n * 5 * DAY)
    done = sparekey("explain", "area-single-carrier", "rtl", "--in", str(clone.path), "--areas", "folders-1")
    assert not done.returncode, done.stderr
    missing = sparekey("explain", "area-single-carrier", "\u202enope", "--in", str(clone.path))
    assert missing.returncode == 2 and "\u202e" not in missing.stderr


def test_a_finding_that_try_lists_is_explained_by_its_id(clone: Repository) -> None:
    """The same days, so the same finding: both look back as far."""
    shared_work(clone, range(90))
    for n in range(30):
        clone.commit(f"billing {n}", {"billing/x.py": str(n)}, author=ANA, at=(n * 15 + 1) * DAY)
    listed = json.loads(told(clone, "--json"))["findings"][-1]
    done = sparekey("explain", listed["id"], "--in", str(clone.path), "--json")
    found = json.loads(done.stdout)
    assert found["finding"]["id"] == listed["id"] and found["key"] == listed["subject"]
    assert found["last_opened"] == listed["opened_at"]
    text = sparekey("explain", listed["id"], "--in", str(clone.path)).stdout
    assert "true before the rules were switched on" in text
