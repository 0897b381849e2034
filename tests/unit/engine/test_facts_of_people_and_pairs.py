"""Facts of people, pairs, tasks and services as rules read them, and events that leave out what they should say."""

import pytest
from engine_kit import START, areas, day, fold, merged, people, program_of, reasons, review, rules_of, run, said

from rules.engine import codec
from rules.engine.compile import compile_rules
from rules.engine.decide import decide
from rules.engine.facts.registry import READS
from rules.engine.state import State
from rules.model import entities as e
from rules.model.areas import AreaMap, AreaSettings, ServiceSettings
from rules.model.events import KINDS, Event
from rules.model.people import ONE_TEAM, PersonSettings, TeamSettings
from rules.model.times import DAY

RULE = """
  any:
    title: t
    on: pull_request.merged
    per: pull_request
    do: [{nudge: pull_request.author, template: t}]
"""
PAIR = e.Pair(id="P", mentor="a", mentee="b", area="api", mentor_topics=("tests",))


def event(kind: str, when: float, **more: object) -> Event:
    return Event(id=f"{kind} {when}", kind=kind, at=day(when), source="x", **more)  # type: ignore[arg-type]


def after(*events: Event) -> State:
    return run(program_of(RULE), *events)[0]


def read(state: State, name: str, id_: str, when: float) -> object:
    entity, field = name.split(".")
    return READS[entity, field](state.facts, id_, day(when))


@pytest.mark.parametrize("kind", sorted(KINDS))
def test_an_event_without_its_entities_breaks_nothing(kind: str) -> None:
    """A connector of tomorrow may leave out what ours say; facts must stand, and the state must go through its codec."""
    program = compile_rules(rules_of(RULE))
    state, decision = run(program, areas(), event(kind, 0), merged(1, "a", 1))
    assert said(decision)[-1] == ("any", ("pr1",), 1.0)
    assert codec.digest(codec.decode(codec.encode(state), program)) == codec.digest(state)


def test_a_pair_is_known_to_both_and_to_its_area_until_it_closes() -> None:
    started = after(event("pair.started", 0, pair=PAIR))
    assert read(started, "person.pairs", "a", 1) == ("P",)
    assert read(started, "person.partners", "b", 1) == ("a",)
    assert read(started, "person.mentor", "b", 1) == "a" and read(started, "person.mentor", "a", 1) is None
    assert read(started, "area.pairs", "api", 1) == ("P",)
    assert read(started, "pair.people", "P", 1) == ("a", "b") and read(started, "pair.people", "Q", 1) is None
    assert read(started, "pair.days", "P", 10) == 10 and read(started, "pair.started_at", "P", 10) == START
    assert read(started, "pair.mentor_topics", "P", 1) == ("tests",)
    closed = after(event("pair.started", 0, pair=PAIR), event("pair.closed", 5, pair=e.Pair(id="P")))
    assert read(closed, "person.pairs", "a", 6) == () and read(closed, "area.pairs", "api", 6) == ()
    gone = after(event("pair.started", 0, pair=PAIR), event("pair.closed", 5, pair=e.Pair(id="P")), merged(1, "z", 70))
    assert read(gone, "pair.days", "P", 70) is None and read(gone, "pair.started_at", "P", 70) is None


def test_a_pair_that_starts_again_is_not_forgotten() -> None:
    state = after(
        event("pair.started", 0, pair=PAIR),
        event("pair.closed", 5, pair=e.Pair(id="P")),
        event("pair.started", 20, pair=PAIR),
        merged(1, "z", 90),
    )
    assert read(state, "pair.days", "P", 90) == 70


def test_what_a_source_says_of_a_life_before_is_taken_where_it_is_more() -> None:
    told = e.Person(id="a", merged_before=40, reviewed_before=1, team="core")
    state = after(
        people(teams=(TeamSettings(id="core", manager="boss"),)), review(1, "a", "b", 0), review(2, "a", "b", 1),
        event("person.enriched", 2, person=told), merged(1, "a", 3),
    )  # fmt: skip
    assert read(state, "person.merged_before", "a", 4) == 41
    assert read(state, "person.reviewed_before", "a", 4) == 2
    assert read(state, "person.team", "a", 4) == "core" and read(state, "person.manager", "a", 4) == "boss"
    assert read(state, "team.active_people", "core", 4) == 1


