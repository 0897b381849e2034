"""Facts through decide(), state through its codec, and the parts of a finding."""

import pytest
from engine_kit import (
    START,
    areas,
    day,
    fold,
    merged,
    opened,
    people,
    program_of,
    reasons,
    review,
    rules_of,
    run,
    said,
)  # fmt: skip

from rules.engine import codec
from rules.engine.compile import compile_rules
from rules.engine.decide import Engine, decide
from rules.engine.facts import areas as area_facts
from rules.engine.facts.registry import READS
from rules.engine.state import State
from rules.model import entities as e
from rules.model.areas import AreaMap, AreaSettings
from rules.model.events import Event, order_key
from rules.model.people import PersonSettings, TeamSettings
from rules.model.times import DAY
from worker.rulebook import load

K1 = """
  k1:
    title: t
    on: pull_request.merged
    each: {area: event.areas}
    per: area
    with: {least: 3}
    count: {changes: {for: 180d, top: pull_request.authors}}
    fire: [changes.n >= least, area.carriers == 1]
    hold: 0d
    do: [{task: area.manager, template: t, suggest: pair, recheck: 90d}]
"""


def read(state: State, entity: str, field: str, id_: str, when: float) -> object:
    return READS[entity, field](state.facts, id_, day(when))


def test_rounds_reviewers_and_comments_of_a_pull_request() -> None:
    program = program_of(K1)
    state, _ = run(
        program,
        opened(1, "a", 0),
        review(1, "b", "a", 1, state="changes_requested", comments=3),
        review(1, "b", "a", 1.1, tag="2", state="changes_requested", comments=1),
        Event(id="u", kind="pull_request.updated", at=day(2), source="github", pull_request=e.PullRequest(id="pr1")),
        review(1, "c", "a", 3, state="changes_requested"),
        review(1, "a", "a", 3, state="commented"),
        Event(
            id="c",
            kind="comment.created",
            at=day(4),
            source="github",
            comment=e.Comment(id="c", author="c"),
            pull_request=e.PullRequest(id="pr1"),
        ),
    )
    assert read(state, "pull_request", "rounds", "pr1", 5) == 2
    assert read(state, "pull_request", "reviewers", "pr1", 5) == ("b", "c")
    assert read(state, "pull_request", "top_reviewer", "pr1", 5) == "b"
    assert read(state, "pull_request", "human_comments", "pr1", 5) == 5


def test_facts_of_a_closed_pull_request_are_unknown_after_sixty_days_never_zero() -> None:
    state, _ = run(program_of(K1), review(1, "b", "a", 0), merged(1, "a", 1), merged(2, "x", 62))
    assert read(state, "pull_request", "reviewers", "pr1", 62) is None
    assert read(state, "pull_request", "rounds", "pr1", 62) is None
    again, _ = run(program_of(K1), merged(1, "a", 1), merged(2, "x", 62), review(1, "b", "a", 63))
    assert read(again, "pull_request", "rounds", "pr1", 63) is None
    assert read(again, "pull_request", "author", "pr1", 63) == "a"


def test_issue_facts_count_working_days_and_contributors() -> None:
    def issue(kind: str, when: float, **more: object) -> Event:
        return Event(id=kind + str(when), kind=kind, at=day(when), source="jira", issue=e.Issue(id="I", **more))  # type: ignore[arg-type]

    state, _ = run(
        program_of(K1),
        issue("issue.started", 0, assignee="a"),
        issue("issue.assigned", 1, assignee="b"),
        issue("issue.done", 7),
    )
    assert read(state, "issue", "cycle_days", "I", 8) == 5
    assert read(state, "issue", "contributors", "I", 8) == ("a", "b")
    assert read(state, "issue", "days_in_progress", "I", 9) == 7


def test_presence_follows_the_roster_and_never_silence() -> None:
    left = Event(id="left", kind="person.left", at=day(4), source="roster", person=e.Person(id="a"))
    state, _ = run(
        program_of(K1), areas(), *[merged(n, "a", n) for n in range(3)], left, merged(8, "b", 5), merged(9, "b", 6)
    )
    assert area_facts.carriers_of(state.facts, "api", day(3)).people == ("b",)
    assert read(state, "area", "past_authors", "api", 7) == 2
    assert read(state, "area", "present_authors", "api", 7) == 1


def test_ten_people_with_ten_percent_each_cover_an_area() -> None:
    events = [merged(10 * n + k, f"p{n}", n + k / 10) for n in range(10) for k in range(2)]
    state, _ = run(program_of(K1), areas(), *events)
    assert read(state, "area", "carriers", "api", 11) == 10


def test_many_reviews_and_one_change_make_a_carrier() -> None:
    reviews = [review(n, "b", "a", n / 10) for n in range(5)]
    state, _ = run(
        program_of(K1), areas(), *[merged(n, "a", n / 10 + 0.05) for n in range(20)], *reviews, merged(99, "b", 3)
    )
    assert area_facts.carriers_of(state.facts, "api", day(4)).people == ("a", "b")


