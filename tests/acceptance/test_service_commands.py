"""backfill, findings, answer, dead-letters and the modes of rules, as an operator and a manager type them."""

import json
import re
import signal
import sqlite3
import subprocess
import sys
import time
from datetime import date, timedelta
from pathlib import Path

import pytest
from command_kit import SECRETS_OF_NAMES, Team, Terminal, Typist, copied, team

from rules.model.times import DAY
from worker import clock
from worker.store import dead_letters
from worker.store.database import open_store

DELIVERY = Path(__file__).resolve().parents[1] / "fixtures" / "github-webhooks" / "pull_request.opened.00.json"
ABOUT_PEOPLE = """
extends: [catalog/core@1]
rules:
  busy:
    title: Somebody changes a lot
    on: pull_request.merged
    per: pull_request.author
    count: {changes: {for: 60d}}
    fire: changes.n >= 3
    hold: 0d
    cooldown: once
    do: [{nudge: pull_request.author, template: time-box}]
"""


@pytest.fixture(scope="module")
def filed(read: Team, tmp_path_factory: pytest.TempPathFactory) -> Team:
    """The same with one task filed. Nobody changes it."""
    shop = copied(read, tmp_path_factory.mktemp("filed") / "s")
    shop.sparekey("review", "yes", key_about(shop, "billing"))
    shop.sparekey("run", "--once")
    return shop


def key_about(shop: Team, area: str) -> str:
    return next(one["action"] for one in shop.drafts() if area in one["title"])


def task_of(shop: Team) -> str:
    (task,) = (shop.folder / "outbox" / "tasks").iterdir()
    return task.stem


def found(shop: Team, *words: str) -> list[dict[str, object]]:
    listed = shop.json("findings", *words)["findings"]
    assert isinstance(listed, list)
    return listed


# backfill -------------------------------------------------------------------------------------------------------


def test_backfill_reads_the_only_source_and_says_what_it_came_to(tmp_path: Path, typist: Typist) -> None:
    shop = team(tmp_path / "s", typist)
    told = shop.sparekey("backfill", "git")
    assert "88 new events, 0 known already, from clone. Nothing about the past was sent." in told
    assert "4 findings open now; 4 drafts wait for a person." in told
    assert "Next: sparekey review " in told
    again = shop.json("backfill", "git")
    assert (again["new"], again["known"], again["findings_open"], again["drafts"]) == (0, 88, 4, 4)


def test_backfill_reads_what_is_good_beside_malformed_lines_and_ends_with_one(shop: Team, tmp_path: Path) -> None:
    line = {"id": "x:1", "kind": "pull_request.merged", "at": "2026-01-05T10:00:00Z", "source": "git", "actor": "p1",
            "paths": ["web/z.py"], "pull_request": {"id": "x#1", "author": "p1", "authors": ["p1"]}}  # fmt: skip
    events = tmp_path / "more.jsonl"
    events.write_text(f"not json\x1b[31m\n{json.dumps(line)}\n" + json.dumps({**line, "kind": "no.kind"}) + "\n")
    told = shop.sparekey("backfill", "files", str(events), "--since", "2025-01-01", code=1)
    assert "1 new event, 0 known already" in told
    assert "2 lines or documents could not be read:" in told and "more.jsonl:1" in told
    assert "\x1b" not in told
    letters = shop.json("dead-letters", "list")["dead_letters"]
    assert isinstance(letters, list)
    assert {(one["stage"], one["payload_bytes"]) for one in letters} == {("normalise", None)}
    shown = shop.sparekey("dead-letters", "show", letters[0]["id"])
    assert "more.jsonl:" in shown and "mend what it came from" in shown
    assert "no payload to try again" in shop.sparekey("dead-letters", "retry", letters[0]["id"], code=2)


