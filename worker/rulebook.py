"""From rules and templates as texts to a program the engine runs.

Owns putting together what a run decides with: typed rules, their templates, and the paths those print.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace

from rules.engine.compile import compile_rules
from rules.engine.plans import Program
from rules.language.load import load_rules
from rules.language.problems import Problem
from rules.language.rule import Guards as RuleGuards
from rules.language.rule import Rule
from rules.model.times import DAY
from rules.speech.templates import Template, captured, parse
from worker import catalog
from worker.config.sparekey import Guards, span_of

CORE = "catalog/core"


@dataclass(frozen=True, slots=True)
class Rulebook:
    rules: dict[str, Rule]
    program: Program
    templates: dict[str, Template]


def load() -> tuple[tuple[Rule, ...], tuple[Problem, ...]]:
    """The core of the catalogue."""
    packs = catalog.packs()
    found = load_rules([packs[CORE]], packs)
    return found.rules, found.problems


def rulebook(rules: Sequence[Rule], texts: Mapping[str, str] | None = None) -> Rulebook:
    """`texts`: templates by name; None = the shipped ones."""
    parsed = templates(texts)
    return Rulebook({rule.id: rule for rule in rules}, compile_rules(rules, captured(rules, parsed)), parsed)


def templates(texts: Mapping[str, str] | None = None) -> dict[str, Template]:
    return {name: parse(name, text) for name, text in (catalog.templates() if texts is None else texts).items()}


def at_a_terminal(rules: Sequence[Rule]) -> tuple[Rule, ...]:
    """The same rules for the person at a terminal: small teams are not silenced, their maintainers are the readers."""
    return tuple(replace(rule, guards=replace(rule.guards, small_people=0)) for rule in rules)


def with_guards(rules: Sequence[Rule], said: Guards) -> tuple[Rule, ...]:
    """The rules with the workspace's guards where their own files say nothing of them."""
    ours = RuleGuards(
        bots=said.bots,
        mechanical=said.mechanical.on,
        max_files=said.mechanical.max_files,
        small_people=said.small.people if said.small.on else 0,
        new_area_days=span_of(said.new_area) // DAY,
        warm_up=said.warm_up,
        open_task=said.open_task,
    )
    return tuple(
        rule if "guards" in rule.origins or rule.guards != RuleGuards() else replace(rule, guards=ours)
        for rule in rules
    )
