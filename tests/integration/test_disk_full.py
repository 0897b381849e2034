"""A disk that fills up in the middle: what was acknowledged is there, what was refused is not, and afterwards it goes on.

On a tmpfs of a few megabytes, which takes root and Linux; elsewhere this is skipped with the reason.
"""

import os
import sqlite3
import subprocess
from collections.abc import Iterator
from pathlib import Path

import pytest
from desk_kit import Desk, pure
from engine_kit import START, areas, day, merged, program_of

from rules.model.events import Event
from worker.ports import StoreAway
from worker.store.backup import check

ROUNDS = 20 if os.environ.get("SPAREKEY_LONG") else 5
RULE = """
  one-carrier:
    title: Only one person changes an area
    on: pull_request.merged
    each: {area: event.areas}
    per: area
    count: {changes: {for: 20d, top: pull_request.authors}}
    fire: [changes.n >= 3, changes.top.percent >= 70]
    hold: 1d
    do: [{task: area.manager, template: second-pair-of-hands}]
"""


@pytest.fixture
def small(tmp_path: Path) -> Iterator[Path]:
    """A disk of four megabytes."""
    disk = tmp_path / "disk"
    disk.mkdir()
    words = ["mount", "-t", "tmpfs", "-o", "size=4m", "sparekey-test", str(disk)]
    done = subprocess.run(words, capture_output=True, text=True, check=False) if os.geteuid() == 0 else None
    if done is None or done.returncode:
        pytest.skip(f"no small disk can be mounted here: {done.stderr.strip() if done else 'not root'}")
    yield disk
    subprocess.run(["umount", "-l", str(disk)], check=True)


def events(number: int) -> list[Event]:
    """A batch, with paths that take room."""
    return [
        merged(number * 50 + n, f"u{n % 3}", (number * 50 + n) / 500, f"area{n % 4}/{'x' * 150}{number}-{n}.py")
        for n in range(50)
    ]


def test_a_full_disk_loses_nothing_that_was_acknowledged(small: Path) -> None:
    program, ballast = program_of(RULE), small / "ballast"
    desk = Desk(small / "s.db", program, START, checkpoint_events=500)
    acknowledged: list[Event] = [areas()]
    desk.take(acknowledged)
    refused, number = 0, 0
    for _ in range(ROUNDS):
        room = os.statvfs(small)
        ballast.write_bytes(b"x" * max(0, room.f_bavail * room.f_frsize - 150_000))
        for _ in range(40):
            batch, number = events(number), number + 1
            desk.now = max(desk.now, batch[-1].at + 1)
            try:
                desk.receive(batch)
            except StoreAway as error:
                assert "full" in str(error)
                refused += 1
                break
            acknowledged += batch
            try:
                desk.decide()
            except StoreAway:
                break
        ballast.unlink()
        desk.decide()
    assert refused
    assert {row.event.id for row in desk.journalled()} == {event.id for event in acknowledged}
    desk.now = day(60)
    desk.decide()
    assert desk.decider.memory is not None
    _, found = pure(program, acknowledged, desk.decider.memory.at)
    assert desk.standing() == found
    desk.close()
    check(small / "s.db")


def test_a_store_that_cannot_be_written_says_what_to_do(tmp_path: Path) -> None:
    """A limit of SQLite's own stands for a disk that is full."""
    desk = Desk(tmp_path / "s.db", program_of(RULE), START)
    with desk.store.reading() as connection:
        (pages,) = connection.exec_driver_sql("PRAGMA page_count").fetchone() or (0,)
        connection.exec_driver_sql(f"PRAGMA max_page_count={pages + 2}")
    with pytest.raises(StoreAway, match="is full: make room, nothing that was acknowledged is lost"):
        desk.receive([event for number in range(20) for event in events(number)])
    assert desk.journalled() == []
    desk.close()
    with sqlite3.connect(tmp_path / "s.db") as connection:
        assert connection.execute("PRAGMA integrity_check").fetchone() == ("ok",)
    connection.close()
