"""Waits: RULES `after` and `unless`. Due times are worked out anew whenever somebody asks, so calendars may change."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from oracle.counts import Counts
from oracle.names import Context, Key
from oracle.past import Seen

from rules.language.rule import Duration, Rule
from rules.model.times import DAY, Instant

MISSED_AFTER = 7 * DAY


@dataclass(eq=False)
class Wait:
    """One decision to come: `length` after `base`, set at `set_at`; `left` more by `again` after it."""

    rule: Rule
    key: Key
    context: Context
    base: Instant
    length: Duration
    span: int | None  # None: working days
    person: str | None
    set_at: Instant
    left: int = 0


class Waits(Counts):
    def __init__(self) -> None:
        super().__init__()
        self.waits: list[Wait] = []

    def cancel(self, rule: Rule, seen: Seen) -> None:
        for listen in rule.unless:
            if (
                listen.kind == seen.kind
                and not self.ignored(rule, seen)
                and self.all_true(listen.when, self.bare(seen))
            ):
                parts = [self.path(path, self.bare(seen)) for path in listen.by or ()]
                self.waits = [w for w in self.waits if w.rule is not rule or not same(w.key, listen.matches, parts)]

    def start(self, rule: Rule, key: Key, context: Context) -> None:
        after = rule.after
        assert after is not None
        self.waits = [w for w in self.waits if (w.rule, w.key) != (rule, key)]
        base = self.path(after.start, context) if after.start else context.seen.at
        if base is None:
            self.no(rule, key, "from unknown")
        person = self.path(after.calendar, context) if after.calendar else None
        for length in after.waits:
            span = self.length(length, context)
            if base is not None and (span is not None or length.working_days is not None):
                wait = Wait(rule, key, context, base, length, span, person, self.world.now, after.times - 1)
                self.waits.append(wait)
            elif base is not None:
                self.no(rule, key, "for unknown")
        for wait in [w for w in self.waits if (w.rule, w.key) == (rule, key)]:
            self.miss(wait)

    def miss(self, wait: Wait) -> None:
        """What came to be known more than seven days too late is said to be missed, and its repeats go on."""
        while wait in self.waits and wait.set_at - self.due(wait) > MISSED_AFTER:
            self.no(wait.rule, wait.key, "missed")
            wait = self.past(wait)

    def past(self, wait: Wait) -> Wait:
        """The wait gives way to its next repeat, if there is one."""
        self.waits.remove(wait)
        after = wait.rule.after
        if wait.left and after is not None and after.again is not None:
            span = self.length(after.again, wait.context)
            if span is not None or after.again.working_days is not None:
                args = (wait.context, self.due(wait), after.again, span, wait.person, wait.set_at, wait.left - 1)
                self.waits.append(Wait(wait.rule, wait.key, *args))
                return self.waits[-1]
        return wait

    def length(self, length: Duration, context: Context) -> int | None:
        if length.expression is None:
            return length.span
        value = self.value(length.expression, context)
        return value if isinstance(value, int) else None

    def due(self, wait: Wait) -> Instant:
        if wait.span is not None:
            return wait.base + wait.span
        return self.world.plus(wait.base, wait.length.working_days or 0, wait.person)

    def decide_wait(self, wait: Wait) -> None:
        self.past(wait)
        self.ask(wait.rule, wait.key, wait.context)


def same(key: Key, positions: Sequence[int], parts: Sequence[Any]) -> bool:
    return all(part is not None and key[n] == part for n, part in zip(positions, parts, strict=True))
