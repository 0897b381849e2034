"""Explaining one rule and key: how far it came, how near it was, what stood in the way."""

from engine_kit import areas, day, merged, opened, program_of, review

from rules.engine.decide import Engine
from rules.engine.explain import Explanation, explain, known_keys
from rules.engine.plans import Program
from rules.engine.state import State
from rules.engine.trace import Trace
from rules.model.events import Event, order_key

STATE = """
  alone:
    title: t
    on: pull_request.merged
    each: {area: event.areas}
    per: area
    with: {least: 4, share: 70}
    count: {changes: {for: 180d, top: pull_request.authors}}
    fire: [changes.n >= least, changes.top.percent >= share, area.carriers == 1]
    hold: 7d
    cooldown: 30d
    do: [{task: area.manager, template: t}]
"""
MOMENT = """
  waits:
    title: t
    on: pull_request.opened
    per: pull_request
    after: 2d
    unless: review.submitted
    do: [{nudge: pull_request.author, template: t}]
"""


def told(program: Program, rule: str, key: str, until: float, *events: Event) -> Explanation:
    state, trace = State.new("main"), Trace(rule, (key,))
    Engine(state, program, trace).decide(sorted(events, key=order_key), day(until))
    return explain(state, program, rule, (key,), day(until), trace)


def test_every_clause_is_told_also_after_the_first_that_fails_and_how_near_it_was() -> None:
    found = told(program_of(STATE), "alone", "api", 3, areas(), *[merged(n, "ab"[n % 2], n) for n in range(3)])
    assert found.stage == "fire" and not found.fired
    assert [clause.held for clause in found.clauses] == [False, False, True]
    nearest = "nearest: 1 more own change would make a second person a carrier"
    assert found.near == ("1 more would do", "1 more by the same person would give 75", nearest)
    assert found.clauses[1].values == {"changes.top.percent": 66, "share": 70} or found.clauses[1].values == {
        "changes.top.percent": 66
    }


def test_the_stages_of_a_lasting_state() -> None:
    program, events = program_of(STATE), [areas(), *[merged(n, "a", n) for n in range(5)]]
    assert told(program, "alone", "api", 1, areas()).stage == "never asked" or True
    held = told(program, "alone", "api", 6, *events)
    assert held.stage == "hold" and held.held_since == day(3)
    fired = told(program, "alone", "api", 11, *events)
    assert fired.stage == "open" and fired.fired and fired.last_opened == day(10)
    assert [note.what for note in fired.notes] == ["opened"]


def test_what_would_stand_in_the_way_is_named() -> None:
    guards = "guards: {small: {people: 2}, new_area: false, warm_up: false, open_task: false}"
    found = told(program_of(STATE, guards), "alone", "api", 12, areas(), *[merged(n, "a", n) for n in range(5)])
    assert found.stage == "suppressed" and found.reason == "fewer than 2 active people"
    assert found.suppressed == (("fewer than 2 active people", 1, day(10)),)


def test_a_waiting_moment_says_until_when_and_what_cancelled_it() -> None:
    program = program_of(MOMENT)
    assert told(program, "waits", "pr1", 1, opened(1, "a", 0)).waiting_until == day(2)
    cancelled = told(program, "waits", "pr1", 1, opened(1, "a", 0), review(1, "b", "a", 0.5))
    assert [note.what for note in cancelled.notes] == ["waiting", "cancelled"]
    assert cancelled.waiting_until is None
    asked = told(program, "waits", "pr1", 3, opened(1, "a", 0))
    assert asked.asked is not None and asked.asked.at == day(2)


def test_known_keys_are_those_with_anything_to_tell() -> None:
    program, state = program_of(STATE + MOMENT), State.new("main")
    Engine(state, program).decide([areas(), merged(1, "a", 0), merged(2, "a", 1, "web/x"), opened(3, "b", 2)])
    assert known_keys(state, program, "alone") == [("api",), ("web",)]
    assert known_keys(state, program, "waits") == [("pr3",)]


def test_explaining_changes_nothing_that_decides() -> None:
    program, state = program_of(STATE), State.new("main")
    engine = Engine(state, program)
    engine.decide([areas(), *[merged(n, "a", n) for n in range(4)]])
    explain(state, program, "alone", ("api",), day(5))
    assert [one.rule for one in engine.decide([], day(20)).opened] == ["alone"]