def test_activity_follows_a_new_roster_and_is_forgotten_after_a_quarter() -> None:
    core, edge = (people(PersonSettings(id="a", team=team), at=day(n)) for team, n in (("core", -1), ("edge", 1)))
    moved = after(core, merged(1, "a", 0), edge)
    assert read(moved, "team.active_people", "core", 2) == 0 and read(moved, "team.active_people", "edge", 2) == 1
    assert read(moved, "team.active_people", "edge", 100) == 0
    nobody = after(merged(1, "a", 0))
    assert read(nobody, "person.team", "a", 1) == ONE_TEAM
    assert read(nobody, "team.active_people", ONE_TEAM, 1) == 1


def test_a_departure_ends_presence_and_a_cancelled_one_does_not() -> None:
    leaves = e.Change(id="c", person="a", type="departure", starts_at=day(10))
    base = [areas(), *[merged(n, "a", n) for n in range(3)], event("person.change_announced", 5, change=leaves)]
    assert read(after(*base, merged(9, "z", 11, "web/x")), "area.carriers", "api", 12) == 0
    cancelled = event("person.change_cancelled", 6, change=e.Change(id="c"))
    assert read(after(*base, cancelled), "area.carriers", "api", 12) == 1
    back = event("person.started", 13, person=e.Person(id="a"))
    left = event("person.left", 12, person=e.Person(id="a"))
    assert read(after(*base, cancelled, left), "area.carriers", "api", 13) == 0
    assert read(after(*base, cancelled, left, back), "area.carriers", "api", 14) == 1


def test_a_service_is_managed_by_itself_or_by_the_area_that_names_it() -> None:
    area_map = AreaMap(
        areas=(AreaSettings(id="money", services=("pay", "bill"), manager="boss", team="core"),),
        services=(ServiceSettings(id="pay", manager="own", team="edge"),),
    )
    state = after(event("areas.changed", 0, area_map=area_map), people(teams=(TeamSettings(id="edge", manager="e"),)))
    assert read(state, "service.manager", "pay", 1) == "own" and read(state, "service.team", "pay", 1) == "edge"
    assert read(state, "service.manager", "bill", 1) == "boss" and read(state, "service.team", "bill", 1) == "core"
    assert read(state, "service.manager", "other", 1) is None and read(state, "service.team", "other", 1) is None


def test_a_task_accepted_once_keeps_its_time() -> None:
    def task(answer: str, when: float) -> Event:
        return event("task.answered", when, task=e.Task(id="T", answer=answer))

    state = after(task("later", 0), task("other", 1), task("yes", 2))
    assert read(state, "task.accepted_at", "T", 3) == day(1)
    assert read(state, "task.accepted_at", "U", 3) is None


def test_what_an_earlier_event_said_of_a_pull_request_holds_for_the_next() -> None:
    """GitHub's review events name no paths, and a merge event may name no author."""
    rule = """
  area:
    title: t
    on: review.submitted
    each: {area: event.areas, who: event.credited}
    per: [area, who]
    do: [{nudge: who, template: t}]
"""
    change = e.PullRequest(id="pr", author="a")
    opened = event("pull_request.opened", 0, paths=("web/x.py",), pull_request=change)
    seen = event(
        "review.submitted",
        1,
        pull_request=e.PullRequest(id="pr"),
        review=e.Review(id="r", author="b", state="approved"),
    )
    assert said(fold(program_of(rule), areas(), opened, seen)) == [("area", ("web", "b"), 1.0)]


def test_bots_count_for_nothing_human() -> None:
    bots = people(PersonSettings(id="bot", bot=True))
    comment = event("comment.created", 2, comment=e.Comment(id="c", author="bot"), pull_request=e.PullRequest(id="pr1"))
    state = after(bots, review(1, "bot", "a", 1, state="changes_requested", comments=9), comment)
    assert read(state, "pull_request.human_comments", "pr1", 3) == 0
    assert read(state, "pull_request.rounds", "pr1", 3) == 0 and read(state, "pull_request.reviewers", "pr1", 3) == ()


def test_an_archived_area_and_a_warming_workspace_say_so() -> None:
    guards = "guards: {small: false, new_area: false, warm_up: true, open_task: false}"
    rule = RULE.replace("per: pull_request", "each: {area: event.areas}\n    per: area")
    archived = event(
        "areas.changed", -1, area_map=AreaMap(areas=(AreaSettings(id="api", paths=("api/",), archived=True),))
    )
    assert reasons(fold(program_of(rule, guards), archived, merged(1, "a", 0))) == ["area archived"]
    program, state = program_of(rule, guards), State.new("main")
    state.live_from = START + DAY
    assert reasons(decide([areas(), merged(1, "a", 0), merged(2, "a", 2)], state, program)) == ["warming up"]
