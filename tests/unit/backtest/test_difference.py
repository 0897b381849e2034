"""Two rulebooks over one past: what is gained, lost and moved, and why."""

import asyncio

import pytest
from engine_kit import START, areas, merged, opened, rules_of

from rules.model.events import Event, order_key
from rules.model.times import DAY
from worker.backtest.difference import Change, RuleDifference, difference
from worker.backtest.past import Past, of_events
from worker.backtest.play import together
from worker.backtest.why import Wanted, Why, whys
from worker.cli.diff_fields import changed
from worker.rulebook import Rulebook, rulebook

BUSY = """
  busy:
    title: An area changes often
    on: pull_request.merged
    each: {area: event.areas}
    per: area
    with: {min_changes: 3}
    count: {changes: {for: 30d}}
    fire: [changes.n >= min_changes]
    cooldown: 60d
    do: [{task: area.manager, template: name-two-learners}]
"""
HELD = BUSY.replace("cooldown: 60d", "hold: 7d")
WEEKLY = [merged(n, "ada", n * 3, "a/x.py") for n in range(1, 10)]


def past(*events: Event) -> Past:
    return of_events("main", sorted([opened(998, "zoe", -31), *events], key=order_key), areas(START - 40 * DAY))


def compared(old: str, new: str, *events: Event) -> tuple[list[RuleDifference], Past, tuple[Rulebook, Rulebook]]:
    found, books = past(*events), (rulebook(rules_of(old)), rulebook(rules_of(new)))
    before, after = asyncio.run(together(found, books, START))
    return difference(books[0].rules, books[1].rules, before.findings, after.findings), found, books


def only(change: list[RuleDifference]) -> Change:
    (rule,) = change
    (found,) = rule.changes
    return found


def why(change: Change, found: Past, books: tuple[Rulebook, Rulebook]) -> Why:
    book = books[0 if change.silent_side == "old" else 1]
    wanted = Wanted(change.finding.rule, change.finding.key, change.at)
    return whys(found, book, [wanted], START)[wanted]


def test_the_same_rules_differ_in_nothing() -> None:
    rules, _, _ = compared(BUSY, BUSY, *WEEKLY)
    assert [(one.status, one.same, one.changes) for one in rules] == [("same", 1, [])]


def test_a_higher_limit_moves_a_finding_and_says_which_clause_failed() -> None:
    rules, found, books = compared(BUSY, BUSY.replace("min_changes: 3", "min_changes: 5"), *WEEKLY)
    change = only(rules)
    assert (rules[0].status, change.how, change.silent_side) == ("changed", "moved", "new")
    answer = why(change, found, books)
    assert [(one.text, one.held, one.values) for one in answer.failed] == [
        ("changes.n >= min_changes", False, {"changes.n": 3})
    ]


def test_a_limit_out_of_reach_loses_it_and_the_way_back_gains_it() -> None:
    high = BUSY.replace("min_changes: 3", "min_changes: 50")
    lost, gained = compared(BUSY, high, *WEEKLY)[0], compared(high, BUSY, *WEEKLY)[0]
    assert (only(lost).how, only(lost).silent_side) == ("lost", "new")
    assert (only(gained).how, only(gained).silent_side) == ("gained", "old")


def test_a_shorter_cooldown_gains_what_the_longer_one_held_back() -> None:
    rules, found, books = compared(BUSY, BUSY.replace("60d", "7d"), *WEEKLY)
    assert (rules[0].status, rules[0].same, rules[0].count("gained")) == ("changed", 1, 2)
    assert why(rules[0].changes[0], found, books).reason == "cooldown"


def test_a_longer_hold_moves_the_opening() -> None:
    rules, found, books = compared(HELD, HELD.replace("7d", "10d"), *WEEKLY)
    change = only(rules)
    assert change.how == "moved"
    assert why(change, found, books).reason == "it had not been so for long enough"


def test_an_event_that_another_condition_leaves_out_was_not_asked() -> None:
    picky = BUSY.replace("    per: area", "    when: pull_request.files > 500\n    per: area")
    rules, found, books = compared(BUSY, picky, *WEEKLY)
    assert only(rules).how == "lost"
    assert why(only(rules), found, books).reason == "it was never asked about this until then"


@pytest.mark.parametrize(
    ("old", "new", "status", "how"), [("", BUSY, "added", "gained"), (BUSY, "", "removed", "lost")]
)
def test_a_rule_that_one_side_lacks_is_its_own_reason(old: str, new: str, status: str, how: str) -> None:
    other = BUSY.replace("busy:", "other:").replace("min_changes: 3", "min_changes: 99")
    rules, found, books = compared(old + other, new + other, *WEEKLY)
    busy = rules[0]
    assert (busy.id, busy.status, [one.how for one in busy.changes]) == ("busy", status, [how])
    book = books[0] if status == "added" else books[1]
    assert whys(found, book, [Wanted("busy", ("a",), START)], START) == {}


def test_a_rule_that_is_switched_off_is_removed() -> None:
    rules, _, _ = compared(BUSY, BUSY.replace("title:", "mode: 'off'\n    title:"), *WEEKLY)
    assert (rules[0].status, only(rules).how) == ("removed", "lost")


def test_changes_of_a_rule_are_told_field_by_field() -> None:
    edited = (
        BUSY.replace("min_changes: 3", "min_changes: 5")
        .replace("60d", "90d")
        .replace("title:", "send: now\n    title:")
    )
    (old,), (new,) = rules_of(BUSY), rules_of(edited)
    assert [(one.field, one.old, one.new) for one in changed(old, new)] == [
        ("with min_changes", "3", "5"),
        ("cooldown", "60d", "90d"),
        ("send", "weekly", "now"),
        ("good_for", "", "2wd"),
    ]
