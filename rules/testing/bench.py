"""Rules and templates put together for one file of tests.

Owns what a test changes of them: guards that would silence small tests are off, and clauses tell what they answer.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace

from rules.engine.compile import compile_rules
from rules.engine.plans import Program
from rules.language.rule import Guards, Rule
from rules.speech.templates import Template, captured
from rules.testing.watching import Watch


@dataclass(slots=True)
class Bench:
    """`rules` as written. A program is made once for each set of guards that are on."""

    rules: Sequence[Rule]
    templates: Mapping[str, Template]
    watch: Watch = field(default_factory=Watch)
    _programs: dict[frozenset[str], Program] = field(default_factory=dict)

    def rule(self, id_: str) -> Rule:
        return next(one for one in self.rules if one.id == id_)

    def program(self, guards: frozenset[str]) -> Program:
        found = self._programs.get(guards)
        if found is None:
            rules = [self.watch.watched(replace(rule, guards=_guards(rule.guards, guards))) for rule in self.rules]
            found = self._programs[guards] = compile_rules(rules, captured(rules, self.templates))
        return found


def _guards(written: Guards, on: frozenset[str]) -> Guards:
    return replace(
        written,
        warm_up=written.warm_up and "warm_up" in on,
        small_people=written.small_people if "small" in on else 0,
        new_area_days=written.new_area_days if "new_area" in on else 0,
    )
