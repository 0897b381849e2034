"""Sinks by kind: from what sparekey.yml says to something that can be written to.

Owns the literal table. Adding a sink is one function here, its folder under connectors, and a line in the contract
suite.
"""

import sys
from collections.abc import Callable

from connectors.base import Sink
from connectors.errors import ConfigError
from connectors.files import sink as files
from connectors.mail import sink as mail
from connectors.terminal import sink as terminal
from worker.config import secrets
from worker.config.load import Configuration
from worker.config.sparekey import Sink as Said


def sinks(configuration: Configuration) -> dict[str, Sink]:
    """Every sink by its name, in the order of the file. Raises ConfigError for the first that cannot be made."""
    return {name: _sink(name, said, configuration) for name, said in configuration.settings.sinks.items()}


def _sink(name: str, said: Said, configuration: Configuration) -> Sink:
    make = SINKS.get(said.kind)
    if make is None:
        raise ConfigError(f"sinks: {name}: '{said.kind}' cannot be written to yet", f"these can: {', '.join(SINKS)}")
    return make(name, said, configuration)


def _files(name: str, said: Said, configuration: Configuration) -> Sink:
    return files.sink(configuration.path(said.path))


def _mail(name: str, said: Said, configuration: Configuration) -> Sink:
    found = secrets.read(
        [said.token_env] * bool(said.token_env), [said.token_file] * bool(said.token_file), f"sinks: {name}"
    )
    password = found[0].reveal() if found else ""
    return mail.sink(said.host, said.port, said.security, said.sender, said.user, password, said.unsubscribe)


SINKS: dict[str, Callable[[str, Said, Configuration], Sink]] = {
    "terminal": lambda name, said, configuration: terminal.sink(sys.stdout),
    "files": _files,
    "mail": _mail,
}
