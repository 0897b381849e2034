"""Rules files from disk: which files a path means, what they hold together with the shipped packs, what is wrong.

Owns finding and reading them. Must not know what is printed, nor which rules run.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from connectors.errors import ConfigError
from rules.language.load import Loaded, Source, load_rules
from rules.language.nodes import MAX_BYTES
from rules.language.problems import Problem
from rules.language.rule import Rule
from rules.speech import templates as speech
from rules.speech.lint import check_rendered
from worker import catalog

MAX_FILES = 500


@dataclass(frozen=True, slots=True)
class RulesFiles:
    """What was loaded, and the texts it came from by the file that places name."""

    loaded: Loaded
    texts: dict[str, str]
    given: frozenset[str]
    """Files that somebody named; any other is shipped with the catalogue."""


def catalogue() -> RulesFiles:
    packs = catalog.packs()
    return _loaded([packs["catalog/all"]], {}, frozenset())


def read(paths: Sequence[Path]) -> RulesFiles:
    """Raises ConfigError where there is nothing to read."""
    found = [file for path in paths for file in files_of(path)]
    if not found or len(found) > MAX_FILES:
        raise ConfigError(
            "no rules files there" if not found else f"more than {MAX_FILES} rules files", "rules are *.yml"
        )
    return of_texts([source(file) for file in found])


def source(file: Path) -> Source:
    """Raises ConfigError where it cannot be read."""
    try:
        return Source(str(file), text(content(file)))
    except OSError as error:
        raise ConfigError(f"{file} cannot be read: {error.strerror}") from None


def files_of(path: Path) -> list[Path]:
    """The file itself, or every *.yml below the folder. Tests of rules are none."""
    found = sorted(path.rglob("*.yml")) if path.is_dir() else [path]
    return [file for file in found if not file.name.endswith(".test.yml")]


def content(file: Path) -> bytes:
    """At most a little more than the loader takes, so that it can say that this is too much. Raises OSError."""
    with file.open("rb") as stream:
        return stream.read(MAX_BYTES + 1)


def text(found: bytes) -> str:
    """What is no UTF-8 becomes a mark that no name in a file is written with."""
    return found.decode("utf-8", "replace")


def of_texts(sources: list[Source]) -> RulesFiles:
    return _loaded(sources, _packs_among(sources), frozenset(source.file for source in sources))


def template_problems(rules: Sequence[Rule]) -> list[Problem]:
    """Shipped templates that do not fit the rule that names them."""
    texts = catalog.templates()
    found = []
    for rule in rules:
        for do in rule.do:
            if do.template in texts:
                template = speech.parse(do.template, texts[do.template])
                found += [
                    Problem(rule.place, f"template '{do.template}': {why}")
                    for why in (*speech.check(template, rule, do.verb), *check_rendered(template, rule, do.verb))
                ]
    return found


def _loaded(sources: list[Source], own: dict[str, Source], given: frozenset[str]) -> RulesFiles:
    packs = {**catalog.packs(), **own}
    texts = {source.file: source.text for source in (*packs.values(), *sources)}
    return RulesFiles(load_rules(sources, packs), texts, given)


def _packs_among(sources: list[Source]) -> dict[str, Source]:
    """Files beside each other can extend each other by their pack's name."""
    found = {}
    for source in sources:
        first = next((line for line in source.text.splitlines() if line.startswith("pack:")), "")
        name = first.removeprefix("pack:").split("#")[0].strip().strip("'\"").partition("@")[0]
        if name and name not in catalog.packs():
            found[name] = source
    return found
