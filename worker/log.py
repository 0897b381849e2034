"""Logging: facts as key and value on standard error. Owns level and form; what is said is the caller's.

One fact a line: on a terminal as text, elsewhere as a JSON object with `event` (what happened), `level`, `timestamp`
(RFC 3339, UTC) and the fact's own keys. Never secrets, bodies of messages or names of people: what is called like a
secret, or is the value of one that was read, is hidden, and no value is longer than 500 characters. Standard output
belongs to the commands.
"""

import logging
import os
import re
import sys
from collections.abc import MutableMapping

import structlog

from worker.config.secrets import hidden

_SECRET = re.compile(r"token|secret|password|authori[sz]ation|signature|cookie|credential", re.IGNORECASE)
MOST = 500
"""Characters of one value; a traceback may have more."""
MOST_TRACEBACK = 8_000

LEVELS = {"debug": logging.DEBUG, "info": logging.INFO, "warning": logging.WARNING, "error": logging.ERROR}


def configure(environment: "os._Environ[str] | dict[str, str]" = os.environ) -> None:
    """SPAREKEY_LOG is the lowest level that is told (default warning); JSON lines where nobody reads along."""
    level = LEVELS.get(environment.get("SPAREKEY_LOG", "warning").lower(), logging.WARNING)
    plain = structlog.dev.ConsoleRenderer(colors=False)
    structlog.configure(
        processors=[
            structlog.processors.add_log_level,
            structlog.processors.TimeStamper(fmt="iso", utc=True),
            structlog.processors.format_exc_info,
            discreet,
            plain if sys.stderr.isatty() else structlog.processors.JSONRenderer(),
        ],
        wrapper_class=structlog.make_filtering_bound_logger(level),
        logger_factory=structlog.PrintLoggerFactory(sys.stderr),
    )


def discreet(logger: object, method: str, said: MutableMapping[str, object]) -> MutableMapping[str, object]:
    """Hides secrets by the name of their key and by their value, and bounds what is left."""
    for key, value in list(said.items()):
        most = MOST_TRACEBACK if key == "exception" else MOST
        said[key] = "[secret]" if _SECRET.search(key) else _bounded(value, most)
    return said


def _bounded(value: object, most: int) -> object:
    if isinstance(value, str):
        shown = hidden(value)
        return shown if len(shown) <= most else f"{shown[: most - 1]}…"
    if isinstance(value, list | tuple):
        return [_bounded(one, most) for one in value[:50]]
    if value is None or isinstance(value, bool | int | float):
        return value
    return _bounded(str(value), most)
