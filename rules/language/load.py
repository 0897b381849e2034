"""Rules files in, typed rules and all their problems out.

Owns the entry. Does no IO: callers read files and hand in texts. Problems in one rule leave the others standing.
"""

import re
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass

from rules.language.build import build
from rules.language.cycles import without_cycles
from rules.language.packs import Draft, Packs
from rules.language.problems import Problem, Problems, nearest
from rules.language.rule import Rules

MAX_RULES = 200
_ID = re.compile(r"^[a-z0-9][a-z0-9-]{0,63}$")


@dataclass(frozen=True, slots=True)
class Source:
    """A rules file: its name as shown in problems, and its text."""

    file: str
    text: str


@dataclass(frozen=True, slots=True)
class Loaded:
    """Rules that are right, in the order of their files, and everything that is wrong, by place.

    `warnings`: what is right, but surely not meant.
    """

    rules: Rules
    problems: tuple[Problem, ...]
    warnings: tuple[Problem, ...] = ()


def load_rules(sources: Sequence[Source], packs: Mapping[str, Source] | None = None) -> Loaded:
    """`packs`: what `extends` can name (without version) → its text. A rule id may stand in one file only."""
    problems = Problems()
    known = {name: (source.file, source.text) for name, source in (packs or {}).items()}
    drafts: dict[str, Draft] = {}
    files = {source.file for source in sources}
    for source in sources:
        for id_, draft in Packs(known, problems).drafts(source.file, source.text).items():
            own = draft.place.file == source.file
            if own and id_ in drafts and drafts[id_].place.file in files - {source.file}:
                problems.add(draft.place, f"rule '{id_}' stands in two files", f"also at {drafts[id_].place}")
            if own or id_ not in drafts:
                drafts[id_] = draft
    _check_ids(drafts, problems)
    built = [build(draft, problems) for draft in drafts.values()]
    rules = without_cycles([rule for rule in built if rule is not None], problems)
    _check_named(rules, drafts, problems)
    return Loaded(rules, problems.sorted(), problems.warnings())


def _check_named(rules: Rules, known: Collection[str], problems: Problems) -> None:
    """A condition on the rule of a finding, a task or a nudge: that rule is there, or it never holds."""
    for rule in rules:
        listened = [("on", clause) for one in rule.on for clause in one.when]
        for field, clause in (*(("when", clause) for clause in rule.when), *listened):
            for name, sign, value in clause.bounds:
                if name in _RULE_OF and sign == "==" and value not in known:
                    said = f"'{rule.id}' hears of the rule '{value}', which is not here"
                    problems.warn(rule.origins.get(field, rule.place), said, nearest(str(value), known))


_RULE_OF = ("finding.rule", "task.rule", "nudge.rule")


def _check_ids(drafts: Mapping[str, Draft], problems: Problems) -> None:
    for id_, draft in drafts.items():
        if not _ID.match(id_):
            problems.add(draft.place, f"'{id_}' is not a rule id", "small letters, digits and '-', at most 64")
    if len(drafts) > MAX_RULES:
        draft = list(drafts.values())[MAX_RULES]
        problems.add(draft.place, f"{len(drafts)} rules, at most {MAX_RULES} are allowed")
