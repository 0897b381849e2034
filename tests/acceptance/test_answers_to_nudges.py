"""A nudge is answered with the words under its text: for rules that ask, for the rule's precision, or never again."""

import sqlite3
from pathlib import Path

import pytest
from command_kit import Team, copied

from connectors.errors import ConfigError
from worker.intake.nudge_answers import receiver_of
from worker.store.outbox import Entry

RULES = """
rules:
  busy-part:
    title: A part changes a lot
    on: pull_request.merged
    each: {area: event.areas}
    per: area
    count: {changes: {for: 180d}}
    fire: changes.n >= 10
    hold: 0d
    cooldown: once
    good_for: 90d
    do: [{nudge: area.manager, template: time-box}]
"""


@pytest.fixture(scope="module")
def nudged(read: Team, tmp_path_factory: pytest.TempPathFactory) -> Team:
    """Mona was nudged about billing. Nobody changes it."""
    shop = copied(read, tmp_path_factory.mktemp("nudged") / "s")
    (shop.folder / "rules" / "team.yml").write_text(RULES)
    (shop.folder / "areas.yml").write_text("areas:\n  billing: {paths: [billing/], manager: mona}\n")
    shop.sparekey("run", "--once")
    draft = next(one["action"] for one in shop.drafts())
    shop.sparekey("review", "yes", draft)
    shop.sparekey("run", "--once")
    return shop


def nudge_of(shop: Team) -> Path:
    (found,) = (shop.folder / "outbox" / "nudges").iterdir()
    return found


def rows(shop: Team, query: str) -> list[tuple[object, ...]]:
    connection = sqlite3.connect(f"{(shop.folder / 'sparekey.db').as_uri()}?mode=ro", uri=True)
    try:
        return list(connection.execute(query))
    finally:
        connection.close()


def test_the_text_says_what_can_be_typed(nudged: Team) -> None:
    file = nudge_of(nudged)
    text = file.read_text()
    assert f"sparekey answer {file.stem} yes" in text
    assert "`help`" in text and "[help]" in text


@pytest.mark.parametrize("says", ["yes", "not-now", "not-useful", "help"])
def test_an_answer_is_an_event_of_whoever_got_it(nudged: Team, tmp_path: Path, says: str) -> None:
    shop = copied(nudged, tmp_path / "s")
    key = nudge_of(shop).stem
    assert shop.json("answer", key, says) == {
        "schema": 1, "nudge": key, "rule": "busy-part", "says": says,
    }  # fmt: skip
    assert rows(shop, "SELECT count(*) FROM journal WHERE kind = 'nudge.answered'") == [(1,)]
    assert rows(shop, "SELECT rule, says FROM judgements WHERE side = 'reader'") == [("busy-part", says)]


def test_fewer_than_five_answers_to_nudges_are_told_to_nobody(nudged: Team, tmp_path: Path) -> None:
    """The report would say what the one who got it said."""
    shop = copied(nudged, tmp_path / "s")
    shop.sparekey("answer", nudge_of(shop).stem, "not-useful")
    (rule,) = shop.json("rules", "report")["rules"]
    assert (rule["answers"], rule["precision"]["percent"]) == ({}, 100)  # the review let it out
    connection = sqlite3.connect(shop.folder / "sparekey.db")
    with connection:
        for n in range(4):
            connection.execute(
                "INSERT INTO judgements SELECT ?, side, ws, rule, meaning, says, at FROM judgements WHERE side = 'reader' LIMIT 1",
                (f"A-{n}",),
            )
    connection.close()
    (rule,) = shop.json("rules", "report")["rules"]
    assert (rule["answers"], rule["precision"]["percent"]) == ({"not-useful": 5}, 0)


def test_stop_is_a_mute_and_leaves_no_other_trace(nudged: Team, tmp_path: Path) -> None:
    shop = copied(nudged, tmp_path / "s")
    before = rows(shop, "SELECT count(*) FROM audit")
    said = shop.sparekey("answer", nudge_of(shop).stem, "stop")
    assert "nobody is told" in said
    assert rows(shop, "SELECT scope FROM mutes") == [("rule:busy-part",)]
    assert rows(shop, "SELECT count(*) FROM journal WHERE kind = 'nudge.answered'") == [(0,)]
    assert rows(shop, "SELECT count(*) FROM audit") == before
    assert rows(shop, "SELECT count(*) FROM judgements WHERE side = 'reader'") == [(0,)]


@pytest.mark.parametrize(
    ("words", "says"),
    [
        (["yes", "--by", "ben"], "did not get "),
        (["yes", "--by", "zoe"], "nobody here is called 'zoe'"),
        (["not-usefull"], "did you mean 'not-useful'?"),
        (["later", "30d"], "'later' is no answer to a nudge"),
    ],
)
def test_what_is_no_answer_ends_with_two_and_what_is_right(nudged: Team, words: list[str], says: str) -> None:
    assert says in nudged.sparekey("answer", nudge_of(nudged).stem, *words, code=2)


def test_of_two_who_got_it_one_is_named() -> None:
    blank = dict.fromkeys(Entry.__slots__, "")
    entry = Entry(**{**blank, "action": "A-1", "verb": "nudge", "status": "sent", "people": ("a", "b")})  # type: ignore[arg-type]  # blank
    with pytest.raises(ConfigError, match="2 people got A-1"):
        receiver_of(entry, None)
    assert receiver_of(entry, "b") == "b"
