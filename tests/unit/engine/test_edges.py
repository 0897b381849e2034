"""The rare paths: calendars without a working day, state of another version, counts at their limits, odd events."""

import pytest
from engine_kit import areas, day, fold, merged, opened, people, program_of, reasons, review, run, said

from rules.engine import codec
from rules.engine.calendars import add_working_days
from rules.engine.decide import Engine
from rules.engine.state import State
from rules.engine.tally import CAP
from rules.engine.trace import MAX_NOTES, Trace
from rules.model import entities as e
from rules.model.events import Event
from rules.model.people import Calendar, PersonSettings
from rules.model.times import instant, moment

MOMENT = """
  seen:
    title: t
    on: pull_request.merged
    per: pull_request
    do: [{task: pull_request.author, template: t, due: 5wd}]
"""


def event(kind: str, when: float, **more: object) -> Event:
    return Event(id=f"{kind} {when}", kind=kind, at=day(when), source="x", **more)  # type: ignore[arg-type]


def rule(**fields: str) -> str:
    shape = {
        "title": "t",
        "on": "pull_request.merged",
        "per": "pull_request",
        "do": "[{nudge: actor, template: t}]",
        **fields,
    }
    return "\n  one:\n" + "".join(f"    {name}: {value}\n" for name, value in shape.items())


def test_a_calendar_without_a_working_day_ends_somewhere() -> None:
    assert add_working_days(Calendar(days=()), (), day(0), 1) > day(3650)
    last = instant(moment(day(0)).replace(year=9999, month=12, day=30))
    assert moment(add_working_days(Calendar(days=()), (), last, 2)).year == 9999


def test_state_of_another_codec_is_refused_with_what_to_do() -> None:
    program = program_of(MOMENT)
    changed = codec.encode(State.new("main")).replace(b"\xa5codec\x01", b"\xa5codec\x02")
    with pytest.raises(ValueError, match="rebuild it from the journal"):
        codec.decode(changed, program)


def test_a_task_is_due_in_calendar_days_also_when_working_days_were_asked_for() -> None:
    found = fold(program_of(MOMENT), areas(), merged(1, "a", 0))
    assert found.opened[0].actions[0].due_days == 7


def test_a_count_at_its_cap_says_that_it_is_truncated_and_keeps_the_newest() -> None:
    program = program_of(rule(per="actor", count="{changes: {for: 30d}}", fire=f"changes.n >= {CAP}"))
    events = [merged(n, "a", n / 10_000) for n in range(CAP + 5)]
    state, found = run(program, *events)
    assert found.opened[0].evidence.counts[0].n == CAP
    tally = state.rules["one"].tallies["changes"]["a",]
    assert tally.truncated(day(1)) and not tally.truncated(day(40))
    assert found.opened[-1].confidence == "low"


def test_what_is_replaced_in_the_middle_again_and_again_is_swept() -> None:
    program = program_of(
        rule(per="actor", count="{changes: {for: 300d, one_per: pull_request}}", fire="changes.n >= 1")
    )
    state, _ = run(program, *[merged(n % 3, "a", n) for n in range(200)])
    tally = state.rules["one"].tallies["changes"]["a",]
    assert tally.n == 3 and len(tally.entries) < 80


def test_guarded_events_that_a_count_left_out_go_with_the_window() -> None:
    program = program_of(rule(per="actor", count="{changes: {for: 5d}}", fire="changes.n >= 1"))
    state, _ = run(program, *[merged(n, "a", 0.0001 * n, mechanical=True) for n in range(3)], merged(9, "a", 10))
    assert not state.rules["one"].tallies["changes"]["a",].left_out


@pytest.mark.parametrize("where", ["unless", "count"])
def test_whatever_a_rule_raises_where_it_raises_it_is_its_own(where: str) -> None:
    """A state that holds what no code of ours makes stands for a fault of ours."""
    waits = rule(on="pull_request.opened", after="5d", unless="review.submitted")
    counts = rule(count="{a: {on: review.submitted, by: pull_request, for: 5d}}", fire="a.n >= 1")
    program = program_of(waits if where == "unless" else counts)
    state, _ = run(program, areas(), opened(1, "a", 0))
    if where == "unless":
        state.rules["one"].waits = {(): state.rules["one"].waits["pr1",]}  # a key without its part
    else:
        state.rules["one"].tallies["a"] = 7  # type: ignore[assignment]
    decision = Engine(state, program).decide([review(1, "b", "a", 1)])
    assert decision.errors == {"one": 1} and reasons(decision) == ["error"]


def test_a_condition_that_overflows_is_counted_as_an_error_and_is_not_true() -> None:
    found = fold(program_of(rule(fire="100 / (pull_request.rounds - pull_request.rounds) > 1")), merged(1, "a", 0))
    assert not found.opened and found.errors == {"one": 1}


def test_a_comment_speaks_of_the_author_unless_it_says_of_whom() -> None:
    program = program_of(
        rule(on="comment.created", per="comment.recipient", do="[{nudge: comment.author, template: t}]")
    )
    first = e.Comment(id="1", author="b")
    named = e.Comment(id="2", author="b", recipient="c")
    found = fold(
        program, opened(1, "a", 0),
        event("comment.created", 1, comment=first, pull_request=e.PullRequest(id="pr1")),
        event("comment.created", 2, comment=named, pull_request=e.PullRequest(id="pr1")),
        event("comment.created", 3, comment=first),
    )  # fmt: skip
    assert said(found) == [("one", ("a",), 1.0), ("one", ("c",), 2.0)]
    assert reasons(found) == ["no key"]


