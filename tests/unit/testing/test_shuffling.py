"""Other orders of arrival: what they are, that late events come to the same, and that a difference would be seen."""

from testing_kit import HEAD, bench, document, said

from rules.model.times import DAY
from rules.testing import shuffling
from rules.testing.playing import Play
from rules.testing.running import Result, run_case

BUSY = """
  busy:
    title: An area changes a lot
    on: pull_request.merged
    each: {area: event.areas}
    per: area
    count: {changes: {for: 30d, top: pull_request.authors}}
    fire: [changes.n >= 3, changes.top.percent >= 60]
    hold: 3d
    do: [{task: area.manager, template: t}]
"""
STEPS = """cases:
  - name: it
    steps:
      - {event: pull_request.merged, pull_request: {author: ada}, areas: billing, times: 4, every: 1d}
      - {event: pull_request.merged, pull_request: {author: ben}, areas: billing, times: 2, every: 1d}
      - {advance: 10d, expect: [{rule: busy}]}
"""


def play_of(steps: str = STEPS) -> Play:
    found = document(HEAD + steps)
    play = Play(found, found.cases[0], bench(BUSY))
    for step in found.cases[0].steps:
        if step.happening:
            play.happen(step.happening)
        if step.advance:
            play.advance(play.later(step.advance), step.place)
    return play


def result(steps: str) -> Result:
    found = document(HEAD + steps)
    return run_case(found, found.cases[0], bench(BUSY), shuffle=True)


def test_orders_are_different_bounded_and_always_the_same() -> None:
    play = play_of()
    orders = [list(shuffling.order(play, number)) for number in range(shuffling.ORDERS)]
    assert len({tuple(event.id for _, event in one) for one in orders}) > shuffling.ORDERS // 2
    assert all(event.at <= at < event.at + 7 * DAY and at <= play.now for one in orders for at, event in one)
    assert all(at == event.at for at, event in orders[0])
    assert orders == [list(shuffling.order(play_of(), number)) for number in range(shuffling.ORDERS)]


def test_every_order_of_arrival_comes_to_the_same() -> None:
    assert result(STEPS).passed
    assert shuffling.differences(play_of()) == []


def test_a_case_with_a_late_event_is_compared_with_arrival_in_time() -> None:
    late = "      - {event: pull_request.merged, pull_request: {author: ben}, areas: billing, times: 3, late: 5d}\n"
    steps = STEPS.replace("      - {advance", late + "      - {advance").replace("[{rule: busy}]", "[]")
    assert result(steps).passed, said(result(steps))


def test_an_order_that_came_to_something_else_would_be_told() -> None:
    """The ordered run is spoilt by hand: no rule can make the engine answer differently."""
    play = play_of()
    (id_,) = play.past.findings
    finding = play.past.findings.pop(id_)
    (found,) = shuffling.differences(play)
    assert found.because == ("only out of order: {rule: busy, per: [billing], task: [], template: t}",)
    assert finding.rule == "busy" and "another order of arrival comes to something else" in found.line
