"""The embedded runtime: one process, one event loop, one writing connection.

Owns the loops and their order at the end. Each loop does one thing over and over; what fails is told, waits, and is
tried again.
"""

import asyncio
import signal
from collections.abc import Awaitable, Callable, Sequence
from contextlib import suppress
from dataclasses import dataclass, field

import structlog

from connectors.errors import ConfigError
from rules.model.times import Span
from worker import metrics
from worker.http.server import Server
from worker.ports import StoreAway
from worker.runtimes import gauges, nightly
from worker.runtimes.control import Control
from worker.runtimes.service import Service
from worker.runtimes.turns import poll, reload
from worker.wiring.sources import Reader

log = structlog.get_logger()

IDLE = 1.0
"""Seconds between two looks at what time may have made due."""
BETWEEN = 0.05
"""And between two looks at what came: a commit more or less makes no difference to what waits for `settle`."""
RELOAD_EVERY = 2.0
AFTER_FAILURE = 5.0


@dataclass(frozen=True, slots=True)
class Polled:
    reader: Reader
    every: Span


@dataclass(slots=True)
class Embedded:
    """A service with everything that turns it. `server` None: nothing is served."""

    service: Service
    polled: Sequence[Polled]
    server: Server | None
    host: str = ""
    port: int = 0
    control: Control | None = None
    stopping: asyncio.Event = field(default_factory=asyncio.Event)

    async def run(self) -> None:
        """Runs until SIGTERM or SIGINT, then drains: what was accepted is committed, what is being sent gets its
        receipt.
        """
        loop = asyncio.get_running_loop()
        for name in (signal.SIGTERM, signal.SIGINT):
            loop.add_signal_handler(name, self.stopping.set)
        await self.service.configure()
        if self.server is not None:
            await self.server.start(self.host, self.port)
        if self.control is not None:
            await self.control.start()
        loops = [self._deciding, self._dispatching, self._reloading, self._nightly]
        tasks = [asyncio.create_task(self._again(one)) for one in loops]
        tasks += [asyncio.create_task(self._polling(one)) for one in self.polled]
        log.info("running", workspace=self.service.journal.workspace, sources=len(self.polled))
        await self.stopping.wait()
        log.info("stopping")
        if self.server is not None:
            await self.server.stop()
        if self.control is not None:
            await self.control.stop()
        await asyncio.wait(tasks, timeout=30)
        for task in tasks:
            task.cancel()
        log.info("stopped")

    async def once(self) -> None:
        """Reads every source once, decides everything, sends what is due. For cron and CI."""
        await self.service.configure()
        for polled in self.polled:
            await poll(self.service, polled.reader)
        await self.service.decide_all()
        self.service.look_at_rules()
        while await self.service.dispatcher.step(self.service.now()):
            await self.service.decide_all()

    # loops ----------------------------------------------------------------------------------------------------

    async def _again(self, turn: Callable[[], Awaitable[bool]]) -> None:
        """Turns until the end; True means that there is more to do at once."""
        while not self.stopping.is_set():
            try:
                more = await turn()
                metrics.store_ready.set(1)
                self.service.away = ""
            except StoreAway as error:
                metrics.store_ready.set(0)
                self.service.away = str(error)
                log.error("the store cannot be written", why=str(error))
                more = await self._wait(AFTER_FAILURE)
            except Exception:
                log.exception("a turn failed", turn=getattr(turn, "__name__", "?"))
                more = await self._wait(AFTER_FAILURE)
            if more:
                await asyncio.sleep(0)

    async def _wait(self, seconds: float) -> bool:
        """Waits, but not longer than until the end. False, for whoever had nothing more to do."""
        with suppress(TimeoutError):
            await asyncio.wait_for(self.stopping.wait(), seconds)
        return False

    async def _deciding(self) -> bool:
        self.service.wake.clear()
        if await self.service.decider.step():
            return True
        waiting = [asyncio.create_task(event.wait()) for event in (self.service.wake, self.stopping)]
        await asyncio.wait(waiting, timeout=IDLE, return_when=asyncio.FIRST_COMPLETED)
        for one in waiting:
            one.cancel()
        return await self._wait(BETWEEN)

    async def _dispatching(self) -> bool:
        if self.service.standing.is_known and await self.service.dispatcher.step(self.service.now()):
            return True
        return await self._wait(IDLE)

    async def _reloading(self) -> bool:
        await self._wait(RELOAD_EVERY)
        await reload(self.service)
        return False

    async def _nightly(self) -> bool:
        self.service.look_at_rules()
        gauges.look(self.service)
        await nightly.turn(self.service)
        return await self._wait(60)

    async def _polling(self, polled: Polled) -> None:
        while not self.stopping.is_set():
            try:
                await poll(self.service, polled.reader)
            except (StoreAway, ConfigError) as error:
                log.error("source not read", source=polled.reader.name, why=str(error))
            except Exception:
                log.exception("source not read", source=polled.reader.name)
            await self._wait(polled.every / 1_000_000)
