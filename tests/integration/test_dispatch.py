"""Dispatch on a real store: what is sent, what waits, what ends otherwise, and that every ending says why."""

import asyncio
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path

import pytest
from dispatch_kit import MONDAY, PowerCut, World, finding_of
from msgspec.structs import replace
from sqlalchemy import select, update

from rules.model.actions import Action
from rules.model.people import Calendar
from rules.model.times import DAY, HOUR, MINUTE, WEEK, instant
from worker.dispatch.review import NotADraft
from worker.store import findings, outbox, undoing
from worker.store.outbox import Planned, Row
from worker.store.schema import audit, budget, deliveries
from worker.store.schema import outbox as table

NOON = 3 * HOUR  # after nine o'clock, when working hours and the digest hour begin
NIGHT = 11 * HOUR  # after noon


@pytest.fixture
def world(tmp_path: Path) -> Iterator[World]:
    found = World(tmp_path)
    yield found
    found.store.close()


# what is sent ----------------------------------------------------------------------------------------------------


def test_a_task_is_filed_once_and_journalled_in_the_commit_of_its_receipt(world: World) -> None:
    remote = world.remote()
    key = world.task(1)
    assert world.step() == 1
    assert world.step(DAY) == 0
    assert remote.keys == [key] and world.status(key) == "sent" and world.filed() == {key: ("R1", "open")}
    (event,) = world.facts
    assert (event.id, event.kind, event.at, event.source) == (f"task.opened:{key}", "task.opened", MONDAY, "engine")
    assert event.task is not None
    assert (event.task.id, event.task.owner, event.task.area) == (key, "boss", "src/C-1")
    assert event.task.recheck_at == MONDAY + 90 * DAY
    assert world.told == 1


def test_a_nudge_is_sent_to_one_person_with_its_words(world: World) -> None:
    remote = world.remote()
    key = world.nudge(1)
    world.step()
    ((_, _, message),) = remote.written
    assert (message.key, message.what, [one.person for one in message.to]) == (key, "nudge", ["ada"])
    assert f"sparekey answer {key} yes" in message.answers and message.footer
    assert [(event.id, event.nudge and event.nudge.to) for event in world.facts] == [(f"nudge.sent:{key}", "ada")]


def test_a_team_is_its_members_and_each_of_them_needs_a_slot(world: World) -> None:
    world.remote()
    world.teams["payments"] = ("ada", "ben")
    first, second = world.nudge(1, to="ben"), world.nudge(2, to="payments")
    world.step()
    assert (world.status(first), world.status(second)) == ("sent", "digest")
    other = world.nudge(3, to="ada")
    world.step()
    assert world.status(other) == "sent", "nobody's slot was taken by what was not sent"


def test_a_task_tells_the_other_findings_of_its_case(world: World) -> None:
    remote = world.remote()
    key = world.task(1)
    world.plan(write=[finding_of("F-2", "also-carried", "C-1", world.now)])
    world.step()
    assert dict(remote.written[0][2].parts)["Why now"].endswith("Also 8 changes, 7 by one person, 1 by the next.")
    assert world.status(key) == "sent"


def test_a_task_whose_own_finding_has_ended_is_told_by_the_next_one(world: World) -> None:
    """Its case goes on, so the engine still counts on this task."""
    remote = world.remote()
    key = world.task(1)
    with world.store.writing("c2") as connection:
        ended = findings.get(connection, f"F-{key}")
        assert ended is not None
        action = replace(ended.actions[0], key="A-other", joins=True, values={"area": "src/other"})
        other = finding_of("F-2", "also-carried", "C-1", world.now, action)
        findings.put(connection, world.ws, [(replace(ended, status="resolved"), 0), (other, 0)])
        undoing.expire_for(connection, world.ws, [ended.id], (), {"C-1"}, world.now)
    world.step()
    assert world.status(key) == "sent" and remote.written[0][2].key == key
    assert "src/other" in str(remote.written[0][2])
    assert world.facts[0].task is not None and world.facts[0].task.rule == "also-carried"


# when ------------------------------------------------------------------------------------------------------------


