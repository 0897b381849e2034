"""`--at`: as of when somebody asks. Owns reading it, and what is said of a time that nothing is known of."""

import re
from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo

from connectors.errors import ConfigError
from rules.model.times import DAY, HOUR, WEEK, Instant, instant
from rules.speech.amounts import day_time
from rules.speech.harmless import plain

_AGO = re.compile(r"([1-9][0-9]{0,3})([hdw])")
_UNITS = {"h": HOUR, "d": DAY, "w": WEEK}
_HINT = "such as 2025-11-12, '2025-11-12 09:00' or 7d (ago)"


def at_time(text: str, zone: str, newest: Instant) -> Instant:
    """'2025-11-12' is the end of that day, '2025-11-12 09:00' that minute, both in the zone; '7d' is before `newest`.

    Never after `newest`. Raises ConfigError for what is no time, and for a day after everything that is known.
    """
    ago = _AGO.fullmatch(text.strip())
    if ago is not None:
        return newest - int(ago[1]) * _UNITS[ago[2]]
    begins, ends = _span(text.strip(), zone)
    if begins > newest:
        raise ConfigError(f"nothing is known of {plain(text, 40)} yet", f"the newest is of {day_time(newest, zone)}")
    return min(ends, newest)


def _span(text: str, zone: str) -> tuple[Instant, Instant]:
    try:
        if len(text) == len("2025-11-12"):
            start = datetime.combine(date.fromisoformat(text), time(), ZoneInfo(zone))
            return instant(start.astimezone(UTC)), instant((start + timedelta(days=1)).astimezone(UTC))
        said = datetime.fromisoformat(text)
        found = instant(said if said.tzinfo else said.replace(tzinfo=ZoneInfo(zone)))
    except (ValueError, OverflowError):
        raise ConfigError(f"'{plain(text, 40)}' is no time", _HINT) from None
    return found, found + 1  # what happened at that very time is in it


def too_early(text: str, begins: Instant | None, zone: str) -> ConfigError:
    hint = f"the history begins on {day_time(begins, zone)}" if begins is not None else "the history is empty"
    return ConfigError(f"nothing is known of {plain(text, 40)}", hint)
