"""The service as an operator and a manager meet it: from an empty folder to a task that was filed and answered."""

import hashlib
import hmac
import socket
import sqlite3
import urllib.error
import urllib.request
from collections.abc import Iterator
from pathlib import Path

import pytest
from service_kit import SECRET, Running, Shop

DELIVERY = (
    Path(__file__).resolve().parents[1] / "fixtures" / "github-webhooks" / "pull_request.opened.00.json"
).read_bytes()


@pytest.fixture
def shop(tmp_path: Path) -> Shop:
    return Shop(tmp_path / "s")


@pytest.fixture
def running(shop: Shop) -> Iterator[Running]:
    found = shop.start()
    yield found
    if found.process.poll() is None:
        found.kill()


def test_from_a_history_to_a_task_that_was_filed_and_answered(shop: Shop) -> None:
    """Every command here is one that the one before printed."""
    assert "50 new events, 0 known already" in shop.sparekey("backfill", "files")
    assert "0 new events, 50 known already" in shop.sparekey("backfill", "files")
    assert "billing" in shop.sparekey("findings")
    (draft,) = shop.drafts()
    assert "Second pair of hands for `billing`" in shop.sparekey("review", "--list")
    assert "next working hour" in shop.sparekey("review", "yes", draft["action"])
    shop.sparekey("run", "--once")
    (task,) = (shop.folder / "outbox" / "tasks").iterdir()
    text = task.read_text()
    assert f"sparekey answer {draft['action']} yes" in text
    assert "18 of 18" in text or "of 8" in text
    assert "proposed" in shop.sparekey("answer", draft["action"], "other", "--mentor", "ben", "--learner", "cyd")
    assert "half a year" in shop.sparekey("answer", draft["action"][:8], "no")
    shop.sparekey("run", "--once")
    assert "status: closed" in task.read_text()
    assert shop.drafts() == []


def test_the_same_task_is_never_filed_twice(shop: Shop) -> None:
    shop.sparekey("backfill", "files")
    (draft,) = shop.drafts()
    shop.sparekey("review", "yes", draft["action"])
    for _ in range(3):
        shop.sparekey("run", "--once")
    assert len(list((shop.folder / "outbox" / "tasks").iterdir())) == 1


def test_refusing_putting_off_and_other_words(shop: Shop, tmp_path: Path) -> None:
    shop.sparekey("backfill", "files")
    key = shop.drafts()[0]["action"]
    words = tmp_path / "words.md"
    words.write_text("Who else could bill?\n## Why now\nBecause I say so.\n")
    shop.sparekey("review", "edit", key, "--text-file", str(words))
    assert "Who else could bill?" in shop.sparekey("review", "--list", "--names")
    shop.sparekey("review", "snooze", key, "--days", "3")
    assert shop.drafts() == []
    assert "Refused" in shop.sparekey("review", "no", key, "--why", "known")
    assert f"{key} is rejected" in shop.sparekey("review", "yes", key, code=2)


def test_wrong_words_say_what_is_right(shop: Shop) -> None:
    shop.sparekey("backfill", "files")
    assert "no task A-none was filed" in shop.sparekey("answer", "A-none", "yes", code=2)
    assert "needs to know until when" in shop.sparekey("answer", "A-none", "later", code=2)
    assert "such as 30d" in shop.sparekey("answer", "A-none", "later", "soon", code=2)
    assert "did you mean 'area-single-carrier'" in shop.sparekey("rules", "live", "area-single-carier", code=2)
    assert "no dead letter D-1" in shop.sparekey("dead-letters", "show", "D-1", code=2)
    assert "which one?" in shop.sparekey("backfill", "git", code=2)


def test_a_live_rule_files_its_task_without_a_person(shop: Shop) -> None:
    """History never does: only what opens from then on."""
    shop.sparekey("rules", "live", "area-single-carrier")
    shop.sparekey("backfill", "files")
    assert [one["verb"] for one in shop.drafts()] == ["task"]


def test_explain_answers_from_the_store(shop: Shop) -> None:
    shop.sparekey("backfill", "files")
    assert "a finding is open" in shop.sparekey("explain", "area-single-carrier", "billing")
    assert "2 people can carry it" in shop.sparekey("explain", "area-single-carrier", "web")


def test_doctor_says_what_is_missing(shop: Shop) -> None:
    text = shop.sparekey("doctor")
    assert "rule area-single-carrier" in text
    assert "does not exist yet" in text
    shop.rules("extends: [catalog/nothing@1]\n")
    assert "WRONG  configuration" in shop.sparekey("doctor", code=1)


# the running process --------------------------------------------------------------------------------------------


def test_commands_talk_to_the_running_process(shop: Shop, running: Running) -> None:
    running.until(lambda: running.told("source read"))
    running.until(lambda: bool(shop.drafts()))
    (draft,) = shop.drafts()
    shop.sparekey("review", "yes", draft["action"])
    running.until(lambda: (shop.folder / "outbox" / "tasks").exists())
    assert "left alone" in shop.sparekey("answer", draft["action"], "known", "2099-01-01")
    assert "runs, active" in shop.sparekey("doctor")
    assert running.stop() == 0
    assert running.told("stopped")


