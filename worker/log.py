"""Logging: facts as key and value on standard error. Owns level and form; what is said is the caller's.

One fact a line: on a terminal as text, elsewhere as a JSON object with `event` (what happened), `level`, `timestamp`
(RFC 3339, UTC), the fact's own keys, and `exception` (a traceback) after a fault. What libraries tell by `logging`
comes the same way, with `library` as who said it. Never secrets, bodies of messages or names of people: what is called
like a secret, or is the value of one that was read, is hidden at any depth; no value is longer than 500 characters;
control characters are escaped. Standard output belongs to the commands.
"""

import logging
import os
import re
import sys
from collections.abc import Mapping, MutableMapping

import structlog

from worker.config.secrets import hidden

_SECRET = re.compile(
    r"token|secret|passw|passphrase|authori[sz]ation|signature|cookie|credential|bearer|(api|private|access)[-_]?key",
    re.IGNORECASE,
)
_CONTROL = re.compile(r"[\x00-\x08\x0b-\x1f\x7f-\x9f\u2028-\u202e\u2066-\u2069]")
"""What a terminal obeys instead of showing."""
MOST = 500
"""Characters of one value; a traceback may have more."""
MOST_TRACEBACK = 8_000
MOST_INSIDE = 50
"""Values in one list or mapping."""
DEEPEST = 4

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
    if _libraries not in logging.root.handlers:
        logging.root.addHandler(_libraries)


def discreet(logger: object, method: str, said: MutableMapping[str, object]) -> MutableMapping[str, object]:
    """Hides secrets by the name of their key and by their value, and bounds what is left."""
    for key, value in list(said.items()):
        most = MOST_TRACEBACK if key == "exception" else MOST
        said[key] = "[secret]" if _SECRET.search(key) else _bounded(value, most)
    return said


def _bounded(value: object, most: int, depth: int = 0) -> object:
    if value is None or isinstance(value, bool | int | float):
        return value
    if isinstance(value, Mapping) and depth < DEEPEST:
        some = list(value.items())[:MOST_INSIDE]
        return {_text(key, most): _inside(str(key), one, most, depth) for key, one in some}
    if isinstance(value, list | tuple) and depth < DEEPEST:
        return [_bounded(one, most, depth + 1) for one in value[:MOST_INSIDE]]
    return _text(value, most)


def _inside(key: str, value: object, most: int, depth: int) -> object:
    return "[secret]" if _SECRET.search(key) else _bounded(value, most, depth + 1)


def _text(value: object, most: int) -> str:
    try:
        text = value if isinstance(value, str) else str(value)
    except Exception:  # a line of the log takes nobody along
        text = f"<{type(value).__name__}>"
    shown = _CONTROL.sub(lambda found: found[0].encode("unicode_escape").decode(), hidden(text))
    return shown if len(shown) <= most else f"{shown[: most - 1]}…"


class _Libraries(logging.Handler):
    """What libraries say, said as we say it."""

    def emit(self, record: logging.LogRecord) -> None:
        log = structlog.get_logger()
        say = log.error if record.levelno >= logging.ERROR else log.warning
        try:
            say(record.getMessage(), library=record.name, exc_info=record.exc_info or None)
        except Exception:
            self.handleError(record)


_libraries = _Libraries(logging.WARNING)
