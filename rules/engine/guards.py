"""Guards that keep an event from counting, and a finding from opening.

Owns the reasons. Opt-outs and budgets are not here: they are applied when something is sent.
"""

from typing import NamedTuple

from rules.engine.facts import people
from rules.engine.facts.pulls import by_bot, files_of, known
from rules.engine.facts.rows import Facts
from rules.engine.plans import Program
from rules.engine.state import RuleState, State
from rules.language.rule import Guards, Rule
from rules.model.events import Event
from rules.model.times import DAY, Instant

MAX_ERRORS = 20
SHORT_HISTORY = 30 * DAY
"""A rule with counts says nothing in the first month of a history, or before its window is full if that is sooner."""


class Doubt(NamedTuple):
    """Why an event may not count; which of it matters is each rule's setting."""

    bot: bool
    mechanical: bool
    files: int

    def reason(self, guards: Guards) -> str:
        """'bot', 'mechanical' or '': what keeps the event from rules with these settings."""
        if self.bot and guards.bots:
            return "bot"
        return "mechanical" if guards.mechanical and (self.mechanical or self.files > guards.max_files) else ""


KNOWLEDGE = Guards()
"""The ledger has one setting for all rules: the defaults."""


def doubt(program: Program, facts: Facts, event: Event) -> Doubt | None:
    """None where no rule could have a reason to leave the event out."""
    bot, seen = by_bot(facts, event), known(facts, event)
    if seen is None:
        return Doubt(bot, False, 0) if bot else None
    mechanical, files = bool(seen.mechanical), files_of(facts, event)
    return Doubt(bot, mechanical, files) if bot or mechanical or files > program.smallest_mechanical else None


def suppression(state: State, rule: Rule, own: RuleState, key_area: str | None, team: str | None, at: Instant) -> str:
    """The first reason, in the fixed order, why nothing may open now; '' is none. Open findings and cooldown follow."""
    guards, facts = rule.guards, state.facts
    if own.errors >= MAX_ERRORS:
        return "rule error"
    if guards.warm_up and at < state.live_from:
        return "warming up"
    if guards.warm_up and rule.counts and at - facts.first_at < needed_history(rule):
        return "history too short"
    if key_area is not None:
        if facts.configured.area(key_area).archived:
            return "area archived"
        row = facts.area.get(key_area)
        if guards.new_area_days and row and row.first_change and at - row.first_change < guards.new_area_days * DAY:
            return "area young"
    if guards.small_people and people.active_people(facts, team or "", at) < guards.small_people:
        return f"fewer than {guards.small_people} active people"
    return ""


def needed_history(rule: Rule) -> int:
    return min(SHORT_HISTORY, max((count.window or 0 for count in rule.counts), default=0))
