"""Each operator through decide(): a firing, a quiet and a boundary case."""

import pytest
from engine_kit import QUIET_GUARDS, areas, day, fold, merged, opened, people, program_of, reasons, review, run, said

from rules.model import entities as e
from rules.model.accounts import OTHER
from rules.model.events import Event
from rules.model.people import Calendar, PersonSettings

DO = "do: [{nudge: pull_request.author, template: t}]"
COUNT = """
  many:
    title: t
    on: pull_request.merged
    per: pull_request.author
    count: {changes: {for: 10d, top: pull_request.author}}
    fire: changes.n >= 3
    do: [{nudge: pull_request.author, template: t}]
"""


def test_a_count_fires_at_its_limit_and_not_before() -> None:
    found = fold(program_of(COUNT), merged(1, "a", 0), merged(2, "a", 1), merged(3, "b", 1), merged(4, "a", 2))
    assert said(found) == [("many", ("a",), 2)]


def test_an_entry_as_old_as_the_window_is_out() -> None:
    program = program_of(COUNT)
    assert said(fold(program, merged(1, "a", 0), merged(2, "a", 5), merged(3, "a", 10))) == []
    assert len(said(fold(program, merged(1, "a", 0.01), merged(2, "a", 5), merged(3, "a", 10)))) == 1


def test_cooldown_silences_a_repeat_until_it_has_passed() -> None:
    program = program_of(COUNT + "    cooldown: 5d\n")
    events = [merged(n, "a", n) for n in range(12)]
    found = fold(program, *events)
    assert said(found) == [("many", ("a",), 2), ("many", ("a",), 7)]
    assert reasons(found) == ["cooldown"] * 8


def test_cooldown_once_never_speaks_twice_about_one_key() -> None:
    found = fold(program_of(COUNT + "    cooldown: once\n"), *[merged(n, "a", n) for n in range(9)])
    assert len(said(found)) == 1


def test_cooldown_of_a_part_of_the_key_is_shared() -> None:
    rules = """
  pairs:
    title: t
    on: review.submitted
    per: [pull_request, review.author]
    cooldown: {for: 3d, per: review.author}
    do: [{nudge: review.author, template: t}]
"""
    found = fold(
        program_of(rules),
        review(1, "x", "a", 0),
        review(2, "x", "a", 1),
        review(3, "y", "a", 1),
        review(4, "x", "a", 3),
    )
    assert [key for _, key, _ in said(found)] == [("pr1", "x"), ("pr3", "y"), ("pr4", "x")]


def test_each_asks_once_per_area_and_binds_left_to_right() -> None:
    rules = f"""
  touched:
    title: t
    on: pull_request.merged
    each: {{area: event.areas}}
    when: area.age_days == 0
    per: [area, pull_request]
    {DO}
"""
    found = fold(program_of(rules), areas(), merged(1, "a", 0, "api/x", "web/y"))
    assert [key for _, key, _ in said(found)] == [("api", "pr1"), ("web", "pr1")]


def test_more_than_fifty_combinations_are_a_suppression() -> None:
    rules = f"""
  touched:
    title: t
    on: pull_request.merged
    each: {{area: event.areas}}
    per: area
    {DO}
"""
    paths = [f"area{n}/x" for n in range(60)]
    found = fold(
        program_of(rules, "guards: {small: false, mechanical: false, new_area: false}"),
        areas(),
        merged(1, "a", 0, *paths),
    )
    assert len(said(found)) == 50
    assert reasons(found) == ["too many"]


HOLD = """
  carried:
    title: t
    on: pull_request.merged
    each: {area: event.areas}
    per: area
    count: {changes: {for: 30d, top: pull_request.authors}}
    fire: [changes.n >= 2, changes.top.percent >= 70]
    hold: 7d
    do: [{task: area.manager, template: t}]
"""


def test_hold_opens_when_true_long_enough_without_a_further_event() -> None:
    found = fold(program_of(HOLD), areas(), merged(1, "a", 0), merged(2, "a", 1), until=20)
    assert said(found) == [("carried", ("api",), 8)]
    assert found.opened[0].evidence.since == day(1)


def test_hold_is_ended_by_an_event_that_makes_it_false() -> None:
    found = fold(program_of(HOLD), areas(), merged(1, "a", 0), merged(2, "a", 1), merged(3, "b", 3), until=20)
    assert said(found) == []


def test_an_open_finding_is_resolved_at_the_next_midnight_after_it_became_false() -> None:
    found = fold(program_of(HOLD), areas(), merged(1, "a", 0), merged(2, "a", 1), until=60)
    assert [one.resolved_at for one in found.resolved] == [day(30) + 14 * 3600 * 1_000_000]