def test_nobody_hears_anything_outside_their_working_hours(world: World) -> None:
    world.remote()
    world.now += NIGHT
    key, nudge = world.task(1), world.nudge(1)
    world.step()
    assert {world.status(key), world.status(nudge)} == {"planned"}
    assert world.entry(key).why == "waits for working hours"
    assert world.dispatcher().next_due(world.now) == MONDAY + DAY - NOON
    world.settle(world.now + DAY)
    assert {world.status(key), world.status(nudge)} == {"sent"} and world.now == MONDAY + DAY - NOON


def test_leave_is_waited_for_and_zones_are_the_receivers(world: World) -> None:
    world.remote()
    world.calendars["ada"] = Calendar(zone="Asia/Tokyo")
    world.leave["ada"] = ((MONDAY, MONDAY + 3 * DAY),)
    key = world.nudge(1)
    world.settle(MONDAY + WEEK)
    assert world.entry(key).ended_at == instant(datetime(2025, 1, 10, 0, tzinfo=UTC)), "Friday 09:00 in Tokyo"


def test_weekly_tasks_wait_for_the_digest_day_and_the_most_urgent_case_wins_the_slot(world: World) -> None:
    remote = world.remote()
    world.urgent = ["C-2", "C-1", "C-3"]
    keys = [world.task(n, send="weekly") for n in (1, 2, 3)]
    world.step()
    assert world.entry(keys[0]).why == "waits for the digest day"
    world.settle(MONDAY + WEEK)
    assert [world.status(key) for key in keys] == ["digest", "sent", "digest"]
    assert world.entry(keys[1]).ended_at == MONDAY + WEEK - NOON
    assert [message.what for _, _, message in remote.written] == ["task", "digest"]
    told = remote.written[1][2]
    assert "2 things that can wait" in told.title and "another mattered more" in told.parts[0][1]
    assert {world.entry(keys[0]).bundled, world.entry(keys[2]).bundled} == {told.key}


def test_a_digest_day_that_was_missed_is_made_good(world: World) -> None:
    world.remote()
    key = world.task(1, send="weekly")
    world.step(WEEK + DAY)
    assert world.status(key) == "sent"


def test_a_moment_expires_rather_than_arriving_late(world: World) -> None:
    remote = world.remote()
    remote.down = True
    key, draft = world.nudge(1, good_until=MONDAY + DAY), world.nudge(2, status="draft", good_until=MONDAY + DAY)
    world.settle(MONDAY + 2 * DAY)
    assert (world.status(key), world.status(draft)) == ("expired", "expired")
    assert world.entry(key).why == "its moment has passed" and remote.written == []


def test_what_is_no_longer_so_is_not_sent(world: World) -> None:
    remote = world.remote()
    key = world.nudge(1)
    world.ended[f"F-{key}"] = "pull request acme#1 is closed"
    world.step()
    assert (world.status(key), world.entry(key).why) == ("expired", "pull request acme#1 is closed")
    assert remote.written == []


# to whom and where -----------------------------------------------------------------------------------------------


def test_a_mute_ends_it_with_a_reason_that_reveals_nothing(world: World) -> None:
    world.remote()
    world.mutes = {("ada", "rule:waiting"), ("ben", "sink:issues")}
    first, second = world.nudge(1), world.nudge(2, to="ben")
    world.settle(MONDAY + 2 * WEEK)
    assert [(world.status(key), world.entry(key).why) for key in (first, second)] == [("withdrawn", "policy")] * 2


def test_mail_needs_an_address_and_the_next_sink_takes_what_it_cannot(world: World) -> None:
    mail, folder = world.remote("mail", "mail", lists=False), world.remote("folder")
    world.mail["ada"] = "ada@example.org"
    world.nudge(1)
    world.nudge(2, to="ben")
    world.step()
    assert [message.to[0].address for _, _, message in mail.written] == ["ada@example.org"]
    assert [message.to[0].address for _, _, message in folder.written] == [""]


def test_without_any_sink_it_is_rejected_and_whoever_runs_this_is_told_without_the_private_part(world: World) -> None:
    remote = world.remote(takes=frozenset({"task", "digest"}))
    key = world.nudge(1)
    world.settle(MONDAY + WEEK)
    assert (world.status(key), world.entry(key).why) == ("rejected", "no sink takes a nudge for its receiver")
    ((_, _, digest),) = remote.written
    assert digest.to[0].person == "operator"
    assert "A newcomer waits" in digest.parts[0][1] and "acme" not in digest.parts[0][1]


