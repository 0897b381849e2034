"""The chain behind an explanation: each kind of step once, bounded, and only where somebody follows the subject."""

from datetime import date

from engine_kit import QUIET_GUARDS, areas, day, merged, opened, people, program_of, review
from msgspec.structs import replace

from rules.engine.chain import MOST, MOST_STEPS, Chain, chain, chain_of
from rules.engine.decide import Engine
from rules.engine.state import State
from rules.engine.trace import Trace
from rules.model.entities import PullRequest
from rules.model.events import Event, order_key
from rules.model.people import Calendar, PersonSettings

STATE = """
  alone:
    title: t
    on: pull_request.merged
    each: {area: event.areas}
    per: area
    count: {changes: {for: 30d, top: pull_request.authors}}
    fire: [changes.n >= 2, changes.top.percent >= 70]
    hold: 1d
    do: [{task: area.manager, template: t}]
"""
MOMENT = """
  waits:
    title: t
    on: [{kind: pull_request.opened, when: '!pull_request.draft'}]
    when: pull_request.author.merged_before < 2
    per: pull_request
    after: {for: 2wd, calendar: pull_request.author}
    unless: review.submitted
    do: [{nudge: pull_request.author, template: t}]
"""
TWO_PARTS = """
  pairs:
    title: t
    on: review.submitted
    each: {area: event.areas}
    per: [area, pull_request.author]
    fire: review.substantive
    do: [{nudge: pull_request.author, template: t}]
"""


def followed(rules: str, rule: str, key: str, until: float, *events: Event, guards: str = QUIET_GUARDS) -> Chain:
    program, state, trace = program_of(rules, guards), State.new("main"), Trace(rule, tuple(key.split(",")))
    Engine(state, program, trace).decide(sorted(events, key=order_key), day(until))
    return chain(state, program.rules[rule], tuple(key.split(",")), day(until), trace)


def whats(found: Chain) -> list[tuple[str, str]]:
    return [(step.what, step.event) for step in found.steps]


def test_what_is_counted_is_told_with_its_kind_and_its_people() -> None:
    found = followed(
        STATE, "alone", "api", 5, areas(), merged(1, "a", 1), merged(2, "b", 2), merged(3, "a", 3, "web/x")
    )
    (count,) = found.counts
    assert [(one.event, one.kind, one.who, one.about) for one in count.counted] == [
        ("m1", "pull_request.merged", ("a",), "pr1"),
        ("m2", "pull_request.merged", ("b",), "pr2"),
    ]
    assert count.leaves_at == day(31)


def test_what_guards_left_out_is_named_with_its_reason() -> None:
    events = [merged(1, "a", 1), merged(2, "a", 2, mechanical=True)]
    bot = replace(events[0], id="b", at=day(1.5), automated=True)
    (count,) = followed(STATE, "alone", "api", 5, areas(), *events, bot).counts
    assert [(one.event, one.left_out) for one in count.left_out] == [("b", "bot"), ("m2", "mechanical")]
    assert [one.event for one in count.counted] == ["m1"]


def test_what_is_too_old_by_now_is_only_a_number() -> None:
    (count,) = followed(STATE, "alone", "api", 40, areas(), *[merged(n, "a", n) for n in (1, 2, 20)]).counts
    assert ([one.event for one in count.counted], count.gone) == (["m20"], 2)


def test_of_many_events_the_newest_are_told_and_the_rest_is_a_number() -> None:
    (count,) = followed(STATE, "alone", "api", 20, areas(), *[merged(n, "a", n / 2) for n in range(30)]).counts
    assert (len(count.counted), count.earlier) == (MOST, 30 - MOST)
    assert count.counted[-1].event == "m29"


def test_a_state_tells_when_it_became_true_and_when_it_stopped() -> None:
    events = [merged(n, who, n) for n, who in ((1, "a"), (2, "a"), (3, "b"), (4, "a"), (5, "a"), (6, "a"), (7, "a"))]
    found = followed(STATE, "alone", "api", 8, areas(), *events)
    assert whats(found) == [("not true", "m1"), ("true", "m2"), ("not true", "m3"), ("true", "m4")]
    assert found.steps[2].detail == "changes.top.percent >= 70"


def test_every_clause_of_when_is_told_also_after_the_first_that_stopped_the_event() -> None:
    change = PullRequest(id="pr3", author="a", authors=("a",), draft=True)
    draft = replace(opened(3, "a", 3), pull_request=change)
    found = followed(MOMENT, "waits", "pr3", 4, areas(), merged(1, "a", 1), merged(2, "a", 2), draft)
    assert whats(found) == [("when", "o3")]
    assert [(one.text, one.held) for one in found.steps[0].clauses] == [
        ("!pull_request.draft", False),
        ("pull_request.author.merged_before < 2", False),
    ]
    assert found.steps[0].clauses[1].values == {"pull_request.author.merged_before": 2}


def test_a_wait_tells_what_began_it_again_and_what_cancelled_it() -> None:
    twice = [opened(1, "a", 0), replace(opened(1, "a", 0.5), id="again")]
    found = followed(MOMENT, "waits", "pr1", 1.5, areas(), *twice, review(1, "b", "a", 1))
    assert whats(found) == [("started", "o1"), ("restarted", "again"), ("cancelled", "r1b")]
    assert found.waiting is None


