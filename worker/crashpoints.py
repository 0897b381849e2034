"""Named points at which a test may kill this process, as a power cut would.

Owns the names, so that tests can visit all of them. Without SPAREKEY_CRASH_AT nothing here does anything.
"""

import os
import signal

POINTS = (
    "c1.begin",
    "c1.written",
    "c1.committed",
    "intake.acknowledged",
    "fold.slice",
    "c2.written",
    "c2.committed",
    "checkpoint.written",
    "back.restored",
    "back.folded",
    "d1.committed",
    "sink.before",
    "sink.after",
    "d2.committed",
    "retention.chunk",
    "rebuild.before-swap",
    "rebuild.after-swap",
)

_AT, _, _TIMES = os.environ.get("SPAREKEY_CRASH_AT", "").partition(":")
_seen = 0


def reach(point: str) -> None:
    """Kills the process at the point that SPAREKEY_CRASH_AT=POINT[:NTH-TIME] names."""
    global _seen  # noqa: PLW0603  # one process, one counter
    if point != _AT:
        return
    _seen += 1
    if _seen == int(_TIMES or 1):
        os.kill(os.getpid(), signal.SIGKILL)