def test_without_a_receiver_it_goes_to_the_digest_of_the_contact(world: World) -> None:
    remote = world.remote()
    key = world.task(1, to="")
    world.settle(MONDAY + WEEK)
    assert (world.status(key), world.entry(key).why) == ("digest", "nobody is named who could be asked")
    assert [message.to[0].person for _, _, message in remote.written] == ["operator"]


# budgets ---------------------------------------------------------------------------------------------------------


def test_one_task_a_week_whatever_is_planned_and_an_absence_at_any_time(world: World) -> None:
    world.remote()
    first, second, absence = world.task(1), world.task(2), world.task(3, any_time=True)
    world.step()
    assert [world.status(key) for key in (first, second, absence)] == ["sent", "digest", "sent"]
    early, late = world.task(4), world.task(5)
    with world.store.writing("admin") as connection:
        connection.execute(update(table).where(table.c.action == late).values(not_before=MONDAY + WEEK))
    world.step(WEEK - 1)
    assert world.status(early) == "digest"
    world.step(1)
    assert world.status(late) == "sent"


def test_a_refusal_gives_the_slot_back_and_is_told_in_the_digest(world: World) -> None:
    remote = world.remote()
    remote.script.extend(["reject"])
    first, second = world.task(1), world.task(2)
    world.step()
    assert (world.status(first), world.status(second)) == ("rejected", "sent")
    assert world.entry(first).why == "issues said no: no such project"
    world.settle(MONDAY + WEEK)
    (digest,) = [message for _, _, message in remote.written if message.what == "digest"]
    assert "no such project" in digest.parts[0][1]


def test_no_budget_at_all_sends_everything_to_the_digest(world: World) -> None:
    world.remote()
    world.budgets(tasks=0)
    key = world.task(1)
    world.step()
    assert world.status(key) == "digest"


# trouble ---------------------------------------------------------------------------------------------------------


def test_an_answer_that_was_lost_is_looked_up_after_two_minutes(world: World) -> None:
    remote = world.remote(lag=MINUTE)
    remote.script.extend(["created, lost"])
    key = world.task(1)
    world.step()
    assert world.status(key) == "unknown" and world.facts == []
    assert world.step(MINUTE) == 0
    world.step(MINUTE)
    assert world.status(key) == "sent" and world.entry(key).remote == "R1" and len(remote.written) == 1
    assert len(world.facts) == 1


@pytest.mark.parametrize("how", ["lost", "fault", "cut before"])
def test_what_is_not_there_is_written_again_and_looked_up_once_more(world: World, how: str) -> None:
    remote = world.remote(lag=MINUTE)
    remote.script.extend([how])
    key = world.task(1)
    try:
        world.step()
    except PowerCut:
        assert world.status(key) == "leased"
    world.settle(world.now + HOUR)
    assert world.status(key) == "sent" and remote.keys == [key] and world.entry(key).remote == "R1"


def test_a_second_copy_is_closed_with_a_note_however_late_the_first_shows(world: World) -> None:
    """The remote shows what it has after longer than we waited."""
    remote = world.remote(lag=3 * MINUTE)
    remote.script.extend(["created, lost"])
    key = world.task(1)
    world.settle(world.now + HOUR)
    assert remote.keys == [key, key] and remote.open(key) == ["R1"]
    assert "second copy" in remote.closed["R2"].parts[0][1]
    assert world.filed() == {key: ("R1", "open")}


def test_a_nudge_is_said_at_most_once_and_then_told_in_the_digest(world: World) -> None:
    remote = world.remote(lists=False)
    remote.script.extend(["lost"])
    key = world.nudge(1)
    world.settle(MONDAY + 2 * HOUR)
    assert (world.status(key), remote.calls) == ("digest", 1)
    other = world.nudge(2)
    world.step()
    assert world.status(other) == "digest", "the slot is not given back: it may have arrived"


