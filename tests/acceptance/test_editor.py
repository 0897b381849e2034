"""The schemas in the language server that editors use: what it offers, what it tells, what it calls wrong.

Needs node and `make editor`. Without them it is skipped and says so; in CI it has to run.
"""

import json
import os
import re
import shutil
from collections.abc import Iterator
from pathlib import Path

import pytest
from editor_kit import Editor

from rules.language.fields import COUNT, DO, GUARDS, MODES, OPERATORS, SETTINGS
from rules.language.listens import LISTENABLE
from rules.language.schema import rules_schema
from rules.testing.fields import CASE, CHECKS, STAGES
from rules.testing.schema import schema_of_tests

ROOT = Path(__file__).resolve().parents[2]
INSTALLED = Path(os.environ.get("SPAREKEY_EDITOR") or ROOT / ".venv" / "editor")
SERVER = INSTALLED / "node_modules" / "yaml-language-server" / "bin" / "yaml-language-server"
LACKS = "node is not there" if not shutil.which("node") else "" if SERVER.exists() else "`make editor` installs it"
pytestmark = pytest.mark.skipif(
    bool(LACKS) and os.environ.get("CI") != "true", reason=f"the YAML language server: {LACKS}"
)

HEAD = "rules:\n  mine:\n    title: t\n    on: pull_request.merged\n    per: pull_request\n"
TEST = "rules: a.yml\nstart: 2025-10-02\ncases:\n  - name: a\n    steps:\n"


@pytest.fixture(scope="module")
def editor(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Editor]:
    assert not LACKS, f"the YAML language server: {LACKS}"
    folder = tmp_path_factory.mktemp("editor")
    write_schemas(folder)
    found = Editor(SERVER, folder, {"rules.schema.json": "*-rules.yml", "tests.schema.json": "*.test.yml"})
    yield found
    found.close()


def write_schemas(folder: Path) -> None:
    for name, schema in (("rules", rules_schema()), ("tests", schema_of_tests())):
        (folder / f"{name}.schema.json").write_text(json.dumps(schema), encoding="utf-8")


@pytest.mark.parametrize(
    ("text", "offered"),
    [
        ("|", {"pack", "extends", "pick", "defaults", "rules"}),
        ("rules:\n  mine:\n    |", {*OPERATORS, *SETTINGS}),
        (HEAD + "    |\n", {*OPERATORS, *SETTINGS} - {"title", "on", "per"}),
        ("rules:\n  mine:\n    on: pull|\n", set(LISTENABLE)),
        ("rules:\n  mine:\n    on:\n      - kind: |\n    per: x\n", set(LISTENABLE)),
        (HEAD + "    mode: |\n", set(MODES)),
        (HEAD + "    count:\n      changes:\n        |\n", set(COUNT)),
        (HEAD + "    do:\n      - |\n", set(DO)),
        (HEAD + "    guards:\n      |\n", set(GUARDS)),
        (HEAD + "    after:\n      for: 1d\n      |\n", {"from", "calendar", "again", "times"}),
        ("defaults:\n  |", {"mode", "owner", "only", "except", "send", "good_for", "guards"}),
    ],
)
def test_what_can_stand_there_is_offered(editor: Editor, text: str, offered: set[str]) -> None:
    assert set(editor.offered("rules.yml", text)) == offered


def test_what_is_offered_is_told(editor: Editor) -> None:
    operators = editor.offered("rules.yml", "rules:\n  mine:\n    |")
    assert operators["hold"] == OPERATORS["hold"]
    kinds = editor.offered("rules.yml", "rules:\n  mine:\n    on: |\n")
    assert kinds["pull_request.merged"].startswith("a pull request was merged") and all(kinds.values())
    assert editor.offered("rules.yml", HEAD + "    mode: |\n")["live"] == "sent by itself"


