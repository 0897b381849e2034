"""`hold` and `cooldown`: when a true condition may open a finding, and when an open one ends.

Owns both clocks. They are not restarted by repeats.
"""

from rules.engine.frame import Frame, Key
from rules.engine.plans import RulePlan
from rules.engine.state import Hold, Last, RuleState
from rules.engine.waits import span_of
from rules.model.times import Instant


def begin(own: RuleState, key: Key, at: Instant) -> tuple[Hold, bool]:
    """The hold of a key whose `fire` is true; True if this is the moment it became so."""
    hold = own.holds.get(key)
    if hold is not None:
        return hold, False
    hold = own.holds[key] = Hold(at)
    return hold, True


def end(own: RuleState, key: Key) -> str:
    """`fire` is not true any more: the id of the finding that this resolves, or ''."""
    hold = own.holds.pop(key, None)
    return hold.finding if hold else ""


def cooling(plan: RulePlan, own: RuleState, frame: Frame) -> str:
    """'cooldown' while the least gap since the last finding of the key (or its part) has not passed, else ''."""
    cooldown = plan.rule.cooldown
    if cooldown is None:
        return ""
    since = last_opened(plan, own, frame)
    if since is None:
        return ""
    if cooldown.span is None:
        return "cooldown"
    span = span_of(plan, cooldown.span, frame)
    return "cooldown" if span is None or frame.at - since < span else ""


def opened(plan: RulePlan, own: RuleState, frame: Frame) -> int:
    """Notes an opening; gives its ordinal for the key, from 1."""
    last = own.last.get(frame.key)
    ordinal = last.ordinal + 1 if last else 1
    own.last[frame.key] = Last(frame.at, ordinal)
    part = _part(plan, frame)
    if part is not None:
        own.cooled[part] = frame.at
    return ordinal


def last_opened(plan: RulePlan, own: RuleState, frame: Frame) -> Instant | None:
    if plan.cooldown_per:
        part = _part(plan, frame)
        return own.cooled.get(part) if part is not None else None
    last = own.last.get(frame.key)
    return last.opened_at if last else None


def _part(plan: RulePlan, frame: Frame) -> Key | None:
    if not plan.cooldown_per:
        return None
    return tuple(str(get(frame)) for get in plan.cooldown_per)