def test_a_nudge_that_a_list_shows_is_sent(world: World) -> None:
    remote = world.remote()
    remote.script.extend(["cut after"])
    key = world.nudge(1)
    with pytest.raises(PowerCut):
        world.step()
    world.settle(MONDAY + 2 * HOUR)
    assert world.status(key) == "sent" and remote.keys == [key]


def test_mail_is_written_again_under_the_same_key(world: World) -> None:
    remote = world.remote(lists=False)
    remote.script.extend(["created, lost"])
    key = world.task(1)
    world.settle(MONDAY + HOUR)
    assert remote.keys == [key, key] and world.status(key) == "sent" and len(world.facts) == 1


def test_a_receipt_that_cannot_be_journalled_leaves_nothing_half_done(world: World) -> None:
    remote = world.remote()
    key = world.task(1)

    def broken() -> None:
        raise RuntimeError

    world.on_append = broken
    world.step()
    assert world.status(key) == "leased" and world.filed() == {}
    world.on_append = lambda: None
    world.settle(MONDAY + HOUR)
    assert world.status(key) == "sent" and remote.keys == [key] and len(world.facts) == 1


def test_a_dead_sink_blocks_no_other_and_is_asked_less_and_less(world: World) -> None:
    dead, alive = world.remote("dead", takes=frozenset({"nudge"})), world.remote("alive", takes=frozenset({"task"}))
    dead.down = True
    nudges = [world.nudge(n, to=f"p{n}") for n in range(60)]
    tasks = [world.task(n, to=f"m{n}") for n in range(10)]
    world.step()
    assert {world.status(key) for key in tasks} == {"sent"} and len(alive.written) == 10
    assert {world.status(key) for key in nudges} == {"planned"} and dead.calls == 5
    assert "dead does not answer" in {world.entry(key).why.partition(";")[0] for key in nudges}
    calls = []
    for _ in range(6):
        world.step(HOUR)
        calls.append(dead.calls)
    assert calls[-1] - calls[0] <= 6, "once an hour"
    dead.down = False
    world.settle(MONDAY + 2 * DAY)
    assert {world.status(key) for key in nudges} == {"sent"}


def test_a_remote_that_asks_for_patience_gets_it(world: World) -> None:
    remote = world.remote()
    remote.script.extend(["patience"])
    first, second = world.nudge(1), world.nudge(2, to="ben")
    world.step()
    assert remote.calls == 1 and {world.status(first), world.status(second)} == {"planned"}
    world.step(29 * MINUTE)
    assert remote.calls == 1
    world.step(MINUTE)
    assert {world.status(first), world.status(second)} == {"sent"}


def test_a_sink_gets_thirty_messages_a_minute(world: World) -> None:
    remote = world.remote()
    for n in range(40):
        world.nudge(n, to=f"p{n}")
    world.step()
    assert len(remote.written) == 30
    world.step(10_000_000)
    assert len(remote.written) == 35
    world.settle(MONDAY + HOUR)
    assert len(remote.written) == 40


def test_tries_are_bounded_and_the_end_says_so(world: World) -> None:
    remote = world.remote()
    remote.down, world.contact = True, ""
    key = world.task(1)
    world.settle(MONDAY + 60 * DAY)
    assert world.status(key) == "rejected" and "given up after 20 tries" in world.entry(key).why
    assert remote.calls == 20


def test_a_poison_row_is_rejected_and_its_neighbours_go_on(world: World) -> None:
    remote = world.remote()
    damaged, strange, fine = world.task(1), world.task(2, to="ben", rule="vanished"), world.task(3, to="eve")
    with world.store.writing("admin") as connection:
        connection.execute(update(table).where(table.c.action == damaged).values(body=b"\xc1"))
    world.step()
    assert [world.status(key) for key in (damaged, strange, fine)] == ["rejected", "rejected", "sent"]
    assert world.entry(strange).why == "rule vanished is not among the rules any more"
    assert "cannot be read" in world.entry(damaged).why
    world.settle(MONDAY + WEEK)
    assert remote.written[-1][2].what == "digest", "the digest bears a damaged row"


