"""Rules files for every command that is given some: what was loaded, told, and where it stands really.

Owns the way back from a rule to its text. Reading them is `worker/config/rules_files`'s.
"""

import re
from collections.abc import Sequence
from dataclasses import dataclass
from importlib.resources import files
from pathlib import Path

import click

from rules.language.problems import Problem
from rules.speech.harmless import plain
from worker.config import rules_files
from worker.config.between_files import SPAREKEY, inside
from worker.config.rules_files import RulesFiles
from worker.config.sparekey import load_settings

MOST_SHOWN = 1200
_CODE = re.compile(r"#\s*([A-Z][0-9]+(?: \([0-9] of [0-9]\))?)\s*$")


@dataclass(frozen=True, slots=True)
class Found(RulesFiles):
    """What was loaded, for a command to tell."""

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
            click.echo(plain(str(problem), MOST_SHOWN), err=True)

    def end(self) -> None:
        """Problems on standard error, and exit 2, after what was right has been said."""
        self.tell_problems()
        if self.loaded.problems:
            raise SystemExit(2)


def configured_here() -> tuple[tuple[Path, ...], tuple[Problem, ...]]:
    """What sparekey.yml calls its rules, this folder where there is no such file; and what is wrong with it."""
    if not Path(SPAREKEY).exists():
        return (Path(),), ()
    settings, problems = load_settings(rules_files.source(Path(SPAREKEY)).text, SPAREKEY)
    return (tuple(inside(Path(), one) for one in settings.rules) if settings is not None else ()), problems


def catalogue() -> Found:
    return _found(rules_files.catalogue())


def read(paths: Sequence[Path]) -> Found:
    """Raises ConfigError where there is nothing to read."""
    return _found(rules_files.read(paths))


def _found(read: RulesFiles) -> Found:
    return Found(read.loaded, read.texts, read.given, read.templates, read.unread)
