"""Any order of arrival within the allowed lateness gives the findings, the actions and the state of ordered arrival.

Public histories through a real store: journalled as they come, decided in between, and gone back to.
"""

import os
import random
from pathlib import Path

import pytest
from desk_kit import Desk, pure

from connectors.files.source import read
from rules.engine.codec import digest
from rules.engine.plans import Program
from rules.language.load import load_rules
from rules.model.areas import AreaMap
from rules.model.events import Event, order_key
from rules.model.times import DAY, HOUR
from worker import catalog
from worker.rulebook import rulebook

HISTORIES = ("kafka", "lustre", "kv_engine")
LATENESS = 7 * DAY
LONG = bool(os.environ.get("SPAREKEY_LONG"))
SHUFFLES = 200 if LONG else 6
EVENTS = 6000 if LONG else 1200
AREAS = Event(
    id="areas", kind="areas.changed", at=1, source="configuration", area_map=AreaMap(fallback_depth=1)
)  # fmt: skip


def _history(shared: Path, name: str, count: int) -> list[Event]:
    found = [AREAS]
    for event in read(shared / "histories" / f"{name}.jsonl.xz", lambda account: account.id):
        found.append(event)
        if len(found) == count:
            break
    return sorted(found, key=order_key)


def _program() -> Program:
    """Every rule, live: what is planned is compared too."""
    return rulebook(load_rules([catalog.packs()["catalog/all"]], catalog.packs()).rules).program


def _shuffled(events: list[Event], chance: random.Random) -> list[Event]:
    """One in five comes up to seven days after its time."""
    late = [
        (event.at + chance.randrange(LATENESS - HOUR) * (chance.random() < 0.2), n) for n, event in enumerate(events)
    ]
    return [events[n] for _, n in sorted(late)]


@pytest.mark.parametrize("name", HISTORIES)
def test_shuffles_of_a_shared_history_give_identical_findings_and_state(
    shared: Path, name: str, tmp_path: Path
) -> None:
    program, events = _program(), _history(shared, name, EVENTS)
    until = max(event.at for event in events) + 30 * DAY
    state, found = pure(program, events, until)
    assert found
    for seed in range(SHUFFLES // len(HISTORIES) + 1):
        chance = random.Random(seed)
        desk = Desk(tmp_path / f"{seed}.db", program, 0, checkpoint_events=500)
        desk.take(_shuffled(events, chance), chance.choice([7, 50, 200]))
        desk.now = until
        desk.decide()
        desk.decider.memory.pass_time(until)  # timers that are not due there yet move no watermark
        assert desk.standing() == found, seed
        assert digest(desk.decider.memory.state) == digest(state), seed
        desk.close()
