"""Which clauses tests made true and made false.

Owns rules whose clauses tell what they answered; the engine runs them like any others. The order of asking is the
engine's: a clause behind one that is false is not reached.
"""

from collections.abc import Callable, Collection, Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field, replace

from rules.language.rule import Clause, Count, Listen, Place, Rule
from rules.model.actions import Value


@dataclass(frozen=True, slots=True, order=True)
class Spot:
    """One clause of one rule. `stage`: on, when, unless, fire, or 'count NAME'."""

    rule: str
    stage: str
    text: str
    place: Place = field(compare=False)


@dataclass(slots=True)
class Watch:
    """`answers`: what each clause has answered so far, except while `paused`."""

    answers: dict[Spot, set[bool]] = field(default_factory=dict)
    counting: bool = True

    @contextmanager
    def paused(self) -> Iterator[None]:
        """What happens meanwhile is no test: why something happened, or another order of arrival."""
        self.counting = False
        try:
            yield
        finally:
            self.counting = True

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
        place = rule.origins.get(f"and_{key}") or rule.origins.get(key, rule.place)
        spot = Spot(rule.id, stage, clause.text, place)
        self.answers.setdefault(spot, set())
        return replace(clause, test=self._telling(spot, clause))

    def _telling(self, spot: Spot, clause: Clause) -> Callable[..., object]:
        test = clause.test

        def told(*values: Value) -> object:
            answer = test(*values)
            if self.counting and isinstance(answer, bool):
                self.answers[spot].add(answer)
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
