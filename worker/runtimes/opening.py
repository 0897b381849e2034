"""Opening a workspace for whoever needs it: the running process, a command that holds the lock, or one that only reads.

Owns the steps from a folder to a service: configuration, lock, store, sinks.
"""

import os
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from functools import partial
from pathlib import Path

from connectors.errors import ConfigError
from worker import clock
from worker.config.load import Configuration, load
from worker.http.deliveries import again
from worker.intake.receive import Reserve
from worker.runtimes.service import Given, Service
from worker.store import heads
from worker.store.database import Store, open_for_reading, open_store, path_of
from worker.store.heads import Head
from worker.store.lock import Lock
from worker.wiring.connections import connections
from worker.wiring.sinks import sinks


def store_path(configuration: Configuration) -> Path:
    return path_of(configuration.settings.store, configuration.folder)


def socket_path(configuration: Configuration) -> Path:
    """Where the running process listens for commands."""
    store = store_path(configuration)
    return store.with_name(store.name + ".sock")


@contextmanager
def opened(configuration: Configuration, at_once: bool = False) -> Iterator[Service]:
    """The workspace with its lock held. `at_once`: nothing waits for later events, as for one that runs and ends.

    Raises ConfigError where another process has it, or it cannot be opened.
    """
    settings = configuration.settings
    if settings.runtime != "embedded":
        raise ConfigError(f"runtime '{settings.runtime}' is not there yet", "runtime: embedded")
    path = store_path(configuration)
    if not path.parent.is_dir():
        raise ConfigError(f"the folder of the store, {path.parent}, does not exist", "make it, or change 'store'")
    lock = Lock(path).take()
    try:
        store = open_store(path)
        try:
            reserve = Reserve(settings.reserve.megabytes, settings.reserve.percent)
            given = Given(clock.now, sinks(configuration), reserve=reserve)
            service = Service(store, configuration, replace(given, settle=0, gather=0) if at_once else given)
            service.retry = partial(_again, service)
            yield service
        finally:
            store.close()
    finally:
        lock.release()


async def _again(service: Service, source: str, reference: str, payload: bytes) -> str:
    """A delivery that was verified when it came, once more."""
    connection = connections(service.configuration).get(source)
    if connection is None:
        raise ConfigError(f"there is no connection '{source}' any more", "its deliveries cannot be read without it")
    return (await again(connection, reference, payload, service.receiver)).text


@contextmanager
def read(folder: Path) -> Iterator[tuple[Configuration, Store, Head]]:
    """The store beside a running process, for looking only. Raises ConfigError where there is none yet."""
    configuration = load(folder)
    store = open_for_reading(store_path(configuration))
    try:
        with store.reading() as connection:
            head = heads.load(connection, configuration.settings.workspace)
        if head is None:
            raise ConfigError(
                f"the store knows no workspace '{configuration.settings.workspace}'", "`sparekey run` makes it"
            )
        yield configuration, store, head
    finally:
        store.close()


def who() -> str:
    """Who types: for the audit log."""
    return os.environ.get("SUDO_USER") or os.environ.get("USER") or f"uid {os.getuid()}"
