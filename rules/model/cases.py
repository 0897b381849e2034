"""A case: the one open story of an area, told by one task.

Owns the shape; when findings join, open or close a case is `rules/engine/cases`'s.
"""

import msgspec

from rules.model.times import Instant


class Case(msgspec.Struct, omit_defaults=True):
    """`subject` is an area id, or the key of a finding about a person's start or move."""

    id: str
    subject: str
    opened_at: Instant
    findings: list[str] = []
    open_findings: list[str] = []
    rules: list[str] = []
    held: bool = False  # has had a finding about a lasting state
    status: str = "open"  # open, waiting (one finding of low confidence), closed
    closed_at: Instant = 0
    silent_until: Instant = 0
    task: str = ""
    last_comment_at: Instant = 0
