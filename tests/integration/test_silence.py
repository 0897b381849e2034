"""Precision: what people say of a rule's messages, and rules that fall silent by themselves."""

from dataclasses import replace
from pathlib import Path

import pytest
from dispatch_kit import RULES, World
from sqlalchemy import select

from rules.language.rule import Rule
from rules.model.times import DAY, HOUR, WEEK, Instant
from worker.config.sparekey import Mute
from worker.dispatch.silence import Silence
from worker.store import judgements, outbox, retention, rule_modes
from worker.store.judgements import APPROVED, READER, REFUSED, REVIEWER, Record
from worker.store.schema import audit

MUTE = Mute(below_precision=40, of_answers=10)
RULE = next(rule for rule in RULES if rule.id == "carried")
MEANT = {rule.id: rule for rule in RULES}


@pytest.fixture
def world(tmp_path: Path) -> World:
    found = World(tmp_path)
    found.remote()
    found.budgets(tasks=20)
    return found


def _meaning(world: World, meaning: str) -> None:
    """Findings of the kit mean 'm'; here they mean what the rule means."""
    with world.store.writing("admin") as connection:
        connection.exec_driver_sql("UPDATE findings SET meaning = ?", (meaning,))


def say(world: World, n: int, says: str, side: str = READER, meaning: str = RULE.meaning) -> None:
    """Something about one message of the rule, whatever became of it."""
    key = f"A-t{n}"
    with world.store.reading() as connection:
        known = outbox.entry(connection, world.ws, key)
    if known is None:
        world.task(n, status="draft")
    _meaning(world, meaning)
    entry = world.entry(key)
    with world.store.writing("admin") as connection:
        judgements.note(connection, world.ws, entry, side, says, world.now)


def record(world: World, since: Instant = 0) -> Record:
    with world.store.reading() as connection:
        return judgements.records(connection, world.ws, MEANT, since)["carried"]


def mode(world: World) -> str:
    with world.store.reading() as connection:
        return rule_modes.holding(connection, world.ws, MEANT)["carried"]


def look(world: World, owner: str = "boss", rules: dict[str, Rule] | None = None) -> list[str]:
    world.now += 1
    return Silence(world.store, world.ws, lambda rule: owner).wrong(rules or MEANT, MUTE, world.now)


def answers(world: World, right: int, wrong: int, first: int = 0) -> None:
    for n in range(right + wrong):
        say(world, first + n, "yes" if n < right else "wrong")


def test_only_wrong_and_not_useful_speak_against_a_rule(world: World) -> None:
    for n, word in enumerate(("yes", "other", "known", "no", "done", "wrong", "not-useful")):
        say(world, n, word)
    assert (record(world).right, record(world).judged, record(world).precision) == (5, 7, 71)


def test_a_refused_draft_counts_against_it_and_an_approved_one_for_it_until_its_receiver_answers(world: World) -> None:
    say(world, 1, APPROVED, REVIEWER)
    say(world, 2, REFUSED, REVIEWER)
    assert record(world).precision == 50
    say(world, 1, "later")
    assert record(world).precision == 50, "later is no judgement"
    say(world, 1, "wrong")
    assert (record(world).judged, record(world).precision) == (2, 0)
    say(world, 1, "yes")
    assert (record(world).judged, record(world).precision) == (2, 50), "the newest answer counts, once"


def test_nobody_answered_is_no_precision(world: World) -> None:
    assert record(world).precision is None and look(world) == []


@pytest.mark.parametrize(
    ("right", "wrong", "silent"), [(3, 7, True), (4, 6, False), (0, 9, False), (0, 10, True), (7, 11, True)]
)
def test_a_rule_silences_itself_under_forty_percent_of_ten_answers(
    world: World, right: int, wrong: int, silent: bool
) -> None:
    answers(world, right, wrong)
    assert look(world) == (["carried"] if silent else [])
    assert mode(world) == ("silent" if silent else "live")


def test_it_happens_once_is_audited_and_the_owner_reads_it_in_the_next_digest(world: World) -> None:
    answers(world, 3, 7)
    assert [look(world), look(world), look(world)] == [["carried"], [], []]
    with world.store.reading() as connection:
        lines = connection.execute(select(audit.c.who, audit.c.did, audit.c.on_what, audit.c.why)).all()
    assert [tuple(line) for line in lines] == [
        ("auto-silence", "mode silent", "carried", "7 of 10 answers said that it was wrong")
    ]
    world.settle(world.now + WEEK)
    told = [message for _, _, message in world.sinks["issues"].written if message.what == "digest" and message.to]
    (mine,) = [one for one in told if one.to[0].person == "boss"]
    assert "7 of 10 answers said that it was wrong" in mine.parts[0][1]
    assert "sparekey rules live carried" in mine.parts[0][1]


def test_without_an_owner_it_is_silent_all_the_same(world: World) -> None:
    answers(world, 0, 10)
    assert look(world, owner="") == ["carried"] and mode(world) == "silent"