def test_a_dispatcher_with_an_old_lease_writes_nothing(world: World) -> None:
    """It hung so long that another one took over; what it wrote is found, and its receipt comes to nothing."""
    remote = world.remote()
    remote.script.extend(["slow"])
    key = world.task(1)

    async def story() -> None:
        sleeper = asyncio.create_task(world.dispatcher().step(world.now))
        await asyncio.to_thread(remote.called.wait, 30)
        other = world.dispatcher()
        for later in (3 * MINUTE, 5 * MINUTE):
            world.now += later
            await other.step(world.now)
        remote.release.set()
        assert await sleeper == 0

    asyncio.run(story())
    world.settle(MONDAY + DAY)
    assert world.status(key) == "sent" and len(remote.open(key)) == 1
    assert [event.id for event in world.facts] == [f"task.opened:{key}"]


# what is added to a task -----------------------------------------------------------------------------------------


def _comment(world: World, finding: str = "F-9", verb: str = "comment", **more: object) -> str:
    action = Action(key="A-other", verb="task", to=("boss",), template="name-two-learners", values={"area": "src/pay"})
    planned = Planned(action=action, verb=verb, finding=finding, rule="also-carried", **more)  # type: ignore[arg-type]
    world.plan(
        Row("A-c", "planned", "now", world.now, 0, planned, ()),
        write=[finding_of(finding, "also-carried", "C-1", world.now, action)],
    )
    return "A-c"


def test_a_later_finding_adds_a_comment_at_any_hour(world: World) -> None:
    remote = world.remote()
    world.task(1)
    world.step()
    world.step(NIGHT)
    comment = _comment(world, case="C-1")
    world.step()
    ((where, message),) = remote.notes
    assert world.status(comment) == "sent" and where == "R1" and message.key == comment
    assert message.title == remote.written[0][2].title and "One more sign" in message.parts[0][1]


def test_a_comment_waits_for_its_task_which_then_tells_it(world: World) -> None:
    remote = world.remote()
    task = world.task(1, status="draft")
    comment = _comment(world, case="C-1")
    world.step()
    assert (world.status(comment), world.entry(comment).why) == ("planned", "waits for its task")
    world.now += HOUR
    assert world.review.approve(task, "ben", world.now) == ""
    world.step()
    world.step(HOUR)
    assert (world.status(comment), world.entry(comment).why) == ("expired", "its task told it already")
    assert remote.notes == []


def test_a_comment_on_a_task_that_was_not_filed_ends_with_it(world: World) -> None:
    world.remote()
    task = world.task(1)
    world.ended[f"F-{task}"] = "no longer so"
    comment = _comment(world, case="C-1")
    world.settle(MONDAY + DAY)
    assert (world.status(comment), world.entry(comment).why) == ("expired", "its task was not filed")


def test_a_comment_whose_case_never_asked_for_a_task_goes_to_the_digest(world: World) -> None:
    world.remote()
    comment = _comment(world, case="C-7")
    world.step()
    assert (world.status(comment), world.entry(comment).people) == ("digest", ("boss",))


def test_a_comment_of_which_nobody_knows_is_not_written_twice(world: World) -> None:
    remote = world.remote()
    world.task(1)
    world.step()
    world.step(HOUR)
    remote.script.append("note lost")
    comment = _comment(world, case="C-1")
    world.settle(MONDAY + 2 * HOUR)
    assert world.status(comment) == "digest" and remote.notes == []


def test_a_rule_closes_the_newest_task_of_its_area(world: World) -> None:
    remote = world.remote()
    task = world.task(1)
    world.step()
    world.step(90 * DAY)
    action = Action(key="A-close", verb="close", to=(), template="thank-you", values={"task.area": "src/C-1"})
    planned = Planned(action=action, verb="close", finding="F-8", rule="carried")
    about = replace(finding_of("F-8", "carried", "", world.now, action), area="src/C-1")
    world.plan(Row("A-close", "planned", "now", world.now, 0, planned, ()), write=[about])
    world.step()
    assert list(remote.closed) == ["R1"] and world.filed()[task] == ("R1", "closed")


