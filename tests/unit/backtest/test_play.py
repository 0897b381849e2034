"""What would have reached people: the rules of dispatch, played beside the rules of a file."""

import asyncio
from dataclasses import replace
from datetime import UTC, datetime

from engine_kit import START, areas, day, merged, opened, people, rules_of

from rules.engine.decide import Engine
from rules.model.events import Event, order_key
from rules.model.people import Calendar, PersonSettings
from rules.model.times import DAY, HOUR, Instant, instant
from worker.backtest.past import TERMINAL, Past, of_events
from worker.backtest.play import Played, play
from worker.backtest.summary import Summary, summary
from worker.config.sparekey import Budgets, Settings
from worker.rulebook import rulebook
from worker.store.outbox import Entry

CARRIED = """
  carried:
    title: One person changes an area
    on: pull_request.merged
    each: {area: event.areas}
    per: area
    count: {changes: {for: 30d}}
    fire: changes.n >= 1
    hold: 0d
    do: [{task: area.manager, template: name-two-learners}]
"""
AGAIN = CARRIED.replace("carried:", "carried-again:")
HELLO = """
  hello:
    title: A pull request is opened
    on: pull_request.opened
    per: pull_request
    do: [{nudge: pull_request.author, template: newcomer-waiting}]
"""


def past(*events: Event, until: float, settings: Settings | None = None) -> Past:
    """It began a month before, so that every window is covered."""
    first, end = opened(998, "zoe", -31), merged(999, "zoe", until, "end/z.py")
    found = of_events("main", [first, *sorted(events, key=order_key), end], areas(START - 40 * DAY))
    return replace(found, settings=settings or Settings())


def played(rules: str, *events: Event, until: float = 30, since: Instant = START - DAY, **budgets: int) -> Played:
    settings = Settings(budgets=Budgets(**budgets))
    return asyncio.run(play(past(*events, until=until, settings=settings), rulebook(rules_of(rules)), since))


def told(found: Played, verb: str, status: str = "sent") -> list[Entry]:
    return [row for row in found.rows if row.verb == verb and row.status == status]


def counted(found: Played, rules: str, until: float = 30) -> Summary:
    return summary(found, rules_of(rules), START, day(until), TERMINAL)


def test_one_task_a_week_reaches_a_manager_and_the_rest_is_in_the_digest() -> None:
    found = played(CARRIED, merged(1, "ada", 1, "a/x.py"), merged(2, "ben", 1.1, "b/x.py"))
    assert len(told(found, "task")) == 1
    assert [row.why for row in told(found, "task", "digest")] == ["another mattered more this week"]
    held = counted(found, CARRIED).held_back
    assert held["task", "in a digest instead: another mattered more this week"] == 1


def test_one_sign_of_low_confidence_stays_on_the_map() -> None:
    """Nothing is known of the time before: the window is not covered."""
    early = of_events("main", [merged(1, "ada", 1, "a/x.py")], areas())
    found = asyncio.run(play(early, rulebook(rules_of(CARRIED)), START))
    assert (len(found.findings), found.rows) == (1, [])
    assert counted(found, CARRIED).held_back["task", "one sign of low confidence: waited for a second"] == 1


def test_a_sign_that_ended_alone_was_held_back_all_the_same() -> None:
    """Its case closed with it, long before the end."""
    early = of_events("main", [merged(1, "ada", 1, "a/x.py"), opened(2, "ben", 50)], areas())
    found = asyncio.run(play(early, rulebook(rules_of(CARRIED)), START))
    assert [one.status for one in found.findings] == ["resolved"]
    assert counted(found, CARRIED, until=50).held_back["task", "one sign of low confidence: waited for a second"] == 1


def test_a_larger_budget_lets_both_through() -> None:
    found = played(CARRIED, merged(1, "ada", 1, "a/x.py"), merged(2, "ben", 1.1, "b/x.py"), tasks=2)
    assert len(told(found, "task")) == 2


def test_a_weekly_task_comes_on_the_digest_day() -> None:
    (task,) = told(played(CARRIED, merged(1, "ada", 1, "a/x.py")), "task")
    assert task.ended_at == instant(datetime(2025, 1, 13, 9, tzinfo=UTC))


