"""The engine says what an independent reading of the design says: every finding, its counts and end, how sure it is and who
hears of it, and every 'no'.

The oracle keeps the events and works everything out again for each decision; it shares no code with the engine.
"""

import os
from pathlib import Path

import pytest
from oracle.outcomes import by_engine, by_oracle
from oracle.random_history import end_of, history
from oracle.random_rules import draw

from connectors.files.source import read
from rules.language.load import load_rules
from rules.model.areas import AreaMap
from rules.model.events import Event, order_key
from worker import catalog

LONG = bool(os.environ.get("SPAREKEY_LONG"))
EVENTS = 6000 if LONG else 2000
RULES, HISTORIES = (5000, 4) if LONG else (120, 3)
"""Drawing rules that load takes longer than deciding, so each set of rules sees several histories."""
ABOUT = {
    "action_item", "comment", "finding", "incident", "issue", "nudge", "ownership", "pair", "person", "postmortem", "pulse",
    "pull_request", "review", "session", "task", "thread",
}  # fmt: skip
"""Of every kind of event some rule must speak, or nothing is proved about it."""


@pytest.mark.parametrize("name", ["kafka", "lustre", "kv_engine"])
def test_the_catalogue_on_a_shared_history(shared: Path, name: str) -> None:
    rules = load_rules([catalog.packs()["catalog/all"]], catalog.packs()).rules
    source = read(shared / "histories" / f"{name}.jsonl.xz", lambda account: account.id)
    events = sorted(source, key=order_key)[:EVENTS]
    areas = Event(
        id="areas", kind="areas.changed", at=events[0].at - 1, source="test", area_map=AreaMap(fallback_depth=2)
    )
    engine = by_engine(rules, [areas, *events], events[-1].at)
    oracle = by_oracle(rules, [areas, *events], events[-1].at)
    assert len(engine.opened) > 10 and len(engine.silent) > 100
    assert engine.opened == oracle.opened
    assert engine.silent == oracle.silent


def test_random_rules_on_random_histories() -> None:
    opened = silent = resolved = 0
    spoke: set[str] = set()
    for seed in range(RULES):
        rules, text = draw(seed)
        heard = frozenset(one.kind for rule in rules for one in rule.on)
        for n in range(HISTORIES):
            events = history(seed + RULES * n, heard)
            engine, oracle = by_engine(rules, events, end_of(events)), by_oracle(rules, events, end_of(events))
            assert engine == oracle, f"rules {seed}, history {seed + RULES * n}:\n{text}"
            about = {rule.id: one.kind.partition(".")[0] for rule in rules for one in rule.on}
            spoke |= {about[one[1]] for one in engine.opened}
            opened, silent = opened + len(engine.opened), silent + len(engine.silent)
            resolved += sum(one[4] is not None for one in engine.opened)
    # What never speaks proves nothing.
    assert min(opened, silent, resolved) > RULES * HISTORIES // 2
    assert spoke == ABOUT if LONG else len(spoke) > 12