def test_backfill_takes_nothing_before_a_day_and_can_be_pointed_elsewhere(tmp_path: Path, typist: Typist) -> None:
    shop = team(tmp_path / "s", typist)
    since = (date.today() - timedelta(days=30)).isoformat()
    assert int(str(shop.json("backfill", "git", "--since", since)["new"])) < 20
    (shop.folder / "sparekey.yml").write_text("default_manager: mona\nsinks: {o: {kind: files, path: outbox}}\n")
    assert "sparekey.yml has no source of kind 'git': which one?" in shop.sparekey("backfill", "git", code=2)
    assert str(shop.json("backfill", "git", "clone")["name"]).startswith("git:/")


def test_backfill_asks_which_of_two_sources_is_meant(shop: Team) -> None:
    file = shop.folder / "sparekey.yml"
    file.write_text(file.read_text().replace("sources:", "sources:\n  other: {kind: git, path: clone}"))
    told = shop.sparekey("backfill", "git", code=2)
    assert "has 2 sources of kind 'git': which one?" in told and "--name" in told
    assert shop.json("backfill", "git", "--name", "clone")["known"] == 88
    assert "of kind 'git' called 'nobody'" in shop.sparekey("backfill", "git", "--name", "nobody", code=2)


def test_an_interrupted_backfill_goes_on_when_it_is_typed_again(shop: Team) -> None:
    lines = 60_000
    with (shop.folder / "big.jsonl").open("w") as file:
        for n in range(lines):
            change = {"id": f"b#{n}", "author": f"p{n % 9}", "authors": [f"p{n % 9}"]}
            at = (clock.now() - 300 * DAY) // 1000 * 1000 + n * 60_000_000
            event = {"id": f"b:{n}", "kind": "pull_request.opened", "at": at, "source": "git", "actor": f"p{n % 9}"}
            file.write(json.dumps({**event, "pull_request": change}) + "\n")
    process = subprocess.Popen(
        [sys.executable, "-m", "worker.cli.main", "backfill", "files", "big.jsonl"],
        cwd=shop.folder, env=shop.environment(), stderr=subprocess.PIPE, stdout=subprocess.PIPE, text=True,
        preexec_fn=_interruptible,
    )  # fmt: skip
    _until(lambda: _journalled(shop) > 200)
    assert process.poll() is None, "it was ready before it could be interrupted: more lines are needed"
    process.send_signal(signal.SIGINT)
    told = process.communicate(timeout=60)[1]
    assert process.returncode == 130
    assert told.strip() == "Interrupted. What was read is kept; the same command again goes on."
    before = _journalled(shop)
    again = shop.json("backfill", "files", "big.jsonl")
    assert int(str(again["new"])) + int(str(again["known"])) == lines
    assert int(str(again["known"])) >= before - 200  # the clone's own, and what the configuration said
    assert shop.json("store", "check")["wrong"] == []


def _interruptible() -> None:
    """Also where this run of tests was started in the background, with Ctrl-C ignored."""
    signal.signal(signal.SIGINT, signal.SIG_DFL)


def _journalled(shop: Team) -> int:
    connection = sqlite3.connect(f"{(shop.folder / 'sparekey.db').as_uri()}?mode=ro", uri=True)
    try:
        return int(connection.execute("SELECT count(*) FROM journal").fetchone()[0])
    finally:
        connection.close()


def _until(true: object, seconds: float = 60) -> None:
    end = time.monotonic() + seconds
    while not true():  # type: ignore[operator]  # a callable
        assert time.monotonic() < end
        time.sleep(0.01)


# findings -------------------------------------------------------------------------------------------------------


def test_findings_say_what_became_of_each_and_what_to_type_next(filed: Team) -> None:
    told = filed.sparekey("findings")
    (billing,) = (line for line in told.splitlines() if " billing " in line)
    assert "area-single-carrier" in billing and "since " in billing and "medium" in billing and " C-" in billing
    assert "task A-" in billing and "filed" in billing
    assert told.count("is a draft") == 3
    assert "4 findings, 3 drafts and 1 task filed." in told
    assert "sparekey explain F-" in told and "sparekey review " in told and "sparekey answer A-" in told


