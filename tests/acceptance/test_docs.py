"""What the pages say is so: every rules block loads, every command and every linked file is there."""

import json
import re
from pathlib import Path

import click
import jsonschema
import pytest
from ruamel.yaml import YAML

from rules.language.fields import OPERATORS
from rules.language.load import Source, load_rules
from rules.language.schema import rules_schema
from rules.language.settings import KEYS
from rules.testing.reading import read_document
from worker import catalog
from worker.cli.main import cli

ROOT = Path(__file__).resolve().parents[2]
PAGES = sorted(
    path
    for folder in (".", "docs", "docs/decisions", "docs/reference", "connectors/*")
    for path in ROOT.glob(f"{folder}/*.md")
)


def text_of(page: Path) -> str:
    return page.read_text(encoding="utf-8")


@pytest.mark.parametrize("page", PAGES, ids=lambda page: str(page.relative_to(ROOT)))
def test_every_rules_block_of_a_page_loads(page: Path) -> None:
    for block in re.findall(r"```yaml\n(.*?)```", text_of(page), re.DOTALL):
        if "cases:" in block:
            assert read_document(page.name, block)[1] == ()
        elif "rules:" in block:
            found = load_rules([Source(page.name, block)], catalog.packs())
            assert not found.problems, "\n".join(map(str, found.problems))
            jsonschema.validate(json.loads(json.dumps(YAML(typ="safe", pure=True).load(block))), rules_schema())


@pytest.mark.parametrize("page", PAGES, ids=lambda page: str(page.relative_to(ROOT)))
def test_every_command_and_option_that_a_page_names_exists(page: Path) -> None:
    if page.parent.name == "decisions":
        return  # a record of its day
    for line in re.findall(r"(?:^|[`/])sparekey ((?:[a-z]+ ?)+[^`\n]*)", text_of(page), re.MULTILINE):
        words, command = line.split(), cli
        for word in words:
            if not isinstance(command, click.Group) or word not in command.commands:
                break
            command = command.commands[word]  # type: ignore[assignment]  # a group's commands are commands
        assert command is not cli, f"{page.name}: no command in 'sparekey {line}'"
        known = {name for parameter in command.params for name in parameter.opts} | {"--help"}
        assert {word for word in words if re.fullmatch(r"--[a-z]+", word)} <= known, f"{page.name}: sparekey {line}"


@pytest.mark.parametrize("page", PAGES, ids=lambda page: str(page.relative_to(ROOT)))
def test_every_link_of_a_page_leads_somewhere(page: Path) -> None:
    for target in re.findall(r"\]\(([^)#\s]+)[^)]*\)", text_of(page)):
        if "://" not in target:
            assert (page.parent / target).exists(), f"{page.name}: {target}"


def test_every_field_and_setting_of_a_rule_is_in_the_page_about_rules() -> None:
    told = text_of(ROOT / "docs" / "rules.md")
    assert [name for name in (*OPERATORS, *KEYS) if f"`{name}`" not in told and f" {name}," not in told] == []


def test_every_rule_of_the_catalogue_is_told_with_its_numbers() -> None:
    """Each has a heading in docs/catalogue.md; a number of a rule is said there, or in a word."""
    sections = re.split(r"^### ", text_of(ROOT / "docs" / "catalogue.md"), flags=re.MULTILINE)[1:]
    told = {rule: section for section in sections for rule in re.findall(r"`([a-z0-9-]+)`", section.partition("\n")[0])}
    rules = load_rules([catalog.packs()["catalog/all"]], catalog.packs()).rules
    assert {rule.id for rule in rules} == set(told)
    for rule in rules:
        for name, value in rule.numbers.items():
            assert str(value) in told[rule.id] or NUMBERS.get(value, "?") in told[rule.id].lower(), f"{rule.id}: {name}"


NUMBERS = {2: "two", 3: "three", 4: "four", 5: "five", 6: "six", 8: "eight", 10: "ten", 150: "1.5 times"}
