"""A history, decided: what `try`, `explain --in` and `knowledge map` all start from.

Owns the steps from a path to a rehearsal: read, choose areas, decide, survey. Shows nothing.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

import structlog

from rules.engine.survey import LeftOutEvents, Part, survey
from rules.engine.trace import Trace
from rules.language.rule import Rule
from rules.model.times import Instant
from worker import clock
from worker.cli.areas_choice import Choice, area_event, choose_areas
from worker.cli.progress import Bars
from worker.deciding.rehearse import Rehearsal, rehearse
from worker.rulebook import Rulebook, rulebook
from worker.wiring import WORKSPACE, History, read_history

log = structlog.get_logger()


@dataclass(frozen=True, slots=True)
class Study:
    """`at` is the end of the history: everything is as of then."""

    history: History
    choice: Choice
    book: Rulebook
    rehearsal: Rehearsal
    parts: list[Part]
    left_out: LeftOutEvents
    at: Instant
    seconds: float
    read_seconds: float


def study(path: Path, areas: str | None, rules: Sequence[Rule], bars: Bars, trace: Trace | None = None) -> Study:
    """Raises ConfigError where there is nothing to read."""
    started = clock.elapsed()
    history = read_history(path, lambda more, total: bars.tell("reading", more, total))
    read_seconds = clock.elapsed() - started
    log.info("history read", events=len(history.events), seconds=round(read_seconds, 3))
    choice = choose_areas(history, areas)
    book = rulebook(rules)
    events = [area_event(choice.area_map, history.events), *history.events]
    total = len(events)
    found = rehearse(
        events, book.program, WORKSPACE, progress=lambda more: bars.tell("deciding", more, total), trace=trace
    )
    parts, left_out = survey(found.state, book.program, history.events, history.ends_at)
    seconds = clock.elapsed() - started
    log.info("decided", findings=len(found.findings), rules=len(book.rules), seconds=round(seconds, 3))
    return Study(history, choice, book, found, parts, left_out, history.ends_at, seconds, read_seconds)