def test_findings_can_be_narrowed(filed: Team) -> None:
    assert [one["subject"] for one in found(filed, "--area", "mail")] == [["mail"]]
    assert len(found(filed, "--rule", "area-single-carrier")) == 4
    assert found(filed, "--status", "withdrawn") == []
    assert "did you mean 'area-single-carrier'?" in filed.sparekey("findings", "--rule", "area-single-carier", code=2)
    none = filed.sparekey("findings", "--area", "nowhere")
    assert "Nothing like that was found." in none and "sparekey findings --status all" in none


def test_findings_for_scripts_have_no_names_unless_asked_for(shop: Team) -> None:
    shop.rules(ABOUT_PEOPLE)
    shop.sparekey("rules", "ask", "busy")
    about = found(shop, "--rule", "busy")
    assert about
    quiet = shop.sparekey("findings") + shop.sparekey("findings", "--json")
    assert [name for name in SECRETS_OF_NAMES if name in quiet] == []
    named = json.dumps(found(shop, "--rule", "busy", "--names")) + shop.sparekey("findings", "--names")
    assert "ana" in named
    with Terminal(shop, "findings", "--rule", "busy") as terminal:
        assert terminal.end() == 0
        assert "ana" in terminal.seen
    with Terminal(shop, "findings", "--rule", "busy", "--pseudonyms") as terminal:
        assert terminal.end() == 0
        assert "ana" not in terminal.seen


def test_findings_say_why_nobody_was_told(tmp_path: Path, typist: Typist) -> None:
    shop = team(tmp_path / "s", typist)
    shop.sparekey("rules", "silent", "area-single-carrier")
    assert "4 findings open now; no draft waits." in shop.sparekey("backfill", "git")
    assert {one["why_nothing"] for one in found(shop)} == {"silent: its rule tells nobody"}


def test_without_a_store_the_next_step_is_said(tmp_path: Path, typist: Typist) -> None:
    shop = team(tmp_path / "s", typist)
    for words in (("findings",), ("review",), ("dead-letters",), ("store", "check")):
        told = shop.sparekey(*words, code=2)
        assert "there is no store at" in told and "makes one" in told


# answer ---------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("words", "says"),
    [
        (["yes"], "the pair is proposed. billing is checked again on "),
        (["later", "30d"], "you are asked again on "),
        (["known", "until", "2099-03-31"], "billing is left alone until Tue 31 Mar 2099."),
        (["wrong:", "too", "small"], "closed as 'too-small'"),
    ],
)
def test_an_answer_says_what_happens_next(filed: Team, tmp_path: Path, words: list[str], says: str) -> None:
    """Also in the words that stand in the task."""
    shop = copied(filed, tmp_path / "s")
    assert says in shop.sparekey("answer", task_of(shop), *words)
    assert f"answered {words[0].strip(':')}" in shop.sparekey("findings", "--status", "all", "--area", "billing")


def test_an_answer_that_lacks_something_ends_with_two_and_what_is_right(filed: Team) -> None:
    assert "did you mean 'yes'?" in filed.sparekey("answer", task_of(filed), "yess", code=2)
    assert "nobody here is called 'zoe'" in filed.sparekey("answer", task_of(filed), "other: @ben with @zoe", code=2)
    assert "'wrong' needs to know what" in filed.sparekey("answer", task_of(filed), "wrong", code=2)


def test_a_task_that_is_closed_takes_no_answer(filed: Team, tmp_path: Path) -> None:
    shop = copied(filed, tmp_path / "s")
    task = task_of(shop)
    assert shop.json("answer", task[:6], "no")["task"] == task
    shop.sparekey("run", "--once")
    assert f"{task} is closed" in shop.sparekey("answer", task, "yes", code=2)


# dead letters ---------------------------------------------------------------------------------------------------