def test_findings_about_one_area_are_one_task() -> None:
    found = played(CARRIED + AGAIN, merged(1, "ada", 1, "a/x.py"))
    about_a = [one for one in found.findings if one.area == "a"]
    assert (len(about_a), len(told(found, "task"))) == (2, 1)
    assert counted(found, CARRIED + AGAIN).held_back["finding", "joined a case that has its task"] >= 1


def test_a_nudge_waits_for_working_hours() -> None:
    found = played(HELLO, opened(1, "ada", 13 / 24))  # 23:00 on a Monday
    (nudge,) = told(found, "nudge")
    assert nudge.ended_at == instant(datetime(2025, 1, 7, 9, tzinfo=UTC))


def test_one_moment_nudge_a_week_reaches_a_person() -> None:
    found = played(HELLO, opened(1, "ada", 0), opened(2, "ada", 1), opened(3, "ben", 1))
    assert [row.people for row in told(found, "nudge")] == [("ada",), ("ben",)]
    assert len(told(found, "nudge", "digest")) == 1


def test_a_moment_that_passes_before_the_morning_is_let_go() -> None:
    """It is good for an hour, and came up at night."""
    rules = HELLO.replace("per: pull_request\n", "per: pull_request\n    good_for: 1h\n")
    found = played(rules, opened(1, "ada", 13 / 24))
    assert told(found, "nudge") == []
    assert counted(found, rules).held_back["nudge", "its moment has passed"] == 1


def test_a_silent_rule_tells_nobody_and_an_asking_one_counts_as_approved() -> None:
    silent, asking = (rules_of(CARRIED.replace("title", f"mode: {mode}\n    title")) for mode in ("silent", "ask"))
    event = merged(1, "ada", 1, "a/x.py")
    quiet = asyncio.run(play(past(event, until=30), rulebook(silent), START))
    assert quiet.rows == []
    assert summary(quiet, silent, START, day(30), TERMINAL).held_back["finding", "its rule is silent"] == 1 + 1
    assert len(told(asyncio.run(play(past(event, until=30), rulebook(asking), START)), "task")) == 1


def test_what_opened_before_since_is_no_finding_of_the_backtest() -> None:
    events = [merged(n, "ada", n, f"{n}/x.py") for n in (1, 5, 9)]
    found = played(CARRIED, *events, since=day(4), until=9.5)
    assert [one.area for one in found.findings] == ["5", "9", "end"]


def test_a_task_about_what_is_over_is_not_sent() -> None:
    """The finding ends before the digest day."""
    rules = CARRIED.replace("{for: 30d}", "{for: 2d}")
    events = [merged(1, "ada", 1, "a/x.py"), *(opened(n, "ben", n) for n in range(2, 6))]
    found = played(rules, *events, until=30)
    assert [row.status for row in found.rows if row.verb == "task"][:1] == ["expired"]


def test_everything_is_decided_as_without_dispatch_beside_it() -> None:
    """Steps in time change no finding."""
    events = [merged(n, f"u{n % 3}", n / 3, f"{n % 4}/x.py") for n in range(1, 60)]
    events += [opened(100 + n, f"u{n % 3}", n / 2) for n in range(1, 60)]
    rules = rulebook(rules_of(CARRIED.replace("{for: 30d}", "{for: 2d}") + HELLO))
    whole = past(*events, until=40)
    state = whole.begin(rules.program)
    state.live_from = START
    engine = Engine(state, rules.program)
    alone = [one for batch in whole.batches(state) for one in engine.decide(batch).opened]
    alone += engine.decide((), whole.ends_at + 1).opened
    assert [one.id for one in asyncio.run(play(whole, rules, START)).findings] == [
        one.id for one in alone if one.opened_at >= START
    ]
    assert len(alone) > 60


def test_leave_moves_a_message_to_the_first_day_back() -> None:
    """Working hours are the receiver's own."""
    away = Calendar(zone="Asia/Tokyo", away=("2025-01-07",))
    said = people(PersonSettings(id="ada", calendar=away), at=START - HOUR)
    (nudge,) = told(played(HELLO, said, opened(1, "ada", 0)), "nudge")  # 19:00 in Tokyo
    assert nudge.ended_at == instant(datetime(2025, 1, 8, 0, tzinfo=UTC))
