"""Answers to tasks: which words there are, what they need, and what they become."""

import asyncio
from pathlib import Path

import pytest
from desk_kit import Desk
from engine_kit import START, areas, day, merged, program_of
from sqlalchemy import select

from connectors.errors import ConfigError
from rules.model.times import DAY
from worker.intake.answers import WORDS, WRONG, Answer, answer_of, journal, task_of
from worker.store import leases
from worker.store.leases import Filed
from worker.store.schema import audit, tasks

RULE = """
  carried:
    title: One carries it
    on: pull_request.merged
    each: {area: event.areas}
    per: area
    count: {changes: {for: 4d, top: pull_request.authors}}
    fire: [changes.n >= 3, changes.top.percent >= 70]
    hold: 1d
    do: [{task: area.manager, template: second-pair-of-hands, suggest: pair}]
"""


@pytest.mark.parametrize("says", WORDS)
def test_each_word_is_an_answer_with_what_it_needs(says: str) -> None:
    assert answer_of(says, 5, "p1", "p2", "data") == Answer(says, 5, "p1", "p2", "data")


@pytest.mark.parametrize("says", ["yes", "no", "done"])
def test_some_need_nothing_more(says: str) -> None:
    assert answer_of(says, 0, "", "", "") == Answer(says)


@pytest.mark.parametrize("why", WRONG)
def test_wrong_has_six_reasons(why: str) -> None:
    assert answer_of("wrong", 0, "", "", why).why == why


@pytest.mark.parametrize(
    ("says", "until", "mentor", "learner", "why", "problem", "hint"),
    [
        ("yess", 0, "", "", "", "'yess' is no answer", "yes"),
        ("", 0, "", "", "", "'' is no answer", "done, known, later"),
        ("YES", 0, "", "", "", "'YES' is no answer", ""),
        ("later", 0, "", "", "", "'later' needs to know until when", "later 30d"),
        ("known", 0, "", "", "", "'known' needs to know until when", "known 2027-03-31"),
        ("other", 0, "p1", "", "", "'other' needs two people", "--mentor ada --learner ben"),
        ("other", 0, "", "p2", "", "'other' needs two people", ""),
        ("wrong", 0, "", "", "", "wrong-person, known, too-small, wrong-time, data, other", ""),
        ("wrong", 0, "", "", "dta", "needs to know what", "data"),
        ("wrong", 0, "", "", "they left because they were ill", "needs to know what", ""),
    ],
)
def test_what_is_missing_is_said(
    says: str, until: int, mentor: str, learner: str, why: str, problem: str, hint: str
) -> None:
    with pytest.raises(ConfigError) as caught:
        answer_of(says, until, mentor, learner, why)
    assert problem in str(caught.value)
    assert hint in caught.value.hint
    assert "ill" not in str(caught.value).replace("will", "")


# what they become ------------------------------------------------------------------------------------------------


@pytest.fixture
def desk(tmp_path: Path) -> Desk:
    """With one task that was filed."""
    found = Desk(tmp_path / "s.db", program_of(RULE), START)
    found.take([areas(at=day(-30)), merged(99, "eve", -20, "web/a.py"), *(merged(n, "ada", n) for n in range(10))])
    (entry,) = (one for one in found.actions("planned") if one.verb == "task")
    with found.store.writing("d2") as connection:
        lease = leases.take(connection, found.ws, entry, "files", found.now, DAY)
        leases.settle(connection, lease, "sent", "", found.now, status="sent", ended_at=found.now, remote="R1")
        filed = Filed(
            entry.action, entry.finding, entry.rule, entry.case_id, "api", "boss", "files", "R1", found.now, "open"
        )
        leases.file(connection, found.ws, filed)
    return found


def filed(desk: Desk, beginning: str = "A-") -> Filed:
    with desk.store.reading() as connection:
        return task_of(connection, desk.ws, beginning)


def answered(desk: Desk, answer: Answer) -> list[str]:
    desk.now += 1
    return asyncio.run(
        journal(desk.store, desk.receiver, desk.ws, filed(desk), answer, "ada at the desk", "boss", desk.now, "main")
    )


def test_a_task_is_found_by_the_beginning_of_its_key(desk: Desk) -> None:
    key = filed(desk).task
    assert filed(desk, key[:4]).task == key
    for beginning in ("A-zzzz", "%", "_", "a' OR 1=1"):
        with pytest.raises(ConfigError, match="was filed"):
            filed(desk, beginning)
    desk.close()


def test_a_yes_journals_the_proposal_with_an_id_that_follows_from_the_task(desk: Desk) -> None:
    key = filed(desk).task
    first = answered(desk, Answer("yes", mentor="ada", learner="ben"))
    second = answered(desk, Answer("yes", mentor="ada", learner="ben"))
    assert first[1] == second[1] == f"pair.proposed:{key}:ada:ben"
    kinds = [row.event.kind for row in desk.journalled()][-3:]
    assert kinds == ["task.answered", "pair.proposed", "task.answered"]
    desk.close()


@pytest.mark.parametrize(
    ("answer", "follow_up"),
    [
        (Answer("no"), "close"),
        (Answer("done"), "close"),
        (Answer("wrong", why="data"), "close"),
        (Answer("known", until=START + 90 * DAY), "close"),
        (Answer("later", until=START + 30 * DAY), "remind"),
    ],
    ids=lambda one: one.says if isinstance(one, Answer) else one,
)
def test_an_answer_is_an_event_a_row_in_the_audit_log_and_one_follow_up(
    desk: Desk, answer: Answer, follow_up: str
) -> None:
    for _ in range(2):
        answered(desk, answer)
    event = desk.journalled()[-1].event
    assert (event.kind, event.task.answer, event.actor) == ("task.answered", answer.says, "boss")
    follow_ups = [one for one in desk.actions() if one.verb != "task"]
    assert [(one.verb, one.status, one.planned.task) for one in follow_ups] == [
        (follow_up, "planned", filed(desk).task)
    ]
    if answer.until and follow_up == "remind":
        assert follow_ups[0].not_before == answer.until
    with desk.store.reading() as connection:
        row = connection.execute(select(tasks)).mappings().one()
        assert (row["answer"], row["until"]) == (answer.says, answer.until)
        noted = connection.execute(select(audit.c.who, audit.c.did, audit.c.why)).all()
    assert noted == [("ada at the desk", f"answer {answer.says}", answer.why)] * 2
    desk.decide()
    desk.close()
