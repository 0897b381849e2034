"""The commands as a person or a script calls them: output, exit codes, and what bad input gets."""

import json
import subprocess
import sys
from pathlib import Path

import pytest
from git_kit import Repository

ROOT = Path(__file__).resolve().parents[2]


def sparekey(*words: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [sys.executable, "-m", "worker.cli.main", *words], cwd=ROOT, capture_output=True, text=True, timeout=300
    )


@pytest.fixture(scope="module")
def team(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A clone with a known answer: `billing` is carried by Ana alone, `web` by three people."""
    clone = Repository(tmp_path_factory.mktemp("team") / "clone")
    day = 24 * 60
    for n in range(60):
        who = ("Ana Ruiz <ana@example.org>", "Ben Oz <ben@example.org>", "Cem Ay <cem@example.org>")[n % 3]
        clone.commit(f"web {n}", {f"web/{n}.py": str(n)}, author=who, at=n * 5 * day)
        if n % 4 == 0:
            clone.commit(
                f"billing {n}", {f"billing/{n}.py": str(n)}, author="Ana Ruiz <ana@example.org>", at=n * 5 * day + 60
            )
    clone.commit("billing by Ben", {"billing/b.py": "1"}, author="Ben Oz <ben@example.org>", at=290 * day)
    return clone.path


def test_try_finds_the_part_that_one_person_carries(team: Path) -> None:
    found = json.loads(sparekey("try", str(team), "--json").stdout)
    areas = {one["area"]: one for one in found["areas"]}
    assert (areas["billing"]["state"], areas["web"]["state"]) == ("single", "covered")
    assert areas["web"]["carriers"] == 3
    assert found["schema"] == 1
    assert {one["subject"][0] for one in found["findings"]} == {"billing"}
    assert "ana" not in json.dumps(found).lower()


def test_try_shows_names_only_when_asked_for(team: Path) -> None:
    assert "Ana Ruiz" not in sparekey("try", str(team)).stdout
    named = sparekey("try", str(team), "--names").stdout
    assert "Could Ben Oz ship the next change to billing while Ana Ruiz watches?" in named
    assert "Estimates like this are right about half the time." in named


def test_explain_says_why_and_how_near(team: Path) -> None:
    fired = sparekey("explain", "area-single-carrier", "billing", "--in", str(team))
    assert "area.carriers == 1" in fired.stdout and "true" in fired.stdout
    quiet = sparekey("explain", "area-single-carrier", "web", "--in", str(team))
    assert "did not fire" in quiet.stdout and "3 people can carry it" in quiet.stdout
    as_json = json.loads(sparekey("explain", "area-single-carrier", "web", "--in", str(team), "--json").stdout)
    assert as_json["fired"] is False and len(as_json["clauses"]) == 3


def test_explain_helps_with_a_wrong_rule_or_subject(team: Path) -> None:
    wrong = sparekey("explain", "area-single-carier", "web", "--in", str(team))
    assert (wrong.returncode, "did you mean 'area-single-carrier'?" in wrong.stderr) == (2, True)
    subject = sparekey("explain", "area-single-carrier", "bilings", "--in", str(team))
    assert (subject.returncode, "billing" in subject.stderr) == (2, True)


def test_the_map_shows_every_part(team: Path) -> None:
    found = sparekey("knowledge", "map", str(team))
    assert "billing" in found.stdout and "web" in found.stdout
    assert {one["area"] for one in json.loads(sparekey("knowledge", "map", str(team), "--json").stdout)["areas"]} == {
        "billing",
        "web",
    }


@pytest.mark.parametrize("kind", ["empty", "plain", "nowhere", "file"])
def test_what_is_no_history_ends_with_two_and_one_sentence(tmp_path: Path, kind: str) -> None:
    target = tmp_path / kind
    if kind == "empty":
        Repository(target)
    elif kind == "plain":
        target.mkdir()
    elif kind == "file":
        target = tmp_path / "x.jsonl"
        target.write_text("nonsense\n")
    found = sparekey("try", str(target))
    assert found.returncode == 2
    assert found.stderr.startswith("sparekey: ") and "Traceback" not in found.stderr


def test_one_person_only_bots_and_a_single_commit_still_get_something_useful(tmp_path: Path) -> None:
    alone = Repository(tmp_path / "alone")
    alone.commit("only change", {"a/x.py": "1"})
    assert "THE QUESTION WORTH ASKING" in sparekey("try", str(alone.path)).stdout
    bots = Repository(tmp_path / "bots")
    bots.commit("Bump x from 1 to 2", author="renovate[bot] <bot@renovateapp.com>")
    found = sparekey("try", str(bots.path))
    assert found.returncode == 0
    assert "1 bot change" in found.stdout


def test_a_hostile_name_or_path_never_reaches_the_terminal_raw(tmp_path: Path) -> None:
    hostile = Repository(tmp_path / "hostile")
    for n in range(12):
        hostile.commit(
            f"c{n}",
            {f"a\x1b]0;owned\x07\u202eb/{n}.py": "1"},
            author="\x1b[31mEve\u202e <eve@example.org>",
            at=n * 2000,
        )
    for words in (("try", "--names"), ("knowledge", "map", "--names")):
        out = sparekey(*words, str(hostile.path)).stdout
        assert not set(out) & {"\x1b", "\x07", "\u202e"}
        assert "Eve" in out


def test_a_shallow_clone_says_what_is_missing(team: Path, tmp_path: Path) -> None:
    subprocess.run(["git", "clone", "-q", "--depth", "3", f"file://{team}", str(tmp_path / "s")], check=True)
    assert "shallow" in sparekey("try", str(tmp_path / "s")).stdout


def test_rules_check_lists_every_problem_and_ends_with_two(tmp_path: Path) -> None:
    (tmp_path / "a.yml").write_text("rules:\n  a: {title: t, on: x.y, per: z, do: []}\n")
    found = sparekey("rules", "check", str(tmp_path))
    assert (found.returncode, "unknown event 'x.y'" in found.stdout) == (2, True)
    listed = json.loads(sparekey("rules", "check", str(tmp_path), "--json").stdout)
    assert (listed[0]["line"], listed[0]["column"]) == (2, 21)
    assert sparekey("rules", "check", "rules/catalog").returncode == 0


def test_rules_check_reads_every_file_also_beside_one_that_is_no_yaml(tmp_path: Path) -> None:
    (tmp_path / "a.yml").write_text("rules: {a: [")
    (tmp_path / "b.yml").write_text("extends: [catalog/core@1]\nrules:\n  long-review: {with: {min_round: 2}}\n")
    (tmp_path / "c.yml").write_text("")
    found = sparekey("rules", "check", str(tmp_path))
    assert found.returncode == 2
    assert "a.yml:1:13: not valid YAML" in found.stdout
    assert "b.yml:3:24: 'long-review' has no number 'min_round' (did you mean 'min_rounds'?)" in found.stdout
    assert f"no rules in {tmp_path / 'c.yml'}" in found.stdout
    assert found.stdout.splitlines()[-1] == "11 rules fine, 3 errors"


def test_rules_list_and_schema_are_for_scripts_too() -> None:
    rows = json.loads(sparekey("rules", "list", "--json").stdout)["rules"]
    assert len(rows) == 54
    assert rows[0]["sources"] == [["github", "git"]]
    assert json.loads(sparekey("rules", "schema").stdout)["title"] == "Sparekey rules"
    assert sparekey("rules", "schema", "--json").stdout == sparekey("rules", "schema").stdout


def test_rules_list_says_where_a_field_stands_as_a_path_that_can_be_opened(tmp_path: Path) -> None:
    own = tmp_path / "knowledge.yml"
    own.write_text("extends: [catalog/core@1]\nrules:\n  area-single-carrier: {mode: live}\n")
    lines = [line.split() for line in sparekey("rules", "list", "--origin", str(own)).stdout.splitlines()]
    places = dict(line for line in lines[1:15] if len(line) == 2)
    file, line, column = places["fire"].split(":")
    assert (file, column) == ("rules/catalog/knowledge.yml", "5")
    assert (ROOT / file).read_text(encoding="utf-8").splitlines()[int(line) - 1].startswith("    fire:")
    assert places["mode"] == f"{own}:3:25"


def test_rules_list_can_be_limited_to_what_a_source_can_feed() -> None:
    listed = sparekey("rules", "list", "--sources", "git").stdout
    assert "area-single-carrier" in listed and "long-review" not in listed and "incident-" not in listed
    rows = json.loads(sparekey("rules", "list", "--sources", "git, pagerduty", "--json").stdout)["rules"]
    assert {"area-single-carrier", "incident-single-responder"} <= {row["id"] for row in rows}
    wrong = sparekey("rules", "list", "--sources", "gti")
    assert (wrong.returncode, "did you mean 'git'?" in wrong.stderr) == (2, True)


def test_rules_list_says_so_where_a_source_feeds_nothing() -> None:
    found = sparekey("rules", "list", "--sources", "pagerduty", "rules/catalog/pairs.yml")
    assert found.stdout == "no rule: pagerduty alone can feed none of 13 rules\n"


def test_rules_show_prints_a_rule_as_it_was_loaded(tmp_path: Path) -> None:
    own = tmp_path / "own.yml"
    own.write_text("extends: [catalog/core@1]\nrules:\n  area-single-carrier: {with: {min_changes: 12}}\n")
    found = sparekey("rules", "show", "area-single-carrier", str(own))
    assert found.returncode == 0
    for line in (
        "area-single-carrier  catalog/knowledge@1  rules/catalog/knowledge.yml:5",
        "  Only one person can carry an area that keeps changing",
        "  on        pull_request.merged",
        "  per       area",
        "  count     changes: for 180d, top pull_request.authors",
        "  fire      changes.n >= min_changes             min_changes = 12",
        "            area.carriers == 1",
        "  hold      7d",
        "  cooldown  90d",
        "  do        task to area.manager, template second-pair-of-hands, suggest pair, recheck 90d",
        "  sources   github or git: pull_request.merged",
    ):
        assert line in found.stdout.splitlines()
    as_json = json.loads(sparekey("rules", "show", "area-single-carrier", "--json").stdout)["rule"]
    assert as_json["events"] == {"pull_request.merged": ["github", "git"]}
    assert as_json["fields"]["hold"] == ["7d"]


def test_rules_show_fits_on_a_screen_and_is_harmless(tmp_path: Path) -> None:
    clauses = "".join(f"      - pull_request.rounds >= {n}\n" for n in range(20))
    text = 'rules:\n  r:\n    title: "a\\e[31mb"\n    on: pull_request.merged\n    per: pull_request\n'
    action = "    do: [{nudge: actor, template: t}]\n"
    (tmp_path / "r.yml").write_text(f"{text}    when:\n{clauses}    fire:\n{clauses}{action}")
    shown = sparekey("rules", "show", "r", str(tmp_path / "r.yml")).stdout
    assert len(shown.splitlines()) == 30
    assert "more lines: --json has them all" in shown.splitlines()[-1]
    assert "\x1b" not in shown + sparekey("rules", "list", str(tmp_path / "r.yml")).stdout


def test_rules_show_helps_with_a_wrong_id() -> None:
    wrong = sparekey("rules", "show", "area-single-carier")
    assert (wrong.returncode, "did you mean 'area-single-carrier'?" in wrong.stderr) == (2, True)


def test_the_rules_are_listed_as_a_table_for_a_document() -> None:
    made = sparekey("rules", "list", "--markdown").stdout
    assert (
        "| `area-single-carrier` | K1 | Only one person can carry an area that keeps changing | github or git |" in made
    )
    assert made.count("\n| `") == 54


@pytest.mark.parametrize("command", ["check", "list", "show", "schema"])
def test_every_command_about_rules_has_an_example_and_words_for_its_options(command: str) -> None:
    shown = sparekey("rules", command, "--help").stdout
    assert f"sparekey rules {command}" in shown.split("Options:")[0].split("\n", 1)[1]
    options = [line.split() for line in shown.split("Options:")[1].splitlines() if line.strip().startswith("-")]
    assert all(len(words) > 2 for words in options)
    if command == "check":
        assert "2 there is an error in a rule" in " ".join(shown.split())


def test_events_preview_prints_events_and_a_summary(tmp_path: Path) -> None:
    (tmp_path / "2024-01-02-x.md").write_text("# x\n\n## Actions\n- write it down\n")
    (tmp_path / "y.txt").write_text("no")
    found = sparekey("events", "preview", "postmortems", str(tmp_path))
    assert [json.loads(line)["kind"] for line in found.stdout.splitlines()] == [
        "action_item.found",
        "postmortem.published",
    ]
    assert json.loads(found.stderr) == {"read": 1, "events": 2, "ignored": {"not a Markdown file": 1}, "malformed": []}
    (tmp_path / "events.jsonl").write_text("{}\n")
    assert sparekey("events", "preview", "files", str(tmp_path / "events.jsonl")).returncode == 1


def test_the_demo_marks_what_is_scripted_and_tells_one_story() -> None:
    out = sparekey("demo").stdout
    assert "TASK 1 of 2, would go to the manager of executor" in out
    assert "TASK 2 of 2*" in out and "NUDGE*" in out and "DID NOT SPEAK" in out and "THREE MONTHS LATER" in out
    found = json.loads(sparekey("demo", "--json").stdout)
    rules = {one["rule"] for one in found["findings"]}
    assert {
        "area-single-carrier",
        "area-single-reviewer",
        "first-change-in-carried-area",
        "new-person",
        "second-person-active",
        "pair-trial-pulse",
        "choose-one-lesson",
    } <= rules
    assert found["tasks"] and found["nudges"] and found["scripted"]


def test_try_chooses_areas_from_codeowners_or_a_file(team: Path, tmp_path: Path) -> None:
    areas = tmp_path / "areas.yml"
    areas.write_text("areas:\n  money: {paths: [billing/]}\n  rest: {paths: [web/]}\n")
    found = json.loads(sparekey("try", str(team), "--areas", str(areas), "--json").stdout)
    assert {one["area"] for one in found["areas"]} == {"money", "rest"}
    areas.write_text("areas:\n  money: {pahts: [billing/]}\n")
    wrong = sparekey("try", str(team), "--areas", str(areas))
    assert (wrong.returncode, "unknown key 'pahts' (did you mean 'paths'?)" in wrong.stderr) == (2, True)
