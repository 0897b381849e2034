"""Templates beside rules files: found, bounded, checked at their own place, and taken when they are edited."""

from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from rules.language.problems import Problem
from worker import rulebook
from worker.config import rules_files, template_files
from worker.config.load import load, watched

RULES = """\
rules:
  long-review-here:
    title: An open pull request needs many rounds
    on: review.submitted
    when: pull_request.rounds >= min_rounds
    per: pull_request
    with: {min_rounds: 4}
    do: [{nudge: pull_request.author, template: our-talk}]
"""
GOOD = "Talk it over?\n\n`{pull_request}` is in round {pull_request.rounds}. Would a call be quicker?\n"


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    (tmp_path / "rules" / "templates").mkdir(parents=True)
    (tmp_path / "rules" / "team.yml").write_text(RULES)
    (tmp_path / "rules" / "templates" / "our-talk.md").write_text(GOOD)
    (tmp_path / "sparekey.yml").write_text("workspace: w\nrules: [rules]\ndefault_manager: mona\n")
    (tmp_path / "people.yml").write_text("people: {mona: {}}\n")
    return tmp_path


def problems(folder: Path) -> list[Problem]:
    return rules_files.read([folder / "rules"]).template_problems()


def put(folder: Path, text: str | bytes, name: str = "our-talk") -> Path:
    file = folder / "rules" / "templates" / f"{name}.md"
    file.write_bytes(text if isinstance(text, bytes) else text.encode())
    return file


def test_a_template_beside_the_rules_is_used_by_them(folder: Path) -> None:
    assert problems(folder) == []
    configuration = load(folder)
    book = rulebook.rulebook(configuration.rules, template_files.texts(configuration.templates))
    assert book.templates["our-talk"].title == "Talk it over?"
    assert book.templates["talk-live"].title == "Talk it over live?"


def test_a_template_of_ones_own_wins_over_a_shipped_one(folder: Path) -> None:
    put(folder, GOOD, "talk-live")
    assert template_files.texts(load(folder).templates)["talk-live"] == GOOD


def test_a_misspelt_name_is_told_where_it_is_written(folder: Path) -> None:
    (folder / "rules" / "team.yml").write_text(RULES.replace("our-talk", "our-tlak"))
    assert [str(one).partition("team.yml:")[2] for one in problems(folder)] == [
        "8:49: there is no template 'our-tlak' (did you mean 'our-talk'?)"
    ]


@pytest.mark.parametrize(
    ("text", "place", "says"),
    [
        ("T\n\nHello {pull_request.rouns}?", "3:7", "'{pull_request.rouns}' is nothing that rule"),
        ("T\n\nWas it a\n mistake?", "4:2", "'mistake' is a blame word"),
        ("T\n\nWho?\n\n## juniour\nWho?", "5:1", "no such heading '## juniour' here (did you mean '## junior'?)"),
        ("T\n\n" + "word " * 60 + "?", "1:1", "a nudge has at most 60 words"),
        ("T\n\nNo question.", "1:1", "a nudge asks exactly one question"),
        ("T\n\nWho\x1b[31m?", "3:4", "a control character has no place"),
        ("T\n\nWho \u202e?", "3:5", "a control character has no place"),
        (b"T\n\nWho \xff?", "3:5", "this is not UTF-8"),
        ("x" * 20_000, "1:1", "a template has at most 16,000 bytes"),
    ],
)
def test_what_is_wrong_is_told_at_its_place_in_the_template(
    folder: Path, text: str | bytes, place: str, says: str
) -> None:
    file = put(folder, text)
    assert any(str(one).startswith(f"{file}:{place}: {says}") for one in problems(folder)), problems(folder)


def test_a_file_of_another_name_is_no_template(folder: Path) -> None:
    put(folder, GOOD, "Our Talk")
    assert [one.message for one in problems(folder)] == [
        "the name of a template has small letters, digits and dashes only"
    ]


def test_two_templates_of_one_name_are_told(folder: Path) -> None:
    (folder / "rules" / "more" / "templates").mkdir(parents=True)
    (folder / "rules" / "more" / "other.yml").write_text("rules: {}\n")
    (folder / "rules" / "more" / "templates" / "our-talk.md").write_text(GOOD)
    assert [one.message.partition(":")[0] for one in problems(folder)] == ["template 'our-talk' is there twice"]


def test_an_edited_template_is_noticed(folder: Path) -> None:
    before = load(folder)
    assert watched(folder, before.settings.rules).digest == before.digest
    put(folder, GOOD.replace("quicker", "nicer"))
    assert watched(folder, before.settings.rules).digest != before.digest
    put(folder, "x" * 20_000)
    assert watched(folder, before.settings.rules).digest != before.digest


@given(st.text(max_size=300))
def test_no_text_of_a_template_breaks_the_check(tmp_path_factory: pytest.TempPathFactory, text: str) -> None:
    """Whatever stands in it: it is taken, or its problems have a place inside it."""
    where = tmp_path_factory.mktemp("t")
    (where / "templates").mkdir()
    (where / "team.yml").write_text(RULES)
    (where / "templates" / "our-talk.md").write_bytes(text.encode("utf-8", "surrogatepass"))
    for one in rules_files.read([where]).template_problems():
        assert one.place.file.endswith(("our-talk.md", "team.yml"))
        assert one.place.line >= 1
        assert one.place.column >= 1
