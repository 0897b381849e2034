"""`sparekey run`: the service, until it is told to stop. Owns its options and what it says at the start."""

import asyncio
import gc
import sys
from pathlib import Path

import click

from connectors.errors import ConfigError
from worker.cli import options
from worker.config.load import Configuration, load
from worker.config.sparekey import span_of
from worker.http.server import Server
from worker.runtimes import opening
from worker.runtimes.control import Control
from worker.runtimes.embedded import Embedded, Polled
from worker.runtimes.service import Service
from worker.wiring.connections import connections
from worker.wiring.sources import READERS, reader


@click.command("run")
@options.folder
@click.option(
    "--once", is_flag=True, help="Read every source once, decide, send what is due, and end: for cron and CI."
)
@click.option(
    "--role", type=click.Choice(["all", "intake", "worker", "dispatch"]), default="all", help="all, on SQLite."
)
def run_command(folder: Path, once: bool, role: str) -> None:
    """The service: takes webhooks, reads its sources, decides, and sends. SIGTERM or Ctrl-C ends it in order.

    \b
    sparekey run                 until it is stopped
    sparekey run --once          from cron

    Exit codes: 0 stopped in order; 2 the configuration is wrong, or another process has the store.
    """
    if role != "all":
        raise ConfigError(
            f"--role {role} needs PostgreSQL", "with SQLite one process does everything: leave --role away"
        )
    configuration = load(folder)
    gc.freeze()
    sys.setswitchinterval(0.0005)  # a thread that reads a source gives way to deliveries within half a millisecond
    with opening.opened(configuration, at_once=once) as service:
        asyncio.run(_run(service, configuration, once))


async def _run(service: Service, configuration: Configuration, once: bool) -> None:
    embedded = _embedded(service, configuration)
    if once:
        await embedded.once()
        return
    settings = configuration.settings
    click.echo(f"sparekey runs for workspace '{settings.workspace}': {len(service.book.rules)} rules", err=True)
    where = f"http://{settings.http.listen}" if settings.http.listen else "nowhere: http.listen is ''"
    click.echo(f"webhooks, /healthz, /readyz and /metrics: {where}. Stop with Ctrl-C.", err=True)
    await embedded.run()


def _embedded(service: Service, configuration: Configuration) -> Embedded:
    settings = configuration.settings
    host, _, port = settings.http.listen.rpartition(":")
    polled = [
        Polled(reader(said.kind, name, configuration.path(said.path), said.services), span_of(said.every))
        for name, said in settings.sources.items()
        if said.kind in READERS
    ]
    server = Server(connections(configuration), service.receiver, service.ready) if settings.http.listen else None
    control = Control(service, opening.socket_path(configuration))
    return Embedded(service, polled, server, host, int(port or 0), control)
