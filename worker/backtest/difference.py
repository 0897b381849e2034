"""Two rulebooks over one past: which findings a change gains, loses and moves.

Owns the pairing. Findings are the same where rule, key and time are; where only the time differs, one moved. Why is
`why.py`'s, what was changed in the file is told by whoever shows it.
"""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from itertools import zip_longest
from typing import Literal

from rules.language.rule import Duration, Rule
from rules.model.findings import Finding

Key = tuple[str, ...]
How = Literal["gained", "lost", "moved"]
HOWS: tuple[How, ...] = ("gained", "lost", "moved")


@dataclass(frozen=True, slots=True)
class Change:
    """One finding that is not in both as it is: `old` None: gained; `new` None: lost; both: moved."""

    old: Finding | None
    new: Finding | None

    @property
    def how(self) -> How:
        return "gained" if self.old is None else "lost" if self.new is None else "moved"

    @property
    def finding(self) -> Finding:
        """The one to speak of."""
        found = self.new or self.old
        assert found is not None  # one of the two is there
        return found

    @property
    def at(self) -> int:
        """When the two rulebooks first disagree."""
        return min(one.opened_at for one in (self.old, self.new) if one is not None)

    @property
    def silent_side(self) -> Literal["old", "new"]:
        """Which rulebook said nothing at that time."""
        return (
            "old" if self.old is None or (self.new is not None and self.new.opened_at < self.old.opened_at) else "new"
        )


@dataclass(slots=True)
class RuleDifference:
    """`status`: of the rule itself. `same`: findings that are in both."""

    id: str
    status: Literal["added", "removed", "changed", "same"]
    same: int = 0
    changes: list[Change] = field(default_factory=list)

    def count(self, how: How) -> int:
        return sum(one.how == how for one in self.changes)


def difference(
    old_rules: Mapping[str, Rule], new_rules: Mapping[str, Rule], old: Sequence[Finding], new: Sequence[Finding]
) -> list[RuleDifference]:
    """Every rule of both, by id."""
    before, after = _by_key(old), _by_key(new)
    found = {id_: RuleDifference(id_, _status(id_, old_rules, new_rules)) for id_ in {*old_rules, *new_rules}}
    for rule, key in sorted({*before, *after}):
        same, changes = _pair(before.get((rule, key), []), after.get((rule, key), []))
        found[rule].same += same
        found[rule].changes += changes
    for one in found.values():
        one.changes.sort(key=lambda change: (change.at, change.finding.key))
    return [found[id_] for id_ in sorted(found)]


def _status(
    id_: str, old: Mapping[str, Rule], new: Mapping[str, Rule]
) -> Literal["added", "removed", "changed", "same"]:
    before, after = _running(old.get(id_)), _running(new.get(id_))
    if before is None or after is None:
        return "same" if before is after else "added" if before is None else "removed"
    return "same" if _settings(before) == _settings(after) else "changed"


def _running(rule: Rule | None) -> Rule | None:
    return None if rule is None or rule.mode == "off" else rule


def _settings(rule: Rule) -> tuple[object, ...]:
    """What makes two rules behave alike. Compiled conditions are never equal: their texts are in `meaning`."""
    actions = [
        (do.verb, do.to, do.template, do.suggest, do.evidence, _text(do.due), _text(do.recheck)) for do in rule.do
    ]
    cooldown = (_text(rule.cooldown.span), rule.cooldown.per) if rule.cooldown is not None else None
    sending = (rule.mode, rule.send, rule.owner, _text(rule.good_for))
    return (rule.meaning, rule.numbers, rule.only, rule.excluding, rule.guards, cooldown, sending, actions)


def _text(length: Duration | None) -> str | None:
    return length.text if length is not None else None


def _by_key(found: Iterable[Finding]) -> dict[tuple[str, Key], list[Finding]]:
    by_key: dict[tuple[str, Key], list[Finding]] = {}
    for one in found:
        by_key.setdefault((one.rule, one.key), []).append(one)
    return by_key


def _pair(old: list[Finding], new: list[Finding]) -> tuple[int, Iterator[Change]]:
    """First what opened at the same time, then in order."""
    both = {one.opened_at for one in old} & {one.opened_at for one in new}
    left, right = ([one for one in side if one.opened_at not in both] for side in (old, new))
    return len(both), (Change(before, after) for before, after in zip_longest(left, right))
