"""Guards that keep an event from counting, and a finding from opening.

Owns the reasons. Opt-outs and budgets are not here: they are applied when something is sent.
"""

from rules.engine.facts import people
from rules.engine.facts.rows import Facts
from rules.engine.plans import Program
from rules.engine.state import RuleState, State
from rules.language.rule import Guards, Rule
from rules.model.events import Event
from rules.model.times import DAY, Instant

MAX_ERRORS = 20
SHORT_HISTORY = 30 * DAY
"""A rule with counts says nothing in the first month of a history, or before its window is full if that is sooner."""


def event_guard(program: Program, facts: Facts, event: Event) -> str:
    """'bot', 'mechanical', 'size' or '' : why the event may not count. 'size' depends on each rule's `max_files`."""
    bots = facts.configured.bots
    if event.automated or (bots and _who(event) in bots):
        return "bot"
    if event.pull_request is None:
        return ""
    seen = facts.seen.pull_request.get(event.pull_request.id, event.pull_request)
    if seen.mechanical:
        return "mechanical"
    return "size" if files_of(facts, event) > program.smallest_mechanical else ""


def _who(event: Event) -> str | None:
    """Whose doing it is. Of a merge that is the author: who pressed the button may well be a bot."""
    if event.pull_request is None:
        return event.actor
    if event.review is not None:
        return event.review.author
    return event.comment.author if event.comment else event.pull_request.author


def files_of(facts: Facts, event: Event) -> int:
    """Files of the change, by whatever source said most."""
    seen = event.pull_request and facts.seen.pull_request.get(event.pull_request.id)
    return max((seen.files or 0) if seen else 0, event.path_count, len(event.paths or ()))


def ignores(guards: Guards, guard: str, files: int) -> bool:
    """Whether a rule with these settings leaves an event out that `event_guard` pointed at."""
    if guard == "bot":
        return guards.bots
    return guards.mechanical and (guard == "mechanical" or files > guards.max_files)


def ignored_by_knowledge(guard: str, files: int) -> bool:
    """The ledger has one setting for all rules: the defaults."""
    return bool(guard) and ignores(Guards(), guard, files)


def suppression(state: State, rule: Rule, own: RuleState, key_area: str | None, team: str | None, at: Instant) -> str:
    """The first reason, in the fixed order, why nothing may open now; '' is none. Open findings and cooldown follow."""
    guards, facts = rule.guards, state.facts
    if own.errors >= MAX_ERRORS:
        return "rule error"
    if guards.warm_up and at < state.live_from:
        return "warming up"
    if guards.warm_up and rule.counts and at - facts.first_at < _needed_history(rule):
        return "history too short"
    if key_area is not None:
        if facts.configured.area(key_area).archived:
            return "area archived"
        row = facts.area.get(key_area)
        if guards.new_area_days and row and row.first_change and at - row.first_change < guards.new_area_days * DAY:
            return "area young"
    if guards.small_people and people.active_people(facts, team or "", at) < guards.small_people:
        return "fewer than 3 active people" if guards.small_people == 3 else "team too small"
    return ""


def _needed_history(rule: Rule) -> int:
    return min(SHORT_HISTORY, max((count.window or 0 for count in rule.counts), default=0))