def test_an_answer_to_a_thread_and_an_areas_own_event_are_credited_and_placed() -> None:
    program = program_of(
        rule(on="thread.answered", each="{who: event.credited}", per="who", do="[{nudge: who, template: t}]")
    )
    thread = event("thread.answered", 0, thread=e.Thread(id="t", asker="a", answerer="b"))
    assert said(fold(program, thread)) == [("one", ("b",), 0.0)]


def test_a_length_that_is_unknown_waits_for_nothing_and_says_so() -> None:
    program = program_of(
        rule(
            on="person.change_announced",
            per="change",
            after="{for: 1d, from: change.starts_at}",
            do="[{nudge: change.person, template: t}]",
        )
    )
    found = fold(program, event("person.change_announced", 0, change=e.Change(id="c", person="a")))
    assert reasons(found) == ["from unknown"]


def test_a_repeat_of_no_length_ends() -> None:
    program = program_of(
        rule(
            on="pair.started",
            per="pair",
            after="{for: 1d, again: 'days(pair.cadence_days)'}",
            do="[{nudge: pair.mentor, template: t}]",
        )
    )
    pair = e.Pair(id="P", mentor="a", mentee="b", cadence_days=0)
    assert said(fold(program, event("pair.started", 0, pair=pair), until=30)) == [("one", ("P",), 1.0)]


def test_a_leave_announced_for_somebody_moves_a_repeated_wait_of_theirs_too() -> None:
    program = program_of(rule(after="{for: 1d, again: 1wd, times: 3, calendar: actor}"))
    leave = e.Change(id="c", person="a", type="leave", starts_at=day(1.1), working_days=3)
    found = fold(
        program, people(PersonSettings(id="a")), merged(1, "a", 0), event("person.change_announced", 1.05, change=leave),
        until=20,
    )  # fmt: skip
    assert [when for _, _, when in said(found)] == [1.0, 7.0, 8.0]


def test_a_trace_follows_one_key_and_keeps_the_newest_of_the_same() -> None:
    trace, program = Trace("seen", ("pr1",)), program_of(MOMENT + "    cooldown: once\n")
    state = State.new("main")
    Engine(state, program, trace).decide([areas(), merged(1, "a", 0), merged(2, "a", 1)])
    closed = event("pull_request.merged", 2, pull_request=e.PullRequest(id="pr1"), actor="a", paths=("api/a",))
    Engine(state, program, trace).decide([closed])
    assert set(trace.notes) == {("pr1",)} and [note.what for note in trace.notes["pr1",]] == ["opened", "cooldown"]


def test_how_near_is_told_where_a_sentence_can_be_made_of_it() -> None:
    from rules.engine.explain import explain

    program = program_of(
        rule(
            each="{area: event.areas}", per="area", hold="1d", count="{c: {for: 30d, top: actor}}",
            fire="[c.n > 3, c.top.percent >= 100, area.carriers == 1, 'size(area.pairs) > 0']",
            do="[{task: area.manager, template: t}]",
        )
    )  # fmt: skip
    state, _ = run(program, areas(), merged(1, "a", 0))
    found = explain(state, program, "one", ("api",), day(1))
    assert found.near == ("3 more would do", "", "nobody can carry it", "")
    other = explain(state, program, "one", ("web",), day(1))
    assert other.near[1] == "1 more by the same person would give 100" and other.stage == "fire"


def test_a_key_with_endless_notes_keeps_the_newest() -> None:
    trace, program = Trace("one", ("pr1",)), program_of(rule(after="1d", unless="review.submitted"))
    state, total = State.new("main"), MAX_NOTES // 2 + 20
    for n in range(total):
        when = day(n * 0.1)
        again = Event(id=f"m{n}", kind="pull_request.merged", at=when, source="x", pull_request=e.PullRequest(id="pr1"))
        Engine(state, program, trace).decide([again, review(1, "b", "a", n * 0.1 + 0.05, tag=str(n))])
    notes = trace.notes["pr1",]
    assert len(notes) == MAX_NOTES and notes[-1].event == f"r1b{total - 1}"


def test_guarded_events_beyond_the_cap_are_not_kept() -> None:
    program = program_of(rule(per="actor", count="{changes: {last: 5}}", fire="changes.n >= 1"))
    events = [merged(n, "a", n / 10_000, mechanical=True) for n in range(CAP + 3)]
    state, _ = run(program, *events)
    assert len(state.rules["one"].tallies["changes"]["a",].left_out) == CAP


def test_a_count_with_an_ident_lives_on_in_a_loaded_state() -> None:
    program = program_of(
        rule(per="actor", count="{changes: {for: 300d, one_per: pull_request}}", fire="changes.n >= 1")
    )
    state, _ = run(program, merged(1, "a", 0), merged(2, "a", 1))
    loaded = codec.decode(codec.encode(state), program)
    Engine(loaded, program).decide([merged(1, "a", 2, "web/x")])
    assert loaded.rules["one"].tallies["changes"]["a",].n == 2


def test_a_row_of_an_issue_that_was_forgotten_is_unknown_and_closed_things_go() -> None:
    from rules.engine.facts.registry import READS

    issue = e.Issue(id="I", assignee="a")
    state, _ = run(
        program_of(MOMENT), event("issue.started", 0, issue=issue), event("issue.done", 3, issue=issue),
        event("action_item.done", 3, action_item=e.ActionItem(id="A")), event("nudge.sent", 3, nudge=e.Nudge(id="N")),
        merged(1, "z", 64),
    )  # fmt: skip
    assert READS["issue", "days_in_progress"](state.facts, "I", day(64)) is None
    assert not state.facts.seen.action_item and not state.facts.seen.nudge and not state.facts.seen.issue
