"""How near each kind of comparison came; and of every origin of a value, why it is unknown and how to make it known."""

import pytest
from engine_kit import areas, day, merged, opened, people, program_of, review
from msgspec.structs import replace

from rules.engine.decide import Engine
from rules.engine.explain import Explanation, as_it_opened, explain
from rules.engine.state import State
from rules.engine.trace import Trace
from rules.engine.unknown import OTHER_ON_TOP, SECOND_LOOK, Unknown
from rules.model.accounts import OTHER
from rules.model.entities import PullRequest, Task
from rules.model.events import Event, order_key
from rules.model.people import PersonSettings
from rules.model.times import DAY
from rules.model.vocabulary import ENTITIES

HELD = """
  held:
    title: t
    on: pull_request.merged
    each: {{area: event.areas}}
    per: area
    count: {{changes: {{for: 90d, {measure}}}}}
    fire: ['{fire}']
    hold: 3d
    cooldown: 30d
    do: [{{task: area.manager, template: t}}]
"""
MOMENT = """
  moment:
    title: t
    on: {on}
    per: {per}
    fire: ['{fire}']
    do: [{{nudge: {per}.author, template: t}}]
"""


def told(rules: str, rule: str, key: str, until: float, *events: Event, guards: str | None = None) -> Explanation:
    program, state = program_of(rules) if guards is None else program_of(rules, guards), State.new("main")
    trace = Trace(rule, (key,))
    Engine(state, program, trace).decide(sorted(events, key=order_key), day(until))
    return explain(state, program, rule, (key,), day(until), trace)


def held(fire: str, measure: str = "top: pull_request.authors") -> Explanation:
    text = HELD.format(fire=fire, measure=measure)
    if "wanted" in fire:
        text = text.replace("    hold:", "    with: {wanted: payments}\n    hold:")
    return told(text, "held", "api", 10, areas(), *[merged(n, "aab"[n % 3], n) for n in range(6)])


# how near --------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("fire", "measure", "near"),
    [
        ("changes.n >= 8", "top: pull_request.authors", "2 more would do"),
        ("changes.n > 8", "top: pull_request.authors", "3 more would do"),
        ("changes.n < 4", "top: pull_request.authors", "3 fewer would do"),
        ("changes.top.percent >= 70", "top: pull_request.authors", "1 more by the same person would give 71"),
        ("changes.second.percent < 30", "top: pull_request.authors", "1 more by others would give 28"),
        ("changes.distinct >= 4", "distinct: pull_request.authors", "2 more different ones would do"),
        ("changes.matching >= 1", "matching: pull_request.additions > 9", "1 more of that kind would do"),
        ("area.age_days >= 30", "top: pull_request.authors", "in 20 days, if nothing happens until then"),
        ("area.carriers == 1", "top: pull_request.authors", "2 people can carry it"),
        ("area.past_authors >= 5", "top: pull_request.authors", ""),
        ("area.carriers >= 3", "top: pull_request.authors", "2 people can carry it"),
        ("area.carriers == 2", "top: pull_request.authors", ""),
        ("area.domain == wanted", "top: pull_request.authors", ""),
        ("area.manager == area.carrier", "top: pull_request.authors", ""),
        ("changes.n >= 8 && area.carriers == 1", "top: pull_request.authors", ""),
    ],
)
def test_how_near_a_clause_came(fire: str, measure: str, near: str) -> None:
    assert held(fire, measure).near == (near,)


def test_a_true_clause_about_one_carrier_tells_what_would_make_a_second() -> None:
    rules = HELD.format(fire="area.carriers == 1", measure="top: pull_request.authors")
    others = [merged(n, "a", n) for n in range(5)]
    near = told(rules, "held", "api", 6, areas(), *others, merged(9, "b", 5)).near
    assert near == ("nearest: 1 more own change would make a second person a carrier",)
    assert told(rules, "held", "api", 6, areas(), *others).near == ("",)


def test_a_hold_tells_when_it_would_be_full() -> None:
    rules = HELD.format(fire="changes.n >= 5", measure="top: pull_request.authors")
    found = told(rules, "held", "api", 6, areas(), *[merged(n, "a", n) for n in range(5)])
    assert (found.stage, found.holds_at) == ("hold", day(4 + 3))


# what stands in the way, and until when --------------------------------------------------------------------------


