"""Small histories made by chance: few people, few areas, many equal times, bursts and gaps.

Owns the events. Times lie on a grid of hours, so that windows, waits and holds meet their limits exactly.
"""

import random
from collections.abc import Callable

from engine_kit import START, day
from oracle.random_answers import action_item, answer, nudge, ownership, responded, task, thread
from oracle.random_story import AREAS, COMPONENTS, LABELS, PEOPLE, REPOSITORIES, SERVICES, TOPICS, TYPES, Story

from rules.model import entities as e
from rules.model.areas import AreaMap, AreaSettings, ServiceSettings
from rules.model.events import Event
from rules.model.people import Calendar, PeopleMap, PersonSettings, TeamSettings
from rules.model.times import DAY, HOUR, Instant


def _paths(story: Story) -> tuple[str, ...] | None:
    if story.maybe(0.1):
        return None
    folders = story.chance.choices(AREAS, (5, 2, 1), k=story.chance.choice((1, 1, 1, 2)))
    files = ("a.py", "b.py", "docs/use.md", "deep/c.py")
    return tuple(f"{folder}/{story.chance.choice(files)}" for folder in folders)


def _pull(story: Story, id_: str, author: str | None) -> e.PullRequest:
    authors = None
    if author is not None and story.maybe(0.8):
        authors = tuple(dict.fromkeys((author, story.person()))) if story.maybe(0.2) else (author,)
    return e.PullRequest(
        id=id_,
        author=author,
        authors=authors,
        draft=story.chance.choice((None, False, True)),
        additions=story.chance.choice((None, 5, 50)),
        files=story.chance.choice((None, None, 2, 3, 3, 70)) if story.maybe(0.3) else None,
        labels=story.some(LABELS) if story.maybe(0.4) else None,
        mechanical=story.chance.choice((True, False)) if story.maybe(0.12) else None,
        decision=True if story.maybe(0.1) else None,
    )


def merged(story: Story) -> Event:
    under_way = story.pulls and story.maybe(0.5)
    id_ = story.pulls.pop(story.chance.randrange(len(story.pulls))) if under_way else f"pr{story.number()}"
    author = None if under_way and story.maybe(0.5) else story.person()
    if under_way and author is not None:
        author = None  # its author was said when it was opened
    return story.event(
        "pull_request.merged", actor=story.person(), paths=_paths(story), pull_request=_pull(story, id_, author)
    )


def opened(story: Story) -> Event:
    id_, author = f"pr{story.number()}", story.person()
    story.pulls.append(id_)
    return story.event("pull_request.opened", actor=author, paths=_paths(story), pull_request=_pull(story, id_, author))


def _on_a_pull(story: Story) -> str | None:
    return story.chance.choice(story.pulls) if story.pulls else None


def updated(story: Story) -> Event | None:
    id_ = _on_a_pull(story)
    return (id_ and story.event("pull_request.updated", pull_request=_pull(story, id_, None))) or None


def closed(story: Story) -> Event | None:
    id_ = _on_a_pull(story)
    return (id_ and story.event("pull_request.closed", pull_request=e.PullRequest(id=id_))) or None


def review(story: Story) -> Event:
    id_, n, by = _on_a_pull(story) or f"pr{story.number()}", story.number(), story.person()
    said = e.Review(
        id=f"rv{n}", author=by, state=story.chance.choice(("approved", "changes_requested", "commented")),
        substantive=story.chance.choice((True, True, False, None)), comments=story.chance.choice((None, 0, 2)),
        topics=story.some(TOPICS),
    )  # fmt: skip
    paths = _paths(story) if story.maybe(0.3) else None
    return story.event("review.submitted", actor=by, paths=paths, review=said, pull_request=e.PullRequest(id=id_))


def comment(story: Story) -> Event | None:
    id_, by = _on_a_pull(story), story.person()
    if id_ is None:
        return None
    said = e.Comment(
        id=f"c{story.number()}", author=by, praise=story.chance.choice((None, True, False)), labels=story.some(LABELS)
    )
    return story.event("comment.created", actor=by, comment=said, pull_request=e.PullRequest(id=id_))


ISSUE_STEPS = (
    "issue.opened", "issue.labelled", "issue.assigned", "issue.started", "issue.moved", "issue.commented",
    "issue.escalated", "issue.reopened", "issue.done", "issue.done",
)  # fmt: skip


