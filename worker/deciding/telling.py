"""What was decided, as metrics and log lines. Owns which; no people in them."""

from collections.abc import Sequence

import structlog

from rules.model.findings import Finding
from worker import metrics
from worker.deciding.memory import Memory, Outcome

log = structlog.get_logger()


def tell(outcome: Outcome, memory: Memory, opened: Sequence[Finding] | None = None) -> None:
    """After the commit, so that nothing is told that is not so. `opened`: what is new of a past that was folded
    again.
    """
    metrics.events_decided.inc(outcome.events)
    for finding in outcome.opened if opened is None else opened:
        metrics.findings_opened.labels(rule=finding.rule).inc()
        log.info(
            "finding opened", finding=finding.id, rule=finding.rule, area=finding.area, confidence=finding.confidence
        )
    for finding in outcome.ended:
        metrics.findings_resolved.labels(rule=finding.rule).inc()
        log.info("finding ended", finding=finding.id, rule=finding.rule, why=finding.ended_by)
    for (rule, reason), times in outcome.suppressed.items():
        metrics.suppressed.labels(rule=rule, reason=reason).inc(times)
    for rule, times in outcome.errors.items():
        metrics.rule_errors.labels(rule=rule).inc(times)
        log.warning("a rule raised", rule=rule, times=times)
    if memory.mark is not None:
        metrics.decided_until_seconds.set(memory.at / 1_000_000)
