"""The only place that asks what time it is. Everything else gets time as a parameter."""

import time
from datetime import UTC, datetime

from rules.model.times import Instant, instant


def now() -> Instant:
    """Wall clock, UTC."""
    return instant(datetime.now(UTC))


def elapsed() -> float:
    """Seconds on a clock that never jumps; only differences mean anything."""
    return time.perf_counter()