def _letter(shop: Team, payload: bytes) -> str:
    """A delivery that could not be read, by a version that is older or was wrong."""
    store = open_store(shop.folder / "sparekey.db")
    made = dead_letters.made(1, "normalise", "gh", "pull_request:1-2", "no\x1b[31mnumber", clock.now(), payload)
    with store.writing("admin") as connection:
        dead_letters.put(connection, made)
    store.close()
    return made.id


def test_a_dead_letter_is_shown_harmless_and_tried_again(shop: Team) -> None:
    good = DELIVERY.read_bytes()
    letter = _letter(shop, good)
    listed = shop.sparekey("dead-letters")
    assert letter in listed and "1 dead letter, 1 open." in listed and f"sparekey dead-letters show {letter}" in listed
    shown = shop.sparekey("dead-letters", "show", letter, "--payload")
    assert "pull_request:1-2" in shown and '"action": "opened"' in shown and "\x1b" not in shown
    assert shop.json("dead-letters", "show", letter)["payload_bytes"] == len(good)
    assert "accepted: 1 new" in shop.sparekey("dead-letters", "retry", letter)
    assert "1 dead letter, 0 open." in shop.sparekey("dead-letters", "list")


def test_a_dead_letter_that_dies_again_stays_open_and_ends_with_one(shop: Team) -> None:
    letter = _letter(shop, DELIVERY.read_bytes().replace(b'"number": 2', b'"number": "\xe2\x80\xaetwo"'))
    again = re.search(r"kept as dead letter (D-\w+): ", shop.sparekey("dead-letters", "retry", letter, code=1))
    assert again is not None
    assert "\u202e" not in shop.sparekey("dead-letters", "show", again[1], "--payload")
    assert "2 dead letters, 1 open." in shop.sparekey("dead-letters")
    assert "no dead letter D-nope" in shop.sparekey("dead-letters", "show", "D-nope", code=2)
    assert "no dead letter D-nope" in shop.sparekey("dead-letters", "retry", "D-nope", code=2)


def test_no_dead_letter_is_good_news(read: Team) -> None:
    assert read.sparekey("dead-letters") == "No dead letter: everything that came could be read.\n"


# modes ----------------------------------------------------------------------------------------------------------


def test_a_mode_says_from_when_it_holds_and_what_ends_it(shop: Team) -> None:
    told = shop.sparekey("rules", "live", "area-single-carrier")
    assert "area-single-carrier is live from now on" in told and "until an edit there changes what" in told
    assert shop.json("rules", "ask", "area-single-carrier")["mode"] == "ask"
    shop.rules("extends: [catalog/core@1]\nrules: {area-single-carrier: {mode: off}}\n")
    assert "is off in its file" in shop.sparekey("rules", "silent", "area-single-carrier", code=2)


# from elsewhere -------------------------------------------------------------------------------------------------


def test_commands_speak_of_another_folder_and_print_what_can_be_typed(read: Team, tmp_path: Path) -> None:
    """`--config` before a part of a command counts as well, and is in every command that is printed."""
    elsewhere = copied(read, tmp_path / "my team")
    elsewhere.folder = tmp_path
    for words in (("findings",), ("review",), ("backfill", "git")):
        told = elsewhere.sparekey(*words, "--config", "my team")
        assert "--config 'my team'" in told, told
    assert len(elsewhere.json("review", "--config", "my team")["drafts"]) == 4  # type: ignore[arg-type]  # a list
    key = elsewhere.json("review", "--config", "my team")["drafts"][0]["action"]  # type: ignore[index]  # a list
    assert "back in the review" in elsewhere.sparekey("review", "--config", "my team", "snooze", key)
    assert "No dead letter" in elsewhere.sparekey("dead-letters", "--config", "my team", "list")
    assert not (tmp_path / "sparekey.db").exists()
    assert [one.name for one in tmp_path.iterdir()] == ["my team"]
