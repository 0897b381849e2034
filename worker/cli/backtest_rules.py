"""Which rulebook a backtest or a diff plays: of files, of one shipped pack, or the configured one.

Owns that choice, and that wrong rules are told at once. Templates beside rules files belong to them.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from connectors.errors import ConfigError
from rules.language.load import Loaded, load_rules
from rules.language.rule import Rule
from worker import catalog
from worker.cli import rules_files
from worker.config import template_files
from worker.config.load import Configuration
from worker.rulebook import Rulebook, at_a_terminal, rulebook, with_guards
from worker.runtimes import service


@dataclass(frozen=True, slots=True)
class Written:
    """Rules, and the texts of templates by name."""

    rules: tuple[Rule, ...]
    templates: Mapping[str, str]


def written(paths: Sequence[Path]) -> Written:
    """Of files, folders, or one shipped pack by its name, such as catalog/core; else the whole catalogue.

    Raises ConfigError with every problem of the rules. A template that is still to be written is none.
    """
    pack = catalog.packs().get(str(paths[0]).partition("@")[0]) if len(paths) == 1 and not paths[0].exists() else None
    if pack is not None:
        return _right(load_rules([pack], catalog.packs()), template_files.shipped())
    found = rules_files.read(paths) if paths else rules_files.catalogue()
    return _right(found.loaded, found.templates)


def _right(loaded: Loaded, templates: template_files.Templates) -> Written:
    if loaded.problems:
        raise ConfigError("\n".join(str(one) for one in loaded.problems))
    return Written(loaded.rules, template_files.texts(templates))


def book_of(found: Written | None, configuration: Configuration | None) -> Rulebook:
    """None: the configured ones. Without a configuration for the person at a terminal, else with the guards of the
    workspace."""
    if configuration is None:
        assert found is not None  # only a folder with a configuration has rules of its own
        return rulebook(at_a_terminal(found.rules), found.templates)
    if found is None:
        return service.book_of(configuration)
    return rulebook(with_guards(found.rules, configuration.settings.guards), found.templates)
