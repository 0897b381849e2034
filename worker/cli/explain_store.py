"""Explaining from the store: a read-only copy of the state is recovered, and the journal folded with one subject
followed.

Owns that, and what became of a finding: the actions that were planned about it. Writes nothing.
"""

from pathlib import Path

from connectors.errors import ConfigError
from rules.engine.chain import chain, chain_of
from rules.engine.explain import as_it_opened, explain
from rules.engine.trace import Key, Trace
from rules.language.rule import Rule
from rules.model.events import Event
from rules.model.findings import Finding
from rules.model.times import Instant
from worker.cli.became import became
from worker.cli.desk import Desk, desk
from worker.cli.explain_answer import Answer
from worker.cli.explain_at import at_time, too_early
from worker.cli.explain_subject import Listing, asked, guess, met, not_yet, rule_named
from worker.cli.findings_text import Became
from worker.deciding.memory import Memory
from worker.deciding.past import TooEarly, as_of, watched
from worker.store import findings, rule_modes


async def explained(folder: Path, what: str, subject: str, at: str | None) -> Answer:
    with desk(folder) as found:
        finding = _finding(found, what)
        until = _until(found, at)
        memory = await _memory(found, until, at or "")
        if finding is not None and until is not None and finding.opened_at > until:
            raise not_yet(finding, at or "", _zone(found))
        trace, since = await _watched(
            found, *((finding.rule, finding.key) if finding else (what, guess(subject))), until
        )
        rule, key = asked(what, subject, finding, found.book, memory.state, trace)
        if key != trace.subject:
            trace, since = await _watched(found, rule.id, key, until)
        return _answer(found, rule, key, finding, memory, trace, since)


async def subjects(folder: Path, what: str, at: str | None) -> Listing:
    """Everything that the rule met, nearest first."""
    with desk(folder) as found:
        rule, until, trace = rule_named(what, found.book), _until(found, at), Trace(what)
        memory = await _memory(found, until, at or "")
        await watched(found.place(), found.head, until, trace, whole=False)
        return met(rule, found.book, memory.state, memory.at, trace, _zone(found))


def _answer(
    found: Desk, rule: Rule, key: Key, finding: Finding | None, memory: Memory, trace: Trace, since: Instant | None
) -> Answer:
    plan, state = found.book.program.rules[rule.id], memory.state
    now = explain(state, found.book.program, rule.id, key, memory.at, trace)
    links = chain(state, plan, key, memory.at, trace)
    mode = _mode(found, rule)
    if finding is None:
        told = _became(found, now.finding) if now.finding is not None else None
        return Answer(
            rule, now, links, found.directory, _zone(found), watched_since=since, became=told, mode=mode
        )  # fmt: skip
    opened = as_it_opened(finding, state, plan)
    links = chain_of(finding, plan, lambda id_: _event(found, id_), trace)
    told = _became(found, finding)
    return Answer(rule, now, links, found.directory, _zone(found), opened, finding, since, told, mode)


async def _memory(found: Desk, until: Instant | None, at: str) -> Memory:
    try:
        return await as_of(found.place(), found.head, until)
    except TooEarly as error:
        raise too_early(at, error.begins, _zone(found)) from None


async def _watched(found: Desk, rule: str, key: Key, until: Instant | None) -> tuple[Trace, Instant | None]:
    """A moment that was not asked since the checkpoint is looked for in the whole journal."""
    trace = Trace(rule, key)
    since = await watched(found.place(), found.head, until, trace, whole=False)
    known = found.book.rules.get(rule)
    if since is not None and known is not None and known.hold is None and key not in trace.asked:
        trace = Trace(rule, key)
        since = await watched(found.place(), found.head, until, trace, whole=True)
    return trace, since


def _finding(found: Desk, what: str) -> Finding | None:
    if not what.startswith("F-"):
        return None
    with found.store.reading() as connection:
        near = findings.like(connection, found.head.ws, what)
    if len(near) > 1:
        raise ConfigError(f"several findings begin with {what}: {', '.join(one.id for one in near)}")
    return near[0] if near else None


def _until(found: Desk, at: str | None) -> Instant | None:
    return at_time(at, _zone(found), found.head.decided_at) if at else None


def _zone(found: Desk) -> str:
    return found.configuration.settings.calendar.zone


def _event(found: Desk, id_: str) -> Event | None:
    place = found.place()
    with found.store.reading() as connection:
        return place.journal.find(connection, id_)


def _mode(found: Desk, rule: Rule) -> str:
    with found.store.reading() as connection:
        return rule_modes.holding(connection, found.head.ws, {rule.id: rule})[rule.id]


def _became(found: Desk, finding: Finding) -> Became | None:
    """Its whole case is looked at: another finding may have told it."""
    with found.store.reading() as connection:
        every = findings.every(connection, found.head.ws)
    return became(found, every).get(finding.id)
