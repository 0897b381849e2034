"""Running a diff: two rulebooks over one reading of a past, and why they disagree where they do.

Owns the steps. Shows nothing.
"""

import asyncio
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace

from rules.language.rule import Rule
from rules.model.times import Instant
from worker import clock
from worker.backtest.difference import Change, RuleDifference, difference
from worker.backtest.past import Past
from worker.backtest.play import together
from worker.backtest.summary import Summary, summary
from worker.backtest.why import Wanted, Why, whys
from worker.cli.backtest_history import Asked, opened
from worker.cli.backtest_rules import Written, book_of
from worker.cli.policy import POLICY, guarded_clauses
from worker.cli.progress import Bars
from worker.cli.say import Named
from worker.rulebook import Rulebook

MOST_WHYS = 20
"""Findings of one rule whose reason is looked up; the others of an edit have the same ones."""


@dataclass(frozen=True, slots=True)
class Side:
    rules: Mapping[str, Rule]
    findings: int
    summary: Summary


@dataclass(frozen=True, slots=True)
class Compared:
    events: int
    since: Instant
    until: Instant
    old: Side
    new: Side
    rules: list[RuleDifference]
    whys: Mapping[Wanted, Why]
    people: Named
    warnings: tuple[str, ...]
    seconds: float

    def why(self, change: Change) -> Why | None:
        """What the silent side says of it; never what people said for themselves."""
        found = self.whys.get(_wanted(change))
        rule = (self.old if change.silent_side == "old" else self.new).rules.get(change.finding.rule)
        if found is None or rule is None:
            return None
        clauses = guarded_clauses(found.clauses, rule)
        return Why(POLICY) if clauses is None else replace(found, clauses=clauses)


def compare(asked: Asked, rules: Sequence[Written], bars: Bars) -> Compared:
    """Of the old rules and the new. Raises ConfigError where there is nothing to read."""
    started = clock.elapsed()
    with opened(asked, bars) as found:
        past, since = found.past, asked.since.of(found.past)
        books = [book_of(one, found.configuration) for one in rules]
        played = asyncio.run(together(past, books, since, lambda more: bars.tell("deciding", more, past.total)))
        differing = difference(books[0].rules, books[1].rules, played[0].findings, played[1].findings)
        reasons = _reasons(past, books, differing, since, bars)
        sides = [
            Side(
                book.rules,
                len(one.findings),
                summary(one, tuple(book.rules.values()), since, past.ends_at, past.contact),
            )
            for book, one in zip(books, played, strict=True)
        ]
    seconds = clock.elapsed() - started
    return Compared(
        past.total, since, past.ends_at, sides[0], sides[1], differing, reasons, found.people, found.warnings, seconds
    )


def _reasons(
    past: Past, books: Sequence[Rulebook], rules: Sequence[RuleDifference], since: Instant, bars: Bars
) -> dict[Wanted, Why]:
    """Of rules that both have: what the silent side was asked."""
    found: dict[Wanted, Why] = {}
    both = [one for one in rules if one.status in ("changed", "same") and one.changes]
    for one in both:
        for side, book in zip(("old", "new"), books, strict=True):
            wanted = [_wanted(change) for change in one.changes if change.silent_side == side]
            found |= whys(past, book, wanted[:MOST_WHYS], since)
        bars.tell("asking why", 1, len(both))
    return found


def _wanted(change: Change) -> Wanted:
    return Wanted(change.finding.rule, change.finding.key, change.at)
