"""The demo's events: what is real, and the scripted week around it.

Owns the script. Everything in `scripted` is invented and marked with * wherever it shows: public data has no roster,
no open pull requests, no pairs and no incidents of this system.
"""

from collections.abc import Sequence
from datetime import UTC, datetime
from importlib.resources import as_file, files

from connectors.files.source import read
from connectors.postmortems.normalise import report
from rules.model import entities as e
from rules.model.areas import AreaMap, AreaSettings
from rules.model.events import Event, order_key
from rules.model.people import Calendar, PeopleMap, PersonSettings, TeamSettings
from rules.model.times import DAY, Instant, instant
from worker.wiring.histories import WORKSPACE

AREA = "executor"
CARRIER, LEARNER, NEWCOMER, MANAGER, BUDDY = "u46", "u122", "new-colleague", "manager", "u142"
TASK, PAIR = "task-1", "pair-1"


def _at(month: int, day: int, hour: int = 9, year: int = 2021) -> Instant:
    return instant(datetime(year, month, day, hour, tzinfo=UTC))


NOW = _at(9, 29)
"""The week that is shown: tasks and nudges as of this morning."""

ANSWER = f"other: @{CARRIER} with @{LEARNER}"
PAIRED = _at(10, 18)
FILED = _at(10, 11)
"""The task is drafted, approved, and filed with the next weekly digest but one; its re-check is 90 days later."""

LATER = _at(1, 12, year=2022)
"""Three months later, after the re-check."""


def real_changes() -> list[Event]:
    with as_file(files("worker.demo") / "history.jsonl.xz") as path:
        return list(read(path, lambda account: account.id, WORKSPACE))


def real_postmortems() -> list[Event]:
    folder = files("worker.demo") / "postmortems"
    found = sorted((one for one in folder.iterdir() if one.name.endswith(".md")), key=lambda one: one.name)
    return [event for one in found for event in report(one.name, one.read_bytes(), WORKSPACE).events]


def configuration(first: Instant) -> list[Event]:
    """Areas are the top folders (real); the roster is scripted."""
    areas = AreaMap(areas=(AreaSettings(id=AREA, paths=(f"/{AREA}/",), services=(AREA,), tier=1),), fallback_depth=1)
    people = PeopleMap(
        people=(
            *(PersonSettings(id=person, team="storage") for person in (CARRIER, LEARNER, BUDDY, "u158", "u130")),
            PersonSettings(id=NEWCOMER, team="storage", buddy=BUDDY, manager=MANAGER, employee=True, writes_code=True),
        ),
        teams=(TeamSettings(id="storage", manager=MANAGER),),
        default_manager=MANAGER,
        programme_contact=MANAGER,
        calendar=Calendar(),
    )
    return [
        _event("areas.changed", "scripted:areas", first - 2, area_map=areas),
        _event("people.changed", "scripted:people", first - 1, people_map=people),
    ]


def scripted() -> list[Event]:
    change = e.PullRequest(
        id="*open-1",
        author=NEWCOMER,
        authors=(NEWCOMER,),
        draft=False,
        additions=42,
        files=2,
        mechanical=False,
    )
    pair = e.Pair(
        id=PAIR, mentor=CARRIER, mentee=LEARNER, area=AREA, goal_category="operational ownership", goal_sentences=1,
        cadence_days=14, charter_missing=(), stage="pairing", group=False,
    )  # fmt: skip
    newcomer = e.Person(id=NEWCOMER, employee=True, rehire=False, writes_code=True)
    task = e.Task(id=TASK, rule="area-single-carrier", owner=MANAGER, area=AREA)
    return [
        *_incident(1, _at(8, 30, 22)),
        *_incident(2, _at(9, 10, 3)),
        _event("person.started", "scripted:started", _at(9, 20), person=newcomer),
        _event(
            "pull_request.opened", "scripted:opened", _at(9, 27, 10), actor=NEWCOMER,
            paths=(f"{AREA}/workerthread.cc", f"{AREA}/workerthread.h"), pull_request=change,
        ),
        _event("task.opened", "scripted:task", FILED, task=_with(task, recheck_at=FILED + 90 * DAY)),
        _event("task.answered", "scripted:answer", FILED + DAY, actor=MANAGER, task=_with(task, answer="other")),
        _event("pair.started", "scripted:pair", PAIRED, pair=pair, programme=e.Programme(id="programme")),
    ]  # fmt: skip


def _incident(number: int, at: Instant) -> list[Event]:
    incident = e.Incident(id=f"*incident-{number}", services=(AREA,), service=AREA, resolver=CARRIER, test=False)
    opened = _event("incident.opened", f"scripted:incident-{number}:opened", at, incident=incident)
    resolved = _event(
        "incident.resolved",
        f"scripted:incident-{number}:resolved",
        at + DAY // 12,
        actor=CARRIER,
        incident=incident,
    )
    return [opened, resolved]


def _event(kind: str, id_: str, at: Instant, actor: str | None = None, **what: object) -> Event:
    return Event(id=id_, kind=kind, at=at, source="scripted", workspace=WORKSPACE, actor=actor, **what)  # type: ignore[arg-type]  # entity slots by name


def _with(task: e.Task, recheck_at: Instant | None = None, answer: str | None = None) -> e.Task:
    return e.Task(id=task.id, rule=task.rule, owner=task.owner, area=task.area, answer=answer, recheck_at=recheck_at)


def in_order(*parts: Sequence[Event]) -> list[Event]:
    return sorted((event for part in parts for event in part), key=order_key)
