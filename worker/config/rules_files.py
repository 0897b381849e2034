"""Rules files from disk: which files a path means, what they hold together with the shipped packs, what is wrong.

Owns finding and reading them. Must not know what is printed, nor which rules run.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from connectors.errors import ConfigError
from rules.language.load import Loaded, Source, load_rules
from rules.language.nodes import MAX_BYTES
from rules.language.problems import Problem
from worker import catalog
from worker.config import template_files
from worker.config.template_files import Templates

MAX_FILES = 500


@dataclass(frozen=True, slots=True)
class RulesFiles:
    """What was loaded, and the texts it came from by the file that places name."""

    loaded: Loaded
    texts: dict[str, str]
    given: frozenset[str]
    """Files that somebody named; any other is shipped with the catalogue."""
    templates: Templates
    unread: tuple[Problem, ...] = ()
    """Files beside them that are no templates."""

    def every_text(self) -> dict[str, str]:
        """Of rules and templates, by the file that places name."""
        return {**self.texts, **{one.file: one.text for one in self.templates.values()}}

    def template_problems(self) -> list[Problem]:
        return [*self.unread, *template_files.problems_of(self.loaded.rules, self.templates)]


def catalogue() -> RulesFiles:
    packs = catalog.packs()
    return _loaded([packs["catalog/all"]], {}, frozenset(), template_files.shipped())


def read(paths: Sequence[Path]) -> RulesFiles:
    """Raises ConfigError where there is nothing to read."""
    found = [file for path in paths for file in files_of(path)]
    if not found or len(found) > MAX_FILES:
        raise ConfigError(
            "no rules files there" if not found else f"more than {MAX_FILES} rules files", "rules are *.yml"
        )
    return of_texts([source(file) for file in found], templates_beside(found))


def templates_beside(rules: Sequence[Path]) -> dict[Path, bytes]:
    """Raises ConfigError where one cannot be read."""
    return {file: _held(file, template_files.MAX_BYTES) for file in template_files.beside(rules)}


def source(file: Path) -> Source:
    """Raises ConfigError where it cannot be read."""
    return Source(str(file), text(_held(file, MAX_BYTES)))


def _held(file: Path, most: int) -> bytes:
    try:
        return content(file, most)
    except OSError as error:
        raise ConfigError(f"{file} cannot be read: {error.strerror}") from None


def files_of(path: Path) -> list[Path]:
    """The file itself, or every *.yml below the folder. Tests of rules are none."""
    found = sorted(path.rglob("*.yml")) if path.is_dir() else [path]
    return [file for file in found if not file.name.endswith(".test.yml")]


def content(file: Path, most: int = MAX_BYTES) -> bytes:
    """At most a little more than is taken, so that it can be said that this is too much. Raises OSError."""
    with file.open("rb") as stream:
        return stream.read(most + 1)


def text(found: bytes) -> str:
    """What is no UTF-8 becomes a mark that no name in a file is written with."""
    return found.decode("utf-8", "replace")


def of_texts(sources: list[Source], templates: Mapping[Path, bytes] = {}) -> RulesFiles:
    """`templates`: what files of templates beside them hold; they win over shipped ones of the same name."""
    own, unread = template_files.own(templates)
    given = frozenset(source.file for source in sources)
    return _loaded(sources, _packs_among(sources), given, {**template_files.shipped(), **own}, tuple(unread))


def _loaded(
    sources: list[Source],
    own: dict[str, Source],
    given: frozenset[str],
    templates: Templates,
    unread: tuple[Problem, ...] = (),
) -> RulesFiles:
    packs = {**catalog.packs(), **own}
    texts = {source.file: source.text for source in (*packs.values(), *sources)}
    return RulesFiles(load_rules(sources, packs), texts, given, templates, unread)


def _packs_among(sources: list[Source]) -> dict[str, Source]:
    """Files beside each other can extend each other by their pack's name."""
    found = {}
    for source in sources:
        first = next((line for line in source.text.splitlines() if line.startswith("pack:")), "")
        name = first.removeprefix("pack:").split("#")[0].strip().strip("'\"").partition("@")[0]
        if name and name not in catalog.packs():
            found[name] = source
    return found
