"""Kills the service again and again, and compares with one that was left alone: `python tests/crash/run.py [--kills N] [--seed S]`.

A process lives until it comes to an armed point of worker/crashpoints.py, until a random instant, or to the end. Afterwards:

- every event that was acknowledged is in the journal once, the journals of both runs hold the same events (without what
  happened because of us: when a message went out may differ), and impossible events are dead letters;
- the state that is recovered equals a fold of the run's own journal from its baseline, findings as well;
- findings and planned actions equal those of the undisturbed run;
- every action has ended in one terminal status, nothing is twice at the remote, nobody got more than the budget allows.

The last line has the counts. Exit 1 on any difference, with the seed that shows it again.
"""

import argparse
import asyncio
import os
import random
import signal
import sys
import tempfile
import time
from collections import Counter
from dataclasses import dataclass, field
from itertools import pairwise
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parent))
sys.path.insert(0, str(Path(__file__).resolve().parents[1]))

from life import Life, prepare
from remote import Remote
from scenario import Scenario, scenario

from rules.engine.codec import digest
from rules.model.times import DAY
from worker import crashpoints
from worker.config.load import load
from worker.deciding.memory import Place, fold_until, from_baseline, recovered
from worker.log import configure
from worker.runtimes.service import book_of
from worker.store import checking, dead_letters, findings, heads, outbox
from worker.store.database import open_for_reading
from worker.store.journal import Journal

STEPS = 150
OFTEN = ("c1", "c2", "fold", "intake", "d1", "d2", "sink")
ENDED = {"sent", "rejected", "withdrawn", "expired", "digest"}


@dataclass
class Total:
    kills: Counter[str] = field(default_factory=Counter)
    counts: Counter[str] = field(default_factory=Counter)
    wrong: list[str] = field(default_factory=list)


def child(folder: Path, story: Scenario, armed: str) -> int:
    """The process that lives; gives its id."""
    process = os.fork()
    if process:
        return process
    try:
        crashpoints.arm(armed)
        Life(folder, story).live()
        os._exit(0)
    except BaseException as error:  # a fault of the service: the parent tells it
        (folder / "fault").write_text(f"{type(error).__name__}: {error}")
        import traceback

        (folder / "fault").write_text(traceback.format_exc()[-3000:])
        os._exit(3)


def disturbed(folder: Path, story: Scenario, chance: random.Random, points: list[str], total: Total, most: int) -> None:
    """Lives and dies until the end of the story, or until enough died: then it lives in peace."""
    killed = 0
    while True:
        armed, after = "", 0.0
        if killed < most:
            if points and chance.random() < 0.7:
                point = points[killed % len(points)]
                armed = f"{point}:{chance.choice([1, 3, 10]) if point.startswith(OFTEN) else 1}"
            else:
                after = chance.uniform(0.01, 0.6)
        process = child(folder, story, armed)
        if after:
            time.sleep(after)
            os.kill(process, signal.SIGKILL)
        _, status = os.waitpid(process, 0)
        if os.WIFSIGNALED(status):
            killed += 1
            total.kills[armed.partition(":")[0] or "random"] += 1
        elif os.WEXITSTATUS(status) == 0:
            return
        else:
            total.wrong.append(f"a process failed: {(folder / 'fault').read_text()}")
            return


@dataclass
class Seen:
    """What a run came to."""

    journal: dict[bytes, int] = field(default_factory=dict)
    facts: int = 0
    findings: dict[str, object] = field(default_factory=dict)
    actions: dict[str, str] = field(default_factory=dict)
    letters: int = 0
    wrong: list[str] = field(default_factory=list)
    decided: int = 0


def looked(folder: Path) -> Seen:
    seen = Seen()
    seen.wrong += checking.check(folder / "s.db")[1]
    store = open_for_reading(folder / "s.db")
    with store.reading() as connection:
        head = heads.load(connection, "main")
        assert head is not None
        rows = connection.exec_driver_sql("SELECT event_key, origin FROM journal").fetchall()
        seen.journal = Counter(key for key, origin in rows if origin != "engine-fact")
        seen.facts = sum(origin == "engine-fact" for _, origin in rows)
        every = findings.every(connection, head.ws)
        seen.findings = {one.id: one for one in every if one.status != "withdrawn"}
        entries = outbox.ended_or_waiting(connection, head.ws, *outbox.STATUSES, most=1_000_000)
        seen.actions = {one.action: one.status for one in entries}
        seen.letters = len(dead_letters.newest(connection, head.ws, 10_000))
    seen.decided = head.appended_seq
    seen.wrong += asyncio.run(_folds(store, head, folder, {one.id: one for one in every}))
    store.close()
    for action, status in seen.actions.items():
        if status not in ENDED:
            seen.wrong.append(f"{action} has not ended: {status}")
    return seen


