"""What the demo came to: two moments of one story. Owns the shape that its screen and its JSON read."""

from collections import Counter
from dataclasses import dataclass

from rules.engine.explain import Explanation
from rules.engine.survey import Part
from rules.model.findings import Finding
from rules.model.times import Instant
from worker.rulebook import Rulebook


@dataclass(slots=True)
class Moment:
    """What stood at one time: findings by id with their newest status, and the map."""

    at: Instant
    findings: dict[str, Finding]
    parts: list[Part]
    suppressed: Counter[tuple[str, str]]
    unknown: dict[str, int]
    urgent: list[str]  # subjects of cases, most urgent first
    case_ids: dict[str, str]  # subject → case id
    silent: list[Explanation]  # busy parts about which the first rule did not speak
    drafts: int  # waiting for a person


@dataclass(slots=True)
class Played:
    book: Rulebook
    week: Moment
    later: Moment
    changes: int
    reviews: int
    postmortems: int
    events: int
    seconds: float
