"""Which sources can feed a rule: told from the events it listens to, counts and is cancelled by.

Owns that question only. Fields that another source fills (a roster, a pair) are not looked at.
"""

from collections.abc import Collection

from rules.language.listens import LISTENABLE
from rules.language.rule import Rule
from rules.model.events import KINDS

SOURCES = tuple(dict.fromkeys(source for kind in LISTENABLE for source in KINDS[kind].sources))
"""'engine' is what follows from other rules: findings, tasks, nudges."""


def kinds_heard(rule: Rule) -> tuple[str, ...]:
    """Every kind of event that the rule names, once, in the order of reading."""
    counted = [kind for count in rule.counts for kind in (*(one.kind for one in count.on or ()), count.until or "")]
    heard = [*(one.kind for one in rule.on), *counted, *(one.kind for one in rule.unless)]
    return tuple(dict.fromkeys(kind for kind in heard if kind))


def needs(rule: Rule) -> tuple[tuple[str, ...], ...]:
    """One source of each group has to be there. A group that contains another one asks for nothing more."""
    groups = tuple(dict.fromkeys(KINDS[kind].sources for kind in kinds_heard(rule)))
    return tuple(one for one in groups if not any(set(other) < set(one) for other in groups))


def fed_by(rule: Rule, sources: Collection[str]) -> bool:
    """Whether these sources alone can feed every event of the rule."""
    return all(set(group) & set(sources) for group in needs(rule))
