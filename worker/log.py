"""Logging: facts as key and value on standard error. Owns level and form; what is said is the caller's.

Never secrets, bodies of messages or names of people. Standard output belongs to the commands.
"""

import logging
import os
import sys

import structlog

LEVELS = {"debug": logging.DEBUG, "info": logging.INFO, "warning": logging.WARNING, "error": logging.ERROR}


def configure(environment: "os._Environ[str] | dict[str, str]" = os.environ) -> None:
    """SPAREKEY_LOG is the lowest level that is told (default warning); JSON lines where nobody reads along."""
    level = LEVELS.get(environment.get("SPAREKEY_LOG", "warning").lower(), logging.WARNING)
    plain = structlog.dev.ConsoleRenderer(colors=False)
    structlog.configure(
        processors=[
            structlog.processors.add_log_level,
            structlog.processors.TimeStamper(fmt="iso", utc=True),
            plain if sys.stderr.isatty() else structlog.processors.JSONRenderer(),
        ],
        wrapper_class=structlog.make_filtering_bound_logger(level),
        logger_factory=structlog.PrintLoggerFactory(sys.stderr),
    )
