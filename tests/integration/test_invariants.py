"""Whatever comes, in whichever order, and whatever fails: what is decided is what the journal gives.

One workspace on a real store, driven by hypothesis: deliveries, late ones, poison, power cuts, a disk that fills up,
a second owner, answers, edited rules, the work of the night. After every step everything is compared with the pure
engine over the events that were acknowledged.
"""

import asyncio
import os
from collections.abc import Sequence
from contextlib import suppress
from pathlib import Path
from tempfile import TemporaryDirectory

import pytest
from desk_kit import Desk, pure
from engine_kit import areas, day, merged, opened, program_of, review
from hypothesis import HealthCheck, settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, invariant, precondition, rule
from msgspec.structs import replace

from rules.engine.codec import digest
from rules.model import entities as e
from rules.model.cases import Case
from rules.model.events import Event, order_key
from rules.model.findings import Finding
from rules.model.times import DAY, HOUR, MINUTE, Instant
from worker import metrics
from worker.ports import StoreAway
from worker.store import leases
from worker.store.heads import Lost

RULES = """
  one-carrier:
    title: Only one person changes an area
    on: pull_request.merged
    each: {area: event.areas}
    per: area
    count: {changes: {for: 6d, top: pull_request.authors}}
    fire: [changes.n >= 2, changes.top.percent >= 60]
    hold: 1d
    do: [{task: area.manager, template: second-pair-of-hands, suggest: pair}]
  nobody-merged:
    title: Nothing was merged after an opening
    on: pull_request.opened
    per: pull_request
    after: {for: 2d}
    unless: pull_request.merged
    do: [{nudge: pull_request.author, template: talk-live}]
  many-openings:
    title: Somebody opens one after the other
    on: pull_request.opened
    per: pull_request.author
    count: {openings: {for: 4d}}
    fire: openings.n >= 2
    cooldown: 3d
    do: [{nudge: pull_request.author, template: talk-live}]
"""
PROGRAMS = {
    "as they are": program_of(RULES),
    "other words": program_of(RULES.replace("Only one person changes an area", "One person alone changes an area")),
    "stricter": program_of(RULES.replace("changes.n >= 2", "changes.n >= 3")),
    "one fewer": program_of(RULES[: RULES.index("  many-openings")]),
}
MEANING = {"as they are": 0, "other words": 0, "stricter": 1, "one fewer": 2}
WHO = st.sampled_from(["ada", "ben", "cy"])
WHERE = st.sampled_from(["api/a.py", "web/b.py"])
WHAT = st.sampled_from(["merged", "merged", "opened", "review"])
LONG = bool(os.environ.get("SPAREKEY_LONG"))
UNSENT = ("draft", "planned")