def test_recipients_fall_back_to_the_team_and_then_to_the_default_manager() -> None:
    roster = people(
        PersonSettings(id="a", team="core"), teams=(TeamSettings(id="core", manager="boss"),), default_manager="last"
    )
    found = fold(program_of(K1), areas(), roster, *[merged(n, "a", n) for n in range(3)])
    assert found.opened[0].actions[0].to == ("last",)
    assert found.opened[0].actions[0].via == "default_manager"


def test_a_finding_stores_what_made_it_true() -> None:
    found = fold(program_of(K1), areas(), *[merged(n, "a", n) for n in range(3)]).opened[0]
    assert found.evidence.counts[0].events == ("m0", "m1", "m2")
    assert found.evidence.counts[0].measures["top.value"] == "a"
    assert [(clause.text, clause.held) for clause in found.evidence.clauses] == [
        ("changes.n >= least", True),
        ("area.carriers == 1", True),
    ]
    assert found.person == "a"


def test_confidence_is_low_on_short_history_and_high_on_twice_the_volume_with_reviews() -> None:
    short = fold(program_of(K1), areas(), *[merged(n, "a", n) for n in range(3)]).opened[0]
    assert short.confidence == "low"
    early = merged(50, "z", -200, "old/x")
    long = fold(
        program_of(K1.replace("hold: 0d", "hold: 30d")),
        areas(day(-300)),
        early,
        review(90, "q", "z", -1),
        *[merged(n, "a", n) for n in range(8)],
        until=60,
    )
    assert long.opened[0].confidence == "high"


def test_findings_of_one_area_become_one_case_and_one_task() -> None:
    rules = K1 + K1.replace("k1:", "k2:").replace("hold: 0d", "hold: 1d")
    state, found = run(
        program_of(rules),
        areas(day(-300)),
        merged(50, "z", -200, "old/x"),
        *[merged(n, "a", n) for n in range(6)],
        until=10,
    )
    assert {one.case for one in found.opened} == {state.cases["area:api"].id}
    assert [one.actions[0].joins for one in found.opened] == [False, True]
    assert len({one.actions[0].key for one in found.opened}) == 1


def test_a_single_finding_of_low_confidence_waits_for_a_second_signal() -> None:
    state, found = run(program_of(K1), areas(), *[merged(n, "a", n) for n in range(3)])
    assert state.cases["area:api"].status == "waiting"
    assert found.opened[0].actions[0].joins


def test_a_case_closes_with_its_last_held_finding_and_a_no_silences_it() -> None:
    program = program_of(K1)
    base = [areas(), *[merged(n, "a", n) for n in range(3)]]
    state, _ = run(program, *base, merged(8, "b", 4), merged(9, "b", 5))
    assert state.cases["area:api"].status == "closed"
    task = e.Task(id="T", rule="k1", owner="boss", area="api")
    answered = [
        Event(id="t1", kind="task.opened", at=day(3), source="engine", task=task),
        Event(id="t2", kind="task.answered", at=day(4), source="answers", task=e.Task(id="T", area="api", answer="no")),
    ]
    _, found = run(
        program,
        *base,
        *answered,
        merged(8, "b", 5),
        merged(9, "b", 6),
        *[merged(100 + n, "a", 30 + n) for n in range(20)],
    )
    assert len(found.opened) == 1


def test_finding_opened_reaches_rules_that_listen_right_after_its_cause() -> None:
    rules = (
        K1
        + """
  follow:
    title: t
    on: finding.opened
    when: [finding.rule == "k1", '"k1" in finding.area.open_findings']
    per: finding.area
    do: [{nudge: finding.person, template: t}]
"""
    )
    found = fold(program_of(rules), areas(), *[merged(n, "a", n) for n in range(3)])
    assert said(found) == [("k1", ("api",), 2), ("follow", ("api",), 2)]


def test_guards_name_their_reason() -> None:
    events = [areas(), *[merged(n, "a", n) for n in range(3)]]
    assert reasons(fold(program_of(K1, "guards: {}"), *events)) == ["history too short"]
    assert reasons(fold(program_of(K1, "guards: {warm_up: false}"), *events)) == ["area young"]
    assert reasons(fold(program_of(K1, "guards: {warm_up: false, new_area: false}"), *events)) == [
        "fewer than 3 active people"
    ]


def test_only_and_except_say_where_a_rule_applies() -> None:
    events = [areas(), *[merged(n, "a", n) for n in range(3)]]
    assert said(fold(program_of(K1 + "    except: {areas: [api]}\n"), *events)) == []
    assert len(said(fold(program_of(K1 + "    only: {areas: [api]}\n"), *events))) == 1


SCOPED = """
  asked:
    title: t
    on: [pull_request.merged, review.submitted]
    per: pull_request
    do: [{digest: pull_request.author, template: t}]
"""


