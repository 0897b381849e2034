"""Numbers of a backtest: weeks, ranks, and what is said of teams and people."""

from collections import Counter
from datetime import UTC, datetime

from dispatch_kit import finding_of
from engine_kit import rules_of
from msgspec.structs import replace

from rules.model.actions import Action
from rules.model.times import DAY, WEEK, instant
from worker.backtest.play import Played
from worker.backtest.summary import SMALL_TEAMS, Spread, monday, spread, summary, together

MONDAY = instant(datetime(2025, 1, 6, tzinfo=UTC))
RULES = rules_of("""
  carried:
    title: One person changes an area
    on: pull_request.merged
    per: pull_request
    do: [{nudge: pull_request.author, template: newcomer-waiting}]
""")
ACTION = Action(key="A", verb="nudge", to=(), template="newcomer-waiting")


def test_a_week_begins_on_monday() -> None:
    assert monday(MONDAY) == MONDAY
    assert monday(MONDAY + WEEK - 1) == MONDAY
    assert monday(MONDAY - 1) == MONDAY - WEEK


def test_ranks_are_the_nearest_and_of_nothing_nothing() -> None:
    assert spread([0] * 19 + [1]) == Spread(0, 0, 1)
    assert spread([0] * 18 + [1, 3]) == Spread(0, 1, 3)
    assert spread([2, 1]) == Spread(1, 2, 2)
    assert spread([]) == Spread(0, 0, 0)


def test_a_team_of_four_is_not_shown_by_itself_and_people_are_a_number() -> None:
    found = [
        replace(finding_of(f"F-{n}", "carried", "", MONDAY + n * DAY, ACTION), person=f"p{n % 2}") for n in range(4)
    ]
    played = Played(
        findings=found, teams={"F-0": "core", "F-1": "core", "F-2": "tiny"}, team_sizes={"core": 5, "tiny": 4}
    )
    seen = summary(played, RULES, MONDAY, MONDAY + WEEK, "you").rules["carried"]
    assert seen.teams == Counter({"core": 2, SMALL_TEAMS: 1})
    assert (seen.findings, seen.people, seen.weeks) == (4, 2, Counter({MONDAY: 4}))


def test_weeks_without_anything_count_for_a_manager() -> None:
    told = summary(Played(), RULES, MONDAY, MONDAY + 3 * WEEK, "you")
    assert (told.managers, len(told.manager_weeks), told.spread("tasks")) == (1, 4, Spread(0, 0, 0))


def test_several_workspaces_are_added_up() -> None:
    one = Played(
        findings=[finding_of("F-1", "carried", "", MONDAY, ACTION)], suppressed=Counter({("carried", "cooldown"): 2})
    )
    both = together([summary(one, RULES, MONDAY, MONDAY + WEEK, "you") for _ in range(2)])
    seen = both.rules["carried"]
    assert (seen.findings, seen.suppressed["cooldown"], both.managers, len(both.weeks)) == (2, 4, 2, 2)