def test_a_cooldown_and_a_young_area_say_until_when() -> None:
    rules = HELD.format(fire="changes.n >= 5", measure="last: 5")
    events = [areas(), *[merged(n, "a", n) for n in range(5)]]
    young = told(rules, "held", "api", 8, *events, guards="guards: {small: false, warm_up: false, new_area: 60d}")
    assert (young.reason, young.until) == ("area young", day(0) + 60 * DAY)
    short = told(rules, "held", "api", 8, *events, guards="guards: {small: false, new_area: false}")
    assert (short.reason, short.until) == ("history too short", day(0) + 30 * DAY)


def test_rules_that_were_not_switched_on_yet_say_from_when_they_are() -> None:
    program, state = program_of(HELD.format(fire="changes.n >= 5", measure="last: 5"), "guards: {}"), State.new("main")
    state.live_from = day(20)
    Engine(state, program).decide([areas(), *[merged(n, "a", n) for n in range(5)]], day(8))
    found = explain(state, program, "held", ("api",), day(8))
    assert (found.reason, found.until) == ("warming up", day(20))


def test_an_answer_silences_until_the_day_that_was_said() -> None:
    program, state = program_of(HELD.format(fire="changes.n >= 5", measure="last: 5")), State.new("main")
    engine = Engine(state, program)
    events = [areas(), *[merged(n, "a", n) for n in range(5)]]
    (finding,) = engine.decide(events, day(8)).opened
    task = Task(id="A-1", rule="held", owner="m", area="api")
    filed = Event(id="t", kind="task.opened", at=day(9), source="engine", task=task)
    known = replace(filed, id="k", kind="task.answered", at=day(10), task=replace(task, answer="known", until=day(50)))
    engine.decide([filed, known, merged(9, "b", 11)], day(12))
    engine.decide([merged(10 + n, "a", 40 + n / 10) for n in range(5)], day(44))
    found = explain(state, program, "held", ("api",), day(44))
    assert finding.case is not None and (found.reason, found.until) == ("silenced by an answer", day(50))


def test_an_open_finding_stands_in_the_way_of_the_next_and_has_a_case() -> None:
    rules = HELD.format(fire="changes.n >= 5", measure="top: pull_request.authors")
    found = told(rules, "held", "api", 9, areas(), *[merged(n, "a", n) for n in range(5)])
    assert (found.stage, found.reason, found.cooling_until) == ("open", "still open", day(7) + 30 * DAY)
    assert found.case is not None and found.finding is not None and found.case.id == found.finding.case


def test_a_finding_is_told_as_it_opened_whatever_is_so_by_now() -> None:
    program, state = program_of(HELD.format(fire="changes.n >= 5", measure="top: pull_request.authors")), State.new("m")
    events = [areas(), *[merged(n, "a", n) for n in range(9)]]
    (finding,) = Engine(state, program).decide(events, day(9)).opened
    found = as_it_opened(finding, state, program.rules["held"])
    assert (found.at, found.clauses[0].values, found.held_since) == (day(7), {"changes.n": 8}, day(4))


# unknown ---------------------------------------------------------------------------------------------------------


def unknown(fire: str, *events: Event, on: str = "pull_request.opened", per: str = "pull_request") -> Unknown:
    found = told(MOMENT.format(fire=fire, on=on, per=per), "moment", "pr1", 100, areas(), *events)
    (one,) = found.unknown
    return one


def test_a_configured_field_names_its_file() -> None:
    one = unknown("pull_request.author.buddy.team.manager == pull_request.author", opened(1, "a", 1))
    assert (one.part, one.origin, one.of, one.of_type) == ("pull_request.author.buddy", "configured", "a", "person")
    assert one.how == "people.yml: `buddy` of {of}"
    known = people(PersonSettings(id="a", buddy="b"))
    further = unknown("pull_request.author.buddy.manager == pull_request.author", known, opened(1, "a", 1))
    assert (further.part, further.of) == ("pull_request.author.buddy.manager", "b")


def test_a_field_of_an_area_names_areas_yml_also_for_a_lasting_state() -> None:
    (one,) = held("area.manager == area.carrier").unknown
    assert (one.part, one.how, one.of) == ("area.manager", "areas.yml: `manager` of {of}", "api")


