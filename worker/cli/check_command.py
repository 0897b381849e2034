"""`sparekey rules check`: everything that is wrong with rules files, at once. Owns its options and exit code."""

import json
from collections.abc import Iterator
from pathlib import Path

import click

from connectors.errors import ConfigError
from rules.language.cel.agreement import clauses_of, disagreements
from rules.language.problems import Problem, in_order
from rules.language.rule import Place, Rule
from worker.cli import check_text
from worker.cli.lacking import lacks, misnamed
from worker.cli.rules_files import Found, configured_here, read
from worker.config.between_files import SPAREKEY
from worker.config.load import Configuration, examine

FORMATS = ("text", "json", "github")


@click.command("check")
@click.argument("paths", nargs=-1, type=click.Path(path_type=Path))
@click.option("--strict", is_flag=True, help="Warnings count as errors.")
@click.option(
    "--format",
    "form",
    type=click.Choice(FORMATS),
    default="text",
    help="text: with the line of the file, the wrong word underlined; github: annotations of a workflow; json.",
)
@click.option(
    "--json", "as_json", is_flag=True, help="A list of {file, line, column, length, severity, message, hint}."
)
def check_command(paths: tuple[Path, ...], strict: bool, form: str, as_json: bool) -> None:
    """Every error of every file at once, each with file:line:column and a hint. PATHS are files, or folders of *.yml
    (default: the rules of sparekey.yml, else here).

    \b
    sparekey rules check payments.yml
    sparekey rules check --format github rules

    A warning is about a rule that is right, but says nothing, or needs what this folder's sparekey.yml, people.yml and
    areas.yml do not have.

    Exit codes: 0 every rule is fine; 2 there is an error in a rule, with --strict also a warning, or a file cannot be
    read.
    """
    found = read(paths or _default())
    problems = _problems(found)
    if as_json or form == "json":
        click.echo(json.dumps(check_text.rows(problems), ensure_ascii=False, indent=2))
    else:
        for line in (
            check_text.annotations(problems) if form == "github" else check_text.screen(problems, found.every_text())
        ):
            click.echo(line)
        click.echo(check_text.summary(problems, len(found.loaded.rules)))
    if any(strict or problem.severity == "error" for problem in problems):
        raise SystemExit(2)


def _problems(found: Found) -> tuple[Problem, ...]:
    loaded = found.loaded
    warnings = [one for one in loaded.warnings if one.place.file in found.given]  # nobody can mend a shipped file
    said = [*loaded.problems, *warnings, *found.template_problems(), *_compiled_wrongly(loaded.rules)]
    if Path(SPAREKEY).exists() and (configuration := examine(Path())[0]) is not None:
        said += [one for rule in loaded.rules if _is_own(rule, found) for one in _unfit(rule, configuration, found)]
    return in_order(said)


def _is_own(rule: Rule, found: Found) -> bool:
    """Something of it is written in a file that was named. What shipped packs bring along is for `doctor` to tell."""
    return rule.mode != "off" and bool(_own(rule, found))


def _own(rule: Rule, found: Found) -> list[Place]:
    """Where something of it alone is written in a file that was named; defaults are for all rules."""
    return [
        place for name, place in rule.origins.items() if place.file in found.given and not name.startswith("defaults.")
    ]


def _unfit(rule: Rule, said: Configuration, found: Found) -> Iterator[Problem]:
    """What the rule needs and this folder's configuration does not have: it may come, so it is a warning."""
    first = min(_own(rule, found), key=lambda place: (place.line, place.column))
    for lack in (*lacks(rule, said), *misnamed(rule, said)):
        field = rule.origins.get(lack.field) or rule.origins.get(f"defaults.{lack.field}", first)
        place = _word(found.texts[field.file], field, lack.word) if field.file in found.given else first
        yield Problem(place, f"'{rule.id}' needs {lack.text}, and there is none here", lack.hint, severity="warning")


def _word(text: str, field: Place, word: str) -> Place:
    """Where the word stands after the name of the field; the name where it does not."""
    lines = text.splitlines(keepends=True)
    start = sum(len(line) for line in lines[: field.line - 1]) + field.column - 1
    at = text.find(word, start) if word else start
    before = text[: max(at, start)]
    return Place(field.file, before.count("\n") + 1, len(before) - before.rfind("\n"))


def _default() -> tuple[Path, ...]:
    """What sparekey.yml calls its rules. Raises ConfigError where that cannot be told."""
    named, problems = configured_here()
    if problems:
        raise ConfigError("\n".join(map(str, problems)), "or name the rules files")
    return named


def _compiled_wrongly(rules: tuple[Rule, ...]) -> list[Problem]:
    """Conditions that our compiler and the official evaluator answer differently: a fault of ours, so not trusted."""
    return [
        Problem(
            rule.place, f"'{clause.text}' is compiled wrongly", "this is a fault of sparekey: please report this line"
        )
        for rule in rules
        for clause in clauses_of(rule)
        if disagreements(clause)
    ]
