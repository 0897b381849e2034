"""Running a backtest: one workspace here, several on as many cores as there are.

Owns the processes. A process is started anew (spawn) and is sent what to read, never what was read.
"""

import asyncio
import multiprocessing
import os
from collections.abc import Sequence
from concurrent.futures import ProcessPoolExecutor, as_completed
from dataclasses import dataclass
from pathlib import Path

from rules.model.times import Instant
from worker import clock, log
from worker.backtest.play import Played, play
from worker.backtest.summary import Summary, summary
from worker.cli.backtest_history import Asked, opened
from worker.cli.backtest_rules import Written, book_of, written
from worker.cli.progress import Bars
from worker.cli.say import Named


@dataclass(frozen=True, slots=True)
class Result:
    """Of one workspace. `seconds` includes the reading."""

    name: str
    events: int
    since: Instant
    until: Instant
    played: Played
    summary: Summary
    people: Named
    warnings: tuple[str, ...]
    seconds: float


def run(every: Sequence[Asked], paths: tuple[Path, ...], rules: Written | None, bars: Bars) -> list[Result]:
    """In the order asked for; `rules` are what `paths` hold, None the configured ones. Raises ConfigError where
    something cannot be read."""
    if len(every) == 1:
        return [_one(every[0], rules, bars)]
    cores = min(len(every), os.cpu_count() or 1)
    with ProcessPoolExecutor(cores, multiprocessing.get_context("spawn"), initializer=log.configure) as pool:
        work = [pool.submit(_elsewhere, asked, None if rules is None else paths) for asked in every]
        for _ in as_completed(work):
            bars.tell("workspaces", 1, len(every))
        return [done.result() for done in work]


def _elsewhere(asked: Asked, paths: tuple[Path, ...] | None) -> Result:
    """In a process of its own, which rules cannot be sent to."""
    return _one(asked, None if paths is None else written(paths), Bars(None))


def _one(asked: Asked, rules: Written | None, bars: Bars) -> Result:
    started = clock.elapsed()
    with opened(asked, bars) as found:
        past, since = found.past, asked.since.of(found.past)
        book = book_of(rules, found.configuration)
        played = asyncio.run(play(past, book, since, lambda more: bars.tell("deciding", more, past.total)))
        told = summary(played, tuple(book.rules.values()), since, past.ends_at, past.contact)
        people = found.people
    seconds = clock.elapsed() - started
    return Result(asked.name, past.total, since, past.ends_at, played, told, people, found.warnings, seconds)