def test_an_open_finding_is_resolved_at_once_by_an_event_and_says_still_open_before() -> None:
    found = fold(
        program_of(HOLD),
        areas(),
        merged(1, "a", 0),
        merged(2, "a", 1),
        merged(3, "a", 9),
        merged(4, "b", 10),
        merged(5, "b", 11),
    )
    assert [one.resolved_at for one in found.resolved] == [day(11)]
    assert "still open" in reasons(found)


def test_hold_of_zero_days_opens_at_once() -> None:
    found = fold(program_of(HOLD.replace("hold: 7d", "hold: 0d")), areas(), merged(1, "a", 0), merged(2, "a", 1))
    assert said(found) == [("carried", ("api",), 1)]


WAIT = """
  waiting:
    title: t
    on: pull_request.opened
    per: pull_request
    after: 2d
    unless: [{kind: review.submitted, when: review.author != pull_request.author}, pull_request.merged]
    do: [{nudge: pull_request.author, template: t}]
"""


def test_a_wait_fires_when_nothing_cancels_it() -> None:
    assert said(fold(program_of(WAIT), opened(1, "a", 0), until=5)) == [("waiting", ("pr1",), 2)]


def test_a_wait_is_cancelled_by_a_review_of_somebody_else_only() -> None:
    program = program_of(WAIT)
    assert said(fold(program, opened(1, "a", 0), review(1, "b", "a", 1), until=5)) == []
    assert len(said(fold(program, opened(1, "a", 0), review(1, "a", "a", 1), until=5))) == 1
    assert len(said(fold(program, opened(1, "a", 0), review(2, "b", "a", 1), until=5))) == 1


def test_an_event_at_the_due_time_comes_before_the_decision() -> None:
    assert said(fold(program_of(WAIT), opened(1, "a", 0), review(1, "b", "a", 2), until=5)) == []


def test_a_repeat_restarts_the_wait() -> None:
    again = opened(1, "a", 1)
    found = fold(program_of(WAIT), opened(1, "a", 0), Event(**{**_fields(again), "id": "again"}), until=5)
    assert said(found) == [("waiting", ("pr1",), 3)]


def _fields(event: Event) -> dict[str, object]:
    return {name: getattr(event, name) for name in event.__struct_fields__}


def test_a_list_of_waits_decides_at_each_and_again_repeats_as_often_as_said() -> None:
    lists = program_of(WAIT.replace("after: 2d", "after: {for: [1d, 3d]}"))
    assert [when for _, _, when in said(fold(lists, opened(1, "a", 0), until=9))] == [1, 3]
    again = program_of(WAIT.replace("after: 2d", "after: {for: 1d, again: 2d, times: 3}"))
    assert [when for _, _, when in said(fold(again, opened(1, "a", 0), until=30))] == [1, 3, 5]


def test_working_days_skip_the_weekend_and_absences() -> None:
    program = program_of(WAIT.replace("after: 2d", "after: {for: 1wd, calendar: pull_request.author}"))
    away = people(PersonSettings(id="a", calendar=Calendar(away=("2025-01-13",))))
    assert said(fold(program, opened(1, "a", 4), until=30)) == [("waiting", ("pr1",), 7)]
    assert said(fold(program, away, opened(1, "a", 4), until=30)) == [("waiting", ("pr1",), 8)]


def test_a_leave_announced_later_moves_a_waiting_due_time() -> None:
    program = program_of(WAIT.replace("after: 2d", "after: {for: 1wd, calendar: pull_request.author}"))
    change = e.Change(id="c", person="a", type="leave", starts_at=day(6.5), working_days=2)
    announced = Event(
        id="leave", kind="person.change_announced", at=day(5), source="roster", change=change, person=e.Person(id="a")
    )
    assert said(fold(program, opened(1, "a", 4), announced, until=30)) == [("waiting", ("pr1",), 9)]


def test_after_can_count_from_a_time_field_and_misses_what_is_long_past() -> None:
    rules = """
  ahead:
    title: t
    on: person.change_announced
    per: change
    after: {from: change.starts_at, for: -30d}
    unless: person.change_cancelled
    do: [{nudge: change.person, template: t}]
"""

    def announced(n: int, starts: float) -> Event:
        change = e.Change(id=f"c{n}", person="a", type="leave", starts_at=day(starts), working_days=10)
        return Event(
            id=f"e{n}",
            kind="person.change_announced",
            at=day(0),
            source="roster",
            change=change,
            person=e.Person(id="a"),
        )

    found = fold(program_of(rules), announced(1, 40), announced(2, 20), until=50)
    assert said(found) == [("ahead", ("c1",), 10)]
    assert reasons(found) == ["missed"]


