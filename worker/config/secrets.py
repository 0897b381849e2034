"""Secrets: read from a variable or a file when they are needed, and never told again.

Owns where they are read and the list of values that no log line may hold. They are never part of a configuration's
model.
"""

import os
from collections.abc import Sequence
from pathlib import Path

from connectors.errors import ConfigError

SHORTEST = 8
"""Shorter values are no secrets: hiding them would hide half of every line."""

_known: set[str] = set()


class Secret:
    """A value that shows itself only when asked for by name."""

    __slots__ = ("_value", "origin")

    def __init__(self, value: str, origin: str) -> None:
        self._value = value
        self.origin = origin
        if len(value) >= SHORTEST:
            _known.update((value, repr(value)[1:-1]))  # also as an error shows it

    def reveal(self) -> str:
        return self._value

    def __repr__(self) -> str:
        return f"Secret({self.origin})"


def read(variables: Sequence[str], files: Sequence[str], whose: str) -> tuple[Secret, ...]:
    """Every secret that is named. Raises ConfigError where one cannot be read or is empty."""
    found = [Secret(os.environ.get(name, ""), f"${name}") for name in variables if name]
    for name in files:
        try:
            found += [Secret(Path(name).expanduser().read_text(encoding="utf-8").strip(), name)] if name else []
        except (OSError, UnicodeDecodeError) as error:
            raise ConfigError(f"{whose}: the secret file {name} cannot be read: {error}") from None
    for secret in found:
        if not secret.reveal():
            raise ConfigError(f"{whose}: {secret.origin} is empty", "set it in the environment, or write the file")
    return tuple(found)


def hidden(text: str) -> str:
    """The text without any secret that was read in this process."""
    for value in sorted(_known, key=len, reverse=True):  # one may begin another
        if value in text:
            text = text.replace(value, "[secret]")
    return text
