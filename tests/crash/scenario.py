"""The story that is told to every process, disturbed or not: what comes when, by which rules, from one seed.

Owns making it. About 120 days of changes in five areas, some events late, twice, or impossible; an edit of the rules and a
night's work on the way.
"""

import random
from dataclasses import dataclass, field

from rules.model import entities as e
from rules.model.events import Event
from rules.model.times import DAY, HOUR, MINUTE, Instant

START: Instant = 1_750_000_000_000_000 // DAY * DAY + 10 * HOUR
DAYS = 120
AREAS = ("billing", "search", "auth", "web", "infra")
PEOPLE = tuple(f"p{n}" for n in range(9))

RULES = """
pack: crash@1
defaults: {{mode: live, guards: {{small: false, new_area: false, warm_up: false, open_task: false}}}}
rules:
  one-carrier:
    title: Only one person changes an area
    on: pull_request.merged
    each: {{area: event.areas}}
    per: area
    count: {{changes: {{for: 20d, top: pull_request.authors}}}}
    fire: [changes.n >= {least}, changes.top.percent >= 60]
    hold: 3d
    cooldown: 10d
    do: [{{task: area.manager, template: second-pair-of-hands, suggest: pair, recheck: 30d}}]
  nobody-reviewed:
    title: An opened change waits
    on: pull_request.opened
    per: pull_request
    after: {{for: 2d}}
    unless: [review.submitted, pull_request.merged]
    do: [{{nudge: pull_request.author, template: talk-live}}]
  many-reviews:
    title: Somebody reviews a lot
    on: review.submitted
    per: review.author
    count: {{reviews: {{for: 15d}}}}
    fire: reviews.n >= 6
    cooldown: 20d
    do: [{{nudge: review.author, template: talk-live}}]
"""


@dataclass(frozen=True, slots=True)
class Step:
    """`do`: deliver, rules, night or dispatch. `poison` events cannot be written, and must not hurt the others."""

    do: str
    now: Instant
    events: tuple[Event, ...] = ()
    least: int = 4


@dataclass(slots=True)
class Scenario:
    steps: list[Step] = field(default_factory=list)
    late: int = 0
    twice: int = 0
    poison: int = 0


def scenario(seed: int, steps: int = 400) -> Scenario:
    chance = random.Random(seed)
    found = Scenario()
    arrivals: list[tuple[Instant, Event]] = []
    for n in range(steps * 3):
        at = START + n * DAYS * DAY // (steps * 3) + chance.randrange(HOUR)
        for event in _change(n, at, chance):
            delay = 0
            if chance.random() < 0.05:
                delay, found.late = chance.randrange(6 * DAY), found.late + 1
            arrivals.append((event.at + delay + MINUTE, event))
            if chance.random() < 0.02:
                arrivals.append((event.at + delay + chance.randrange(DAY), event))
                found.twice += 1
    arrivals.sort(key=lambda arrival: (arrival[0], arrival[1].id))
    size = len(arrivals) // steps
    for number in range(steps):
        batch = arrivals[number * size : (number + 1) * size]
        events = [event for _, event in batch]
        if chance.random() < 0.15:
            events.insert(chance.randrange(len(events) + 1), _poison(number, batch[-1][0], chance))
            found.poison += 1
        found.steps.append(Step("deliver", batch[-1][0], tuple(events)))
        if number % 3 == 2:
            found.steps.append(Step("dispatch", batch[-1][0] + MINUTE))
        if number in (steps // 3, 2 * steps // 3):
            found.steps.append(Step("rules", batch[-1][0] + MINUTE, least=5 if number < steps // 2 else 4))
        if number % (steps // 5) == steps // 10:
            found.steps.append(Step("night", batch[-1][0] + MINUTE))
    return found


def _change(n: int, at: Instant, chance: random.Random) -> list[Event]:
    area = AREAS[n % len(AREAS)]
    favourite = PEOPLE[(n % len(AREAS) + at // (40 * DAY)) % len(PEOPLE)]
    author = favourite if chance.random() < 0.75 else chance.choice(PEOPLE)
    change = e.PullRequest(id=f"app#{n}", author=author, authors=(author,), files=1, additions=5, draft=False)
    paths = (f"{area}/file{n % 7}.py",)

    def event(kind: str, end: str, when: Instant, actor: str, **more: object) -> Event:
        return Event(
            id=f"app:{n}:{end}", kind=kind, at=when, source="github", actor=actor, paths=paths, pull_request=change,
            **more,  # type: ignore[arg-type]
        )  # fmt: skip

    found = [event("pull_request.opened", "opened", at, author)]
    reviewer = chance.choice(PEOPLE)
    if chance.random() < 0.6 and reviewer != author:
        review = e.Review(id=f"app:{n}:r", author=reviewer, state="approved", substantive=True)
        found.append(event("review.submitted", "reviewed", at + chance.randrange(3 * DAY), reviewer, review=review))
    if chance.random() < 0.8:
        found.append(event("pull_request.merged", "merged", at + chance.randrange(4 * DAY), author))
    return found


def _poison(number: int, at: Instant, chance: random.Random) -> Event:
    """Half a character, or a time that no database holds."""
    change = e.PullRequest(id="app#poison", author="p1")
    if chance.random() < 0.5:
        return Event(
            id=f"poison:{number}", kind="pull_request.opened", at=at, source="github", link="\ud800", pull_request=change
        )  # fmt: skip
    return Event(id=f"poison:{number}", kind="pull_request.opened", at=-(1 << 70), source="github", pull_request=change)
