"""A small chart in one line: how much there was, week by week. Owns its two alphabets, and what a terminal takes."""

import sys
from collections.abc import Sequence

WIDEST = 40
BLOCKS = "▁▂▃▄▅▆▇█"
ASCII = ".:-=+*#@"


def chart(numbers: Sequence[int], blocks: bool) -> str:
    """One sign a week, or as many weeks a sign as it takes to stay within WIDEST; '·' or a blank where nothing was."""
    weeks = weeks_a_sign(len(numbers))
    sums = [sum(numbers[start : start + weeks]) for start in range(0, len(numbers), weeks)]
    most = max(sums, default=0)
    signs, none = (BLOCKS, "·") if blocks else (ASCII, " ")
    return "".join(signs[(one * len(signs) - 1) // most] if one else none for one in sums)


def weeks_a_sign(weeks: int) -> int:
    return max(1, -(-weeks // WIDEST))


def spelled(line: str) -> str:
    """With a question mark for what standard output cannot take."""
    encoding = getattr(sys.stdout, "encoding", None) or "utf-8"
    return line.encode(encoding, "replace").decode(encoding)


def can_blocks() -> bool:
    """Whether standard output takes more than ASCII."""
    return (getattr(sys.stdout, "encoding", "") or "").lower().replace("-", "") in ("utf8", "utf8sig")
