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

_armed = ""
_left = 0


def arm(said: str) -> None:
    """POINT or POINT:N: the process dies when it comes there for the N-th time. '' disarms."""
    global _armed, _left  # noqa: PLW0603  # one process dies once
    _armed, _, times = said.partition(":")
    _left = int(times or 1)


def reach(point: str) -> None:
    """Kills the process where it was armed to die."""
    global _left  # noqa: PLW0603
    if point != _armed:
        return
    _left -= 1
    if _left == 0:
        os.kill(os.getpid(), signal.SIGKILL)


arm(os.environ.get("SPAREKEY_CRASH_AT", ""))
