"""What people say for themselves never reaches a screen: conditions, counts and steps that rest on it read `policy`."""

from engine_kit import areas, day, program_of

from rules.engine.chain import chain
from rules.engine.decide import Engine
from rules.engine.explain import explain
from rules.engine.state import State
from rules.engine.trace import Trace
from rules.model import entities as e
from rules.model.events import Event
from worker.cli.explain_answer import Answer
from worker.cli.policy import guarded
from worker.people.directory import RunDirectory

RULES = """
  mixed:
    title: t
    on: session.logged
    per: pair
    count: {said: {on: pulse.answered, last: 2, matching: pulse.fit <= 2}, sessions: {for: 90d}}
    after: 10d
    fire: [said.matching >= 1, sessions.n >= 1]
    do: [{digest: pair.programme.contact, template: t}]
"""


def answered(*events: Event, until: float) -> Answer:
    program, state = program_of(RULES), State.new("main")
    trace = Trace("mixed", ("p1",))
    Engine(state, program, trace).decide([areas(), *events], day(until))
    plan = program.rules["mixed"]
    found = explain(state, program, "mixed", ("p1",), day(until), trace)
    return Answer(plan.rule, found, chain(state, plan, ("p1",), day(until), trace), RunDirectory(), "UTC")


def session(id_: str, at: float) -> Event:
    return Event(id=id_, kind="session.logged", at=day(at), source="answers", session=e.Session(id=id_), pair=PAIR)


PAIR = e.Pair(id="p1", mentor="a", mentee="b")
PULSE = Event(id="q", kind="pulse.answered", at=day(1), source="answers", pulse=e.Pulse(id="q", fit=1), pair=PAIR)


def test_a_condition_over_what_people_said_loses_its_values_and_its_outcome() -> None:
    open_ = answered(session("s", 0.5), PULSE, until=12)
    assert [one.held for one in open_.now.clauses] == [True, True]
    found = guarded(open_)
    assert [(one.stage, one.held, one.values) for one in found.now.clauses] == [
        ("policy", None, {}),
        ("fire", True, {"sessions.n": 1}),
    ]
    assert [one.name for one in found.now.counts] == ["sessions"]
    assert [one.name for one in found.chain.counts] == ["sessions"]
    assert not found.secret and not found.personal and found.now.stage == "policy"


def test_what_the_last_ask_saw_is_guarded_too() -> None:
    found = guarded(answered(session("s", 0.5), PULSE, until=12))
    assert found.now.asked is not None and found.now.asked.clauses[0].stage == "policy"
    assert [(step.what, [one.stage for one in step.clauses]) for step in found.chain.steps] == [
        ("started", []),
        ("asked", ["policy", "fire"]),
    ]
    assert found.chain.steps[1].detail == "policy"