def test_a_wait_tells_its_working_days_and_which_days_were_away() -> None:
    """Opened on a Monday; Tuesday is away, and nobody hears why."""
    settings = people(PersonSettings(id="a", calendar=Calendar(zone="UTC", away=("2025-01-07",))))
    found = followed(MOMENT, "waits", "pr1", 1, areas(), settings, opened(1, "a", 0)).waiting
    assert found is not None and found.dues == (day(3),)
    assert found.days == ((date(2025, 1, 7), False), (date(2025, 1, 8), True), (date(2025, 1, 9), True))


def test_a_wait_that_is_over_was_asked() -> None:
    found = followed(MOMENT, "waits", "pr1", 5, areas(), opened(1, "a", 0))
    assert whats(found) == [("started", "o1"), ("asked", "o1")]
    assert found.steps[1].at == day(2)


def test_an_event_without_a_part_of_the_key_is_no_step_of_a_subject_that_could_be_another() -> None:
    """Of two parts the area is right and the author is nobody known."""
    nobody = review(1, "b", "", 1)
    found = followed(TWO_PARTS, "pairs", "api,a", 3, areas(), nobody, review(2, "b", "a", 2))
    assert whats(found) == [("no key", "r1b"), ("asked", "r2b")]
    assert found.steps[0].detail == "pull_request.author" and found.loose == (("no key: pull_request.author", 1),)


def test_steps_are_bounded_and_the_rest_is_a_number() -> None:
    pushes = [replace(opened(1, "a", n / 10), id=f"o{n}") for n in range(20)]
    found = followed(MOMENT, "waits", "pr1", 2, areas(), *pushes)
    assert (len(found.steps), found.earlier_steps) == (MOST_STEPS, 20 - MOST_STEPS)


def test_the_chain_of_a_finding_is_its_evidence_also_when_the_count_has_moved_on() -> None:
    program, state, trace = program_of(STATE), State.new("main"), Trace("alone", ("api",))
    events = [areas(), *[merged(n, "a", n) for n in (1, 2, 3)], merged(50, "a", 50)]
    (finding,) = Engine(state, program, trace).decide(events, day(60)).opened
    found = chain_of(finding, program.rules["alone"], {one.id: one for one in events}.get, trace)
    assert [(one.event, one.who) for one in found.counts[0].counted] == [("m1", ("a",)), ("m2", ("a",)), ("m3", ("a",))]
    assert [step.what for step in found.steps] == ["not true", "true"]
    forgotten = chain_of(finding, program.rules["alone"], lambda id_: None, Trace("alone", ("api",)))
    assert [(one.event, one.at) for one in forgotten.counts[0].counted] == [("m1", 0), ("m2", 0), ("m3", 0)]


def test_without_a_subject_only_the_newest_ask_of_each_key_is_written_down() -> None:
    program, state, trace = program_of(STATE), State.new("main"), Trace("alone")
    Engine(state, program, trace).decide([areas(), merged(1, "a", 1), merged(2, "a", 2, "web/x")], day(3))
    assert set(trace.asked) == {("api",), ("web",)} and not trace.steps and not trace.counted


def test_without_a_trace_the_state_knows_what_was_left_out_by_its_time_and_guard() -> None:
    program, state = program_of(STATE), State.new("main")
    events = [areas(), merged(1, "a", 1), merged(2, "a", 2, mechanical=True)]
    Engine(state, program).decide(events, day(3))
    found = chain(state, program.rules["alone"], ("api",), day(3))
    assert [(one.at, one.event, one.left_out) for one in found.counts[0].left_out] == [(day(2), "", "mechanical")]
    assert [(one.kind, one.who) for one in found.counts[0].counted] == [("pull_request.merged", ("a",))]
    assert found.steps == ()


def test_an_event_that_the_trace_did_not_see_is_looked_up() -> None:
    program, state = program_of(STATE), State.new("main")
    events = [areas(), *[merged(n, "a", n) for n in (1, 2, 3)]]
    (finding,) = Engine(state, program).decide(events, day(9)).opened
    found = chain_of(finding, program.rules["alone"], {one.id: one for one in events}.get, Trace("alone", ("api",)))
    first = found.counts[0].counted[0]
    assert (first.event, first.at, first.kind, first.about) == ("m1", day(1), "pull_request.merged", "pr1")


def test_a_wait_of_days_goes_through_all_of_them_and_a_repeat_has_its_own_length() -> None:
    """Due after a day, then every two working days, three times in all."""
    rules = MOMENT.replace("{for: 2wd, calendar: pull_request.author}", "{for: 1d, again: 2wd, times: 3}")
    first = followed(rules, "waits", "pr1", 0.5, areas(), opened(1, "a", 0)).waiting
    assert first is not None and (first.dues, first.days, first.times_left) == ((day(1),), (), 2)
    again = followed(rules, "waits", "pr1", 2, areas(), opened(1, "a", 0)).waiting
    assert again is not None and (again.dues, again.times_left) == ((day(3),), 1)
    assert [one for one, counts in again.days if counts] == [date(2025, 1, 8), date(2025, 1, 9)]


def test_more_combinations_than_are_looked_at_are_a_number() -> None:
    rules = STATE.replace("    per: area\n", "    per: area\n    when: area != 'none'\n")
    many = merged(1, "a", 1, *[f"part{n}/x.py" for n in range(60)])
    found = followed(rules, "alone", "part1", 2, areas(), many)
    assert found.loose == (("too many", 1),)