def issue(story: Story) -> Event:
    kind = story.chance.choice(ISSUE_STEPS)
    if kind == "issue.opened" or not story.issues or story.maybe(0.15):
        story.issues.append(f"I{story.number()}")
    said = e.Issue(
        id=story.chance.choice(story.issues[-6:]),
        type=story.chance.choice(TYPES) if story.maybe(0.5) else None,
        status_category={"issue.started": "in_progress", "issue.done": "done"}.get(kind),
        labels=story.some(LABELS) if story.maybe(0.4) else None,
        components=story.some(COMPONENTS) if story.maybe(0.5) else None,
        assignee=story.person() if story.maybe(0.5) else None,
        reporter=story.person() if story.maybe(0.3) else None,
        waiting_external=story.chance.choice((None, None, True, False)),
    )
    return story.event(kind, actor=story.person(), issue=said)


def incident(story: Story) -> Event:
    kind = story.chance.choice(("incident.opened", "incident.resolved", "incident.resolved"))
    new = kind == "incident.opened" or not story.incidents or story.maybe(0.5)
    id_ = f"inc{story.number()}" if new else story.chance.choice(story.incidents)
    if kind == "incident.opened":
        story.incidents.append(id_)
    service = story.chance.choice(SERVICES)
    said = e.Incident(
        id=id_, service=service, services=(service,), test=story.chance.choice((False, False, False, True, None)),
        resolver=story.person() if kind == "incident.resolved" else None,
        responders=story.some(PEOPLE, 3) if story.maybe(0.7) else None,
    )  # fmt: skip
    return story.event(kind, actor=story.person(), incident=said)


def postmortem(story: Story) -> Event:
    is_new = not story.postmortems or story.maybe(0.7)
    id_ = f"pm{story.number()}" if is_new else story.chance.choice(story.postmortems)
    story.postmortems += [id_] if is_new else []
    said = e.Postmortem(
        id=id_, services=story.some(SERVICES), author=story.person(), lessons=story.chance.randint(0, 2),
        causes=story.some(TOPICS), gaps=story.some(TOPICS, 1), test=False, embargoed=False,
    )  # fmt: skip
    return story.event("postmortem.published" if is_new else "postmortem.updated", actor=said.author, postmortem=said)


def pair(story: Story) -> Event:
    kind = story.chance.choice(("pair.started", "pair.started", "pair.closed", "pair.paused", "pair.goal_met"))
    if kind == "pair.started" or not story.pairs:
        mentor, mentee = story.chance.sample(PEOPLE, 2)
        said = e.Pair(
            id=f"P{story.number()}", mentor=mentor, mentee=mentee, area=story.chance.choice(AREAS),
            goal_category=story.chance.choice(("architecture", "quality")), goal_sentences=story.chance.randint(0, 2),
            cadence_days=story.chance.choice((7, 14)), charter_missing=story.some(LABELS), mentor_topics=story.some(TOPICS),
        )  # fmt: skip
        story.pairs.append(said.id)
        return story.event(
            "pair.started", actor=mentor, pair=said, programme=e.Programme(id="programme"), automated=False
        )
    said = e.Pair(id=story.chance.choice(story.pairs))
    return story.event(kind, actor=story.person(), pair=said, programme=e.Programme(id="programme"), automated=False)


def session(story: Story) -> Event | None:
    if not story.pairs:
        return None
    said = e.Pair(id=story.chance.choice(story.pairs))
    if story.maybe(0.3):
        pulse = e.Pulse(id=f"pu{story.number()}", fit=story.chance.randint(1, 5), switch=story.maybe(0.2))
        return story.event("pulse.answered", actor=story.person(), pulse=pulse, pair=said)
    kind = story.chance.choice(("session.logged", "session.logged", "session.booked"))
    held = e.Session(
        id=f"s{story.number()}", stage=story.chance.choice(("pairing", "shadowing")), missing=story.some(LABELS)
    )
    return story.event(kind, actor=story.person(), session=held, pair=said)


def roster(story: Story) -> Event:
    kind = story.chance.choice(("person.started", "person.left", "person.change_announced", "person.change_cancelled"))
    who = story.chance.choice(PEOPLE)
    if kind in ("person.started", "person.left"):
        said = e.Person(id=who, employee=True, writes_code=story.chance.choice((True, False)))
        return story.event(kind, person=said, automated=False)
    if kind == "person.change_cancelled" and story.changes:
        gone = e.Change(id=story.chance.choice(story.changes))
        return story.event(kind, change=gone, person=e.Person(id=who), automated=False)
    change = e.Change(
        id=f"ch{story.number()}", person=who, type=story.chance.choice(("leave", "leave", "move", "departure")),
        starts_at=story.at + story.chance.randint(-10, 50) * DAY, working_days=story.chance.choice((1, 3, 15)),
    )  # fmt: skip
    story.changes.append(change.id)
    return story.event("person.change_announced", change=change, person=e.Person(id=who), automated=False)


