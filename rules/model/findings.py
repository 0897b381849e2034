"""What a rule concluded, why, and what it chose not to say.

Owns the results of the engine. Knows no state and no text: words are `rules/speech`'s.
"""

from typing import Literal

import msgspec

from rules.model.actions import Action, Value
from rules.model.times import Instant

Confidence = Literal["low", "medium", "high"]
Status = Literal["open", "resolved", "withdrawn"]
MAX_EVIDENCE = 200


class CountSeen(msgspec.Struct, frozen=True, omit_defaults=True):
    """One count as it stood when the finding opened. Times are those of its oldest and newest entry."""

    name: str
    n: int
    first: Instant = 0
    last: Instant = 0
    measures: dict[str, Value] = {}
    events: tuple[str, ...] = ()  # event ids, oldest first, at most MAX_EVIDENCE
    links: tuple[str, ...] = ()
    truncated: bool = False


class ClauseSeen(msgspec.Struct, frozen=True, omit_defaults=True):
    """One clause with the values it read. `held` is None where something was unknown or failed."""

    text: str
    held: bool | None
    values: dict[str, Value] = {}
    stage: str = "fire"


class LeftOut(msgspec.Struct, frozen=True, omit_defaults=True):
    """How many events of the same key were not counted, by guard."""

    bot: int = 0
    mechanical: int = 0


class Evidence(msgspec.Struct, frozen=True, omit_defaults=True):
    """What made a finding true, stored when it opens because entries expire. `event` is what it was decided on."""

    event: str = ""
    counts: tuple[CountSeen, ...] = ()
    clauses: tuple[ClauseSeen, ...] = ()
    left_out: LeftOut = LeftOut()
    since: Instant = 0  # with `hold`: true since
    reviewers_only: int = 0  # people who review here but change nothing: why the confidence is lower
    reviews_known: bool = False
    team_size: int = 0  # people active in 13 weeks, in the team or the workspace


class Finding(msgspec.Struct, frozen=True, omit_defaults=True):
    """A rule's judgement about `key`. `id` = hash(workspace, rule, key, ordinal)."""

    id: str
    rule: str
    meaning: str
    key: tuple[str, ...]
    per: tuple[str, ...]  # the paths that `key` gives values for
    ordinal: int
    opened_at: Instant
    confidence: Confidence
    evidence: Evidence
    area: str | None = None
    person: str | None = None
    case: str | None = None
    held: bool = False  # about a state (the rule has `hold`), not a moment
    status: Status = "open"
    resolved_at: Instant = 0
    ended_by: str = ""  # the condition that held no more
    actions: tuple[Action, ...] = ()
    mode: str = "ask"


class Suppressed(msgspec.Struct, frozen=True, omit_defaults=True):
    """A 'no' with its reason, e.g. reason 'cooldown', detail 'until 12 May'."""

    rule: str
    key: tuple[str, ...]
    reason: str
    at: Instant
    detail: str = ""


class Decision(msgspec.Struct):
    """What one batch came to. `withdrawn` is filled by going back for late events only."""

    opened: list[Finding] = []
    resolved: list[Finding] = []
    suppressed: list[Suppressed] = []
    events: int = 0
    unknown: dict[str, int] = {}
    errors: dict[str, int] = {}