class Deciding(RuleBasedStateMachine):
    """`events` is what was acknowledged; `behind` of them came too late to go back to, and wait for a rebuild."""

    checkpoint_events = 4

    def __init__(self) -> None:
        super().__init__()
        self.folder = TemporaryDirectory()
        self.generation = 0
        self.desk = Desk(self._path(), PROGRAMS["as they are"], day(0), checkpoint_events=self.checkpoint_events)
        self.desk._pragma("synchronous=OFF")
        self.rules = "as they are"
        self.events: dict[str, Event] = {}
        self.seqs: dict[str, int] = {}
        self.behind: set[str] = set()
        self.cut_at: Instant = 0
        self.quietly = False  # something was folded quietly: what stands became drafts, moments became nothing
        self.warming = False
        self.number = 0
        self._deliver([areas(at=day(-30))])
        self.decide()

    def teardown(self) -> None:
        self.desk.close()
        self.folder.cleanup()

    def _path(self) -> Path:
        self.generation += 1
        return Path(self.folder.name) / f"{self.generation}.db"

    # words ----------------------------------------------------------------------------------------------------

    def _event(self, what: str, who: str, where: str, at: Instant) -> Event:
        """A new one; what is merged or reviewed was mostly opened before."""
        self.number += 1
        when = (at - day(0)) / DAY
        if what == "opened":
            return opened(self.number, who, when, where)
        before = self.number - 1 - len(who) % 2
        if what == "merged":
            return replace(merged(before, who, when, where), id=f"m{self.number}")
        return review(before, who, "dan", when, str(self.number))

    def _deliver(self, events: Sequence[Event], bad: int = 0) -> None:
        """In one delivery. `bad` of them cannot be written, and are no reason to lose the others."""
        arrived = self.desk.receive(events)
        fresh = {event.id: event for event in events if event.id not in self.events}
        assert arrived.new == len(fresh) - bad
        self.events |= {id_: event for id_, event in fresh.items() if not id_.startswith("bad")}

    def decide(self) -> None:
        if self.warming:
            return
        late = self._too_late()
        try:
            self.desk.decide()
        finally:
            self._learn(late)

    def _learn(self, late: list[str]) -> None:
        """Which events wait for a rebuild: none, or those that did and the oldest of the late ones."""
        known, kept = self.behind, self.desk.recovered()
        more = [known | set(late[:n]) for n in range(len(late) + 1)] if self.desk.head.stale_since else []
        for guess in (set(), *more):
            self.behind = guess
            if kept is not None and digest(kept.state) == digest(self._pure()[0]):
                return

    def _too_late(self) -> list[str]:
        """What is not decided yet, and may be too late: more than a week before how far time has come."""
        head = self.desk.head
        self.seqs |= {row.event.id: row.seq for row in self.desk.journalled()}
        return [
            event.id
            for event in sorted(self.events.values(), key=order_key)
            if self.seqs[event.id] > head.decided_seq and event.at < head.decided_at - 7 * DAY
        ]

    def _pure(self) -> tuple[object, dict[str, Finding]]:
        head = self.desk.head
        mark = head.mark or (day(-99), (0, 0), "")
        self.seqs |= {row.event.id: row.seq for row in self.desk.journalled()}
        folded = [
            event
            for id_, event in self.events.items()
            if id_ not in self.behind
            and self.seqs[id_] <= head.decided_seq
            and (event.at < head.decided_at or order_key(event) <= mark)
        ]
        return pure(self.desk.program, folded, head.decided_at)

    # what happens ---------------------------------------------------------------------------------------------

    @rule(what=WHAT, who=WHO, where=WHERE, ago=st.integers(0, 90), times=st.integers(1, 3), now=st.booleans())
    def something_happens(self, what: str, who: str, where: str, ago: int, times: int, now: bool) -> None:
        event = self._event(what, who, where, self.desk.now - ago * MINUTE)
        for _ in range(times):
            self._deliver([event])
        if now:
            self.decide()

    @rule(what=WHAT, who=WHO, where=WHERE, hours=st.lists(st.integers(1, 7 * 24), min_size=1, max_size=3))
    def something_comes_late(self, what: str, who: str, where: str, hours: list[int]) -> None:
        self._deliver([self._event(what, who, where, self.desk.now - ago * HOUR) for ago in hours])
        self.decide()

    @rule(what=WHAT, who=WHO, days=st.lists(st.integers(1, 30), min_size=1, max_size=2))
    def something_comes_too_late(self, what: str, who: str, days: list[int]) -> None:
        at = max(self.cut_at, day(-20))
        self._deliver([self._event(what, who, "api/a.py", max(at, self.desk.now - ago * DAY)) for ago in days])
        self.decide()

    @rule(who=WHO, text=st.sampled_from(["\ud800", "at"]), neighbours=st.integers(0, 3))
    def poison(self, who: str, text: str, neighbours: int) -> None:
        """Half a character, or a time beyond 64 bits."""
        self.number += 1
        good = [self._event("merged", who, "web/b.py", self.desk.now - n) for n in range(neighbours)]
        at = -(1 << 70) if text == "at" else self.desk.now
        bad = Event(id=f"bad{self.number}{text}", kind="issue.opened", at=at, source="github", link=text)
        self._deliver([*good[:1], bad, *good[1:]], bad=1)
        self.decide()

    @rule(hours=st.integers(1, 60))
    def time_passes(self, hours: int) -> None:
        self.desk.now += hours * HOUR
        self.decide()

    @rule()
    def power_cut(self) -> None:
        self.desk = self.desk.crashed(self._path(), checkpoint_events=self.checkpoint_events)
        self.desk._pragma("synchronous=OFF")

    @rule(what=WHAT, who=WHO, where=WHERE, pages=st.integers(0, 8))
    def disk_is_full(self, what: str, who: str, where: str, pages: int) -> None:
        """After so many pages more: in intake, or anywhere in deciding."""
        event = self._event(what, who, where, self.desk.now)
        with self.desk.full(pages):
            try:
                self._deliver([event])
                self.decide()
            except StoreAway as error:
                assert "make room" in str(error)
        self.decide()

    @rule(what=WHAT, who=WHO, where=WHERE)
    def store_cannot_be_written(self, what: str, who: str, where: str) -> None:
        with self.desk.read_only():
            with pytest.raises(StoreAway):
                self._deliver([self._event(what, who, where, self.desk.now)])
            with suppress(StoreAway):  # raised where there is something to write
                self.desk.decide()
        self.decide()

    @precondition(lambda self: not self.warming)
    @rule(what=WHAT, who=WHO, where=WHERE, late=st.integers(0, 48))
    def second_owner(self, what: str, who: str, where: str, late: int) -> None:
        """It decides from what it knows of the head, which is not the newest any more."""
        self.decide()
        if self.desk.recovered() is None:  # it would rebuild first, and be the owner
            return
        rival = self.desk.another_decider()
        asyncio.run(rival.step(flush=True))
        self.desk.rivals = [rival]
        self._deliver([self._event(what, who, where, self.desk.now - late * HOUR)])
        self.desk.rivals = []
        self.desk.now += MINUTE
        self.decide()
        before = self.desk.dump()
        with pytest.raises(Lost):
            asyncio.run(rival.step(flush=True))
        assert self.desk.dump() == before
        assert rival.memory is None

    @rule(data=st.data())
    def a_task_is_filed(self, data: st.DataObject) -> None:
        """As dispatch does it: the receipt and what it is to the journal in one commit."""
        tasks = [one for one in self.desk.actions("planned") if one.verb == "task"]
        if not tasks:
            return
        entry, desk = data.draw(st.sampled_from(tasks)), self.desk
        event = Event(
            id=f"task.opened:{entry.action}", kind="task.opened", at=desk.now, source="engine",
            task=e.Task(id=entry.action, rule=entry.rule, area=desk.findings()[entry.finding].area),
        )  # fmt: skip
        with desk.store.writing("d1") as connection:
            lease = leases.take(connection, desk.ws, entry, "files", desk.now, HOUR)
            leases.settle(connection, lease, "sent", "", desk.now, status="sent", ended_at=desk.now)
        self._deliver([event])
        self.decide()

    @rule(answer=st.sampled_from(["yes", "later", "no", "known", "done"]), data=st.data())
    def a_task_is_answered(self, answer: str, data: st.DataObject) -> None:
        tasks = [one for one in self.desk.actions("sent") if one.verb == "task"]
        if not tasks:
            return
        self.number += 1
        task = e.Task(id=data.draw(st.sampled_from(tasks)).action, answer=answer, until=self.desk.now + 3 * DAY)
        self._deliver(
            [Event(id=f"answer{self.number}", kind="task.answered", at=self.desk.now, source="answers", task=task)]
        )
        self.decide()

    @precondition(lambda self: not self.cut_at and not self.warming)
    @rule(which=st.sampled_from(sorted(PROGRAMS)))
    def rules_are_edited(self, which: str) -> None:
        self.decide()
        before = metrics.rebuilds._value.get()
        self.desk.use(PROGRAMS[which])
        changed = MEANING[which] != MEANING[self.rules]
        self.rules = which
        self.decide()
        assert metrics.rebuilds._value.get() - before == changed
        self.quietly = self.quietly or changed

    @rule()
    def history_is_read(self) -> None:
        self.warming = True
        self.desk.status("warming")

    @precondition(lambda self: self.warming)
    @rule()
    def history_was_read(self) -> None:
        self.warming, self.quietly = False, True
        self.desk.status("quiet")
        self.decide()
        assert self.desk.head.status == "active"

    @precondition(lambda self: not self.warming)
    @rule(cut=st.booleans())
    def night(self, cut: bool) -> None:
        self.decide()
        was_stale = bool(self.desk.head.stale_since)
        assert asyncio.run(self.desk.decider.rebuild_if_stale()) == was_stale
        assert not self.desk.head.stale_since
        self.quietly, self.behind = self.quietly or was_stale, set()
        before = self.desk.head.decided_at - 15 * DAY
        if cut and before > max(self.cut_at, day(-29)):
            gone = asyncio.run(self.desk.decider.cut(before))
            assert gone == sum(self.cut_at <= event.at < before for event in self.events.values())
            self.cut_at, self.quietly = before, True

    # what holds -----------------------------------------------------------------------------------------------

    @invariant()
    def the_journal_holds_what_was_acknowledged_once(self) -> None:
        rows = self.desk.journalled()
        kept = {id_: event for id_, event in self.events.items() if not self.cut_at or event.at >= self.cut_at}
        assert {row.event.id: row.event for row in rows} == kept
        assert len(rows) == len(kept) == len({row.seq for row in rows})

    @invariant()
    def state_and_findings_are_what_the_journal_gives(self) -> None:
        state, found = self._pure()
        kept = self.desk.recovered()
        assert kept is not None or self.cut_at  # what the newest checkpoint rests on was cut: a rebuild
        assert kept is None or digest(kept.state) == digest(state)
        assert self.desk.standing() == found
        memory = self.desk.decider.memory
        assert memory is None or digest(memory.state) == digest(state)
        for finding in found.values():
            assert finding.evidence.event or any(count.events for count in finding.evidence.counts)
        for own in state.rules.values():
            assert all(reason for _, reason in own.suppressed)

    @invariant()
    def what_is_to_be_said_follows_from_findings_that_stand(self) -> None:
        stood, actions = self.desk.findings(), self.desk.actions()
        assert {one.finding for one in actions} <= stood.keys()
        for one in actions:
            finding = stood[one.finding]
            if one.verb == "retract":  # also where the whole case is over
                assert (one.status, finding.status) != ("planned", "open"), one
                assert one.status == "planned" or finding.status != "withdrawn", one
            elif one.status in UNSENT:
                assert finding.status != "withdrawn", one
            elif one.status == "withdrawn" and not self.quietly and finding.status == "open":
                assert one.action not in {action.key for action in finding.actions}, one
        said = [one for one in actions if one.status not in ("withdrawn", "expired")]
        spoken, told = {one.finding for one in said}, {one.case_id for one in said if one.case_id}
        told |= {case.id for case in self._cases() if spoken & set(case.findings)}
        for one in stood.values():
            if one.status == "open" and one.confidence != "low" and not self.quietly:
                assert one.id in spoken or one.case in told, one

    @invariant()
    def what_waits_is_still_so(self) -> None:
        """A task waits as long as its case is open, for all that it tells; once it is filed there is no second one."""
        stood, going_on = (
            self.desk.findings(),
            {id_ for case in self._cases() for id_ in case.findings if case.open_findings},
        )
        for one in self.desk.actions(*UNSENT):
            if one.planned.held and one.verb != "retract" and one.finding not in going_on:
                assert stood[one.finding].status == "open", one
        for case in self._cases():
            told = [
                one
                for one in self.desk.actions(*UNSENT, "sent")
                if one.verb == "task" and one.finding in case.open_findings
            ]
            assert len(told) <= 1, told

    def _cases(self) -> list[Case]:
        memory = self.desk.decider.memory or self.desk.recovered()
        return [case for case in memory.state.cases.values() if case.status != "closed"] if memory else []


TestDeciding = Deciding.TestCase
TestDeciding.settings = settings(
    max_examples=600 if LONG else 60,
    stateful_step_count=34 if LONG else 30,
    deadline=None,
    suppress_health_check=[HealthCheck.too_slow, HealthCheck.filter_too_much],
)