Maker = Callable[[Story], Event | None]
MAKERS: dict[Maker, int] = {
    merged: 10, opened: 6, review: 8, updated: 2, closed: 1, comment: 3, issue: 6, incident: 3, postmortem: 1, pair: 2,
    session: 3, roster: 1, task: 2, answer: 3, nudge: 1, thread: 1, ownership: 1, action_item: 1, responded: 1,
}  # fmt: skip


def _configuration(story: Story, at: Instant, n: int) -> list[Event]:
    chance = story.chance
    teams = chance.choice((None, "core", "core"))
    calendars = (
        None,
        None,
        Calendar(away=("2025-01-20", "2025-02-14")),
        Calendar(zone="Europe/Berlin", days=(0, 1, 2, 3)),
        Calendar(zone="America/New_York", days=(1, 2, 4), start_hour=7, end_hour=12, away=("2025-03-11", "2025-04-18")),
        Calendar(zone="Asia/Kolkata", start_hour=0, end_hour=24),
    )
    people = tuple(
        PersonSettings(
            id=who, team=teams and chance.choice(("core", "core", "edge", None)), buddy=chance.choice((None, *PEOPLE)),
            level=chance.choice(("", "junior", "senior")), role=chance.choice(("", "qa")), manager=chance.choice((None, None, *PEOPLE)), calendar=chance.choice(calendars),
        )
        for who in PEOPLE
    )  # fmt: skip
    settled = tuple(
        AreaSettings(
            id=area, paths=(f"{area}/",), services=SERVICES[i : i + 1], components=COMPONENTS[i : i + 1],
            labels=LABELS[i : i + 1] if chance.random() < 0.3 else (), domain=chance.choice(("front", "back")),
            team=teams and chance.choice(("core", None)), archived=chance.random() < 0.05, manager=chance.choice((None, *PEOPLE)),
            repositories=REPOSITORIES[i : i + 1] if chance.random() < 0.2 else (), codeowners=("ben", "pia")[: chance.randint(0, 2)],
        )
        for i, area in enumerate(AREAS)
    )  # fmt: skip
    services = (
        ServiceSettings(id="login", rota_people=chance.choice((0, 1, 3)), manager=chance.choice((None, "zed"))),
    )
    whole = AreaMap(areas=settled, services=services) if chance.random() < 0.6 else AreaMap(fallback_depth=1)
    team_settings = (
        tuple(TeamSettings(id=team, manager=chance.choice((None, *PEOPLE))) for team in ("core", "edge"))
        if teams
        else ()
    )
    zone = chance.choice(("UTC", "UTC", "Europe/Berlin", "America/New_York"))
    people_map = PeopleMap(
        people=people, teams=team_settings, calendar=Calendar(zone=zone), default_manager=chance.choice((None, "pia")),
        programme_contact=chance.choice((None, "cem")),
    )  # fmt: skip
    return [
        Event(id=f"areas{n}", kind="areas.changed", at=at, source="configuration", area_map=whole),
        Event(id=f"people{n}", kind="people.changed", at=at, source="configuration", people_map=people_map),
    ]


KINDS_OF: dict[Maker, tuple[str, ...]] = {
    merged: ("pull_request.merged",), opened: ("pull_request.opened",), review: ("review.",), updated: ("pull_request.updated",),
    closed: ("pull_request.closed",), answer: ("task.answered",), nudge: ("nudge.",), thread: ("thread.",),
    ownership: ("ownership.",), action_item: ("action_item.",), responded: ("incident.",), comment: ("comment.",), issue: ("issue.",), incident: ("incident.",),
    postmortem: ("postmortem.",), pair: ("pair.", "session."), session: ("session.", "pulse."), roster: ("person.",), task: ("task.",),
}  # fmt: skip


def history(seed: int, heard: frozenset[str] = frozenset()) -> list[Event]:
    """20 to 120 events over up to 300 days, the same for the same seed; more of the kinds that are `heard`."""
    chance = random.Random(f"history {seed}")
    story = Story(chance)
    found = _configuration(story, START - DAY, 0)
    wanted, spread = chance.randint(20, 120), chance.choice((0.2, 1, 2))
    favoured = [maker for maker in MAKERS if any(kind.startswith(KINDS_OF[maker]) for kind in heard)]
    weights = [weight + (12 if maker in favoured else 0) for maker, weight in MAKERS.items()]
    while story.serial < wanted * 1.5 and story.at < START + 300 * DAY:
        step = chance.choices((0, HOUR, 12 * HOUR, DAY, 2 * DAY, 10 * DAY), (10, 3, 4, 4, 3, spread))[0]
        story.at += step
        made = chance.choices(list(MAKERS), weights)[0](story)
        if made is not None:
            found.append(made)
        if chance.random() < 0.004:
            found += _configuration(story, story.at, story.number())
    return found


def end_of(events: list[Event]) -> Instant:
    return max([event.at for event in events], default=day(0)) + 40 * DAY + HOUR
