"""One shape for what the engine and the oracle said, so that they can be compared.

Owns the two ways of running rules over a history. Reasons are compared by the words that RULES gives them.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from oracle.oracle import oracle

from rules.engine.compile import compile_rules
from rules.engine.decide import Engine
from rules.engine.state import State
from rules.language.rule import Rule
from rules.model.events import Event, order_key
from rules.model.times import Instant

Told = tuple[tuple[str, tuple[str, ...], bool], ...]
Opened = tuple[Instant, str, tuple[str, ...], int, Instant | None, tuple[tuple[str, object], ...], str, Told]
Silence = tuple[Instant, str, tuple[str, ...], str]


@dataclass(frozen=True)
class Outcome:
    """`opened`: (at, rule, key, ordinal, resolved at, counts, confidence, who is told); `silent`: (at, rule, key, reason).
    Both sorted.
    """

    opened: tuple[Opened, ...]
    silent: tuple[Silence, ...]


def by_oracle(rules: Sequence[Rule], events: Sequence[Event], until: Instant | None) -> Outcome:
    said, silent = oracle(events, rules, until)
    opened = [
        (f.opened_at, f.rule, f.key, f.ordinal, f.resolved_at, _known(f.counts), f.confidence, f.told) for f in said
    ]
    return Outcome(tuple(sorted(opened, key=repr)), tuple(sorted((s.at, s.rule, s.key, s.reason) for s in silent)))


def _known(counts: Mapping[str, object]) -> tuple[tuple[str, object], ...]:
    """Without a count that nothing could be looked up by."""
    return tuple(sorted((name, n) for name, n in counts.items() if counts[f"{name.partition('.')[0]}.n"] is not None))


def by_engine(rules: Sequence[Rule], events: Sequence[Event], until: Instant | None) -> Outcome:
    decision = Engine(State.new("main"), compile_rules(tuple(rules))).decide(sorted(events, key=order_key), until)
    resolved = {one.id: one.resolved_at for one in decision.resolved}
    opened = []
    plain: dict[str, str] = {}  # finding ids in the words of the oracle
    for one in decision.opened:
        key = tuple(plain.get(part, part) for part in one.key)
        plain[one.id] = f"{one.rule} {key} {one.ordinal}"
        ended = resolved.get(one.id, one.resolved_at if one.status == "resolved" else None)
        counts = [(f"{seen.name}.n", seen.n) for seen in one.evidence.counts]
        counts += [
            (f"{seen.name}.{name}", value) for seen in one.evidence.counts for name, value in seen.measures.items()
        ]
        opened.append(
            (
                one.opened_at,
                one.rule,
                key,
                one.ordinal,
                ended,
                tuple(sorted((name, plain.get(str(value), value)) for name, value in counts)),
                one.confidence,
                tuple((action.verb, action.to, action.joins) for action in one.actions),
            )
        )
    silent = sorted((o.at, o.rule, tuple(plain.get(p, p) for p in o.key), o.reason) for o in decision.suppressed)
    return Outcome(tuple(sorted(opened, key=repr)), tuple(silent))