async def _folds(store: object, head: heads.Head, folder: Path, told: dict[str, object]) -> list[str]:
    """Whether the recovered state is that of the journal, from its baseline."""

    async def no_pause() -> None:
        """Nobody else waits."""

    journal = Journal(head.ws, "main")
    with store.reading() as connection:  # type: ignore[attr-defined]  # a Store
        journal.load(connection)
    place = Place(store, journal, book_of(load(folder)).program, no_pause)  # type: ignore[arg-type]
    one, other = await recovered(place, head), from_baseline(place, head)
    since = other.at
    await fold_until(place, other, head.decided_at, head.mark, head.decided_seq)
    wrong = []
    if one is None or digest(one.state) != digest(other.state):
        wrong.append("the recovered state is not that of the journal")
    outcome = other.taken()
    true = {
        id_: finding for id_, finding in told.items() if finding.status != "withdrawn" and finding.opened_at >= since
    }  # type: ignore[attr-defined]
    folded = {id_: finding for id_, finding in outcome.findings.items() if finding.opened_at >= since}
    if true != folded:
        wrong.append(f"findings are not those of the journal: {sorted(set(true) ^ set(folded))[:5]} or their content")
    return wrong


def over_budget(folder: Path) -> int:
    """Tasks and nudges that a person got within 7 days of another one."""
    by_person: dict[tuple[str, str], list[int]] = {}
    seen: set[tuple[str, str]] = set()
    for what, person, key, at in sorted(Remote(folder / "remote.db", lambda: 0).sent(), key=lambda one: one[3]):
        if what != "digest" and (key, person) not in seen:
            seen.add((key, person))
            by_person.setdefault((what, person), []).append(at)
    return sum(b - a < 7 * DAY for times in by_person.values() for a, b in pairwise(times))


def compared(calm: Seen, hurt: Seen) -> list[str]:
    wrong = [*(f"undisturbed: {one}" for one in calm.wrong), *(f"disturbed: {one}" for one in hurt.wrong)]
    if calm.journal != hurt.journal:
        wrong.append(f"journals differ in {len(set(calm.journal) ^ set(hurt.journal))} events")
    if calm.letters != hurt.letters:
        wrong.append(f"dead letters: {calm.letters} and {hurt.letters}")
    if calm.findings != hurt.findings:
        wrong.append(f"findings differ: {sorted(set(calm.findings) ^ set(hurt.findings))[:5]} or their content")
    planned = {action for action in calm.actions if not action.startswith(outbox.BUNDLE)}
    other = {action for action in hurt.actions if not action.startswith(outbox.BUNDLE)}
    if planned != other:
        wrong.append(f"planned actions differ: {sorted(planned ^ other)[:5]}")
    return wrong


def round_of(seed: int, most: int, points: list[str], total: Total) -> None:
    story, chance = scenario(seed, STEPS), random.Random(seed)
    with tempfile.TemporaryDirectory() as tmp:
        calm, hurt = Path(tmp) / "calm", Path(tmp) / "hurt"
        for folder in (calm, hurt):
            prepare(folder)
        before = len(total.wrong)
        disturbed(calm, story, chance, [], Total(wrong=total.wrong), 0)
        disturbed(hurt, story, chance, points, total, most)
        if len(total.wrong) > before:
            return
        one, other = looked(calm), looked(hurt)
        duplicates = Remote(hurt / "remote.db", lambda: 0).duplicates()
        over = over_budget(hurt) + over_budget(calm)
        total.wrong += [f"seed {seed}: {line}" for line in compared(one, other)]
        total.wrong += [f"seed {seed}: {duplicates} twice at the remote"] * bool(duplicates)
        total.wrong += [f"seed {seed}: {over} over budget"] * bool(over)
        total.counts.update(
            events=len(other.journal), late=story.late, twice=story.twice, letters=other.letters,
            findings=len(other.findings), duplicates=duplicates, over_budget=over,
        )  # fmt: skip
        total.counts.update(f"actions {status}" for status in other.actions.values())


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--kills", type=int, default=100)
    parser.add_argument("--seed", type=int, default=1)
    asked = parser.parse_args()
    configure({"SPAREKEY_LOG": "error"})
    total, seed, started = Total(), asked.seed, time.perf_counter()
    points = list(crashpoints.POINTS)
    while sum(total.kills.values()) < asked.kills and not total.wrong:
        left = asked.kills - sum(total.kills.values())
        before = sum(total.kills.values())
        never = [point for point in points if not total.kills[point]]
        round_of(seed, min(left, 40), never + points, total)
        print(
            f"seed {seed}: {sum(total.kills.values()) - before} kills, {sum(total.kills.values())} of {asked.kills}",
            flush=True,
        )
        seed += 1
    for line in total.wrong:
        print(f"WRONG  {line}")
    by_point = ", ".join(f"{point} {n}" for point, n in sorted(total.kills.items()))
    told = ", ".join(f"{n} {name}" for name, n in sorted(total.counts.items()))
    equal = "no" if total.wrong else "yes"
    print(f"kills by point: {by_point}")
    print(f"{sum(total.kills.values())} kills; {told}; equal: {equal}; {time.perf_counter() - started:.0f} s")
    return 1 if total.wrong else 0


if __name__ == "__main__":
    sys.exit(main())
