"""State to canonical bytes and back.

Owns the encoding: equal states give equal bytes, so that a digest compares them. Aggregates and timers are derived
again on load.
"""

from hashlib import blake2b
from typing import Any, TypeVar

import msgspec

from rules.engine.facts.rows import Facts
from rules.engine.frame import Key, Tallies
from rules.engine.plans import Program
from rules.engine.state import Hold, Last, Mark, RuleState, State, Suppressions, Wait
from rules.engine.tally import Kept, Tally
from rules.model.cases import Case
from rules.model.findings import Finding
from rules.model.times import Instant

CODEC = 1
"""Version of the encoding: a state of another version is rebuilt from the journal."""


class _RuleSnapshot(msgspec.Struct):
    """Pairs in key order instead of mappings: keys are tuples, and their order must not depend on history."""

    holds: list[tuple[Key, Hold]]
    last: list[tuple[Key, Last]]
    cooled: list[tuple[Key, Instant]]
    waits: list[tuple[Key, Wait]]
    tallies: dict[str, list[tuple[Key, Kept]]]
    suppressed: list[tuple[tuple[Key, str], Suppressions]]
    unknown: int
    errors: int
    evaluated: int = 0  # a baseline of an older version lacks them
    matched: int = 0


class _Snapshot(msgspec.Struct):
    codec: int
    workspace: str
    mark: Mark | None
    watermark: Instant
    live_from: Instant
    facts: Facts
    rules: dict[str, _RuleSnapshot]
    cases: dict[str, Case]
    findings: dict[str, Finding]


K = TypeVar("K")
V = TypeVar("V")

_ENCODER = msgspec.msgpack.Encoder(order="sorted")
_DECODER = msgspec.msgpack.Decoder(_Snapshot)


def encode(state: State) -> bytes:
    """Canonical bytes of a state."""
    return _ENCODER.encode(
        _Snapshot(
            codec=CODEC,
            workspace=state.workspace,
            mark=state.mark,
            watermark=state.watermark,
            live_from=state.live_from,
            facts=state.facts,
            rules={rule: _snapshot(found) for rule, found in state.rules.items()},
            cases=state.cases,
            findings=state.findings,
        )
    )


def digest(state: State) -> str:
    """32 hex digits that are equal for equal states."""
    return digest_of(encode(state))


def digest_of(encoded: bytes) -> str:
    """The digest of a state that is encoded already."""
    return blake2b(encoded, digest_size=16).hexdigest()


def decode(data: bytes, program: Program) -> State:
    """The state of these bytes, for this program. Raises ValueError where they are damaged or of another codec.

    What a rule remembered that the program does not have any more is dropped.
    """
    found = _DECODER.decode(data)
    if found.codec != CODEC:
        raise ValueError(f"state of codec {found.codec}, this is {CODEC}: rebuild it from the journal")
    return State(
        workspace=found.workspace,
        facts=found.facts,
        rules={rule: _restored(rule, kept, program) for rule, kept in found.rules.items() if rule in program.rules},
        cases=found.cases,
        findings=found.findings,
        mark=found.mark,
        watermark=found.watermark,
        live_from=found.live_from,
    )


def _snapshot(rule: RuleState) -> _RuleSnapshot:
    return _RuleSnapshot(
        holds=_sorted(rule.holds),
        last=_sorted(rule.last),
        cooled=_sorted(rule.cooled),
        waits=_sorted(rule.waits),
        tallies={
            name: _sorted({key: tally.kept() for key, tally in tallies.items()})
            for name, tallies in rule.tallies.items()
        },
        suppressed=_sorted(rule.suppressed),
        unknown=rule.unknown,
        errors=rule.errors,
        evaluated=rule.evaluated,
        matched=rule.matched,
    )


def _sorted(mapping: dict[K, V]) -> list[tuple[K, V]]:
    return sorted(mapping.items(), key=_key)


def _key(item: tuple[Any, object]) -> Any:
    return item[0]


def _restored(rule: str, kept: _RuleSnapshot, program: Program) -> RuleState:
    shapes = {count.count.name: count.shape for count in program.rules[rule].counts}
    tallies: Tallies = {
        name: {key: Tally.of(shapes[name], one) for key, one in pairs}
        for name, pairs in kept.tallies.items()
        if name in shapes
    }
    return RuleState(
        holds=dict(kept.holds),
        last=dict(kept.last),
        cooled=dict(kept.cooled),
        waits=dict(kept.waits),
        tallies=tallies,
        suppressed=dict(kept.suppressed),
        unknown=kept.unknown,
        errors=kept.errors,
        evaluated=kept.evaluated,
        matched=kept.matched,
    )
