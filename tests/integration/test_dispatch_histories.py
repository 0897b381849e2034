"""Whatever sinks answer and whenever the process dies: each action ends once, and nothing is said twice."""

import asyncio
from collections import defaultdict
from pathlib import Path
from tempfile import TemporaryDirectory

import pytest
from dispatch_kit import MONDAY, PowerCut, World
from hypothesis import settings
from hypothesis import strategies as st
from hypothesis.stateful import (
    RuleBasedStateMachine,
    invariant,
    precondition,
    rule,
    run_state_machine_as_test,
)

from rules.model.times import DAY, HOUR, MINUTE, Instant
from worker.dispatch.limits import WINDOW
from worker.store import outbox, undoing

TERMINAL = ("sent", "rejected", "withdrawn", "expired", "digest")
OFTEN = ["created, lost", "cut after"]
SCRIPT = st.sampled_from([*OFTEN, *OFTEN, "ok", "retry", "patience", "reject", "lost", "fault", "cut before"])
PEOPLE = st.sampled_from(["ada", "ada", "ben", "eve", "kim", "lea", "max", "tom"])
RARELY = st.sampled_from([False, False, False, True])


class Dispatching(RuleBasedStateMachine):
    """One sink for tasks that lists within the waiting time, one for nudges that does not, one that may be dead."""

    def __init__(self) -> None:
        super().__init__()
        self.folder = TemporaryDirectory()
        self.world = World(Path(self.folder.name))
        self.issues = self.world.remote("issues", takes=frozenset({"task"}), lag=2 * MINUTE)
        self.chat = self.world.remote("chat", takes=frozenset({"nudge"}), lists=False)
        self.mail = self.world.remote("mail", takes=frozenset({"digest"}))
        self.keys: list[str] = []
        self.endings: dict[str, str] = {}

    def teardown(self) -> None:
        try:
            self._quiesce()
        finally:
            self.world.store.close()
            self.folder.cleanup()

    # what happens ---------------------------------------------------------------------------------------------

    @rule(
        to=PEOPLE,
        nudge=st.booleans(),
        send=st.sampled_from(["now", "now", "now", "now", "weekly", "digest"]),
        how=SCRIPT,
    )
    def plan(self, to: str, nudge: bool, send: str, how: str) -> None:
        """`how` is what one more call comes to."""
        n = len(self.keys)
        (self.chat if nudge else self.issues).script.append(how)
        self.keys.append((self.world.nudge if nudge else self.world.task)(n, to=to, send=send))

    @rule(mail=RARELY, issues=RARELY)
    def sinks_are_down(self, mail: bool, issues: bool) -> None:
        self.mail.down, self.issues.down = mail, issues

    @precondition(lambda self: self.keys)
    @rule(point=st.sampled_from(["append", "appended"]))
    def dies_at(self, point: str) -> None:
        """Once: in the middle of the receipt's transaction, or right after it."""

        def die() -> None:
            self.world.on_append = self.world.on_appended = lambda: None
            raise PowerCut

        if point == "append":
            self.world.on_append = die
        else:
            self.world.on_appended = die

    @rule(later=st.sampled_from([0, MINUTE, HOUR, DAY, 3 * DAY]), then=st.sampled_from([0, MINUTE, 3 * MINUTE]))
    def time_passes(self, later: Instant, then: Instant) -> None:
        for passed in (later, then):
            self.world.now += passed
            self._step()

    @precondition(lambda self: not self.issues.down and not self.issues.script)
    @rule()
    def one_hangs_while_another_takes_over(self) -> None:
        """The first one's receipt comes after its lease; the other has looked by then."""
        world, remote = self.world, self.issues
        remote.script.append("slow after")
        remote.called.clear()
        remote.release.clear()

        async def story() -> None:
            sleeper = asyncio.create_task(world.dispatcher().step(world.now))
            while not sleeper.done() and not remote.called.is_set():
                await asyncio.sleep(0.001)
            if remote.called.is_set():
                for _ in range(2):
                    world.now += 3 * MINUTE
                    await world.dispatcher().step(world.now)
                remote.release.set()
            await sleeper

        try:
            self._survives(story)
        finally:
            remote.release.set()
            remote.script.clear()

    @precondition(lambda self: self.keys)
    @rule(data=st.data())
    def finding_vanishes(self, data: st.DataObject) -> None:
        key = data.draw(st.sampled_from(self.keys))
        world = self.world
        with world.store.writing("c2") as connection:
            told = undoing.withdraw(connection, world.ws, [f"F-{key}"], "it turned out otherwise", world.now)
            outbox.plan(connection, world.ws, [undoing.retraction(one, world.now) for one in told], world.now)

    def _step(self) -> None:
        async def story() -> None:
            while await self.world.dispatcher().step(self.world.now):
                pass

        self._survives(story)

    def _survives(self, story: object) -> None:
        """After a power cut a new process goes on with what is in the store."""
        try:
            asyncio.run(story())  # type: ignore[operator]
        except PowerCut:
            self.world.facts = [one for one in self.world.facts if self._is_journalled(one.id)]

    def _is_journalled(self, event: str) -> bool:
        """The list stands for the journal: what was appended in a transaction that was never committed is not there."""
        return self.world.status(event.split(":")[1]) == "sent"

    # what must hold -------------------------------------------------------------------------------------------

    @invariant()
    def an_ending_is_an_ending(self) -> None:
        for entry in self.world.rows(*TERMINAL):
            if entry.action in self.keys and entry.action in self.endings:
                assert self.endings[entry.action] == entry.status
            if entry.status != "sent":
                assert entry.why, "every ending says why"
            self.endings[entry.action] = entry.status

    @invariant()
    def nobody_gets_more_than_the_budget(self) -> None:
        for remote in (self.issues, self.chat):
            sent: dict[str, list[tuple[Instant, str]]] = defaultdict(list)
            for at, _, message in remote.written:
                sent[message.to[0].person].append((at, message.key))
            for every in sent.values():
                for start, _ in every:
                    assert len({key for at, key in every if start <= at < start + WINDOW}) <= 1

    @invariant()
    def nothing_is_written_twice(self) -> None:
        """The task remote lists within the waiting time; a nudge is never tried again."""
        for remote in (self.issues, self.chat):
            assert len(remote.keys) == len(set(remote.keys))

    def _quiesce(self) -> None:
        world = self.world
        for remote in (self.issues, self.chat, self.mail):
            remote.down = False
            remote.script.clear()
        world.on_append = world.on_appended = lambda: None
        world.settle(max(world.now, MONDAY) + 40 * DAY)
        assert world.rows("draft", "planned", "leased", "unknown") == []
        assert {entry.action for entry in world.rows(*TERMINAL)} >= set(self.keys)
        for key in self.keys:
            at_remote = self.issues.open(key)
            assert len(at_remote) <= 1, "no duplicate at a remote that lists within the waiting time"
            if world.status(key) == "sent" and key.startswith("A-t"):
                assert [one.id for one in world.facts].count(f"task.opened:{key}") == 1
                assert at_remote == [world.entry(key).remote] or world.filed()[key][1] == "closed"
        self.an_ending_is_an_ending()
        self.nobody_gets_more_than_the_budget()


TestDispatching = Dispatching.TestCase
TestDispatching.settings = settings(max_examples=40, stateful_step_count=25, deadline=None)


@pytest.mark.long
def test_many_more_histories() -> None:
    run_state_machine_as_test(Dispatching, settings=settings(max_examples=1000, stateful_step_count=40, deadline=None))