def test_last_keeps_the_newest_and_until_takes_out_what_ended() -> None:
    rules = """
  recent:
    title: t
    on: session.logged
    per: pair
    count: {recent: {last: 2, matching: size(session.missing) > 0}}
    fire: recent.matching == 2
    do: [{nudge: pair.mentee, template: t}]
  many:
    title: t
    on: pair.started
    per: pair.mentor
    count: {open: {until: pair.closed, distinct: pair.mentee}}
    fire: open.distinct >= 2
    do: [{nudge: pair.mentor, template: t}]
"""

    def pair(kind: str, n: int, when: float) -> Event:
        return Event(
            id=f"{kind}{n}", kind=kind, at=day(when), source="answers", programme=e.Programme(id="programme"),
            pair=e.Pair(id=f"p{n}", mentor="m", mentee=f"x{n}"),
        )  # fmt: skip

    def session(n: int, when: float, *missing: str) -> Event:
        return Event(
            id=f"s{n}", kind="session.logged", at=day(when), source="answers",
            session=e.Session(id=f"s{n}", missing=missing), pair=e.Pair(id="p1"),
        )  # fmt: skip

    program = program_of(rules)
    assert said(fold(program, pair("pair.started", 1, 0), pair("pair.started", 2, 1))) == [("many", ("m",), 1)]
    ended = fold(program, pair("pair.started", 1, 0), pair("pair.closed", 1, 0.5), pair("pair.started", 2, 1))
    assert said(ended) == []
    sessions = fold(
        program,
        pair("pair.started", 1, 0),
        session(1, 1, "goal"),
        session(2, 2),
        session(3, 3, "goal"),
        session(4, 4, "goal"),
    )
    assert said(sessions) == [("recent", ("p1",), 4)]


def test_one_per_replaces_and_percentile_takes_the_nearest_rank() -> None:
    rules = """
  escalated:
    title: t
    on: issue.escalated
    each: {component: issue.components}
    per: component
    count: {escalations: {for: 30d, one_per: issue}}
    fire: escalations.n >= 2
    do: [{task: component.manager, template: t}]
"""

    def escalated(n: int, issue: str, when: float) -> Event:
        return Event(
            id=f"e{n}", kind="issue.escalated", at=day(when), source="jira", issue=e.Issue(id=issue, components=("db",))
        )

    program = program_of(rules)
    assert said(fold(program, escalated(1, "A", 0), escalated(2, "A", 1))) == []
    assert said(fold(program, escalated(1, "A", 0), escalated(2, "B", 1))) == [("escalated", ("db",), 1)]


@pytest.mark.parametrize(("bots", "expected"), [("true", 0), ("false", 1)])
def test_bots_are_left_out_of_counts_and_named_as_left_out(bots: str, expected: int) -> None:
    guards = QUIET_GUARDS.replace("{small", f"{{bots: {bots}, small")
    by_bot = [Event(**{**_fields(merged(n, "a", n)), "automated": n == 1}) for n in range(3)]
    state, found = run(program_of(COUNT, guards), *by_bot)
    assert len(found.opened) == expected
    assert len(state.rules["many"].tallies["changes"][("a",)].left_out) == 1 - expected


def test_mechanical_changes_do_not_count_and_do_not_make_knowledge() -> None:
    program = program_of(COUNT)
    events = [merged(n, "a", n, mechanical=n == 1) for n in range(3)] + [
        merged(9, "a", 3, *[f"api/{n}" for n in range(61)])
    ]
    state, found = run(program, areas(), *events)
    assert found.opened == []
    assert state.facts.ledger.experience("a", "api") == 2


def test_somebody_anonymous_counts_but_is_never_top_key_or_recipient() -> None:
    rules = """
  top:
    title: t
    on: pull_request.merged
    each: {area: event.areas}
    per: area
    count: {changes: {for: 30d, top: pull_request.authors}}
    fire: changes.top.percent >= 60
    do: [{task: area.manager, template: t}]
"""
    unknown = [merged(n, OTHER, n) for n in range(3)]
    assert said(fold(program_of(rules), areas(), *unknown, merged(9, "a", 4))) == []
    assert len(said(fold(program_of(rules), areas(), unknown[0], merged(8, "a", 4), merged(9, "a", 5)))) == 1
    assert said(fold(program_of(COUNT), *unknown)) == []


def test_an_unknown_value_is_not_true_and_is_counted_apart() -> None:
    rules = f"""
  drafty:
    title: t
    on: pull_request.merged
    when: '!pull_request.draft'
    per: pull_request
    {DO}
"""
    state, found = run(program_of(rules), merged(1, "a", 0), merged(2, "a", 1, draft=False))
    assert said(found) == [("drafty", ("pr2",), 1)]
    assert state.rules["drafty"].unknown == 1


def test_first_time_in_an_area_is_asked_before_this_event_counts() -> None:
    rules = f"""
  first:
    title: t
    on: pull_request.merged
    each: {{area: event.areas}}
    when: ['experience(pull_request.author, area) == 0', pull_request.author.merged_before == 0]
    per: [pull_request.author, area]
    {DO}
"""
    found = fold(program_of(rules), areas(), merged(1, "a", 0), merged(2, "a", 1))
    assert [when for _, _, when in said(found)] == [0]
