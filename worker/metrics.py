"""What the service counts, for Prometheus. One registry of its own; no people in any label, and few values in each.

Owns names, labels and their meaning; who counts is elsewhere. `documented` is where docs/metrics.md comes from.
"""

from prometheus_client import (
    CollectorRegistry,
    Counter,
    Gauge,
    GCCollector,
    Histogram,
    PlatformCollector,
    ProcessCollector,
    disable_created_metrics,
    generate_latest,
)
from prometheus_client.metrics import MetricWrapperBase

# a second series for every counter, which nobody asks for
disable_created_metrics()  # type: ignore[no-untyped-call]  # it has no types
registry = CollectorRegistry()
ProcessCollector(registry=registry)
PlatformCollector(registry=registry)
GCCollector(registry=registry)
_all: list[MetricWrapperBase] = []
_FAST = (0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1.0, 2.5, 5.0)


def _counter(name: str, about: str, *labels: str) -> Counter:
    made = Counter(f"sparekey_{name}", about, labels, registry=registry)
    _all.append(made)
    return made


def _gauge(name: str, about: str, *labels: str) -> Gauge:
    made = Gauge(f"sparekey_{name}", about, labels, registry=registry)
    _all.append(made)
    return made


def _histogram(name: str, about: str, *labels: str) -> Histogram:
    made = Histogram(f"sparekey_{name}", about, labels, registry=registry, buckets=_FAST)
    _all.append(made)
    return made


# intake
deliveries_received = _counter(
    "webhooks",
    "Deliveries by webhook: accepted, ignored, malformed (kept as a dead letter), refused (4xx), away (503)",
    "source",
    "outcome",
)
events_ignored = _counter(
    "events_ignored",
    "Deliveries that no rule needs, by reason; 'other' after the first 200 of a source",
    "source",
    "reason",
)
events_received = _counter("events_received", "Events after their commit: new, duplicate", "origin", "outcome")
dead_letters = _counter("dead_letters", "What could not be read and was kept for a person", "source")
webhook_seconds = _histogram("webhook_seconds", "From a delivery's first byte to its answer", "source")
commit_seconds = _histogram(
    "commit_seconds", "Transactions: c1 intake, c2 decide, ck with checkpoint, d1 lease, d2 receipt, admin", "commit"
)
store_ready = _gauge("store_ready", "1 while the store can commit")
disk_free_bytes = _gauge("disk_free_bytes", "Free disk where the store is")
# deciding
events_decided = _counter("events_decided", "Events folded and committed; again when a past is folded again")
findings_opened = _counter("findings_opened", "Findings that opened", "rule")
findings_resolved = _counter("findings_resolved", "Findings that ended", "rule")
findings_withdrawn = _counter("findings_withdrawn", "Findings that turned out otherwise", "rule")
suppressed = _counter("suppressed", "Findings that did not open, by reason", "rule", "reason")
unknown = _gauge("unknown", "Questions of a rule that could not be answered, since the beginning", "rule")
rule_errors = _counter("rule_errors", "Exceptions of a rule", "rule")
answers = _counter("answers", "Answers to tasks, by what they say; to nudges without that", "rule", "says")
late_events = _counter("late_events", "Events that came after their time was decided")
too_late_events = _counter("too_late_events", "Late events that wait for the nightly rebuild")
went_back = _counter("went_back", "Times the past was folded again from a checkpoint")
rebuilds = _counter("rebuilds", "Times the whole journal was folded anew")
decided_until_seconds = _gauge("decided_until_seconds", "How far time has come, seconds since 1970")
undecided_events = _gauge("undecided_events", "Events that are journalled and not decided yet")
checkpoint_bytes = _gauge("checkpoint_bytes", "Size of the newest checkpoint")
state_keys = _gauge("state_keys", "Keys and rows in the state; warn at 200,000")
workspace_status = _gauge("workspace_status", "1 for the status it has", "status")
configuration_broken = _gauge("configuration_broken", "1 while edited files are broken and the old ones hold")
rules_silenced = _counter("rules_silenced", "Times a rule silenced itself: too many answers said it was wrong", "rule")
drafts = _counter("drafts", "Drafts that a person decided: approved, refused", "rule", "became")
precision_percent = _gauge(
    "precision_percent", "Answers that did not say 'wrong', of those that count; 100 without any", "rule"
)
answers_counted = _gauge("answers_counted", "Answers that count for the precision of a rule", "rule")
evaluated = _gauge("evaluated", "Events that a rule was asked about, since the beginning", "rule")
matched = _gauge("matched", "What met its 'on' and 'when', since the beginning", "rule")
rule_mode = _gauge("rule_mode", "1 for the mode a rule has", "rule", "mode")
# dispatch
outbox = _gauge("outbox", "Actions by status", "status")
deliveries = _counter("deliveries", "Attempts to send: sent, later, rejected, ambiguous", "sink", "outcome")
sink_open = _gauge("sink_open", "1 while a sink is left alone after failures", "sink")


def exposed() -> bytes:
    """The text that Prometheus reads."""
    return generate_latest(registry)


_reasons: dict[str, set[str]] = {}
MOST_REASONS = 200


def ignored(source: str, reason: str) -> None:
    """Counts a delivery by its reason, as long as there are few: reasons hold what a sender called its event."""
    known = _reasons.setdefault(source, set())
    if len(known) < MOST_REASONS:
        known.add(reason)
    events_ignored.labels(source=source, reason=reason if reason in known else "other").inc()


def documented() -> list[tuple[str, str, tuple[str, ...], str]]:
    """(name as exposed, kind, labels, meaning) of every metric of ours."""
    return [_described(one) for one in _all]


def _described(one: MetricWrapperBase) -> tuple[str, str, tuple[str, ...], str]:
    metric = next(iter(one.describe()))
    name = f"{metric.name}_total" if metric.type == "counter" else metric.name
    return name, metric.type, tuple(one._labelnames), metric.documentation
