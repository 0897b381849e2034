"""Plays the story: decides until the week that is shown, looks, decides on, and looks again. Shows nothing."""

from collections import Counter
from collections.abc import Callable

from rules.engine.cases import consequence
from rules.engine.decide import Engine
from rules.engine.explain import Explanation, explain
from rules.engine.state import State
from rules.engine.survey import Part, survey
from rules.model.events import Event
from rules.model.findings import Decision, Finding
from rules.model.times import Instant
from worker import clock
from worker.deciding.rehearse import SLICE
from worker.demo import story
from worker.demo.played import Moment, Played
from worker.rulebook import Rulebook, load, rulebook
from worker.wiring.histories import WORKSPACE

RULE = "area-single-carrier"
Tell = Callable[[str, int, int], None]
"""Told what is going on, how much more is done, and of how much."""


def play(tell: Tell) -> Played:
    started = clock.elapsed()
    changes, postmortems = story.real_changes(), story.real_postmortems()
    tell("reading", len(changes) + len(postmortems), len(changes) + len(postmortems))
    events = story.in_order(story.configuration(changes[0].at - 1), changes, postmortems, story.scripted())
    player = _Player(rulebook(load()[0]), events, tell)
    week, later = player.until(story.NOW), player.until(story.LATER)
    kinds = Counter(event.kind for event in changes)
    return Played(
        book=player.book,
        week=week,
        later=later,
        changes=kinds["pull_request.merged"],
        reviews=kinds["review.submitted"],
        postmortems=sum(event.kind == "postmortem.published" for event in postmortems),
        events=len(events),
        seconds=clock.elapsed() - started,
    )


class _Player:
    def __init__(self, book: Rulebook, events: list[Event], tell: Tell) -> None:
        self.book = book
        self._events = events
        self._tell = tell
        self._state = State.new(WORKSPACE)
        self._engine = Engine(self._state, book.program)
        self._findings: dict[str, Finding] = {}
        self._suppressed: Counter[tuple[str, str]] = Counter()
        self._next = 0

    def until(self, at: Instant) -> Moment:
        """Decides everything before `at`, and looks."""
        while self._next < len(self._events) and self._events[self._next].at < at:
            batch = [event for event in self._events[self._next : self._next + SLICE] if event.at < at]
            self._take(self._engine.decide(batch))
            self._next += len(batch)
            self._tell("deciding", len(batch), len(self._events))
        self._take(self._engine.decide((), at))
        state = self._state
        parts, _ = survey(state, self.book.program, self._events, at)
        return Moment(
            at=at,
            findings=dict(self._findings),
            parts=parts,
            suppressed=Counter(self._suppressed),
            unknown={rule: own.unknown for rule, own in state.rules.items() if own.unknown},
            urgent=sorted(state.cases, key=lambda subject: consequence(state.facts, state.cases[subject], at)),
            case_ids={subject: case.id for subject, case in state.cases.items()},
            silent=self._silent(parts, at),
        )

    def _take(self, decision: Decision) -> None:
        for finding in (*decision.opened, *decision.resolved):
            self._findings[finding.id] = finding
        self._suppressed.update((one.rule, one.reason) for one in decision.suppressed)

    def _silent(self, parts: list[Part], at: Instant) -> list[Explanation]:
        """Of the busiest parts those that came nearest without a finding."""
        busiest = sorted(parts, key=lambda part: -part.changes)[:6]
        found = [explain(self._state, self.book.program, RULE, (part.area,), at) for part in busiest]
        silent = [one for one in found if not one.fired and one.clauses]
        return sorted(silent, key=lambda one: sum(clause.held is not True for clause in one.clauses))[:2]
