"""Explaining from a clone or a file: the history is decided in memory, then again with the subject followed.

Owns that. Where the subject is clear from what was typed, and nobody asks for an earlier time, once is enough.
"""

from dataclasses import dataclass
from pathlib import Path

from rules.engine.chain import chain, chain_of
from rules.engine.explain import as_it_opened, explain
from rules.engine.trace import Trace
from rules.model.findings import Finding
from rules.model.times import Instant
from worker.cli import options
from worker.cli.areas_choice import area_event
from worker.cli.explain_answer import Answer
from worker.cli.explain_at import at_time, too_early
from worker.cli.explain_subject import Listing, asked, guess, met, not_yet, rule_named
from worker.cli.progress import bars
from worker.cli.study import Study, ruleset, study
from worker.deciding.rehearse import Rehearsal, rehearse
from worker.wiring.histories import WORKSPACE

ZONE = "UTC"


@dataclass(frozen=True, slots=True)
class Asking:
    """Which history, and how it is to be read."""

    path: Path
    since: Instant | None
    areas: str | None
    rules: tuple[Path, ...]
    at: str | None
    quiet: bool

    def study(self, trace: Trace) -> Study:
        with bars(quiet=self.quiet) as shown:
            return study(self.path, self.areas, ruleset(self.rules), shown, trace, self.since, options.LOOK_BACK)

    def until(self, found: Study) -> Instant | None:
        return at_time(self.at, ZONE, found.at) if self.at else None


def explained(what: str, subject: str, asking: Asking) -> Answer:
    trace = Trace(what, guess(subject))
    found = asking.study(trace)
    until = asking.until(found)
    finding = next((one for one in found.rehearsal.findings if one.id.startswith(what)), None)
    rule, key = asked(what, subject, finding, found.book, found.rehearsal.state, trace)
    again = found.rehearsal
    if until is not None or (trace.rule, trace.subject) != (rule.id, key):
        trace = Trace(rule.id, key)
        again = _again(found, asking, trace, until)
    at, plan = until or found.at, found.book.program.rules[rule.id]
    now = explain(again.state, found.book.program, rule.id, key, at, trace)
    links = chain(again.state, plan, key, at, trace)
    if finding is None:
        return Answer(rule, now, links, found.history.people, ZONE, mode=rule.mode)
    if until is not None:
        finding = _then(finding, again, asking.at or "", until)
    events = {event.id: event for event in found.history.events}
    opened = as_it_opened(finding, again.state, plan)
    links = chain_of(finding, plan, events.get, trace)
    return Answer(rule, now, links, found.history.people, ZONE, opened, finding, mode=rule.mode)


def subjects(what: str, asking: Asking) -> Listing:
    """Everything that the rule met, nearest first."""
    trace = Trace(what)
    found = asking.study(trace)
    rule, until, again = rule_named(what, found.book), asking.until(found), found.rehearsal
    if until is not None:
        trace = Trace(what)
        again = _again(found, asking, trace, until)
    return met(rule, found.book, again.state, until or found.at, trace, ZONE)


def _again(found: Study, asking: Asking, trace: Trace, until: Instant | None) -> Rehearsal:
    end = until if until is not None else found.at + 1
    events = [area_event(found.choice.area_map, found.history.events), *found.history.events]
    since = asking.since if asking.since is not None else min(end, found.at) - options.LOOK_BACK
    some = [event for event in events if event.at < end]
    again = rehearse(some, found.book.program, WORKSPACE, until=end, trace=trace, since=since)
    if not again.state.facts.first_at:
        raise too_early(asking.at or "", found.history.events[0].at, ZONE)
    return again


def _then(finding: Finding, again: Rehearsal, typed: str, until: Instant) -> Finding:
    """The word on it as of then. Raises ConfigError where it had not opened."""
    found = next((one for one in again.findings if one.id == finding.id), None)
    if found is None:
        raise not_yet(finding, typed, ZONE)
    return found
