"""Rules files from disk for every command that is given some: which files, what they hold, and where that stands really.

Owns reading them and the way back from a rule to its text. Must not know what is printed.
"""

import re
from collections.abc import Sequence
from dataclasses import dataclass
from importlib.resources import files
from pathlib import Path

import click

from connectors.errors import ConfigError
from rules.language.load import Loaded, Source, load_rules
from worker import catalog

MAX_FILES = 500
_CODE = re.compile(r"#\s*([A-Z][0-9]+(?: \([0-9] of [0-9]\))?)\s*$")


@dataclass(frozen=True, slots=True)
class Found:
    """What was loaded, and the texts it came from by the file that places name."""

    loaded: Loaded
    texts: dict[str, str]
    given: frozenset[str]
    """Files that somebody named; any other is shipped with the catalogue."""

    def real(self, file: str) -> str:
        """A file as it can be opened from here: relative to the working directory where it is inside it."""
        if file in self.given or file not in self.texts:
            return file
        path = Path(str(files("rules") / file)).resolve()
        here = Path.cwd().resolve()
        return str(path.relative_to(here) if path.is_relative_to(here) else path)

    def codes(self) -> dict[str, str]:
        """Rule → the code in the comment behind its id, such as K1, where there is one."""
        found = {}
        for rule in self.loaded.rules:
            lines = self.texts.get(rule.place.file, "").splitlines()
            line = lines[rule.place.line - 1] if rule.place.line <= len(lines) else ""
            if match := _CODE.search(line):
                found[rule.id] = match[1]
        return found

    def tell_problems(self) -> None:
        for problem in self.loaded.problems:
            click.echo(str(problem), err=True)

    def end(self) -> None:
        """Problems on standard error, and exit 2, after what was right has been said."""
        self.tell_problems()
        if self.loaded.problems:
            raise SystemExit(2)


def catalogue() -> Found:
    packs = catalog.packs()
    return _loaded([packs["catalog/all"]], {}, frozenset())


def read(paths: Sequence[Path]) -> Found:
    """Raises ConfigError where there is nothing to read."""
    found = [file for path in paths for file in (sorted(path.rglob("*.yml")) if path.is_dir() else [path])]
    found = [file for file in found if not file.name.endswith(".test.yml")]
    if not found or len(found) > MAX_FILES:
        raise ConfigError(
            "no rules files there" if not found else f"more than {MAX_FILES} rules files", "rules are *.yml"
        )
    sources = []
    for file in found:
        try:
            sources.append(Source(str(file), file.read_text(encoding="utf-8", errors="replace")))
        except OSError as error:
            raise ConfigError(f"{file} cannot be read: {error.strerror}") from None
    return _loaded(sources, _packs_among(sources), frozenset(source.file for source in sources))


def _loaded(sources: list[Source], own: dict[str, Source], given: frozenset[str]) -> Found:
    packs = {**catalog.packs(), **own}
    texts = {source.file: source.text for source in (*packs.values(), *sources)}
    return Found(load_rules(sources, packs), texts, given)


def _packs_among(sources: list[Source]) -> dict[str, Source]:
    """Files beside each other can extend each other by their pack's name."""
    found = {}
    for source in sources:
        first = next((line for line in source.text.splitlines() if line.startswith("pack:")), "")
        name = first.removeprefix("pack:").split("#")[0].strip().strip("'\"").partition("@")[0]
        if name and name not in catalog.packs():
            found[name] = source
    return found
