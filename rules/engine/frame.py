"""One evaluation's context: an event (or a due time), the facts, and the names bound so far.

Owns what the getters of `readers.py` read while a rule is evaluated. Decides nothing.
"""

from rules.engine.facts.rows import Facts
from rules.engine.tally import Tally
from rules.model.actions import Value
from rules.model.events import Event
from rules.model.times import Instant

Key = tuple[str, ...]
Tallies = dict[str, dict[Key, Tally]]


class Frame:
    """`values` caches what was read of the event itself, shared by all rules that look at it.

    `bound` holds the `each` names of the combination at hand; `key` and `tallies` (of the rule, by count name and
    key) are set when a decision is asked.
    """

    __slots__ = ("areas", "at", "bound", "credited", "event", "facts", "key", "tallies", "values")

    def __init__(self, facts: Facts, event: Event | None, at: Instant) -> None:
        self.facts = facts
        self.event = event
        self.at = at
        self.values: dict[str, Value] = {}
        self.bound: dict[str, str] = {}
        self.key: Key = ()
        self.tallies: Tallies = {}
        self.areas: tuple[str, ...] = ()
        self.credited: tuple[str, ...] = ()

    def asking(self, bound: dict[str, str], key: Key, tallies: Tallies) -> "Frame":
        """This frame, pointed at one combination of one rule."""
        self.bound, self.key, self.tallies = bound, key, tallies
        return self
