"""`sparekey rules list|show|schema`, and the group of all `rules` commands. Owns their options and output."""

import json
from pathlib import Path

import click

from connectors.errors import ConfigError
from rules.language.problems import nearest
from rules.language.rule import Rule
from rules.language.schema import rules_schema, vocabulary
from rules.language.sources import SOURCES, fed_by, needs
from rules.speech.amounts import count
from rules.testing.schema import schema_of_tests
from worker.cli import documents, rules_text
from worker.cli.backtest_command import backtest_command
from worker.cli.check_command import check_command
from worker.cli.diff_command import diff_command
from worker.cli.rebuild_command import rebuild_command
from worker.cli.report_command import report_command
from worker.cli.rules_files import Found, catalogue, read
from worker.cli.rules_mode import mode_command
from worker.cli.testing_command import test_command

_paths = click.argument("paths", nargs=-1, type=click.Path(path_type=Path))


@click.group("rules")
def rules_command() -> None:
    """Checking, testing, listing, showing and completing rules files.

    \b
    sparekey rules check payments.yml
    """


@rules_command.command("list")
@_paths
@click.option("--origin", is_flag=True, help="Also the file and line of every field.")
@click.option(
    "--sources",
    metavar="NAMES",
    help=f"Only rules whose events these sources alone can feed: git, or git,jira. There are: {', '.join(SOURCES)}.",
)
@click.option("--markdown", is_flag=True, help="A table for a document.")
@click.option("--json", "as_json", is_flag=True, help="One JSON object.")
def list_command(paths: tuple[Path, ...], origin: bool, sources: str | None, markdown: bool, as_json: bool) -> None:
    """Rules by id, with their mode and title: those of your files, else the whole shipped catalogue.

    \b
    sparekey rules list --sources git      what a clone alone can feed
    sparekey rules list payments.yml --origin

    Exit codes: 0 fine; 2 a file has errors, or cannot be read.
    """
    found = _found(paths)
    asked = _known_sources(sources) if sources is not None else SOURCES
    rules = [rule for rule in found.loaded.rules if fed_by(rule, asked)]
    if as_json:
        click.echo(documents.dump({"rules": [_row(rule, found, origin) for rule in rules]}))
    elif markdown:
        click.echo("\n".join(rules_text.document(rules, found.codes())))
    else:
        for rule in rules:
            click.echo(rules_text.harmless(f"{rule.id:<32} {rule.mode:<7} {rule.title}"))
            for line in rules_text.origins(rule, found.real) if origin else ():
                click.echo(line)
        if not rules and sources is not None:
            click.echo(
                f"no rule: {' and '.join(asked)} alone can feed none of {count(len(found.loaded.rules), 'rule')}"
            )
    found.end()


@rules_command.command("show")
@click.argument("rule_id", metavar="ID")
@_paths
@click.option("--json", "as_json", is_flag=True, help="One JSON object.")
def show_command(rule_id: str, paths: tuple[Path, ...], as_json: bool) -> None:
    """One rule as it was loaded, with the sources that can feed it: of your files, else of the shipped catalogue.

    \b
    sparekey rules show area-single-carrier
    sparekey rules show area-single-carrier payments.yml      with your overrides

    Exit codes: 0 fine; 2 there is no such rule, or a file has errors.
    """
    found = _found(paths)
    rule = next((rule for rule in found.loaded.rules if rule.id == rule_id), None)
    if rule is None:
        found.tell_problems()
        hint = nearest(rule_id, [rule.id for rule in found.loaded.rules])
        raise ConfigError(f"no rule '{rule_id}'", hint or "`sparekey rules list` shows them")
    if as_json:
        row = {**_row(rule, found, True), "fields": rules_text.fields(rule), "events": rules_text.feeds(rule)}
        click.echo(documents.dump({"rule": row}))
    else:
        click.echo("\n".join(rules_text.screen(rule, found.real(rule.place.file))))
    found.end()


def _row(rule: Rule, found: Found, origin: bool) -> dict[str, object]:
    row: dict[str, object] = {
        "id": rule.id,
        "title": rule.title,
        "pack": rule.pack,
        "mode": rule.mode,
        "meaning": rule.meaning,
        "sources": needs(rule),
    }
    return {**row, "origin": rules_text.origin(rule, found.real)} if origin else row


def _known_sources(names: str) -> tuple[str, ...]:
    asked = tuple(name.strip() for name in names.split(","))
    for name in asked:
        if name not in SOURCES:
            raise ConfigError(f"no source '{name}'", nearest(name, SOURCES))
    return asked


@rules_command.command("schema")
@click.option(
    "--vocabulary", "words", is_flag=True, help="The events, entities and fields that rules can name instead."
)
@click.option("--tests", is_flag=True, help="The schema of *.test.yml files instead.")
@click.option("--json", "as_json", is_flag=True, help="Changes nothing: it is JSON anyway.")
def schema_command(words: bool, tests: bool, as_json: bool) -> None:
    """The JSON Schema of rules files, for completion and errors in an editor.

    \b
    sparekey rules schema > rules.schema.json
    sparekey rules schema --tests > tests.schema.json
    """
    found = vocabulary() if words else schema_of_tests() if tests else rules_schema()
    click.echo(json.dumps(found, ensure_ascii=False, indent=2))


def _found(paths: tuple[Path, ...]) -> Found:
    return read(paths) if paths else catalogue()


for _command in (check_command, test_command, backtest_command, diff_command, report_command, rebuild_command):
    rules_command.add_command(_command)
for _mode in ("live", "ask", "silent"):
    rules_command.add_command(mode_command(_mode))
