"""A rule that raises is its own 'no': neighbours and facts go on, and after twenty times it is off."""

import pytest
from engine_kit import QUIET_GUARDS, areas, day, merged, people, program_of, reasons, run, said

from rules.engine.codec import digest
from rules.engine.decide import Engine
from rules.engine.guards import MAX_ERRORS
from rules.model.people import Calendar, PersonSettings

NO_DATE = Calendar(away=("2025-02-31",))  # configuration refuses it; a journal of an older version may hold it
RULES = """
  broken:
    title: t
    on: pull_request.merged
    per: pull_request
    after: {for: 1wd, calendar: pull_request.author}
    do: [{nudge: pull_request.author, template: t}]
  sound:
    title: t
    on: pull_request.merged
    per: pull_request
    do: [{nudge: pull_request.author, template: t}]
"""


def test_a_rule_that_raises_says_error_and_its_neighbours_speak() -> None:
    state, decision = run(
        program_of(RULES), areas(), people(PersonSettings(id="a", calendar=NO_DATE)), merged(1, "a", 0)
    )
    assert said(decision) == [("sound", ("pr1",), 0.0)]
    assert reasons(decision) == ["error"]
    assert decision.errors == {"broken": 1}
    assert state.rules["broken"].errors == 1


def test_a_wait_that_raises_when_it_is_due_is_given_up_and_a_restart_changes_nothing() -> None:
    program = program_of(RULES.replace("1wd", "1wd, again: 1wd"))
    known = people(PersonSettings(id="a"))
    state, _ = run(program, areas(), known, merged(1, "a", 0))
    state.facts.people_map = people(PersonSettings(id="a", calendar=NO_DATE)).people_map or state.facts.people_map
    state.facts.configure(state.facts.people_map, None)
    decision = Engine(state, program).decide([], day(5))
    assert decision.errors == {"broken": 1}
    before = digest(state)
    assert not Engine(state, program).decide([], day(5)).errors
    assert digest(state) == before


def test_after_twenty_errors_a_rule_is_off() -> None:
    program = program_of(
        """
  broken:
    title: t
    on: pull_request.merged
    per: pull_request
    cooldown: once
    do: [{nudge: pull_request.author, template: t}]
""",
        QUIET_GUARDS,
    )
    state, _ = run(program, areas(), merged(1, "a", 0))
    state.rules["broken"].errors = MAX_ERRORS
    decision = Engine(state, program).decide([merged(2, "a", 1)])
    assert reasons(decision) == ["rule error"]


def test_an_exception_in_facts_is_not_swallowed() -> None:
    """Skipping would corrupt silently: whoever runs the engine drops the state and recovers."""
    from rules.model import entities as e
    from rules.model.events import Event

    def issue(id_: str, kind: str, when: float) -> Event:
        return Event(id=id_, kind=kind, at=day(when), source="jira", issue=e.Issue(id="I1", assignee="a"))

    with pytest.raises(ValueError, match="day is out of range"):
        run(
            program_of(RULES),
            people(calendar=NO_DATE),
            issue("1", "issue.started", 0),
            issue("2", "issue.done", 3),
        )