@pytest.mark.parametrize(
    ("text", "told"),
    [
        (HEAD + "    wh|en: pull_request.draft\n", "asked at the event"),
        (HEAD.replace("pull_request.merged", "pull_request.mer|ged"), "a pull request was merged"),
        (HEAD + "    mode: as|k\n", "a draft waits for a person"),
        (HEAD + "    after: {f|or: 1d, from: change.starts_at}\n", "-30d before"),
        (HEAD + "    do: [{task: a, recheck|: 90d, template: b}]\n", "whether the task helped"),
        (HEAD + "    guards: {sma|ll: false}\n", "fewer than"),
    ],
)
def test_a_word_is_told_where_the_pointer_rests(editor: Editor, text: str, told: str) -> None:
    assert told in editor.told("rules.yml", text)


@pytest.mark.parametrize(
    ("text", "wrong"),
    [
        (HEAD, []),
        (HEAD + "    whn: x\n", [(6, "Property whn is not allowed.")]),
        (HEAD + "    mode: liv\n", [(6, 'Value is not accepted. Valid values: "silent", "ask", "live", "off".')]),
        (HEAD + "    cooldown: 3 days\n", [(6, "a length of time: 30m 12h 10d 2w 5wd, days(…), or once")]),
        (HEAD + "    do: [{task: a, nudge: b, template: c}]\n", [(6, "Property nudge is not allowed.")]),
        (HEAD + "    do: [{task: a}]\n", [(6, 'Missing property "template".')]),
        (HEAD + "    only: [billing]\n", [(6, 'Incorrect type. Expected "areas, teams, repositories, labels".')]),
        ("rulez: {}\n", [(1, "Property rulez is not allowed.")]),
        (HEAD + "    count: {c: {for: 3d, tp: x}}\n", [(6, "Property tp is not allowed.")]),
    ],
)
def test_what_is_wrong_is_told_at_its_line(editor: Editor, text: str, wrong: list[tuple[int, str]]) -> None:
    assert editor.problems("rules.yml", text) == wrong


def test_a_wrong_event_is_told_with_those_there_are(editor: Editor) -> None:
    ((line, said),) = editor.problems("rules.yml", HEAD.replace("merged", "mergd"))
    assert line == 4 and '"pull_request.merged"' in said


@pytest.mark.parametrize("file", sorted((ROOT / "rules" / "catalog").glob("*.yml")), ids=lambda file: file.name)
def test_the_catalogue_is_right_in_the_editor(editor: Editor, file: Path) -> None:
    name = file.name if file.name.endswith(".test.yml") else "rules.yml"
    assert editor.problems(name, file.read_text(encoding="utf-8")) == []


def test_files_of_tests_have_all_of_that_too(editor: Editor) -> None:
    steps = editor.offered("a.test.yml", TEST + "      - |\n")
    assert {*CHECKS, "event", "answer", "advance", "pull_request"} <= set(steps) and all(steps.values())
    assert set(editor.offered("a.test.yml", TEST + "      - why: {rule: a, per: b, stage: |}\n")) == set(STAGES)
    assert CASE["given"].split(":")[0] in editor.told("a.test.yml", TEST.replace("steps:", "giv|en: {}\n    steps:"))
    assert editor.problems("a.test.yml", TEST + "      - {evnt: x}\n") == [(6, "Property evnt is not allowed.")]


def test_the_line_in_a_file_that_names_its_schema_is_followed(editor: Editor) -> None:
    text = "# yaml-language-server: $schema=./rules.schema.json\nrules:\n  mine:\n    |\n"
    assert "cooldown" in editor.offered("other.yaml", text)


def test_the_settings_that_the_page_shows_do_what_it_says(tmp_path: Path) -> None:
    assert not LACKS, LACKS
    page = (ROOT / "docs" / "rules.md").read_text(encoding="utf-8")
    settings = next(block for block in re.findall(r"```json\n(.*?)```", page, re.DOTALL) if "yaml.schemas" in block)
    (tmp_path / "rules").mkdir()
    write_schemas(tmp_path / "rules")
    editor = Editor(SERVER, tmp_path, json.loads(settings)["yaml.schemas"])
    assert editor.problems("rules/a.yml", "rulez: {}\n") == [(1, "Property rulez is not allowed.")]
    assert (1, 'Missing property "cases".') in editor.problems("rules/a.test.yml", "rules: a.yml\n")
    assert "extends" not in editor.offered("rules/b.test.yml", "|\n")
    editor.close()
