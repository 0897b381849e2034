"""A digest: what may wait, a line each, in one message however much there is. Owns its wording and its limit."""

from collections.abc import Sequence
from dataclasses import dataclass

from rules.speech.amounts import count
from rules.speech.voice import Text, Voice

MOST_LINES = 15
FOOTER = "Nothing here needs an answer."
WHY = {
    "digest": "to know, nothing more",
    "budget": "another mattered more this week",
    "no recipient": "nobody is named who could be asked",
    "unknown": "it may have reached you already",
    "rejected": "it could not be delivered where it belongs",
    "expired": "its moment has passed",
}
"""Why something is in the digest only. Any other reason stands as it was given."""


@dataclass(frozen=True, slots=True)
class Line:
    """`title` is harmless already (`task.headline`); `why` is a key of WHY, or a sentence from anywhere."""

    title: str
    why: str = "digest"


def digest_text(lines: Sequence[Line], voice: Voice) -> Text:
    """The first MOST_LINES, in the order given, and how many more there are."""
    shown = [f"- {line.title} ({WHY.get(line.why) or voice.safe(line.why)})" for line in lines[:MOST_LINES]]
    more = len(lines) - len(shown)
    shown += [f"- and {more:,} more: `sparekey findings` has them all"] if more else []
    return Text(f"{count(len(lines), 'thing')} that can wait", (("", "\n".join(shown)),), footer=FOOTER)
