"""`sparekey store`, and every command of the service beside a real running process."""

import sqlite3
import stat
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path

import pytest
from command_kit import Team
from service_kit import Running


def spoil(shop: Team, statement: str) -> None:
    with closing(sqlite3.connect(shop.folder / "sparekey.db")) as connection:
        connection.execute(statement)
        connection.commit()


# check ----------------------------------------------------------------------------------------------------------


def test_check_counts_what_is_there(read: Team) -> None:
    told = read.sparekey("store", "check")
    assert "Everything fits." in told and "schema 0003" in told and " MB" in told
    document = read.json("store", "check")
    assert document["wrong"] == []
    rows = document["rows"]
    assert isinstance(rows, dict)
    assert (rows["findings"], rows["outbox"], rows["journal"]) == (4, 4, 90)


@pytest.mark.parametrize(
    ("statement", "says"),
    [
        ("UPDATE workspaces SET appended_seq = 1, decided_seq = 1", "the journal has event 90, its head knows of 1"),
        ("UPDATE workspaces SET appended_seq = 99", "the journal ends at event 90, its head knows of 99"),
        ("UPDATE workspaces SET decided_seq = 999", "event 999 is decided, only 90 were taken"),
        ("UPDATE workspaces SET checkpoint = 77", "checkpoint 77 is not there"),
        ("UPDATE checkpoints SET body = substr(body, 1, 50)", "is damaged"),
        ("UPDATE checkpoints SET body = x'789c030000000001'", "is damaged"),
        ("UPDATE journal SET codec = 9 WHERE seq = 5", "events of codec 9, this sparekey reads 1"),
    ],
)
def test_check_says_what_does_not_fit_and_ends_with_one(shop: Team, statement: str, says: str) -> None:
    spoil(shop, statement)
    assert says in shop.sparekey("store", "check", code=1)


# backup and restore ---------------------------------------------------------------------------------------------


def test_a_backup_is_one_file_that_only_its_owner_reads(shop: Team, tmp_path: Path) -> None:
    saved = tmp_path / "saved.db"
    told = shop.sparekey("store", "backup", str(saved))
    assert "It holds who is who" in told and f"sparekey store restore {saved}" in told
    assert stat.S_IMODE(saved.stat().st_mode) == 0o600
    assert sorted(one.name for one in tmp_path.iterdir()) == ["s", "saved.db"]
    assert "exists already" in shop.sparekey("store", "backup", str(saved), code=2)
    assert "cannot be written" in shop.sparekey("store", "backup", str(tmp_path / "no" / "where"), code=2)


def test_restoring_keeps_what_was_there_each_time(shop: Team, tmp_path: Path) -> None:
    """Also where the folder's name holds what means something in an address."""
    saved = tmp_path / "saved 100%?#.db"
    shop.sparekey("store", "backup", str(saved))
    for one in shop.drafts():
        shop.sparekey("review", "no", one["action"], "--why", "known")
    assert shop.drafts() == []
    told = shop.sparekey("store", "restore", str(saved))
    assert "sparekey.db.before-restore: it holds who is who" in told and "Next: sparekey findings" in told
    assert len(shop.drafts()) == 4
    assert str(shop.json("store", "restore", str(saved))["kept"]).endswith("sparekey.db.before-restore-1")
    shop.sparekey("store", "restore", str(shop.folder / "sparekey.db.before-restore"))
    assert shop.drafts() == []
    assert shop.json("store", "check")["wrong"] == []


def test_what_is_no_backup_is_refused_and_the_store_stays(shop: Team, tmp_path: Path) -> None:
    before = shop.json("findings")
    wrong = tmp_path / "wrong"
    assert "there is no backup" in shop.sparekey("store", "restore", str(wrong), code=2)
    wrong.write_text("a shopping list")
    assert "is damaged" in shop.sparekey("store", "restore", str(wrong), code=2)
    other = tmp_path / "other.db"
    with closing(sqlite3.connect(other)) as connection:
        connection.execute("CREATE TABLE things (name)")
    assert "is no store of sparekey" in shop.sparekey("store", "restore", str(other), code=2)
    assert "is the store itself" in shop.sparekey("store", "restore", "sparekey.db", code=2)
    newer = tmp_path / "newer.db"
    shop.sparekey("store", "backup", str(newer))
    with closing(sqlite3.connect(newer)) as connection:
        connection.execute("UPDATE alembic_version SET version_num = '9999'")
        connection.commit()
    assert "of a newer version (9999)" in shop.sparekey("store", "restore", str(newer), code=2)
    assert shop.json("findings") == before


# upgrade --------------------------------------------------------------------------------------------------------


def test_an_upgrade_copies_first_and_then_has_nothing_to_do(shop: Team) -> None:
    for table in ("pairs", "sessions", "pulses", "preferences", "rule_modes", "tasks", "judgements"):
        spoil(shop, f"DROP TABLE {table}")
    spoil(shop, "UPDATE alembic_version SET version_num = '0001'")
    done = shop.json("store", "upgrade")
    assert (done["before"], done["now"]) == ("0001", "0003")
    assert Path(str(done["backup"])).is_file()
    assert "nothing to do" in shop.sparekey("store", "upgrade")
    assert len(shop.drafts()) == 4
    told = shop.sparekey("store", "restore", str(done["backup"]))
    assert "Next: sparekey store upgrade" in told
    spoil(shop, "UPDATE alembic_version SET version_num = '9999'")
    assert "of a newer version (9999)" in shop.sparekey("store", "upgrade", code=2)


# beside a running process ---------------------------------------------------------------------------------------


@pytest.fixture
def running(shop: Team) -> Iterator[Running]:
    found = shop.start()
    yield found
    if found.process.poll() is None:
        found.kill()


def test_every_command_works_beside_a_running_process(shop: Team, running: Running, tmp_path: Path) -> None:
    """Those that change something go through it, and it sends what was let out."""
    first, second, third, fourth = (one["action"] for one in shop.drafts())
    told = shop.sparekey("review", "yes", first)
    assert "No process runs now" not in told
    shop.sparekey("review", "no", second, "--why", "known")
    shop.sparekey("review", "snooze", third)
    shop.sparekey("review", "edit", fourth, "--title", "Who else could?")
    running.until(lambda: (shop.folder / "outbox" / "tasks" / f"{first}.md").exists())
    running.until(lambda: f"task {first} filed" in shop.sparekey("findings"))
    assert "you are asked again on" in shop.sparekey("answer", first, "later", "30d")
    assert "0 new events, 88 known already, from clone" in shop.sparekey("backfill", "git")
    assert "is silent from now on" in shop.sparekey("rules", "silent", "area-single-carrier")
    assert "No dead letter" in shop.sparekey("dead-letters")
    assert "a finding is open" in shop.sparekey("explain", "area-single-carrier", "mail")
    assert shop.json("store", "check")["wrong"] == []
    saved = tmp_path / "saved.db"
    shop.sparekey("store", "backup", str(saved))
    pid = f"process {running.process.pid}"
    assert pid in shop.sparekey("store", "restore", str(saved), code=2)
    assert pid in shop.sparekey("store", "upgrade", code=2)
    assert running.stop() == 0
    assert "1 draft waits: sparekey review" in shop.sparekey("review", "--list")
    shop.sparekey("store", "restore", str(saved))
