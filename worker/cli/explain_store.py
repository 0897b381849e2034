"""Explaining from the store: a read-only copy of the state is recovered and folded with one rule traced.

Owns that. A rule about a moment is explained by the newest time it was asked: where that lies before the checkpoint,
the journal is folded from its beginning.
"""

from pathlib import Path

from connectors.errors import ConfigError
from rules.engine.explain import Explanation, explain
from rules.engine.trace import Trace
from rules.language.rule import Rule
from rules.model.findings import Finding
from worker.cli.desk import Desk, desk
from worker.cli.explain_subject import asked
from worker.cli.say import Named
from worker.deciding.memory import Memory, fold_until, from_baseline, recovered
from worker.store import findings


async def explained(folder: Path, what: str, subject: str | None) -> tuple[Rule, Explanation, Named]:
    with desk(folder) as found:
        finding = _finding(found, what)
        trace = Trace(finding.rule if finding is not None else what)
        memory = await recovered(found.place(trace), found.head)
        if memory is None:
            memory = await _from_the_beginning(found, trace)
        rule, key = asked(what, subject, finding, found.book, memory.state)
        if rule.hold is None and key not in trace.asked:
            trace = Trace(rule.id, key)
            memory = await _from_the_beginning(found, trace)
        answer = explain(memory.state, found.book.program, rule.id, key, memory.at, trace)
        return rule, answer, found.directory


def _finding(found: Desk, what: str) -> Finding | None:
    if not what.startswith("F-"):
        return None
    with found.store.reading() as connection:
        near = findings.like(connection, found.head.ws, what)
    if len(near) > 1:
        raise ConfigError(f"several findings begin with {what}: {', '.join(one.id for one in near)}")
    return near[0] if near else None


async def _from_the_beginning(found: Desk, trace: Trace) -> Memory:
    place = found.place(trace)
    memory = from_baseline(place, found.head)
    await fold_until(place, memory, found.head.decided_at, found.head.mark, found.head.decided_seq)
    return memory
