"""Why one rulebook says nothing where the other does: what its rule was asked then, and what held it back.

Owns that question. The past is folded once more for each rule it is asked of, with the engine's own trace, up to the
last time somebody wants to know about.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from rules.engine.decide import Engine
from rules.engine.trace import Trace
from rules.model.events import Event
from rules.model.findings import ClauseSeen
from rules.model.times import Instant
from worker.backtest.past import Past
from worker.rulebook import Rulebook

Key = tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Wanted:
    rule: str
    key: Key
    at: Instant


@dataclass(frozen=True, slots=True)
class Why:
    """`clauses`: as they were last asked at or before the time, `asked_at`; none where the key was never asked.

    `reason`: in a word, what held it back; '' where a clause says it.
    """

    reason: str
    asked_at: Instant = 0
    clauses: tuple[ClauseSeen, ...] = ()

    @property
    def failed(self) -> tuple[ClauseSeen, ...]:
        return tuple(one for one in self.clauses if one.held is not True)


def whys(past: Past, book: Rulebook, wanted: Iterable[Wanted], since: Instant) -> dict[Wanted, Why]:
    """For each what this rulebook has to say; nothing of rules that it does not have."""
    by_rule: dict[str, list[Wanted]] = {}
    for one in wanted:
        if one.rule in book.program.rules:
            by_rule.setdefault(one.rule, []).append(one)
    found: dict[Wanted, Why] = {}
    for rule, asked in sorted(by_rule.items()):
        found |= _of_rule(past, book, rule, sorted(asked, key=lambda one: one.at), since)
    return found


def _of_rule(past: Past, book: Rulebook, rule: str, wanted: list[Wanted], since: Instant) -> dict[Wanted, Why]:
    trace, state = Trace(rule), past.begin(book.program)
    state.live_from = max(state.live_from, since)
    engine, found, waiting = Engine(state, book.program, trace), dict[Wanted, Why](), list(wanted)
    for batch in past.batches(state):
        rest = batch
        while waiting and waiting[0].at < batch[-1].at:
            one = waiting.pop(0)
            rest = _folded(engine, rest, one.at)
            found[one] = _why(trace, book, one)
        if not waiting:
            return found
        engine.decide(rest)
    for one in waiting:
        engine.decide((), one.at + 1)
        found[one] = _why(trace, book, one)
    return found


def _folded(engine: Engine, batch: Sequence[Event], at: Instant) -> Sequence[Event]:
    """Folds what is at or before a time, and what is due then; gives the rest."""
    early = [event for event in batch if event.at <= at]
    engine.decide(early, at + 1)
    return batch[len(early) :]


def _why(trace: Trace, book: Rulebook, one: Wanted) -> Why:
    rule, asked = book.rules[one.rule], trace.asked.get(one.key)
    if asked is None:
        return Why("it was never asked about this until then")
    if asked.at != one.at and rule.hold is None:
        return Why("it was not asked then", asked.at, asked.clauses)
    if any(clause.held is not True for clause in asked.clauses):
        return Why("", asked.at, asked.clauses)
    notes = [note for note in trace.notes.get(one.key, ()) if note.at <= one.at]
    if notes and notes[-1].what not in ("opened", "resolved"):
        return Why(notes[-1].what, asked.at, asked.clauses)
    return Why(
        "it had not been so for long enough" if rule.hold else "it had spoken of this before", asked.at, asked.clauses
    )
