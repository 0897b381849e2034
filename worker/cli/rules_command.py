"""`sparekey rules check|list|schema`: the rules author's first three commands. Owns their options and output."""

import json
from pathlib import Path

import click

from connectors.errors import ConfigError
from rules.language.cel.agreement import clauses_of, disagreements
from rules.language.load import Loaded, Source, load_rules
from rules.language.problems import Problem
from rules.language.rule import Rule
from rules.language.schema import rules_schema, vocabulary
from rules.speech import templates as speech
from worker import catalog
from worker.cli.say import count

MAX_FILES = 500


@click.group("rules")
def rules_command() -> None:
    """Checking, listing and completing rules files."""


@rules_command.command("check")
@click.argument("paths", nargs=-1, required=True, type=click.Path(path_type=Path))
@click.option("--json", "as_json", is_flag=True, help="A list of {file, line, column, message, hint}.")
def check_command(paths: tuple[Path, ...], as_json: bool) -> None:
    """Every error of every file at once, each with file:line:column and a hint. Exit 0 or 2."""
    loaded = _loaded(paths)
    problems = (*loaded.problems, *_template_problems(loaded.rules), *_compiled_wrongly(loaded.rules))
    if as_json:
        click.echo(json.dumps([_plain(problem) for problem in problems], ensure_ascii=False, indent=2))
    else:
        for problem in problems:
            click.echo(str(problem))
        click.echo(f"{count(len(loaded.rules), 'rule')} fine, {count(len(problems), 'error')}")
    if problems:
        raise SystemExit(2)


def _plain(problem: Problem) -> dict[str, object]:
    place = problem.place
    return {
        "file": place.file,
        "line": place.line,
        "column": place.column,
        "message": problem.message,
        "hint": problem.hint,
    }


def _template_problems(rules: tuple[Rule, ...]) -> list[Problem]:
    """Shipped templates that do not fit the rule that names them."""
    texts = catalog.templates()
    found = []
    for rule in rules:
        for do in rule.do:
            if do.template in texts:
                template = speech.parse(do.template, texts[do.template])
                found += [
                    Problem(rule.place, f"template '{do.template}': {why}")
                    for why in speech.check(template, rule, do.verb)
                ]
    return found


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


@rules_command.command("list")
@click.argument("paths", nargs=-1, type=click.Path(path_type=Path))
@click.option("--origin", is_flag=True, help="File and line of every field.")
@click.option("--json", "as_json", is_flag=True, help="One JSON object.")
def list_command(paths: tuple[Path, ...], origin: bool, as_json: bool) -> None:
    """Rules by id: of these files, else the whole shipped catalogue."""
    loaded = _loaded(paths) if paths else _catalogue()
    for problem in loaded.problems:
        click.echo(str(problem), err=True)
    if as_json:
        rows = [
            {
                "id": rule.id,
                "title": rule.title,
                "pack": rule.pack,
                "mode": rule.mode,
                "meaning": rule.meaning,
            }
            for rule in loaded.rules
        ]
        click.echo(json.dumps({"schema": 1, "rules": rows}, ensure_ascii=False, indent=2))
    else:
        for rule in loaded.rules:
            click.echo(f"{rule.id:<32} {rule.mode:<7} {rule.title}")
            for field, place in rule.origins.items() if origin else ():
                click.echo(f"    {field:<10} {place}")
    if loaded.problems:
        raise SystemExit(2)


@rules_command.command("schema")
@click.option("--vocabulary", "words", is_flag=True, help="The events, entities and fields instead.")
def schema_command(words: bool) -> None:
    """The JSON Schema of rules files, for completion and errors in an editor."""
    click.echo(json.dumps(vocabulary() if words else rules_schema(), ensure_ascii=False, indent=2))


def _catalogue() -> Loaded:
    packs = catalog.packs()
    return load_rules([packs["catalog/all"]], packs)


def _loaded(paths: tuple[Path, ...]) -> Loaded:
    files = [file for path in paths for file in (sorted(path.rglob("*.yml")) if path.is_dir() else [path])]
    files = [file for file in files if not file.name.endswith(".test.yml")]
    if not files or len(files) > MAX_FILES:
        raise ConfigError(
            "no rules files there" if not files else f"more than {MAX_FILES} rules files", "rules are *.yml"
        )
    sources = []
    for file in files:
        try:
            sources.append(Source(str(file), file.read_text(encoding="utf-8", errors="replace")))
        except OSError as error:
            raise ConfigError(f"{file} cannot be read: {error.strerror}") from None
    own = {f"{name}": source for name, source in _packs_among(sources).items()}
    return load_rules(sources, {**catalog.packs(), **own})


def _packs_among(sources: list[Source]) -> dict[str, Source]:
    """Files beside each other can extend each other by their pack's name."""
    found = {}
    for source in sources:
        first = next((line for line in source.text.splitlines() if line.startswith("pack:")), "")
        name = first.removeprefix("pack:").split("#")[0].strip().strip("'\"").partition("@")[0]
        if name and name not in catalog.packs():
            found[name] = source
    return found