def test_a_payload_that_said_nothing_names_who_could_say_it() -> None:
    said_nothing = opened(1, "a", 1)
    assert said_nothing.pull_request is not None
    silent = replace(said_nothing, pull_request=replace(said_nothing.pull_request, draft=None))
    one = unknown("pull_request.draft", silent)
    assert (one.origin, one.why) == ("payload", "no event said it") and "github" in one.how


def test_a_fact_that_nothing_was_seen_of_says_what_to_connect() -> None:
    one = unknown("pull_request.top_reviewer == pull_request.author", opened(1, "a", 1))
    assert (one.origin, "connect github" in one.how) == ("folded", True)


def test_a_field_that_a_second_look_gives_says_where() -> None:
    rules = """
  moment:
    title: t
    on: pull_request.opened
    per: pull_request
    fire: size(pull_request.authors) > 1
    do: [{nudge: pull_request.author, template: t}]
"""
    program, state, trace = program_of(rules), State.new("main"), Trace("moment", ("p#1",))
    opened = PullRequest(id="p#1", author="ada")
    event = Event(id="o", kind="pull_request.opened", at=day(1), source="github", pull_request=opened)
    Engine(state, program, trace).decide([areas(), event], day(2))
    found = explain(state, program, "moment", ("p#1",), day(2), trace).unknown
    assert [(one.part, one.origin) for one in found] == [("pull_request.authors", "enriched")]
    assert "github" in found[0].how


def test_what_closed_long_ago_is_gone_and_says_how_to_ask_for_it() -> None:
    late = review(1, "b", "a", 90)
    one = unknown("pull_request.rounds > 1", opened(1, "a", 1), merged(1, "a", 2), late, on="review.submitted")
    assert (one.origin, one.how) == ("gone", "ask for a time before: `--at DATE`")


def test_a_top_that_is_another_person_says_the_same_whoever_objected() -> None:
    rules = HELD.format(fire="changes.top.value == area.carrier", measure="top: pull_request.authors")
    found = told(rules, "held", "api", 10, areas(), *[merged(n, OTHER, n) for n in range(3)])
    assert (found.unknown[0].name, found.unknown[0].why) == ("changes.top.value", OTHER_ON_TOP)
    assert "policy" in OTHER_ON_TOP


def test_an_experience_an_actor_and_a_count_looked_up_under_no_key_say_so() -> None:
    rules = """
  moment:
    title: t
    on: pull_request.opened
    each: {area: event.areas}
    per: [area, pull_request.author]
    count:
      theirs: {on: pull_request.merged, each: {area: event.areas}, for: 90d, of: [area, pull_request.top_reviewer]}
    fire: [theirs.n >= 1, 'experience(pull_request.top_reviewer, area) > 1', actor == pull_request.author]
    do: [{nudge: pull_request.author, template: t}]
"""
    program, state, trace = program_of(rules), State.new("main"), Trace("moment", ("api", "a"))
    Engine(state, program, trace).decide([areas(), replace(opened(1, "a", 1), actor=None)], day(2))
    found = explain(state, program, "moment", ("api", "a"), day(2), trace).unknown
    assert [(one.origin, one.why) for one in found] == [
        ("count", "the other key that its `of` looks up is not known"),
        ("call", "the person or the area in it is not known"),
        ("payload", "the event does not name it"),
    ]


def test_every_field_of_a_second_look_names_its_source() -> None:
    enriched = {
        (name, field) for name, fields in ENTITIES.items() for field, one in fields.items() if one.origin == "enriched"
    }
    assert enriched == set(SECOND_LOOK)


def test_a_second_that_nobody_is_and_a_top_of_nothing_said_are_not_policy() -> None:
    rules = HELD.format(fire="changes.second.value == area.carrier", measure="top: pull_request.authors")
    found = told(rules, "held", "api", 10, areas(), *[merged(n, "a", n) for n in range(3)]).unknown
    assert found[0].why == "what was counted says no such value"


def test_a_measure_of_nothing_is_unknown_because_nothing_is_counted() -> None:
    measure = "when: pull_request.additions > 9, percentile: {of: pull_request.files, rank: 50}"
    (nothing,) = held("changes.percentile > 1", measure).unknown
    assert (nothing.origin, nothing.why) == ("count", "nothing is counted, so there is no such value")