def test_a_second_process_is_refused_with_the_pid_of_the_first(shop: Shop, running: Running) -> None:
    assert f"process {running.process.pid}" in shop.sparekey("run", code=2)


def test_a_broken_edit_keeps_the_old_rules_and_says_so(shop: Shop, running: Running) -> None:
    running.until(lambda: bool(shop.drafts()))
    shop.rules("extends: [catalog/core@1]\nrules: {x: {on: nothing.happened}}\n")
    running.until(lambda: running.told("the configuration is broken"))
    assert "runs with the rules it had before" in shop.sparekey("doctor", code=1)
    shop.rules("extends: [catalog/core@1]\nrules: {area-single-carrier: {with: {min_changes: 50}}}\n")
    running.until(lambda: running.told("configuration reloaded"))
    running.until(lambda: shop.drafts() == [])
    assert running.stop() == 0


def test_killed_in_the_middle_it_goes_on_where_it_was(shop: Shop, running: Running) -> None:
    running.until(lambda: bool(shop.drafts()))
    before = shop.json("findings", "--status", "all")
    running.kill()
    again = shop.start()
    again.until(lambda: again.told("running"))
    assert shop.json("findings", "--status", "all") == before
    assert "Everything fits" in shop.sparekey("store", "check")
    assert again.stop() == 0


def test_webhooks_are_taken_and_health_is_told(tmp_path: Path) -> None:
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    shop = Shop(tmp_path / "s", f"127.0.0.1:{port}")
    running = shop.start()
    try:
        url = f"http://127.0.0.1:{port}"
        assert urllib.request.urlopen(f"{url}/readyz", timeout=10).read() == b"ready\n"
        mac = hmac.new(SECRET.encode(), DELIVERY, hashlib.sha256).hexdigest()
        headers = {"X-Hub-Signature-256": f"sha256={mac}", "X-GitHub-Event": "pull_request"}
        asked = urllib.request.Request(f"{url}/webhooks/github", DELIVERY, headers)
        assert urllib.request.urlopen(asked, timeout=10).read() == b"accepted: 1 new, 0 known\n"
        forged = urllib.request.Request(f"{url}/webhooks/github", DELIVERY + b" ", headers)
        with pytest.raises(urllib.error.HTTPError, match="401") as refused:
            urllib.request.urlopen(forged, timeout=10)
        refused.value.close()
        bad = DELIVERY.replace(b'"number": 2', b'"number": "two"')
        headers["X-Hub-Signature-256"] = f"sha256={hmac.new(SECRET.encode(), bad, hashlib.sha256).hexdigest()}"
        urllib.request.urlopen(urllib.request.Request(f"{url}/webhooks/github", bad, headers), timeout=10).close()
        (letter,) = shop.json("dead-letters")["dead_letters"]  # type: ignore[misc]
        assert "kept as dead letter" in shop.sparekey("dead-letters", "retry", letter["id"], code=1)
        assert SECRET not in running.log.read_text()
    finally:
        assert running.stop() == 0


# the store ------------------------------------------------------------------------------------------------------


def test_a_backup_is_put_back(shop: Shop, tmp_path: Path) -> None:
    shop.sparekey("backfill", "files")
    saved = tmp_path / "saved.db"
    shop.sparekey("store", "backup", str(saved))
    before = shop.json("findings")
    (shop.folder / "sparekey.db").write_bytes(b"no database any more" * 1000)
    assert "damaged" in shop.sparekey("findings", code=2)
    assert "is damaged" in shop.sparekey("store", "check", code=1)
    assert "is now" in shop.sparekey("store", "restore", str(saved)).replace(f"{saved} now", "is now")
    assert shop.json("findings") == before


def test_an_older_store_is_upgraded_with_its_rows_and_a_newer_one_refused(shop: Shop) -> None:
    shop.sparekey("backfill", "files")
    path = shop.folder / "sparekey.db"
    with sqlite3.connect(path) as connection:
        for table in ("pairs", "sessions", "pulses", "preferences", "rule_modes", "tasks", "judgements"):
            connection.execute(f"DROP TABLE {table}")
        connection.execute("UPDATE alembic_version SET version_num = '0001'")
    connection.close()
    assert "`sparekey store upgrade`" in shop.sparekey("findings", code=2)
    assert "is of version 0003 now" in shop.sparekey("store", "upgrade")
    assert "nothing to do" in shop.sparekey("store", "upgrade")
    assert "billing" in shop.sparekey("findings")
    with sqlite3.connect(path) as connection:
        connection.execute("UPDATE alembic_version SET version_num = '9999'")
    connection.close()
    assert "newer version (9999)" in shop.sparekey("findings", code=2)
