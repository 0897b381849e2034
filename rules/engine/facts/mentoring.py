"""Pairs, tasks and findings as facts that other rules read.

Owns their folds and reads. Opening and resolving findings is `rules/engine/outcome.py`'s; this only remembers.
"""

from rules.engine.facts import areas, people
from rules.engine.facts.rows import Facts, PairFacts, TaskFacts
from rules.model.actions import Value
from rules.model.events import Event
from rules.model.times import DAY, Instant

PROGRAMME = "programme"
"""There is one mentoring programme in a workspace."""


def _with(ids: tuple[str, ...], id_: str) -> tuple[str, ...]:
    return ids if id_ in ids else (*ids, id_)


def _without(ids: tuple[str, ...], id_: str) -> tuple[str, ...]:
    return tuple(other for other in ids if other != id_)


# folds --------------------------------------------------------------------------------------------------------


def fold_pair_started(facts: Facts, event: Event) -> None:
    seen = event.pair and facts.seen.pair.get(event.pair.id)
    if not seen:
        return
    facts.pair[seen.id] = PairFacts(started_at=event.at)
    facts.lifetimes.reopen("pair", seen.id)
    for person in (seen.mentor, seen.mentee):
        if person:
            found = people.row(facts, person)
            found.pairs = _with(found.pairs, seen.id)
    if seen.area:
        area = areas.row(facts, seen.area)
        area.pairs = _with(area.pairs, seen.id)


def fold_pair_closed(facts: Facts, event: Event) -> None:
    seen = event.pair and facts.seen.pair.get(event.pair.id)
    if not seen:
        return
    facts.pair.setdefault(seen.id, PairFacts()).closed = True
    for person in (seen.mentor, seen.mentee):
        if person:
            found = people.row(facts, person)
            found.pairs = _without(found.pairs, seen.id)
    if seen.area:
        area = areas.row(facts, seen.area)
        area.pairs = _without(area.pairs, seen.id)
    facts.lifetimes.close("pair", seen.id, event.at)


def fold_task_opened(facts: Facts, event: Event) -> None:
    if event.task is not None:
        facts.task[event.task.id] = TaskFacts(recheck_at=event.task.recheck_at or 0)


def fold_task_answered(facts: Facts, event: Event) -> None:
    if event.task is None:
        return
    found = facts.task.get(event.task.id)
    if found is None:
        found = facts.task[event.task.id] = TaskFacts()
    if event.task.answer in ("yes", "other") and not found.accepted_at:
        found.accepted_at = event.at
    if event.task.answer == "no":
        found.closed = True


def fold_nudge(facts: Facts, event: Event) -> None:
    if event.nudge is not None and event.kind == "nudge.sent":
        facts.lifetimes.close("nudge", event.nudge.id, event.at)


def fold_finding_opened(facts: Facts, event: Event) -> None:
    if event.finding is not None and event.finding.area:
        area = areas.row(facts, event.finding.area)
        area.findings = _with(area.findings, event.finding.id)


def fold_finding_resolved(facts: Facts, event: Event) -> None:
    if event.finding is None:
        return
    if event.finding.area:
        area = areas.row(facts, event.finding.area)
        area.findings = _without(area.findings, event.finding.id)
    facts.lifetimes.close("finding", event.finding.id, event.at)


# reads --------------------------------------------------------------------------------------------------------


def _people(facts: Facts, pair: str, at: Instant) -> Value:
    seen = facts.seen.pair.get(pair)
    if seen is None:
        return None
    return tuple(person for person in (seen.mentor, seen.mentee) if person)


def _started_at(facts: Facts, pair: str, at: Instant) -> Value:
    found = facts.pair.get(pair)
    return found.started_at or None if found else None


def _pair_days(facts: Facts, pair: str, at: Instant) -> Value:
    if facts.forgotten("pair", pair):
        return None
    found = facts.pair.get(pair)
    return (at - found.started_at) // DAY if found and found.started_at else 0


def _mentor_topics(facts: Facts, pair: str, at: Instant) -> Value:
    seen = facts.seen.pair.get(pair)
    return (seen.mentor_topics or ()) if seen else ()


PAIR_READS = {
    "people": _people,
    "started_at": _started_at,
    "days": _pair_days,
    "mentor_topics": _mentor_topics,
    "programme": lambda facts, pair, at: PROGRAMME,
}


def _accepted_at(facts: Facts, task: str, at: Instant) -> Value:
    found = facts.task.get(task)
    return found.accepted_at or None if found else None


TASK_READS = {"accepted_at": _accepted_at}
