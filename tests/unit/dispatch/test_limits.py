"""From sparekey.yml to what dispatch works with, and the gaps between tries."""

from pathlib import Path

from dispatch_kit import World

from rules.model.times import HOUR, MINUTE
from worker.config.sparekey import Budgets, Digest, Settings, Sink
from worker.dispatch.limits import channels_of, limits_of
from worker.dispatch.unknown import gap


def test_settings_become_limits() -> None:
    found = limits_of(Settings(budgets=Budgets(tasks=2, nudges=0), digest=Digest(day="fri", hour=15)))
    assert (dict(found.slots), found.weekday, found.hour) == ({"task": 2, "nudge": 0, "pair": 1}, 4, 15)


def test_a_sink_takes_what_it_can_and_what_it_was_not_forbidden(tmp_path: Path) -> None:
    world = World(tmp_path)
    sinks = {name: world.remote(name, takes=frozenset({"task", "nudge"})) for name in ("a", "mail", "told")}
    said = {"mail": Sink(kind="mail", takes=("nudge", "digest")), "told": Sink(kind="files", takes=("task",))}
    found = channels_of(sinks, Settings(sinks=said))
    assert [(one.name, sorted(one.takes), one.addressed) for one in found] == [
        ("a", ["nudge", "task"], False), ("mail", ["nudge"], True), ("told", ["task"], False)
    ]  # fmt: skip
    assert all(one.lease >= 2 * MINUTE and one.lease > 3_000_000 * one.sink.timeout for one in found)
    world.store.close()


def test_gaps_grow_up_to_six_hours() -> None:
    assert [gap(n) // MINUTE for n in (0, 1, 2, 3, 8)] == [2, 2, 4, 8, 256]
    assert gap(9) == gap(10**6) == 6 * HOUR
