"""Any order of arrival within the allowed lateness gives the findings and the state of ordered arrival."""

import os
import random
from pathlib import Path

import pytest
from engine_kit import areas, merged, opened, program_of, review

from connectors.files.source import read
from rules.engine.codec import digest
from rules.engine.compile import compile_rules
from rules.engine.plans import Program
from rules.language.load import load_rules
from rules.model.areas import AreaMap
from rules.model.events import Event, order_key
from rules.model.times import DAY, HOUR
from worker import catalog
from worker.deciding.late import LATENESS, Timeline

HISTORIES = ("kafka", "lustre", "kv_engine")
SHUFFLES = 200 if os.environ.get("SPAREKEY_LONG") else 6
EVENTS = 6000 if os.environ.get("SPAREKEY_LONG") else 1200


def _history(shared: Path, name: str, count: int) -> list[Event]:
    found = []
    for event in read(shared / "histories" / f"{name}.jsonl.xz", lambda account: account.id):
        found.append(event)
        if len(found) == count:
            break
    return sorted(found, key=order_key)


def _arrive(events: list[Event], program: Program, size: int) -> Timeline:
    timeline = Timeline(program, "main")
    first = min(event.at for event in events) - 1
    timeline.arrive(
        [Event(id="areas", kind="areas.changed", at=first, source="configuration", area_map=AreaMap(fallback_depth=1))]
    )
    for start in range(0, len(events), size):
        timeline.arrive(events[start : start + size])
    timeline.finish(max(event.at for event in events) + 30 * DAY)
    return timeline


@pytest.mark.parametrize("name", HISTORIES)
def test_shuffles_of_a_shared_history_give_identical_findings_and_state(shared: Path, name: str) -> None:
    program = compile_rules(load_rules([catalog.packs()["catalog/all"]], catalog.packs()).rules)
    events = _history(shared, name, EVENTS)
    straight = _arrive(events, program, len(events))
    assert straight.findings
    for seed in range(SHUFFLES // len(HISTORIES) + 1):
        chance = random.Random(seed)
        late = [
            (event.at + chance.randrange(LATENESS - HOUR) * (chance.random() < 0.2), n)
            for n, event in enumerate(events)
        ]
        shuffled = [events[n] for _, n in sorted(late)]
        found = _arrive(shuffled, program, chance.choice([7, 50, 200]))
        assert found.went_back > 0
        assert found.findings == straight.findings
        assert digest(found.state) == digest(straight.state)


RULES = """
  k1:
    title: t
    on: pull_request.merged
    each: {area: event.areas}
    per: area
    count: {changes: {for: 20d, top: pull_request.authors}}
    fire: [changes.n >= 3, changes.top.percent >= 60]
    hold: 2d
    cooldown: 5d
    do: [{task: area.manager, template: t}]
  waiting:
    title: t
    on: pull_request.opened
    per: pull_request
    after: {for: 1d, again: 1d, times: 2}
    unless: [review.submitted, pull_request.merged]
    do: [{nudge: pull_request.author, template: t}]
"""


def test_the_same_event_again_changes_nothing() -> None:
    program = program_of(RULES)
    events = [areas(), *[merged(n, "a", n) for n in range(6)], opened(50, "b", 2), review(50, "c", "b", 4)]
    once, often = Timeline(program, "main"), Timeline(program, "main")
    once.arrive(events)
    for _ in range(3):
        often.arrive(events)
        often.arrive(events[::-1])
    assert often.duplicates == 5 * len(events)
    assert digest(once.state) == digest(often.state)
    assert once.findings == often.findings


def test_a_finding_that_a_late_event_undoes_is_withdrawn() -> None:
    timeline = Timeline(program_of(RULES), "main")
    timeline.arrive([areas(), opened(1, "a", 0), merged(9, "z", 3)])
    assert [one.rule for one in timeline.findings.values()] == ["waiting", "waiting"]
    timeline.arrive([review(1, "b", "a", 0.5)])
    assert timeline.findings == {}
    assert len(timeline.withdrawn) == 2


def test_what_is_older_than_seven_days_is_set_aside_not_lost() -> None:
    timeline = Timeline(program_of(RULES), "main")
    timeline.arrive([areas(), merged(1, "a", 20)])
    timeline.arrive([merged(2, "a", 12)])
    assert [event.id for event in timeline.too_late] == ["m2"]
