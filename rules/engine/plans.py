"""The shape of a compiled program: every name a getter, every clause one call, by event kind.

Owns shapes only; `compile.py` makes them. A program is immutable and knows no state.
"""

from collections.abc import Callable
from dataclasses import dataclass

from rules.engine.frame import Frame
from rules.engine.keys import key_of
from rules.engine.measures.registry import Inputs
from rules.engine.readers import Get
from rules.engine.tally import Shape, Tally
from rules.language.rule import Count, Rule

Ask = Callable[[Frame], object]
"""Gives True only where the clause holds; False, None (unknown) or ERROR otherwise."""


@dataclass(frozen=True, slots=True)
class EachPlan:
    name: str
    values: Get
    asks: tuple[Ask, ...]  # `when` clauses that can be asked once this name is bound


@dataclass(frozen=True, slots=True)
class ListenPlan:
    """How one kind gets into a rule or a count: clauses without `each` names first, then name by name."""

    asks: tuple[Ask, ...]
    each: tuple[EachPlan, ...]
    key: tuple[Get, ...]
    matches: tuple[int, ...] = ()


@dataclass(frozen=True, slots=True)
class CountPlan:
    """`own`: fed by the rule's own matches, after `asks`; otherwise by `listens`, by kind."""

    count: Count
    shape: Shape
    own: bool
    asks: tuple[Ask, ...]
    inputs: tuple[Callable[[Frame], Inputs], ...]
    ident: Callable[[Frame], str] | None  # what a newer entry replaces, or `until` takes out
    listens: dict[str, tuple[ListenPlan, ...]]
    of: tuple[Get, ...]  # another key to look up than the rule's own
    nothing: Tally  # what a key without entries is read from

    def standing(self, frame: Frame) -> Tally | None:
        """The tally that measures are read from, expired; None where the key to look up is unknown."""
        key = key_of(frame, self.of) if self.of else frame.key
        if key is None:
            return None
        tally = frame.tallies.get(self.count.name, {}).get(key)
        if tally is None:
            return self.nothing
        if frame.at >= tally.next_at:
            tally.expire(frame.at)
        return tally


@dataclass(frozen=True, slots=True)
class DoPlan:
    """`to` are attempts in order; `vias` their paths as text; `values` what the template prints."""

    to: tuple[tuple[Get, ...], ...]
    vias: tuple[str, ...]
    values: dict[str, Get]


@dataclass(frozen=True, slots=True)
class RulePlan:
    """`fire_reads` are the same names as `fire` reads, kept for evidence and explain."""

    rule: Rule
    on: dict[str, tuple[ListenPlan, ...]]
    unless: dict[str, tuple[ListenPlan, ...]]
    counts: tuple[CountPlan, ...]
    fire: tuple[Ask, ...]
    fire_reads: tuple[dict[str, Get], ...]
    do: tuple[DoPlan, ...]
    start: Get | None
    calendar: Get | None
    spans: dict[str, Get]  # duration expressions by their text
    cooldown_per: tuple[Get, ...]
    scoped: bool  # has `only` or `except`


@dataclass(frozen=True, slots=True)
class KindPlan:
    """Everything that listens to one kind, in the order of rule ids."""

    unless: tuple[RulePlan, ...]
    counts: tuple[tuple[RulePlan, CountPlan], ...]
    until: tuple[tuple[RulePlan, CountPlan], ...]
    on: tuple[RulePlan, ...]


@dataclass(frozen=True, slots=True)
class Program:
    rules: dict[str, RulePlan]
    kinds: dict[str, KindPlan]
    smallest_mechanical: int  # the lowest max_files of any rule: below it no rule calls a change mechanical by size