def scoped(setting: str, *events: Event) -> list[str]:
    """Pull requests that a rule about pull requests speaks of."""
    found = fold(program_of(SCOPED + f"    {setting}\n"), areas(), *events)
    return [key[0] for _, key, _ in said(found)]


def test_a_rule_about_something_without_an_area_applies_where_its_event_is() -> None:
    events = [merged(1, "a", 1, "docs/x.md"), merged(2, "a", 2, "docs/x.md", "api/a.py"), merged(3, "a", 3)]
    assert scoped("except: {areas: [docs]}", *events) == ["pr2", "pr3"]
    assert scoped("only: {areas: [docs]}", *events) == ["pr1", "pr2"]


def test_teams_are_those_of_who_did_it() -> None:
    teams = people(PersonSettings(id="a", team="core"), PersonSettings(id="b", team="edge"))
    events = [teams, merged(1, "a", 1), merged(2, "b", 2)]
    assert scoped("only: {teams: [edge]}", *events) == ["pr2"]
    assert scoped("except: {teams: [edge]}", *events) == ["pr1"]


def test_labels_are_those_a_change_has_by_now() -> None:
    """A review's event says none of them."""
    events = [opened(1, "a", 1, labels=("spike",)), review(1, "b", "a", 2), opened(2, "a", 1), review(2, "b", "a", 2)]
    assert scoped("except: {labels: [spike]}", *events) == ["pr2"]


def test_an_action_item_is_about_the_areas_of_its_own_service_too() -> None:
    """Its event names the postmortem, whose services were said before."""
    rules = program_of("""
  promised:
    title: t
    on: action_item.found
    each: {area: event.areas}
    per: [postmortem, area]
    do: [{digest: area.manager, template: t}]
""")
    whole = AreaMap(areas=(AreaSettings(id="api", services=("login",)), AreaSettings(id="web", services=("pay",))))
    told = e.Postmortem(id="pm", services=("login",))
    events = [
        Event(id="areas", kind="areas.changed", at=day(0), source="configuration", area_map=whole),
        Event(id="pm", kind="postmortem.published", at=day(1), source="postmortems", postmortem=told),
        Event(
            id="ai", kind="action_item.found", at=day(2), source="postmortems", postmortem=e.Postmortem(id="pm"),
            action_item=e.ActionItem(id="ai", postmortem="pm", service="pay"),
        ),
    ]  # fmt: skip
    assert [key for _, key, _ in said(fold(rules, *events))] == [("pm", "api"), ("pm", "web")]


def test_events_out_of_order_are_refused() -> None:
    with pytest.raises(ValueError, match="not after the newest"):
        decide([merged(2, "a", 2), merged(1, "a", 1)], State.new("main"), program_of(K1))


def test_state_is_equal_after_encode_and_decode_at_every_point() -> None:
    program = compile_rules(load()[0])
    events = sorted(
        [areas(), *[merged(n, f"p{n % 3}", n / 3, f"area{n % 4}/x") for n in range(60)], *[review(n, "r", f"p{n % 3}", n / 3) for n in range(60)],
         *[review(n, "z", f"p{n % 3}", n / 3 - 0.05) for n in range(60)],  # another order than that of their ids
         *[opened(100 + n, "new", n) for n in range(20)]],
        key=order_key,
    )  # fmt: skip
    state, straight = State.new("main"), State.new("main")
    engine = Engine(straight, program)
    for event in events:
        state = codec.decode(codec.encode(state), program)
        one, other = decide([event], state, program), engine.decide([event])
        assert (one.opened, one.resolved, one.suppressed) == (other.opened, other.resolved, other.suppressed)
        assert codec.digest(state) == codec.digest(straight)


def test_damaged_or_foreign_state_is_refused() -> None:
    program = program_of(K1)
    with pytest.raises(ValueError, match="truncated|type"):
        codec.decode(codec.encode(State.new("main"))[:-3], program)


def test_a_rule_that_is_off_is_not_run() -> None:
    assert compile_rules(rules_of(K1 + "    mode: off\n")).rules == {}


def test_redelivery_in_the_same_order_gives_the_same_digest() -> None:
    events = [areas(), *[merged(n, "a", n) for n in range(5)]]
    first, _ = run(program_of(K1), *events, until=30)
    second, _ = run(program_of(K1), *events, until=30)
    assert codec.digest(first) == codec.digest(second)


def test_quiet_days_pass_only_when_time_is_told() -> None:
    state, found = run(program_of(K1.replace("hold: 0d", "hold: 7d")), areas(), *[merged(n, "a", n) for n in range(3)])
    assert found.opened == []
    later = Engine(state, program_of(K1.replace("hold: 0d", "hold: 7d"))).decide((), START + 10 * DAY)
    assert said(later) == [("k1", ("api",), 9)]
