"""Rows that are kept for a while: dead letters, cursors, modes, and for how long which of them."""

from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest
from engine_kit import rules_of
from sqlalchemy import Table, func, insert, select

from rules.model.times import DAY, Instant
from worker.store import cursors, dead_letters, retention, rule_modes, schema
from worker.store.cursors import Cursor
from worker.store.database import Store, open_store

RULE = "  r:\n    title: T\n    on: pull_request.merged\n    per: pull_request\n    fire: pull_request.files > 1\n    do: [{nudge: pull_request.author, template: talk-live}]\n"
NOW: Instant = 2_000_000 * DAY // 1000


@pytest.fixture
def store(tmp_path: Path) -> Iterator[Store]:
    found = open_store(tmp_path / "s.db")
    yield found
    found.close()


# dead letters ----------------------------------------------------------------------------------------------------


def test_the_same_bad_delivery_makes_one_letter_that_is_open_again(store: Store) -> None:
    first = dead_letters.made(1, "normalise", "github", "d-1", "no author", 5, b"{}")
    again = dead_letters.made(1, "normalise", "github", "d-1", "no author", 9, b"{}")
    with store.writing("c1") as connection:
        dead_letters.put(connection, first)
        dead_letters.set_status(connection, first.id, "retried")
        dead_letters.put(connection, again)
        assert dead_letters.newest(connection, 1) == [again]
        assert dead_letters.get(connection, first.id) == again
        assert dead_letters.get(connection, "D-nothing") is None
        assert dead_letters.newest(connection, 2) == []
    others = [
        ("d-2", "no author", b"{}"),
        ("d-1", "no date", b"{}"),
        ("d-1", "no author", b"[]"),
        ("d-1", "no author", None),
    ]
    letters = {dead_letters.made(1, "normalise", "github", *one[:2], 5, one[2]).id for one in others}
    assert len(letters | {first.id}) == 5


def test_a_letter_is_writable_whatever_it_is_about(store: Store) -> None:
    """Half characters are often what was wrong; a payload may be of any size."""
    letter = dead_letters.made(
        1, "normalise", "git\ud800", "ref \udfff" * 100, "why \ud800" * 1000, 1, b"x" * 25_000_001
    )
    with store.writing("c1") as connection:
        dead_letters.put(connection, letter)
        (found,) = dead_letters.newest(connection, 1)
    assert found == letter
    assert found.payload is None
    assert "\\ud800" in found.error


# cursors and modes -----------------------------------------------------------------------------------------------


def test_a_cursor_is_the_last_that_was_put_of_its_stream(store: Store) -> None:
    with store.writing("c1") as connection:
        assert cursors.cursor_of(connection, "git") is None
        cursors.put_cursor(connection, Cursor("git", "", "abc", 7, "e"), 1)
        cursors.put_cursor(connection, Cursor("git", "other", "xyz"), 1)
        cursors.put_cursor(connection, Cursor("git", "", "def", 9, "f"), 2)
        assert cursors.cursor_of(connection, "git") == Cursor("git", "", "def", 9, "f")
        assert cursors.cursor_of(connection, "git", "other") == Cursor("git", "other", "xyz")


def test_a_mode_holds_while_its_rule_means_what_it_meant(store: Store) -> None:
    (rule,) = rules_of(RULE)
    (other,) = rules_of(RULE.replace("> 1", "> 2"))
    (words,) = rules_of(RULE.replace("title: T", "title: Other"))
    with store.writing("admin") as connection:
        rule_modes.put(connection, 1, rule, "live", "ada", 5)
        rule_modes.put(connection, 1, rule, "silent", "ada", 6)
        assert rule_modes.modes(connection, 1, {"r": rule}) == {"r": "silent"}
        assert rule_modes.modes(connection, 1, {"r": words}) == {"r": "silent"}
        assert rule_modes.modes(connection, 1, {"r": other}) == {}
        assert rule_modes.modes(connection, 1, {}) == {}
        assert rule_modes.modes(connection, 2, {"r": rule}) == {}


