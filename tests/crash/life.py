"""One process of the service, from wherever the last one died to the end of the scenario, or to its own death.

Owns going on: the acknowledgement of a step is written (and synchronised) after the service has taken it, so that an unacknowledged
step is simply told again. Time is the scenario's.
"""

import asyncio
import os
from pathlib import Path

from remote import Remote
from scenario import AREAS, PEOPLE, RULES, START, Scenario, Step

from rules.model.times import DAY, HOUR, Instant
from worker.config.load import load
from worker.intake.receive import Reserve
from worker.runtimes import nightly
from worker.runtimes.service import Given, Service
from worker.store import leases, retention
from worker.store.database import open_store
from worker.store.lock import Lock

KEPT = 60 * DAY
"""As long as the journal is kept here, so that it is really cut."""


def prepare(folder: Path) -> None:
    folder.mkdir()
    (folder / "sparekey.yml").write_text(
        "workspace: main\ndefault_manager: boss\nhttp: {listen: ''}\nrules: [rules.yml]\nsinks:\n  remote: {kind: terminal}\n"
    )
    areas = "\n".join(
        f"  {area}: {{paths: [/{area}/], manager: {'boss' if n % 2 else 'chief'}}}" for n, area in enumerate(AREAS)
    )
    (folder / "areas.yml").write_text(f"areas:\n{areas}\n")
    people = "\n".join(f"  {one}: {{calendar: {{days: [mon, tue, wed, thu, fri]}}}}" for one in ("boss", "chief"))
    (folder / "people.yml").write_text(f"people:\n{people}\n")
    _write_rules(folder, 4)


def _write_rules(folder: Path, least: int) -> None:
    (folder / "rules.yml").write_text(RULES.format(least=least))


class Life:
    def __init__(self, folder: Path, story: Scenario) -> None:
        self.folder = folder
        self.story = story
        self.now: Instant = START
        self._acks = folder / "acks"
        retention.JOURNAL = KEPT

    @property
    def acknowledged(self) -> int:
        return self._acks.stat().st_size if self._acks.exists() else 0

    def _acknowledge(self) -> None:
        with self._acks.open("ab") as file:
            file.write(b".")
            file.flush()
            os.fsync(file.fileno())

    def live(self) -> None:
        """Takes every step that was not acknowledged, then comes to rest."""
        done = self.acknowledged
        before = [step for step in self.story.steps[:done] if step.do == "rules"]
        _write_rules(self.folder, before[-1].least if before else 4)
        self.now = self.story.steps[done - 1].now if done else START
        path = self.folder / "s.db"
        lock = Lock(path).take()
        given = Given(
            lambda: self.now,
            {"remote": Remote(self.folder / "remote.db", lambda: self.now)},
            0,
            0,
            reserve=Reserve(0, 0),
        )
        service = Service(open_store(path), load(self.folder), given)
        service.directory._make = (
            iter([f"made{n}" for n in range(10_000)]).__next__ if not done else service.directory._make
        )
        asyncio.run(self._live(service, done))
        service.store.close()
        lock.release()

    async def _live(self, service: Service, done: int) -> None:
        await service.configure()
        for step in self.story.steps[done:]:
            self.now = max(self.now, step.now)
            await self._take(service, step)
            self._acknowledge()
        await self._rest(service)

    async def _take(self, service: Service, step: Step) -> None:
        if step.do == "deliver":
            await service.receiver.receive(step.events, "live")
            await service.decide_all()
        elif step.do == "rules":
            _write_rules(self.folder, step.least)
            await service.reconfigure(load(self.folder))
            await service.decide_all()
        elif step.do == "night":
            await nightly.work(service)
        else:
            await service.decide_all()
            while await service.dispatcher.step(self.now):
                await service.decide_all()

    async def _rest(self, service: Service) -> None:
        """Lets time pass until nothing waits any more."""
        await service.decide_all()
        for _ in range(24 * 40):
            self.now += HOUR
            while await service.dispatcher.step(self.now):
                await service.decide_all()
            with service.store.reading() as connection:
                if leases.next_due(connection, service.ws) is None and service.dispatcher.next_due(self.now) is None:
                    break


def people() -> tuple[str, ...]:
    return PEOPLE