def test_what_it_was_about_to_say_waits_for_a_person_except_what_one_let_out(world: World) -> None:
    answers(world, 0, 10)
    world.task(50, send="weekly")
    world.task(51, rule="also-carried", send="weekly")
    world.task(52, status="draft")
    world.review.approve("A-t52", "mona", world.now)
    look(world)
    assert [world.status(f"A-t{n}") for n in (50, 51, 52)] == ["draft", "planned", "planned"]
    assert world.entry("A-t50").why == "its rule silenced itself"


def test_live_lets_it_speak_again_and_counts_anew(world: World) -> None:
    answers(world, 0, 10)
    look(world)
    with world.store.writing("admin") as connection:
        rule_modes.put(connection, world.ws, RULE, "live", "mona", world.now)
    assert look(world) == [] and mode(world) == "live" and record(world).judged == 0
    world.now += DAY
    answers(world, 0, 9, first=20)
    assert look(world) == []
    say(world, 40, "wrong")
    assert look(world) == ["carried"] and mode(world) == "silent"


def test_an_edit_of_what_the_rule_means_ends_it_and_old_answers_count_no_more(world: World) -> None:
    answers(world, 0, 10)
    look(world)
    edited = {"carried": _edited(RULE)}
    with world.store.reading() as connection:
        assert rule_modes.holding(connection, world.ws, edited) == {"carried": "live"}
        assert judgements.records(connection, world.ws, edited)["carried"].judged == 0
    assert look(world, rules=edited) == []
    assert mode(world) == "silent", "as it was, it is still silent"


def _edited(rule: Rule) -> Rule:

    return replace(rule, meaning="another")


def test_a_rule_that_is_off_or_silent_in_its_file_is_left_alone(world: World) -> None:

    answers(world, 0, 10)
    for given in ("off", "silent"):
        assert look(world, rules={"carried": replace(RULE, mode=given)}) == []


def test_it_survives_a_restart_between_the_answer_and_the_look(world: World, tmp_path: Path) -> None:
    answers(world, 0, 10)
    world.store.close()
    again = World(tmp_path, now=world.now + HOUR)
    assert look(again) == ["carried"]
    again.store.close()
    assert mode(World(tmp_path)) == "silent"


def test_five_approved_with_four_of_five_yes_suggest_live(world: World) -> None:
    for n in range(4):
        say(world, n, APPROVED, REVIEWER)
    assert not record(world).is_ready
    say(world, 4, APPROVED, REVIEWER)
    assert record(world).is_ready and record(world).yes_percent == 100
    say(world, 5, REFUSED, REVIEWER)
    assert record(world).is_ready and record(world).yes_percent == 83
    say(world, 6, REFUSED, REVIEWER)
    assert not record(world).is_ready and record(world).yes_percent == 71


def test_reviews_are_judgements_and_a_draft_that_came_too_late_is_none(world: World) -> None:
    for n in range(3):
        world.task(n, status="draft")
    _meaning(world, RULE.meaning)
    world.ended["F-A-t2"] = "no longer so"
    assert world.review.approve("A-t0", "mona", world.now) == ""
    world.review.refuse("A-t1", "mona", "too-small", world.now)
    assert world.review.approve("A-t2", "mona", world.now) == "no longer so"
    assert dict(record(world).drafts) == {APPROVED: 1, REFUSED: 1} and record(world).precision == 50


def test_owners_hear_once_that_a_rule_is_off_because_it_broke(world: World) -> None:
    silence = Silence(world.store, world.ws, lambda rule: "boss")
    assert silence.broken(MEANT, ["carried", "unheard-of"], world.now) == ["carried"]
    assert silence.broken(MEANT, ["carried"], world.now + HOUR) == []
    assert silence.broken({"carried": _edited(RULE)}, ["carried"], world.now + HOUR) == ["carried"]
    world.settle(world.now + WEEK)
    (digest,) = [message for _, _, message in world.sinks["issues"].written if message.what == "digest"]
    assert digest.parts[0][1].count("off, because it broke too often: the log says how") == 2


def test_judgements_are_forgotten_with_the_findings_they_were_about(world: World) -> None:
    say(world, 1, "yes")
    with world.store.writing("admin") as connection:
        retention.forget(connection, world.now + 399 * DAY)
    assert record(world).judged == 1
    with world.store.writing("admin") as connection:
        assert retention.forget(connection, world.now + 401 * DAY)["judgements"] == 1
    assert record(world).judged == 0


def test_a_period_leaves_out_what_was_said_before(world: World) -> None:
    say(world, 1, "wrong")
    world.now += DAY
    say(world, 2, "yes")
    assert record(world, world.now).precision == 100 and record(world).precision == 50
    with world.store.reading() as connection:
        assert judgements.said(connection, world.ws, READER, world.now) == {"carried": {"yes": 1}}
