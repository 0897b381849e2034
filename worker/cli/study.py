"""A history, decided: what `try`, `explain --in` and `knowledge map` all start from.

Owns the steps from a path to a rehearsal: read, choose areas, decide, survey. Shows nothing.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

import structlog

from connectors.errors import ConfigError
from rules.engine.survey import LeftOutEvents, Part, survey
from rules.engine.trace import Trace
from rules.language.rule import Rule
from rules.model.times import Instant, Span, iso
from worker import clock
from worker.cli import rules_files
from worker.cli.areas_choice import Choice, area_event, choose_areas
from worker.cli.progress import Bars
from worker.deciding.rehearse import Rehearsal, rehearse
from worker.rulebook import Rulebook, at_a_terminal, load, rulebook
from worker.wiring.histories import WORKSPACE, History, read_history

log = structlog.get_logger()


@dataclass(frozen=True, slots=True)
class Ruleset:
    """`origin` says in words where the rules are from."""

    rules: tuple[Rule, ...]
    origin: str


@dataclass(frozen=True, slots=True)
class Study:
    """`at` is the end of the history: everything is as of then. Rules spoke from `since` on."""

    history: History
    choice: Choice
    book: Rulebook
    rehearsal: Rehearsal
    parts: list[Part]
    left_out: LeftOutEvents
    at: Instant
    since: Instant
    seconds: float
    read_seconds: float
    rules_from: str


def ruleset(paths: Sequence[Path]) -> Ruleset:
    """The rules of these files, else the core of the catalogue. Raises ConfigError with every problem of the files."""
    found, problems = load()
    if paths:
        loaded = rules_files.read(paths).loaded
        found, problems = loaded.rules, loaded.problems
    if problems:
        raise ConfigError("\n".join(str(one) for one in problems))
    origin = ", ".join(path.name for path in paths) or "the catalogue's core"
    return Ruleset(at_a_terminal(found), f"rules: {len(found)} of {origin}")


def study(
    path: Path,
    areas: str | None,
    rules: Ruleset,
    bars: Bars,
    trace: Trace | None = None,
    since: Instant | None = None,
    look_back: Span | None = None,
) -> Study:
    """`since`, else `look_back` before the end: from when the rules speak; neither: all along.

    Raises ConfigError where there is nothing to read.
    """
    started = clock.elapsed()
    history = read_history(path, lambda more, total: bars.tell("reading", more, total))
    read_seconds = clock.elapsed() - started
    log.info("history read", events=len(history.events), seconds=round(read_seconds, 3))
    if since is None and look_back is not None:
        since = history.ends_at - look_back
    if since is not None and since > history.ends_at:
        raise ConfigError(f"--since is after the end of this history, {iso(history.ends_at)[:10]}")
    choice = choose_areas(history, areas)
    book = rulebook(rules.rules)
    events = [area_event(choice.area_map, history.events), *history.events]

    def told(more: int) -> None:
        bars.tell("deciding", more, len(events))

    found = rehearse(events, book.program, WORKSPACE, progress=told, trace=trace, since=since)
    parts, left_out = survey(found.state, book.program, history.events, history.ends_at)
    seconds = clock.elapsed() - started
    log.info("decided", findings=len(found.findings), rules=len(book.rules), seconds=round(seconds, 3))
    begins = since if since is not None else events[0].at
    return Study(
        history, choice, book, found, parts, left_out, history.ends_at, begins, seconds, read_seconds, rules.origin
    )
