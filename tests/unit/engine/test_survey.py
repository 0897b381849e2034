"""The map of a system at one moment: counted anew from the events, those at risk first."""

from engine_kit import areas, day, merged, program_of

from rules.engine.decide import Engine
from rules.engine.state import State
from rules.engine.survey import LeftOutEvents, Part, survey
from rules.model.accounts import OTHER
from rules.model.events import Event

RULE = """
  any:
    title: t
    on: pull_request.merged
    per: pull_request
    do: [{nudge: pull_request.author, template: t}]
"""


def surveyed(*events: Event, at: float) -> tuple[dict[str, Part], LeftOutEvents, list[str]]:
    program, state = program_of(RULE), State.new("main")
    Engine(state, program).decide(events, day(at))
    parts, left_out = survey(state, program, events, day(at))
    return {part.area: part for part in parts}, left_out, [part.area for part in parts]


def test_parts_at_risk_come_first_then_the_covered_then_the_quiet() -> None:
    events = [
        areas(), merged(1, "a", -299, "old/x"), merged(2, "a", 0, "api/x"), merged(3, "a", 1, "api/x", "web/x"),
        merged(4, "b", 2, "web/x"), merged(5, "b", 3, "web/x"), merged(6, "a", 4, "web/x"), merged(7, "c", 5, "new/x"),
    ]  # fmt: skip
    events = [events[0], *events[1:]]
    events[0] = areas(day(-300))
    parts, left_out, order = surveyed(*events, at=6)
    assert order == ["api", "new", "web", "old"]
    assert [parts[area].state for area in order] == ["single", "orphaned", "covered", "quiet"]
    assert parts["api"].carriers == ("a",) and parts["web"].carriers == ("a", "b")
    assert parts["new"].nearest == (("c", 1),) and parts["api"].beside == (("web", 1),)
    assert left_out == LeftOutEvents()


def test_what_does_not_count_is_counted_as_left_out() -> None:
    _, left_out, _ = surveyed(
        areas(), merged(1, "a", 0), merged(2, "a", 1, mechanical=True), merged(3, OTHER, 2), at=3
    )  # fmt: skip
    assert left_out == LeftOutEvents(bot=0, mechanical=1, anonymous=1)


def test_an_old_change_still_names_its_author_after_its_pull_request_was_forgotten() -> None:
    parts, _, _ = surveyed(areas(), merged(1, "a", 0), merged(2, "a", 1), merged(3, "b", 100, "web/x"), at=120)
    assert parts["api"].by == (("a", 2),)