def test_a_finding_that_vanishes_is_withdrawn_and_its_task_is_closed_once(world: World) -> None:
    remote = world.remote()
    sent, nudge = world.task(1), world.nudge(2)
    world.step()
    waiting = world.task(3, to="eve")
    with world.store.writing("c2") as connection:
        ids = [f"F-{key}" for key in (sent, nudge, waiting)]
        told = undoing.withdraw(connection, world.ws, ids, "it turned out otherwise", world.now)
        assert [one.action.key for one in told] == [sent], "a nudge that was sent is left alone"
        outbox.plan(connection, world.ws, [undoing.retraction(one, world.now) for one in told], world.now)
    world.step()
    assert (world.status(waiting), list(remote.closed), world.filed()[sent][1]) == ("withdrawn", ["R1"], "closed")
    with world.store.writing("c2") as connection:
        told = undoing.withdraw(connection, world.ws, ids, "again", world.now)
        outbox.plan(connection, world.ws, [undoing.retraction(one, world.now) for one in told], world.now)
    assert world.step() == 0


def test_a_retraction_waits_until_it_is_known_whether_there_is_a_task(world: World) -> None:
    remote = world.remote()
    remote.script.extend(["created, lost"])
    key = world.task(1)
    world.step()
    with world.store.writing("c2") as connection:
        told = undoing.withdraw(connection, world.ws, [f"F-{key}"], "it turned out otherwise", world.now)
        outbox.plan(connection, world.ws, [undoing.retraction(one, world.now) for one in told], world.now)
    world.settle(MONDAY + 3 * HOUR)
    assert world.status(key) == "sent" and list(remote.closed) == ["R1"]


def test_a_finding_that_comes_back_is_planned_as_it_was(world: World) -> None:
    world.remote()
    key = world.task(1, status="draft")
    world.review.edit(key, "ben", "In my words", (("Why now", "Because."),), world.now)
    row = Row(key, "draft", "now", world.now, 0, world.entry(key).planned, ("boss",))
    with world.store.writing("c2") as connection:
        undoing.withdraw(connection, world.ws, [f"F-{key}"], "it turned out otherwise", world.now)
        outbox.plan(connection, world.ws, [replace_text(row)], world.now)
    assert world.status(key) == "draft" and world.entry(key).planned.text is not None
    world.review.approve(key, "ben", world.now)
    with world.store.writing("c2") as connection:
        undoing.withdraw(connection, world.ws, [f"F-{key}"], "it turned out otherwise", world.now)
        outbox.plan(connection, world.ws, [replace_text(row)], world.now)
    assert world.status(key) == "planned", "a person let it out already"


def replace_text(row: Row) -> Row:
    """As deciding plans it: it knows nothing of what people wrote."""
    planned = replace(row.planned, text=None, note="")
    return Row(row.action, row.status, row.send, row.not_before, row.good_until, planned, row.people)


# review ----------------------------------------------------------------------------------------------------------


def _audited(world: World) -> list[tuple[str, str, str, str]]:
    with world.store.reading() as connection:
        query = select(audit.c.who, audit.c.did, audit.c.on_what, audit.c.why).order_by(audit.c.n)
        return [(who, did, what, why) for who, did, what, why in connection.execute(query)]


def test_drafts_wait_for_a_person_most_urgent_first(world: World) -> None:
    remote = world.remote()
    world.urgent = ["C-2", "C-1"]
    first, second, third = (world.task(n, status="draft") for n in (1, 2, 3))
    assert [entry.action for entry in world.review.drafts(world.now)] == [second, first, third]
    world.review.snooze(second, "ben", world.now + DAY, world.now)
    assert [entry.action for entry in world.review.drafts(world.now)] == [first, third]
    assert world.review.approve(first, "ben", world.now) == ""
    world.step()
    assert remote.keys == [first]
    assert _audited(world) == [
        ("ben", "snooze", second, ""), ("ben", "approve", first, ""), ("sparekey", "sent task", first, "approved; by issues")
    ]  # fmt: skip


