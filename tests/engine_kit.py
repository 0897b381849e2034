"""Small words for tests of the engine: events by hand, rules as YAML, one call to decide."""

from datetime import UTC, datetime

from rules.engine.compile import compile_rules
from rules.engine.decide import Engine
from rules.engine.plans import Program
from rules.engine.state import State
from rules.language.load import Source, load_rules
from rules.language.rule import Rule
from rules.model import entities as e
from rules.model.areas import AreaMap
from rules.model.events import Event, order_key
from rules.model.findings import Decision
from rules.model.people import PeopleMap, PersonSettings
from rules.model.times import DAY, Instant, instant

QUIET_GUARDS = "guards: {small: false, new_area: false, warm_up: false, open_task: false}"
START = instant(datetime(2025, 1, 6, 10, tzinfo=UTC))  # a Monday


def day(n: float) -> Instant:
    """`n` days after the start."""
    return START + round(n * DAY)


def rules_of(text: str, guards: str = QUIET_GUARDS) -> tuple[Rule, ...]:
    loaded = load_rules([Source("test.yml", f"defaults: {{mode: live, {guards}}}\nrules:\n" + text)])
    assert not loaded.problems, "\n".join(map(str, loaded.problems))
    return loaded.rules


def program_of(text: str, guards: str = QUIET_GUARDS) -> Program:
    return compile_rules(rules_of(text, guards))


def areas(at: Instant = START - DAY, depth: int = 1) -> Event:
    return Event(
        id="areas", kind="areas.changed", at=at, source="configuration", area_map=AreaMap(fallback_depth=depth)
    )


def people(*settings: PersonSettings, at: Instant = START - DAY, **more: object) -> Event:
    people_map = PeopleMap(people=settings, **more)  # type: ignore[arg-type]
    return Event(id=f"people{at}", kind="people.changed", at=at, source="configuration", people_map=people_map)


def merged(n: int, author: str, when: float, *paths: str, **more: object) -> Event:
    change = e.PullRequest(id=f"pr{n}", author=author, authors=(author,), **more)  # type: ignore[arg-type]
    return Event(
        id=f"m{n}", kind="pull_request.merged", at=day(when), source="git", actor=author,
        paths=paths or ("api/a.py",), pull_request=change,
    )  # fmt: skip


def opened(n: int, author: str, when: float, *paths: str, **more: object) -> Event:
    change = e.PullRequest(id=f"pr{n}", author=author, authors=(author,), draft=False, **more)  # type: ignore[arg-type]
    return Event(
        id=f"o{n}", kind="pull_request.opened", at=day(when), source="github", actor=author,
        paths=paths or ("api/a.py",), pull_request=change,
    )  # fmt: skip


def review(n: int, reviewer: str, author: str, when: float, tag: str = "", **more: object) -> Event:
    given = {"state": "approved", "substantive": True, **more}
    return Event(
        id=f"r{n}{reviewer}{tag}", kind="review.submitted", at=day(when), source="github", actor=reviewer,
        paths=("api/a.py",), pull_request=e.PullRequest(id=f"pr{n}", author=author),
        review=e.Review(id=f"r{n}{reviewer}{tag}", author=reviewer, **given),  # type: ignore[arg-type]
    )  # fmt: skip


def fold(program: Program, *events: Event, until: float | None = None) -> Decision:
    """Decides the events in order, and everything due before `until` days."""
    return run(program, *events, until=until)[1]


def run(program: Program, *events: Event, until: float | None = None) -> tuple[State, Decision]:
    state = State.new("main")
    decision = Engine(state, program).decide(sorted(events, key=order_key), None if until is None else day(until))
    return state, decision


def said(decision: Decision) -> list[tuple[str, tuple[str, ...], float]]:
    """(rule, key, days after the start) of what opened."""
    return [(one.rule, one.key, round((one.opened_at - START) / DAY, 3)) for one in decision.opened]


def reasons(decision: Decision) -> list[str]:
    return [one.reason for one in decision.suppressed]