# how long --------------------------------------------------------------------------------------------------------

LENGTHS: dict[str, tuple[int, str, dict[str, object]]] = {
    "findings": (400, "opened_at", {"id": "f", "ws": 1, "rule": "r", "meaning": "", "subject": "", "ordinal": 1, "status": "resolved", "mode": "", "interval": 0, "confidence": "", "body": b""}),
    "outbox": (180, "ended_at", {"action": "a", "ws": 1, "verb": "task", "status": "sent", "planned_at": 0, "body": b""}),
    "tasks": (180, "opened_at", {"task": "t", "ws": 1, "status": "closed"}),
    "deliveries": (90, "started", {"action": "a", "attempt": 1}),
    "budget": (30, "until", {"person": "p", "kind": "nudge", "n": 1, "action": "a"}),
    "dead_letters": (90, "at", {"id": "d", "ws": 1, "stage": "intake", "source": "git", "error": "why"}),
    "pulses": (90, "at", {"pulse": "u", "pair": "p", "body": b""}),
    "backfills": (400, "ended_at", {"run": "b", "ws": 1, "source": "git", "started_at": 0, "status": "done"}),
    "audit": (3 * 366, "at", {"who": "ada", "did": "answer"}),
}  # fmt: skip


def count(store: Store, table: Table) -> int:
    with store.reading() as connection:
        return connection.execute(select(func.count()).select_from(table)).scalar_one()


def forget(store: Store, now: Instant) -> dict[str, int]:
    with store.writing("admin") as connection:
        return retention.forget(connection, now)


@pytest.mark.parametrize("name", LENGTHS)
def test_a_row_is_kept_for_its_time_and_not_longer(store: Store, name: str) -> None:
    days, column, row = LENGTHS[name]
    table = schema.metadata.tables[name]
    with store.writing("admin") as connection:
        connection.execute(insert(table).values({**row, column: NOW}))
    assert not any(forget(store, NOW + days * DAY).values())
    assert count(store, table) == 1
    gone = forget(store, NOW + days * DAY + 1)
    assert {table: n for table, n in gone.items() if n} == {name: 1}
    assert count(store, table) == 0


@pytest.mark.parametrize(
    ("name", "change"),
    [("findings", {"status": "open"}), ("tasks", {"status": "open"}), ("tasks", {"status": "snoozed"}), ("backfills", {"ended_at": 0})]
    + [("outbox", {"status": status}) for status in ("draft", "planned", "leased", "unknown")],
)  # fmt: skip
def test_what_goes_on_is_kept_however_old_it_is(store: Store, name: str, change: dict[str, object]) -> None:
    _, column, row = LENGTHS[name]
    with store.writing("admin") as connection:
        connection.execute(insert(schema.metadata.tables[name]).values({**row, column: NOW, **change}))
    assert not any(forget(store, NOW + 4000 * DAY).values())


def test_receivers_go_with_their_message_and_nobody_elses(store: Store) -> None:
    _, column, row = LENGTHS["outbox"]
    with store.writing("admin") as connection:
        for action, ended in (("old", NOW), ("new", NOW + 100 * DAY)):
            connection.execute(insert(schema.outbox).values({**row, "action": action, column: ended}))
            connection.execute(insert(schema.outbox_people).values(person="p", action=action, role="to"))
    forget(store, NOW + 181 * DAY)
    with store.reading() as connection:
        assert connection.execute(select(schema.outbox_people.c.action)).scalars().all() == ["new"]


def test_a_payload_goes_before_its_letter(store: Store) -> None:
    letter = dead_letters.made(1, "normalise", "git", "r", "why", NOW, b"secret")
    with store.writing("c1") as connection:
        dead_letters.put(connection, letter)
    forget(store, NOW + 14 * DAY)
    with store.reading() as connection:
        assert dead_letters.get(connection, letter.id) == letter
    forget(store, NOW + 14 * DAY + 1)
    with store.reading() as connection:
        assert dead_letters.get(connection, letter.id) == replace(letter, payload=None)
