"""`sparekey rules test`: tests beside the rules, played with a clock of their own; nothing stored, nothing sent.

Owns the options, finding the files and the rules they name, and the exit code. Playing is `rules/testing`'s.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

import click

from connectors.errors import ConfigError
from rules.language.problems import Problem, Problems, nearest
from rules.speech.amounts import count
from rules.speech.harmless import plain
from rules.testing.bench import Bench
from rules.testing.document import Document
from rules.testing.reading import read_document, unknown_rules
from rules.testing.running import Result, run_case
from rules.testing.shuffling import ORDERS
from rules.testing.watching import missed, together
from worker import catalog, rulebook
from worker.cli import documents, testing_text
from worker.cli.rules_files import MOST_SHOWN, configured_here
from worker.config import rules_files, template_files
from worker.config.rules_files import RulesFiles

SUFFIX = ".test.yml"


@dataclass(frozen=True, slots=True)
class Prepared:
    """`files`: of the rules that it names."""

    document: Document
    bench: Bench
    files: frozenset[str]


@click.command("test")
@click.argument("paths", nargs=-1, type=click.Path(path_type=Path))
@click.option("-k", "only", metavar="TEXT", default="", help="Only cases with this text in their name.")
@click.option("--shuffle", is_flag=True, help=f"Each case also in {ORDERS} other orders of arrival, up to 7 days late.")
@click.option("--strict", is_flag=True, help="Exit 1 also where no test made a condition true, or false.")
@click.option("--json", "as_json", is_flag=True, help="One JSON object.")
def test_command(paths: tuple[Path, ...], only: str, shuffle: bool, strict: bool, as_json: bool) -> None:
    """Tests of rules: events with times, a clock of their own, what has to come of it. PATHS are files *.test.yml, or
    folders of them (default: those beside the rules of sparekey.yml, else here). Nothing is stored or sent.

    \b
    sparekey rules test payments.test.yml
    sparekey rules test -k boundary

    Exit codes: 0 every case passed; 1 some case failed, or with --strict some condition was never true, or never false;
    2 a file is malformed, or there is none.
    """
    prepared = prepare([file for path in paths or _default() for file in tests_of(path)])
    results = [result for one in prepared for result in _results(one, only, shuffle)]
    if not results:
        raise ConfigError(f"no case has '{only}' in its name")
    unmet = missed(together(one.bench.watch for one in prepared), {file for one in prepared for file in one.files})
    unmet = [] if only else unmet
    if as_json:
        click.echo(documents.dump(testing_text.document(results, unmet)))
    else:
        for line in testing_text.screen(results, unmet):
            click.echo(line)
    if not all(one.passed for one in results) or (strict and unmet):
        raise SystemExit(1)


def _results(prepared: Prepared, only: str, shuffle: bool) -> list[Result]:
    document, bench = prepared.document, prepared.bench
    return [run_case(document, case, bench, shuffle) for case in document.cases if only in case.name]


def _default() -> tuple[Path, ...]:
    """Where the rules of this folder's sparekey.yml are."""
    named, _ = configured_here()
    return tuple(dict.fromkeys(one if one.is_dir() else one.parent for one in named)) or (Path(),)


def tests_of(path: Path) -> list[Path]:
    """The file itself, or every *.test.yml below the folder."""
    return sorted(path.rglob(f"*{SUFFIX}")) if path.is_dir() else [path]


def prepare(files: Sequence[Path]) -> list[Prepared]:
    """Every file read, with its rules. Problems of all of them at once, then exit 2."""
    if not files:
        raise ConfigError("no tests there", f"tests are files *{SUFFIX}; docs/rules.md shows one")
    problems: list[Problem] = []
    found = [one for file in dict.fromkeys(files) if (one := _prepared(file, problems)) is not None]
    if problems:
        for problem in problems:
            click.echo(plain(str(problem), MOST_SHOWN), err=True)
        click.echo(count(len(problems), "error"), err=True)
        raise SystemExit(2)
    return found


def _prepared(file: Path, problems: list[Problem]) -> Prepared | None:
    document, wrong = read_document(str(file), rules_files.source(file).text)
    problems += wrong
    if document is None:
        return None
    found = _rules(document, file.parent, problems)
    if found is None:
        return None
    rules = found.loaded.rules
    wrong = tuple(unknown_rules(document, [rule.id for rule in rules]))
    problems += wrong
    bench = Bench(rules, rulebook.templates(template_files.texts(found.templates)))
    return Prepared(document, bench, found.given) if rules and not wrong else None


def _rules(document: Document, folder: Path, problems: list[Problem]) -> RulesFiles | None:
    """The rules that a file of tests names: packs of the catalogue, or files beside it, with templates beside those."""
    packs, wrong = catalog.packs(), Problems()
    sources, files = [], []
    for name, place in document.rules:
        if name in packs:
            sources.append(packs[name])
        elif not (folder / name).is_file():
            hint = nearest(name, packs) if name.startswith("catalog/") else "a file beside this one, or a pack"
            wrong.add(place, f"there are no rules '{name[:100]}'", hint)
        else:
            files.append(folder / name)
    sources += [rules_files.source(file) for file in files]
    found = rules_files.of_texts(sources, rules_files.templates_beside(files))
    problems += [*wrong.sorted(), *found.loaded.problems]
    return found if not len(wrong) and not found.loaded.problems else None
