"""What somebody types after a task: the words of the task itself, or options. Owns reading them.

Both `later 30d` and `known until 2027-03-31`, `other: @ada with @ben` and `wrong: too small` are read as they stand in
the task. What the words mean is `worker/intake/answers.py`'s.
"""

import re
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from difflib import get_close_matches
from zoneinfo import ZoneInfo

from connectors.errors import ConfigError
from rules.model.times import DAY, Instant, instant
from worker.intake.answers import WRONG

_FILLING = frozenset({"until", "with", "and", "for"})
_LENGTH = re.compile(r"([1-9][0-9]{0,3}) ?d(ays)?")


@dataclass(frozen=True, slots=True)
class Typed:
    """`until` 0: not said. The people are as somebody wrote them."""

    says: str
    until: Instant = 0
    mentor: str = ""
    learner: str = ""
    why: str = ""


def typed_words(words: Sequence[str], now: Instant, zone: str) -> Typed:
    """Raises ConfigError for words that do not belong to the answer."""
    says, *rest = " ".join(words).split() or [""]
    says = says.rstrip(":").lower()
    rest = [word for word in rest if word.lower() not in _FILLING]
    if says in ("later", "known") and rest:
        return Typed(says, until=when(" ".join(rest), now, zone))
    if says == "other" and len(rest) == 2:
        return Typed(says, mentor=rest[0].lstrip("@"), learner=rest[1].lstrip("@"))
    if says == "wrong" and rest:
        return Typed(says, why=reason(" ".join(rest)))
    if rest:
        said = "takes two people, such as other: @ada with @ben" if says == "other" else f"takes no '{rest[0][:40]}'"
        raise ConfigError(f"'{says[:40]}' {said}", "answers: yes, other, later, known, no, wrong, done")
    return Typed(says)


def when(text: str, now: Instant, zone: str) -> Instant:
    """'30d', or a date: its beginning in this zone."""
    length = _LENGTH.fullmatch(text)
    if length is not None:
        return now + int(length[1]) * DAY
    try:
        until = instant(datetime.combine(date.fromisoformat(text), datetime.min.time(), ZoneInfo(zone)))
    except ValueError:
        raise ConfigError(f"'{text[:40]}' is no time", "such as 30d, or 2027-03-31") from None
    if until <= now:
        raise ConfigError(f"{text} is past", "give a day that is still to come")
    return until


def reason(text: str) -> str:
    """The reason that is meant; the text itself is kept nowhere."""
    said = "-".join(text.lower().split())
    return next(iter(get_close_matches(said, WRONG, n=1, cutoff=0.6)), "other")
