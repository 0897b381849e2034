"""What the shipped packs do on the public histories: the tables of docs/benchmarks.md, made by `rules backtest`'s own code.

`python tests/bench/figures.py [HISTORY…]` prints Markdown. No measure of speed, so `make bench` leaves it out; it takes
some minutes. Every history is one workspace and one team with one manager, over its whole length, with the proposed
areas; without them the script says so and ends.
"""

import asyncio
import gc
import sys
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

from measure import SHARED

from rules.engine.compile import compile_rules
from rules.engine.decide import Engine
from rules.language.load import Source, load_rules
from rules.language.rule import Rule
from rules.model.times import DAY, Instant, moment
from worker import catalog
from worker.backtest.past import Past, of_events
from worker.backtest.play import Played, play
from worker.backtest.summary import Summary, summary, waited
from worker.cli.areas_choice import area_event, choose_areas
from worker.cli.backtest_rules import written
from worker.log import configure
from worker.rulebook import rulebook
from worker.wiring.histories import read_history

PACKS = ("start-small", "core", "all")
NAMES = ("kafka", "lustre", "kv_engine")
K1 = "area-single-carrier"
MEASURABLE = (K1, "area-single-reviewer", "invite-to-review", "reviewer-overload", "always-same-reviewer")
"""Rules whose events these histories have."""
YEARS = 5
YEAR, MONTH = 365 * DAY, 365 * DAY / 12


@dataclass(frozen=True, slots=True)
class Run:
    history: str
    pack: str
    areas: str
    past: Past
    played: Played
    summary: Summary

    @property
    def months(self) -> float:
        return (self.past.ends_at - self.past.starts_at) / MONTH

    @property
    def years(self) -> float:
        return (self.past.ends_at - self.past.starts_at) / YEAR


def runs(name: str) -> Iterator[Run]:
    history = read_history(SHARED / f"{name}.jsonl.xz")
    choice = choose_areas(history, None)
    past = of_events(name, history.events, area_event(choice.area_map, history.events))
    for pack in PACKS:
        rules = written((Path(f"catalog/{pack}"),)).rules
        played = asyncio.run(play(past, rulebook(rules), past.starts_at))
        told = summary(played, rules, past.starts_at, past.ends_at, past.contact)
        print(f"{name} {pack}: {len(played.findings)} findings, {len(played.rows)} rows", file=sys.stderr)
        yield Run(name, pack, choice.name, past, played, told)


# findings per rule and month ----------------------------------------------------------------------------------


def per_month(every: Sequence[Run], rules: Sequence[Rule]) -> Iterator[str]:
    whole = [run for run in every if run.pack == "all"]
    yield "| rule | " + " | ".join(f"{run.history}, {run.years:.0f} years" for run in whole) + " |"
    yield "|---|" + "---|" * len(whole)
    for rule in rules:
        cells = [_monthly(run, rule.id) for run in whole]
        if any(cells):
            yield f"| `{rule.id}` | " + " | ".join(cell or "–" for cell in cells) + " |"
    silent = [rule.id for rule in rules if not any(_monthly(run, rule.id) for run in whole)]
    yield ""
    yield f"Without a finding, for want of events: {len(silent)} rules."


def _monthly(run: Run, rule: str) -> str:
    found = [one for one in run.played.findings if one.rule == rule]
    if not found:
        return ""
    months = Counter(f"{moment(one.opened_at):%Y-%m}" for one in found)
    a_month = len(found) / run.months
    return f"{a_month:.{1 if a_month >= 0.1 else 2}f} ({max(months.values())})"


# a manager's week ---------------------------------------------------------------------------------------------


def per_week(every: Sequence[Run]) -> Iterator[str]:
    yield "| pack | history | weeks | tasks | digests; their lines | all messages | tasks in all | nudges in all | held back |"
    yield "|---|---|---|---|---|---|---|---|---|"
    for run in sorted(every, key=lambda one: PACKS.index(one.pack)):
        told, sent = run.summary, Counter[str]()
        for verbs in told.sent.values():
            sent.update(verbs)
        cells = [_spread(told, name) for name in ("tasks", "digests", "messages")]
        cells[1] += f"; {_spread(told, 'lines')}"
        held = sum(n for (what, _), n in told.held_back.items() if what in ("task", "nudge"))
        yield (
            f"| {run.pack} | {run.history} | {len(told.weeks):,} | {' | '.join(cells)} | {sent['task']:,} | "
            f"{sent['nudge']:,} | {held:,} |"
        )


def _spread(told: Summary, name: str) -> str:
    found = told.spread(name)
    return f"{found.median}, {found.p95}, {found.worst}"


