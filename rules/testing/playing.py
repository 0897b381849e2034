"""One case, played: the clock, what happens, what is filed and sent at once, and answers.

Owns the clock. Two things of one moment are a microsecond apart, in the order in which they are written; the clock
never shows that. Comparing is `checking.py`'s.
"""

from collections.abc import Iterable

from msgspec.structs import replace

from rules.engine.calendars import add_working_days
from rules.language.rule import Duration, Place
from rules.model.actions import Action
from rules.model.entities import Nudge, Pair, Programme, Task
from rules.model.events import Event, order_key
from rules.model.findings import Finding
from rules.model.times import DAY, Instant, moment
from rules.speech.voice import Text
from rules.testing.bench import Bench
from rules.testing.document import Answer, Case, Document, Happening, Said
from rules.testing.happenings import LAST
from rules.testing.making import Maker
from rules.testing.past import WORKSPACE, Past
from rules.testing.texts import texts_of
from rules.testing.words import YEARS
from rules.testing.world import Ground

RECHECK_DAYS = 90


class CannotPlay(Exception):
    """A step that makes no sense at its moment, e.g. an answer to a task that nobody filed."""

    def __init__(self, place: Place, why: str) -> None:
        super().__init__(why)
        self.place = place


class Play:
    """`now` is the engine's time, `clock` what the test's author sees: they differ by what happened at one moment."""

    def __init__(self, document: Document, case: Case, bench: Bench) -> None:
        self.document, self.case, self.bench = document, case, bench
        self.clock = self.now = document.start
        ground = Ground(document.world, case.given, _areas(case))
        self.program = bench.program(case.guards)
        self.first_at = document.start - document.history
        self.past = Past(self.program, self.first_at)
        self._maker = Maker(ground.path_of, self.later)
        self._coming: list[tuple[Instant, Event]] = []
        self._sent: set[str] = set()
        for event in sorted(ground.events(self.first_at - 1), key=order_key):
            self.past.arrive(event)

    # the clock ------------------------------------------------------------------------------------------------

    def later(self, length: Duration) -> Instant:
        """The moment this far from the clock; working days are the workspace's."""
        if length.working_days is not None:
            return add_working_days(self.document.world.calendar, (), self.clock, length.working_days)
        return self.clock + (length.span or 0)

    def advance(self, to: Instant, place: Place) -> None:
        """The clock goes on; what is due, late events and what they lead to come on the way, in their order."""
        if to < self.clock:
            raise CannotPlay(place, "this lies before the clock, which never goes back")
        if moment(to).year not in YEARS:
            raise CannotPlay(place, f"the clock ends with the year {YEARS[-1]}")
        self._pass(to + self.now - self.clock)
        self.clock = to

    def _pass(self, until: Instant) -> None:
        while True:
            due = self.past.next_due()
            arrives = self._coming[0][0] if self._coming else None
            if arrives is not None and arrives <= until and (due is None or arrives <= due):
                self.now = max(self.now, arrives)
                self.past.arrive(self._coming.pop(0)[1])
            elif due is not None and due <= until:
                self.now = max(self.now, due)
                self.past.pass_time(due)
            else:
                break
            self._send()
        self.now = max(self.now, until)
        self.past.pass_time(self.now)

    def texts(self, finding: Finding) -> list[Text]:
        """What its people would read."""
        bench = self.bench
        return texts_of(finding, bench.rule(finding.rule), bench.templates, self.document.zone, self.level)

    def level(self, person: str) -> str:
        """Junior, mid or senior, where somebody configured it."""
        return self.past.state.facts.configured.person(person).level

    # what happens ---------------------------------------------------------------------------------------------

    def happen(self, said: Happening) -> None:
        if said.at is not None:
            self.advance(said.at, said.place)
        for number in range(said.times):
            if number and said.every is not None:
                self.advance(self.later(said.every), said.place)
            event = self._maker.make(said, self._next())
            if said.late:
                self._coming = sorted([*self._coming, (event.at + said.late, event)], key=lambda one: one[0])
            else:
                self._arrive(event)

    def _next(self) -> Instant:
        """The next moment after everything so far."""
        self.now += 1
        return self.now

    def _arrive(self, event: Event) -> None:
        self.past.arrive(event)
        self._send()

    # what is filed and sent -----------------------------------------------------------------------------------

    def _send(self) -> None:
        """Everything planned is filed and sent at once, as if nobody had to approve it and no budget was used up."""
        while waiting := [one for one in self.past.findings.values() if one.id not in self._sent and self._may(one)]:
            for finding in waiting:
                self._sent.add(finding.id)
                for event in self._told(finding):
                    self.past.arrive(replace(event, at=self._next()))

    def _may(self, finding: Finding) -> bool:
        """One finding of low confidence alone stays on the map until a second signal joins it."""
        case = next((one for one in self.past.state.cases.values() if one.id == finding.case), None)
        return case is None or case.status != "waiting"

    def _told(self, finding: Finding) -> Iterable[Event]:
        for action in finding.actions:
            if action.verb == "task" and not action.joins:
                yield _opened(finding, action, self.now)
            elif action.verb == "nudge":
                for person in action.to:
                    nudge = Nudge(id=f"{action.key}:{person}", rule=finding.rule, to=person)
                    yield Event(f"nudge.sent:{nudge.id}", "nudge.sent", self.now, "engine", WORKSPACE, nudge=nudge)

    # answers --------------------------------------------------------------------------------------------------

    def answer(self, said: Answer) -> None:
        finding, action = self._asked(said)
        actor = said.by or (action.to[0] if action.to else "")
        at = self._next()
        if said.verb == "nudge":
            nudge = Nudge(id=f"{action.key}:{actor}", rule=finding.rule, to=actor or None, answer=said.says)
            self._arrive(Event(f"nudge.answered:{at}", "nudge.answered", at, "answers", WORKSPACE, actor, nudge=nudge))
            return
        task = Task(
            id=self._task(finding, action), rule=finding.rule, owner=action.to[0] if action.to else None,
            area=finding.area, answer=said.says, until=self._until(said.until),
        )  # fmt: skip
        at = self._next()
        self._arrive(Event(f"task.answered:{at}", "task.answered", at, "answers", WORKSPACE, actor or None, task=task))
        self._propose(said, finding, action, task)

    def _until(self, said: Said) -> Instant | None:
        if isinstance(said, Duration):
            return self.later(said)
        return said if isinstance(said, int) else None

    def _asked(self, said: Answer) -> tuple[Finding, Action]:
        """The newest finding that the answer speaks of, and its action."""
        for finding in reversed(list(self.past.findings.values())):
            action = next((one for one in finding.actions if one.verb == said.verb), None)
            if action is not None and said.about in (LAST, finding.rule, finding.area, *finding.key):
                return finding, action
        raise CannotPlay(said.place, f"no {said.verb} was asked for that fits '{said.about}'")

    def _task(self, finding: Finding, action: Action) -> str:
        """The task of the finding's case. Whoever answers has it before them: one that waits is filed now."""
        case = next((one for one in self.past.state.cases.values() if one.id == finding.case), None)
        if case is not None and case.task:
            return case.task
        if finding.id not in self._sent:
            self._sent.add(finding.id)
            self.past.arrive(_opened(finding, action, self._next()))
        return action.key

    def _propose(self, said: Answer, finding: Finding, action: Action, task: Task) -> None:
        """A yes proposes a pair, where two people were suggested or named."""
        suggested = action.suggestion
        mentor = said.mentor or (suggested.mentor if suggested else None)
        learner = said.learner or (suggested.learner if suggested else None)
        if said.says in ("yes", "other") and mentor and learner:
            pair, at = Pair(id=f"pair:{task.id}", mentor=mentor, mentee=learner, area=finding.area), self._next()
            programme = Programme(id="programme")
            self._arrive(
                Event(f"pair.proposed:{at}", "pair.proposed", at, "answers", WORKSPACE, pair=pair, programme=programme)
            )

    def arrived_all(self) -> bool:
        return not self._coming


def _opened(finding: Finding, action: Action, at: Instant) -> Event:
    recheck = at + (action.recheck_days or RECHECK_DAYS) * DAY
    owner = action.to[0] if action.to else None
    task = Task(id=action.key, rule=finding.rule, owner=owner, area=finding.area, recheck_at=recheck)
    return Event(f"task.opened:{action.key}", "task.opened", at, "engine", WORKSPACE, task=task)


def _areas(case: Case) -> list[str]:
    """Every area that a case names, in a stable order."""
    steps = [one for step in case.steps for one in (step, *step.steps)]
    return sorted({area for one in steps if one.happening for area in one.happening.areas or ()})
