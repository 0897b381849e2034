"""Every connector's README and example.yml: short, there, and true as far as a machine can see. Owns no wording."""

import re
from pathlib import Path

import pytest

from rules.model.events import KINDS
from worker.cli.events_command import SOURCES
from worker.config.sparekey import Settings, load_settings

ROOT = Path(__file__).resolve().parents[3]
FOLDERS = sorted(path.parent for path in (ROOT / "connectors").glob("*/__init__.py"))
NAMES = [folder.name for folder in FOLDERS]
PARTS = ("Reads", "Becomes", "Needs", "Cannot know", "Try it", "A new fixture")


def example(name: str) -> str:
    return (ROOT / "connectors" / name / "example.yml").read_text("utf-8")


def readme(name: str) -> str:
    return (ROOT / "connectors" / name / "README.md").read_text("utf-8")


def test_there_are_connectors_to_look_at() -> None:
    """A wrong root would make every other test here pass."""
    assert {"git", "files", "postmortems"} <= set(NAMES)


@pytest.mark.parametrize("name", NAMES)
def test_the_example_is_one_source_of_its_kind_and_nothing_else(name: str) -> None:
    settings, problems = load_settings(example(name), f"connectors/{name}/example.yml")
    assert [str(one) for one in problems] == []
    assert settings is not None
    assert settings.model_fields_set == {"sources"}
    (source,) = settings.sources.values()
    assert source.kind == name
    assert {"kind"} < source.model_fields_set


def test_all_examples_together_are_one_right_file() -> None:
    entries = "".join(example(name).removeprefix("sources:\n") for name in NAMES)
    settings, problems = load_settings(f"sources:\n{entries}")
    assert (type(settings), problems) == (Settings, ())
    assert settings is not None and sorted(one.kind for one in settings.sources.values()) == NAMES


@pytest.mark.parametrize("name", NAMES)
@pytest.mark.parametrize("key", ["kind", "path"])
def test_a_slip_in_the_example_is_told_at_its_place(name: str, key: str) -> None:
    """So that the test above can fail."""
    text = example(name)
    if f"    {key}:" not in text:
        pytest.skip(f"the example has no {key}")
    line = next(n for n, one in enumerate(text.splitlines(), 1) if one.startswith(f"    {key}:"))
    settings, problems = load_settings(text.replace(f"    {key}:", f"    {key}s:"), "example.yml")
    assert settings is None
    assert any(
        str(one).startswith(f"example.yml:{line}:5: unknown key '{key}s' (did you mean '{key}'?)") for one in problems
    )


@pytest.mark.parametrize("name", NAMES)
def test_the_readme_is_short_and_says_what_every_one_says(name: str) -> None:
    text = readme(name)
    assert len(text.splitlines()) <= 40
    assert text.startswith(f"# {name}: ")
    assert [part for part in PARTS if f"**{part}**" not in text] == []
    assert "(example.yml)" in text


@pytest.mark.parametrize("name", NAMES)
def test_the_readme_names_events_files_and_commands_that_there_are(name: str) -> None:
    text = readme(name)
    kinds = {f"{entity}." for entity in {kind.partition(".")[0] for kind in KINDS}}
    said = [word for word in re.findall(r"`([a-z_]+\.[a-z_]+)`", text) if word.startswith(tuple(kinds))]
    assert said and set(said) <= set(KINDS)
    for path in re.findall(r"`(tests/[\w/.]+)`", text):
        assert (ROOT / path).is_file(), path
    commands = re.findall(r"sparekey events preview (\w+)", text)
    assert name in commands and set(commands) <= set(SOURCES)
