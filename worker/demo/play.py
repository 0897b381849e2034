"""Plays the story through the service: journalled, decided, committed in a temporary folder, by a clock of its own.

Decides until the week that is shown, looks, decides on, and looks again. Shows nothing, and sends nothing.
"""

import asyncio
import tempfile
from collections import Counter
from collections.abc import Callable
from pathlib import Path

from rules.engine.cases import consequence
from rules.engine.explain import Explanation, explain
from rules.engine.state import State
from rules.engine.survey import Part, survey
from rules.model.areas import AreaMap
from rules.model.events import Event
from rules.model.people import PeopleMap
from rules.model.times import Instant
from worker import clock
from worker.config.load import Configuration
from worker.config.sparekey import Settings
from worker.config.template_files import shipped
from worker.demo import story
from worker.demo.played import Moment, Played
from worker.intake.receive import Reserve
from worker.rulebook import load
from worker.runtimes.service import Given, Service
from worker.store import findings, outbox
from worker.store.database import open_store
from worker.wiring.histories import WORKSPACE

RULE = "area-single-carrier"
BATCH = 500
Tell = Callable[[str, int, int], None]
"""Told what is going on, how much more is done, and of how much."""


def play(tell: Tell) -> Played:
    started = clock.elapsed()
    changes, postmortems = story.real_changes(), story.real_postmortems()
    tell("reading", len(changes) + len(postmortems), len(changes) + len(postmortems))
    events = story.in_order(story.configuration(changes[0].at - 1), changes, postmortems, story.scripted())
    with tempfile.TemporaryDirectory() as folder:
        player = _Player(Path(folder), events, tell)
        week, later = asyncio.run(player.play())
    kinds = Counter(event.kind for event in changes)
    return Played(
        book=player.service.book,
        week=week,
        later=later,
        changes=kinds["pull_request.merged"],
        reviews=kinds["review.submitted"],
        postmortems=sum(event.kind == "postmortem.published" for event in postmortems),
        events=len(events),
        seconds=clock.elapsed() - started,
    )


class _Player:
    """The clock stands where the story is."""

    def __init__(self, folder: Path, events: list[Event], tell: Tell) -> None:
        self._events = events
        self._tell = tell
        self._now: Instant = story.NOW
        self._next = 0
        rules, _ = load()
        said = Configuration(folder, Settings(workspace=WORKSPACE), AreaMap(), PeopleMap(), {}, rules, shipped(), "")
        given = Given(lambda: self._now, {}, settle=0, gather=0, reserve=Reserve(0, 0))
        self._store = open_store(folder / "demo.db")
        self.service = Service(self._store, said, given)

    async def play(self) -> tuple[Moment, Moment]:
        """The history quietly, as one that is read when the service is new; then the months that follow, live."""
        await self.service.decider.set_status("warming")
        await self._receive(story.NOW)
        await self.service.decider.set_status("quiet")
        await self.service.decide_all()
        week = self._look(story.NOW)
        await self._receive(story.LATER)
        await self.service.decide_all()
        later = self._look(story.LATER)
        self._store.close()
        return week, later

    async def _receive(self, until: Instant) -> None:
        self._now = until
        while self._next < len(self._events) and self._events[self._next].at < until:
            batch = [event for event in self._events[self._next : self._next + BATCH] if event.at < until]
            await self.service.receiver.receive(batch, "backfill")
            self._next += len(batch)
            self._tell("deciding", len(batch), len(self._events))

    def _look(self, at: Instant) -> Moment:
        memory = self.service.decider.memory
        assert memory is not None  # everything was decided just now
        memory.pass_time(at)
        state = memory.state
        with self._store.reading() as connection:
            found = {one.id: one for one in findings.every(connection, self.service.ws, "open", "resolved")}
            drafts = outbox.counts(connection, self.service.ws).get("draft", 0)
        parts, _ = survey(state, self.service.book.program, self._events, at)
        return Moment(
            at=at,
            findings=found,
            parts=parts,
            suppressed=_suppressed(state),
            unknown={rule: own.unknown for rule, own in state.rules.items() if own.unknown},
            urgent=sorted(state.cases, key=lambda subject: consequence(state.facts, state.cases[subject], at)),
            case_ids={subject: case.id for subject, case in state.cases.items()},
            silent=self._silent(state, parts, at),
            drafts=drafts,
        )

    def _silent(self, state: State, parts: list[Part], at: Instant) -> list[Explanation]:
        """Of the busiest parts those that came nearest without a finding."""
        busiest = sorted(parts, key=lambda part: -part.changes)[:6]
        found = [explain(state, self.service.book.program, RULE, (part.area,), at) for part in busiest]
        silent = [one for one in found if not one.fired and one.clauses]
        return sorted(silent, key=lambda one: sum(clause.held is not True for clause in one.clauses))[:2]


def _suppressed(state: State) -> Counter[tuple[str, str]]:
    """(rule, reason) → how often, as the state remembers it."""
    counted: Counter[tuple[str, str]] = Counter()
    for rule, own in state.rules.items():
        for (_, reason), seen in own.suppressed.items():
            counted[rule, reason] += seen.times
    return counted
