"""Which clauses tests made true and made false.

Owns rules whose clauses tell what they answered; the engine runs them like any others. The order of asking is the
engine's: a clause behind one that is false is not reached.
"""

from collections.abc import Callable, Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Literal

from rules.language.rule import Clause, Count, Listen, Place, Rule
from rules.model.actions import Value


@dataclass(frozen=True, slots=True, order=True)
class Spot:
    """One clause of one rule. `stage`: on, when, unless, fire, or 'count NAME'."""

    rule: str
    stage: str
    text: str
    place: Place = field(compare=False)


@dataclass(frozen=True, slots=True)
class Heard:
    """One answer: the values the clause read, and True, False, or None for unknown or failed."""

    spot: Spot
    values: dict[str, Value]
    held: bool | None


@dataclass(slots=True)
class Watch:
    """In mode `count`, `answers` takes what each clause answers; in mode `listen`, `heard` does."""

    answers: dict[Spot, set[bool]] = field(default_factory=dict)
    heard: list[Heard] = field(default_factory=list)
    mode: Literal["count", "listen", "off"] = "count"

    def watched(self, rule: Rule) -> Rule:
        """The same rule, whose clauses tell."""

        def clauses(stage: str, key: str, found: Iterable[Clause]) -> tuple[Clause, ...]:
            return tuple(self._watched(rule, stage, key, one) for one in found)

        def listens(stage: str, found: Sequence[Listen]) -> tuple[Listen, ...]:
            return tuple(replace(one, when=clauses(stage, stage, one.when)) for one in found)

        def count(one: Count) -> Count:
            stage = f"count {one.name}"
            return replace(
                one,
                when=clauses(stage, "count", one.when),
                on=None if one.on is None else tuple(replace(x, when=clauses(stage, "count", x.when)) for x in one.on),
                matching=one.matching and clauses(stage, "count", [one.matching])[0],
            )

        return replace(
            rule,
            on=listens("on", rule.on),
            when=clauses("when", "when", rule.when),
            unless=listens("unless", rule.unless),
            counts=tuple(count(one) for one in rule.counts),
            fire=clauses("fire", "fire", rule.fire),
        )

    def _watched(self, rule: Rule, stage: str, key: str, clause: Clause) -> Clause:
        spot = Spot(rule.id, stage, clause.text, rule.origins.get(key, rule.place))
        self.answers.setdefault(spot, set())
        return replace(clause, test=self._telling(spot, clause))

    def _telling(self, spot: Spot, clause: Clause) -> Callable[..., object]:
        test, reads = clause.test, clause.reads

        def told(*values: Value) -> object:
            answer = test(*values)
            held = answer if isinstance(answer, bool) else None
            if self.mode == "listen":
                self.heard.append(Heard(spot, dict(zip(reads, values, strict=True)), held))
            elif self.mode == "count" and held is not None:
                self.answers[spot].add(held)
            return answer

        return told


Answers = Mapping[Spot, set[bool]]


def together(watches: Iterable[Watch]) -> Answers:
    """What several files of tests brought about, clause by clause."""
    found: dict[Spot, set[bool]] = {}
    for watch in watches:
        for spot, answers in watch.answers.items():
            found.setdefault(spot, set()).update(answers)
    return found


_NEVER = {frozenset(): "reached", frozenset({True}): "false", frozenset({False}): "true"}


def missed(answers: Answers, files: Collection[str]) -> list[tuple[Spot, str]]:
    """(clause, 'true', 'false' or 'reached') for what no test brought about, of clauses written in these files."""
    found = [
        (spot, _NEVER[frozenset(seen)])
        for spot, seen in answers.items()
        if spot.place.file in files and len(seen) < len((True, False))
    ]
    return sorted(found, key=lambda one: (one[0].place.file, one[0].place.line, one[0].place.column, one[0]))
