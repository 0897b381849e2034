"""Cases as answers change them, tasks re-checked, the order among cases, and timers of a state that was loaded."""

from engine_kit import START, areas, day, fold, merged, people, program_of, run, said

from rules.engine import codec
from rules.engine.cases import consequence
from rules.engine.decide import Engine
from rules.model import entities as e
from rules.model.areas import AreaMap, AreaSettings
from rules.model.events import Event
from rules.model.times import DAY, Instant

MOMENT = """
  seen:
    title: t
    on: pull_request.merged
    each: {area: event.areas}
    per: area
    do: [{task: area.manager, template: t}]
"""
STATE = MOMENT.replace("do:", "count: {changes: {for: 30d}}\n    fire: changes.n >= 2\n    hold: 0d\n    do:")
RECHECK = """
  checked:
    title: t
    on: task.recheck_due
    when: task.answer == "yes"
    per: task
    do: [{nudge: task.owner, template: t}]
"""


def task(kind: str, when: float, **more: object) -> Event:
    given = e.Task(id="T", area="api", **more)  # type: ignore[arg-type]
    return Event(id=f"{kind} {when}", kind=kind, at=day(when), source="engine", task=given)


def test_known_until_a_date_is_silent_until_then() -> None:
    until: Instant = day(100)
    found = fold(
        program_of(STATE), areas(), merged(1, "a", 0), merged(2, "a", 1), task("task.opened", 2),
        task("task.answered", 3, answer="known", until=until), merged(3, "a", 40), merged(4, "a", 41),
        merged(5, "a", 101), merged(6, "a", 102),
    )  # fmt: skip
    assert said(found) == [("seen", ("api",), 1.0), ("seen", ("api",), 102.0)]
    assert "silenced by an answer" in {one.reason for one in found.suppressed}


def test_done_closes_the_case_and_the_next_finding_opens_another() -> None:
    program = program_of(MOMENT + "    cooldown: 1d\n")
    state, found = run(
        program, areas(), merged(1, "a", 0), task("task.opened", 1), task("task.answered", 5, answer="done"),
        merged(2, "a", 6),
    )  # fmt: skip
    assert len({one.case for one in found.opened}) == 2
    assert [one.resolved_at for one in found.resolved] == [day(5)]
    assert state.cases["area:api"].status in ("open", "waiting")


def test_an_open_task_keeps_its_rule_silent_and_a_second_rule_joins() -> None:
    guards = "guards: {small: false, new_area: false, warm_up: false, open_task: true}"
    program = program_of(MOMENT + MOMENT.replace("seen:", "other:").replace("merged", "closed"), guards)
    closed = Event(
        id="c", kind="pull_request.closed", at=day(3), source="x", paths=("api/a",), pull_request=e.PullRequest(id="p")
    )
    found = fold(program, areas(), merged(1, "a", 0), task("task.opened", 1), merged(2, "a", 2), closed)
    assert said(found) == [("seen", ("api",), 0.0), ("other", ("api",), 3.0)]
    assert [one.reason for one in found.suppressed] == ["task open"]


def test_a_task_is_checked_again_at_its_time_and_not_after_a_no() -> None:
    base = [areas(), task("task.opened", 0, owner="boss", recheck_at=day(10))]
    yes = fold(program_of(RECHECK), *base, task("task.answered", 1, answer="yes"), until=20)
    assert said(yes) == [("checked", ("T",), 10.0)]
    no = fold(program_of(RECHECK), *base, task("task.answered", 1, answer="no"), until=20)
    assert said(no) == []


def test_a_case_of_moments_ends_after_ninety_days() -> None:
    found = fold(program_of(MOMENT), areas(), merged(1, "a", 0), until=91)
    assert [one.resolved_at for one in found.resolved] == [day(90)]


def test_a_loaded_state_goes_on_with_every_timer_it_implies() -> None:
    rules = MOMENT + RECHECK + """
  waits:
    title: t
    on: pull_request.merged
    per: pull_request
    after: 5d
    do: [{nudge: pull_request.author, template: t}]
  holds:
    title: t
    on: pull_request.merged
    each: {area: event.areas}
    per: area
    fire: area.carriers == 0
    hold: 7d
    do: [{nudge: area.manager, template: t}]
"""  # fmt: skip
    program = program_of(rules)
    first = [
        areas(),
        people(default_manager="boss"),
        task("task.opened", 0, owner="boss", recheck_at=day(10)),
        task("task.answered", 1, answer="yes"),
        merged(1, "a", 2),
    ]
    straight, whole = run(program, *first, until=100)
    loaded = codec.decode(codec.encode(run(program, *first)[0]), program)
    rest = Engine(loaded, program).decide([], day(100))
    assert [one for one in said(whole) if one[2] > 2] == said(rest)
    assert {one[0] for one in said(rest)} == {"checked", "waits", "holds"}
    assert codec.digest(straight) == codec.digest(loaded)


def test_cases_are_ordered_by_what_would_follow_never_by_age() -> None:
    area_map = AreaMap(areas=(AreaSettings(id="web", paths=("web/",), tier=1), AreaSettings(id="api", paths=("api/",))))
    mapped = Event(id="areas", kind="areas.changed", at=START - DAY, source="x", area_map=area_map)
    base = [
        mapped,
        *[merged(n, "a", n, "api/x") for n in range(2)],
        *[merged(9 + n, "b", n, "web/x") for n in range(2)],
    ]
    change = e.Change(id="c", person="a", type="leave", starts_at=day(10), working_days=5)
    leave = Event(id="l", kind="person.change_announced", at=day(3), source="hr", change=change)

    def order(*more: Event) -> list[str]:
        state, _ = run(program_of(MOMENT), *base, *more)
        found = sorted(state.cases.values(), key=lambda case: consequence(state.facts, case, day(4)))
        return [case.subject for case in found]

    assert order() == ["area:web", "area:api"]
    assert order(leave) == ["area:api", "area:web"]