def test_a_draft_goes_out_in_the_words_of_whoever_edited_it(world: World) -> None:
    remote = world.remote()
    key = world.task(1, status="draft")
    world.review.edit(key, "ben", "In my\u202e words", (("Why now", "Because.\nAnd so."),), world.now)
    world.review.approve(key, "ben", world.now)
    world.step()
    message = remote.written[0][2]
    assert (message.title, message.parts) == ("In my words", (("Why now", "Because.\nAnd so."),)) and message.answers
    with pytest.raises(ValueError, match="a title of 1"):
        world.review.edit(key, "ben", "", (), world.now)


def test_a_refused_draft_is_told_to_nobody(world: World) -> None:
    remote = world.remote()
    key = world.task(1, status="draft")
    with pytest.raises(ValueError, match="why is one of"):
        world.review.refuse(key, "ben", "boring", world.now)
    world.review.refuse(key, "ben", "too-small", world.now)
    world.settle(MONDAY + 2 * WEEK)
    assert (world.status(key), world.entry(key).why, remote.written) == ("rejected", "refused: too-small", [])
    with pytest.raises(NotADraft, match="A-t1 is rejected: refused: too-small"):
        world.review.approve(key, "ben", world.now)
    with pytest.raises(NotADraft, match="there is no action"):
        world.review.approve("A-x", "ben", world.now)


def test_approving_what_is_no_longer_so_says_so(world: World) -> None:
    key = world.task(1, status="draft")
    world.ended[f"F-{key}"] = "no longer so"
    assert world.review.approve(key, "ben", world.now) == "no longer so"
    assert world.status(key) == "expired"
    assert _audited(world) == [("ben", "approve", key, "too late: no longer so")]


def test_the_contact_is_told_once_a_week_how_many_drafts_wait(world: World) -> None:
    remote = world.remote()
    for n in (1, 2):
        world.task(n, status="draft")
    world.settle(MONDAY + 2 * WEEK + DAY)
    assert [(message.to[0].person, message.title) for _, _, message in remote.written] == [
        ("operator", "2 drafts wait for a person")
    ] * 2


# digests ---------------------------------------------------------------------------------------------------------


def test_a_digest_tells_everything_once_and_nothing_that_is_over(world: World) -> None:
    remote = world.remote()
    keys = [world.task(n, send="digest") for n in (1, 2)]
    world.step(DAY)
    world.ended[f"F-{keys[0]}"] = "no longer so"
    world.settle(MONDAY + 3 * WEEK)
    ((_, _, message),) = remote.written
    assert message.title == "1 thing that can wait" and world.rows("planned", "leased", "unknown") == []


def test_a_digest_of_which_nothing_is_left_expires(world: World) -> None:
    remote = world.remote()
    key = world.task(1, send="digest")
    world.step()
    world.ended[f"F-{key}"] = "no longer so"
    world.settle(MONDAY + WEEK)
    assert remote.written == []
    assert [entry.why for entry in world.rows("expired")] == ["nothing of it is so any more"]


def test_a_digest_that_is_refused_is_told_with_the_next_one(world: World) -> None:
    remote = world.remote()
    world.now += DAY
    world.task(1, send="digest")
    remote.script.extend(["reject"])
    world.settle(MONDAY + 2 * WEEK)
    ((at, _, message),) = remote.written
    assert at == MONDAY + 2 * WEEK - NOON and message.title == "1 thing that can wait"


# the rest --------------------------------------------------------------------------------------------------------


def test_every_attempt_is_noted(world: World) -> None:
    remote = world.remote()
    remote.script.extend(["retry", "lost"])
    world.task(1)
    world.settle(MONDAY + DAY)
    with world.store.reading() as connection:
        outcomes = [row for (row,) in connection.execute(select(deliveries.c.outcome).order_by(deliveries.c.attempt))]
        slots = connection.execute(select(budget.c.person, budget.c.action)).all()
    assert outcomes == ["later", "ambiguous", "absent", "confirm", "sent"]
    assert [tuple(row) for row in slots] == [("boss", "A-t1")]


def test_another_workspace_is_not_touched(world: World) -> None:
    world.remote()
    key = world.task(1)
    with world.store.writing("admin") as connection:
        connection.execute(update(table).values(ws=world.ws + 1))
    assert world.step() == 0
    assert world.dispatcher().next_due(world.now) is None
    with world.store.reading() as connection:
        assert outbox.entry(connection, world.ws, key) is None
