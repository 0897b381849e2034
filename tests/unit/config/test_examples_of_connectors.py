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
AS_SOURCE = ("Reads", "Becomes", "Needs", "Cannot know", "Try it", "A new fixture")
AS_SINK = ("Takes", "Writes", "Needs", "Cannot do", "Try it", "A new case")
SINKS = [folder.name for folder in FOLDERS if (folder / "sink.py").is_file()]
READERS = [folder.name for folder in FOLDERS if (folder / "normalise.py").is_file()]
MOST_LINES = 40
"""A role; a connector that is source and sink has two."""


def example(name: str) -> str:
    return (ROOT / "connectors" / name / "example.yml").read_text("utf-8")


def readme(name: str) -> str:
    return (ROOT / "connectors" / name / "README.md").read_text("utf-8")


def section(name: str, which: str) -> str:
    """The entries under `sources:` or `sinks:` of an example."""
    found = re.search(rf"^{which}:\n((?:  .*\n)+)", example(name), re.MULTILINE)
    return found[1] if found else ""


def test_there_are_connectors_to_look_at() -> None:
    """A wrong root would make every other test here pass."""
    assert {"git", "files", "postmortems"} <= set(READERS)
    assert {"terminal", "files", "mail"} <= set(SINKS)
    assert set(READERS) | set(SINKS) == set(NAMES)


@pytest.mark.parametrize("name", NAMES)
def test_the_example_is_one_entry_a_role_of_its_kind_and_nothing_else(name: str) -> None:
    settings, problems = load_settings(example(name), f"connectors/{name}/example.yml")
    assert [str(one) for one in problems] == []
    assert settings is not None
    roles = [role for role, which in (("sources", READERS), ("sinks", SINKS)) if name in which]
    assert settings.model_fields_set == set(roles)
    for role in roles:
        (entry,) = getattr(settings, role).values()
        assert entry.kind == name
        assert {"kind"} < entry.model_fields_set


def test_all_examples_together_are_one_right_file() -> None:
    parts = {which: "".join(section(name, which) for name in NAMES) for which in ("sources", "sinks")}
    settings, problems = load_settings("".join(f"{which}:\n{entries}" for which, entries in parts.items()))
    assert (type(settings), problems) == (Settings, ())
    assert settings is not None
    assert sorted(one.kind for one in settings.sources.values()) == READERS
    assert sorted(one.kind for one in settings.sinks.values()) == SINKS


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
    roles = [parts for parts, which in ((AS_SOURCE, READERS), (AS_SINK, SINKS)) if name in which]
    assert len(text.splitlines()) <= MOST_LINES * len(roles)
    assert text.startswith(f"# {name}: ")
    assert [part for parts in roles for part in parts if f"**{part}**" not in text] == []
    assert "(example.yml)" in text


@pytest.mark.parametrize("name", NAMES)
def test_the_readme_names_files_that_there_are(name: str) -> None:
    found = re.findall(r"`(tests/[\w/.]+)`", readme(name))
    assert found and [path for path in found if not (ROOT / path).is_file()] == []


@pytest.mark.parametrize("name", READERS)
def test_the_readme_of_a_source_names_events_and_commands_that_there_are(name: str) -> None:
    text = readme(name)
    kinds = {f"{entity}." for entity in {kind.partition(".")[0] for kind in KINDS}}
    said = [word for word in re.findall(r"`([a-z_]+\.[a-z_]+)`", text) if word.startswith(tuple(kinds))]
    assert said and set(said) <= set(KINDS)
    commands = re.findall(r"sparekey events preview (\w+)", text)
    assert name in commands and set(commands) <= set(SOURCES)