def held_back(every: Sequence[Run]) -> Iterator[str]:
    whole = [run for run in every if run.pack == "all"]
    reasons = sorted({key for run in whole for key in run.summary.held_back})
    yield "| held back, whole catalogue | " + " | ".join(run.history for run in whole) + " |"
    yield "|---|" + "---|" * len(whole)
    for what, why in reasons:
        yield f"| {what}: {why} | " + " | ".join(f"{run.summary.held_back[what, why]:,}" for run in whole) + " |"


# K1 -----------------------------------------------------------------------------------------------------------


def carried(every: Sequence[Run]) -> Iterator[str]:
    """Cases that K1 has a part in, by year of their first finding, and those that did not stay on the map."""
    yield "| pack | history | areas | people active in 13 weeks | cases a year: median, most | last 5 years | asked for a task |"
    yield "|---|---|---|---|---|---|---|"
    for run in every:
        if run.pack != "all":
            alone = waited(run.played.findings)
            cases, told = _by_year(run, set()), _by_year(run, alone)
            sizes = sorted(one.evidence.team_size for one in run.played.findings if one.rule == K1)
            yield (
                f"| {run.pack} | {run.history} | {run.areas} | {_middle(sizes)} | {_middle(sorted(cases.values()))}, "
                f"{max(cases.values())} | {_recent(cases)} | {_recent(told)} |"
            )


def _by_year(run: Run, without: set[str]) -> dict[int, int]:
    first: dict[str, Instant] = {}
    for one in run.played.findings:
        if one.rule == K1 and one.case and one.case not in without:
            first.setdefault(one.case, one.opened_at)
    years = range(moment(run.past.starts_at).year, moment(run.past.ends_at).year + 1)
    counted = Counter(moment(at).year for at in first.values())
    return {year: counted[year] for year in years}


def _recent(by_year: dict[int, int]) -> str:
    """Whole years only: the last one is not over."""
    return ", ".join(str(by_year[year]) for year in sorted(by_year)[-6:-1])


def _middle(numbers: Sequence[int]) -> int:
    return numbers[(len(numbers) - 1) // 2] if numbers else 0


# thresholds ---------------------------------------------------------------------------------------------------


def sensitive(past: Past) -> Iterator[tuple[str, list[float]]]:
    """(rule and number, findings a year with a quarter less, as shipped, with a quarter more), of the last five years."""
    shipped = {rule.id: rule for rule in written(()).rules}
    for id_ in MEASURABLE:
        for name, value in shipped[id_].numbers.items():
            tried = [round(int(value) * 3 / 4), int(value), round(int(value) * 5 / 4)]
            most = 100 if name.endswith("percent") and int(value) <= 100 else 1_000_000
            yield (
                f"`{id_}` {name} {tried[0]}, **{value}**, {min(most, tried[2])}",
                [_with_number(past, id_, name, min(most, number)) for number in tried],
            )


def _with_number(past: Past, id_: str, name: str, number: int) -> float:
    text = f"extends: [catalog/all@1]\npick: [{id_}]\nrules:\n  {id_}: {{with: {{{name}: {number}}}}}\n"
    program = compile_rules(load_rules([Source("tried.yml", text)], catalog.packs()).rules)
    since = past.ends_at - YEARS * YEAR
    state = past.begin(program)
    state.live_from = since
    engine, found = Engine(state, program), 0
    for batch in past.batches(state):
        late = [event for event in batch if event.at > since - 2 * YEAR or event.area_map or event.people_map]
        found += sum(one.opened_at >= since for one in engine.decide(late).opened)
    return (found + len(engine.decide((), past.ends_at + 1).opened)) / YEARS


def thresholds(every: Sequence[Run]) -> Iterator[str]:
    whole = [run for run in every if run.pack == "all"]
    yield "| rule and number | " + " | ".join(run.history for run in whole) + " |"
    yield "|---|" + "---|" * len(whole)
    columns = [list(sensitive(run.past)) for run in whole]
    for row in zip(*columns, strict=True):
        yield f"| {row[0][0]} | " + " | ".join(", ".join(f"{one:.1f}" for one in numbers) for _, numbers in row) + " |"


def main() -> None:
    gc.set_threshold(200_000, 20, 50)
    configure({"SPAREKEY_LOG": "error"})
    names = sys.argv[1:] or NAMES
    if not (SHARED / f"{names[0]}.jsonl.xz").exists():
        print(f"no histories in {SHARED}: set SPAREKEY_SHARED")
        return
    every = [run for name in names for run in runs(name)]
    for table in (
        per_month(every, written(()).rules), per_week(every), held_back(every), carried(every), thresholds(every)
    ):  # fmt: skip
        print("\n".join(table), end="\n\n", flush=True)


main()
