"""How sure a finding is: computed, never chosen.

high: at least twice the rule's minimum, and history and review data cover the window; low: the history is shorter
than the window, or entries were cut; otherwise medium. People who reviewed enough to carry the area, but changed
nothing, lower it by one: could a reviewer ship a fix alone?
"""

from rules.engine.facts import areas
from rules.engine.frame import Frame
from rules.engine.plans import RulePlan
from rules.model.findings import Confidence
from rules.model.times import Instant

_LOWER: dict[Confidence, Confidence] = {"high": "medium", "medium": "low", "low": "low"}


def confidence(plan: RulePlan, frame: Frame, area: str | None) -> tuple[Confidence, int]:
    """The confidence, and how many people review here without changing anything."""
    found = _by_volume(plan, frame)
    reviewers = 0
    if area is not None and _speaks_of_carriers(plan):
        reviewers = areas.reviewers_without_changes(frame.facts, area, frame.at)
    return (_LOWER[found] if reviewers else found), reviewers


def _by_volume(plan: RulePlan, frame: Frame) -> Confidence:
    facts, at = frame.facts, frame.at
    window = max((count.count.window or 0 for count in plan.counts), default=0)
    if at - facts.first_at < window or _truncated(plan, frame):
        return "low"
    minimum = next((found for clause in plan.rule.fire for found in clause.minimums), None)
    if minimum is None:
        return "medium"
    name, number = minimum
    tally = next(count.standing(frame) for count in plan.counts if count.count.name == name)
    covered = _reviews_cover(facts.reviews_at, at, window)
    return "high" if tally and covered and tally.n >= 2 * plan.rule.number(number) else "medium"


def _truncated(plan: RulePlan, frame: Frame) -> bool:
    tallies = (count.standing(frame) for count in plan.counts)
    return any(tally is not None and tally.truncated(frame.at) for tally in tallies)


def _reviews_cover(reviews_at: Instant, at: Instant, window: int) -> bool:
    return bool(reviews_at) and at - reviews_at <= window


def _speaks_of_carriers(plan: RulePlan) -> bool:
    return any("area.carriers" in clause.reads for clause in plan.rule.fire)
