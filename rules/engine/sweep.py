"""Keeps memory level: forgets what no later event could see.

Owns what may be forgotten: empty tallies, and the last opening of a key whose cooldown has passed and whose finding
numbers nobody needs. Forgetting never changes a decision.
"""

from rules.engine.plans import Program
from rules.engine.state import RuleState, State
from rules.language.rule import Rule
from rules.model.times import DAY, Instant

SUPPRESSIONS_KEPT = 400 * DAY


def sweep(state: State, program: Program, at: Instant) -> None:
    state.facts.activity.forget(at)
    for plan in program.rules.values():
        own = state.rules.get(plan.rule.id)
        if own is not None:
            _tallies(own, at)
            _cooled(plan.rule, own, at)
            _suppressed(own, at)


def _tallies(own: RuleState, at: Instant) -> None:
    for tallies in own.tallies.values():
        for key in [key for key, tally in tallies.items() if tally.idle(at)]:
            del tallies[key]


def _cooled(rule: Rule, own: RuleState, at: Instant) -> None:
    """The part of a key, not the key: `last` also numbers the findings and stays."""
    span = rule.cooldown.span.span if rule.cooldown and rule.cooldown.span else None
    if span is not None:
        for part in [part for part, since in own.cooled.items() if at - since >= span]:
            del own.cooled[part]


def _suppressed(own: RuleState, at: Instant) -> None:
    for found in [key for key, seen in own.suppressed.items() if at - seen.last > SUPPRESSIONS_KEPT]:
        del own.suppressed[found]
