"""`explain` as a rule author types it: a finding, a rule and its subject, a rule alone, earlier times, from a file and
from a store."""

import json
import re
import sqlite3
from pathlib import Path

import pytest
from command_kit import SECRETS_OF_NAMES, Team, Typist, copied

RULES = """
defaults: {guards: {small: false, new_area: false, warm_up: false}}
rules:
  waits:
    title: A newcomer's pull request waits two working days for a review
    on: [{kind: pull_request.opened, when: '!pull_request.draft'}]
    when: pull_request.author.merged_before < 2
    per: pull_request
    after: 2wd
    unless: review.submitted
    fire: pull_request.author.buddy != pull_request.author
    do: [{nudge: pull_request.author, template: newcomer-waiting}]
  by-two:
    title: Somebody's work in an area
    on: review.submitted
    each: {area: event.areas}
    per: [area, pull_request]
    hold: 0d
    count: {reviews: {for: 90d}}
    fire: reviews.n >= 3
    do: [{task: area.manager, template: second-pair-of-hands}]
  busy:
    title: Somebody opens a lot
    on: pull_request.opened
    per: pull_request.author
    count: {opened: {for: 60d}}
    fire: opened.n >= 3
    cooldown: once
    do: [{nudge: pull_request.author, template: praise-share}]
  loop-private:
    title: What somebody said for themselves
    on: pulse.answered
    when: pulse.fit <= 2
    per: pair
    do: [{digest: pair.programme.contact, template: rematch-offer}]
"""


def line(id_: str, kind: str, at: str, number: int, who: str = "ada", **more: object) -> dict[str, object]:
    change = {"id": f"app#{number}", "author": "ada", "authors": ["ada"], "draft": False, **more}
    event = {
        "id": id_,
        "kind": kind,
        "at": f"2025-10-{at}:00Z",
        "source": "github",
        "actor": who,
        "paths": ["web/x.py"],
    }
    review = {"id": id_, "author": who, "state": "approved", "substantive": True}
    return {**event, "pull_request": change, **({"review": review} if kind == "review.submitted" else {})}


EVENTS = [
    line("o7", "pull_request.opened", "02T09:00", 7),  # a Thursday
    line("o8", "pull_request.opened", "02T10:00", 8),
    line("r8", "review.submitted", "03T10:00", 8, "ben"),
    line("o9", "pull_request.opened", "06T10:00", 9, draft=True),
    line("o10", "pull_request.opened", "08T16:00", 10),
    {
        "id": "p1",
        "kind": "pulse.answered",
        "at": "2025-10-08T17:00:00Z",
        "source": "answers",
        "pair": {"id": "pair-1"},
        "pulse": {"id": "p1", "fit": 1},
    },
]


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    made = tmp_path_factory.mktemp("explained")
    (made / "history.jsonl").write_text("".join(json.dumps(one) + "\n" for one in EVENTS))
    (made / "team.yml").write_text(RULES)
    return made


class Author:
    def __init__(self, folder: Path, typist: Typist) -> None:
        self.folder = folder
        self._typist = typist

    environment = staticmethod(Team.environment)

    def explain(self, *words: str, code: int = 0) -> str:
        return self.sparekey("explain", *words, "--in", "history.jsonl", "--rules", "team.yml", code=code)

    def sparekey(self, *words: str, code: int = 0) -> str:
        ended, out, err = self._typist.run(self, words)  # type: ignore[arg-type]  # a folder and an environment
        assert ended == code, f"{words}: exit {ended}\n{out}\n{err}"
        return out + err


@pytest.fixture(scope="module")
def author(folder: Path, typist: Typist) -> Author:
    return Author(folder, typist)


# of a file -------------------------------------------------------------------------------------------------------


def test_a_wait_says_since_when_until_when_and_through_which_days(author: Author) -> None:
    said = author.explain("waits", "app#10")
    assert "waiting since Wed 8 Oct 2025 16:00, because pull request #10 was opened: due Fri 10 Oct 2025 16:00" in said
    assert "(2wd: Thu 9 Oct, Fri 10 Oct)" in said


def test_an_earlier_time_is_asked_as_of_then(author: Author) -> None:
    assert "as of Fri 3 Oct 2025 09:00: waiting" in author.explain("waits", "#8", "--at", "2025-10-03 09:00")
    assert "the wait was cancelled" in author.explain("waits", "#8")
    assert "nothing is known of 2025-09-01" in author.explain("waits", "#8", "--at", "2025-09-01", code=2)
    assert "nothing is known of 2026-01-01 yet" in author.explain("waits", "#8", "--at", "2026-01-01", code=2)
    assert "'soon' is no time" in author.explain("waits", "#8", "--at", "soon", code=2)


def test_a_moment_that_was_asked_says_what_was_unknown_and_how_to_make_it_known(author: Author) -> None:
    said = author.explain("waits", "app#7")
    assert "last asked Mon 6 Oct 2025 09:00, because pull request #7 was opened" in said
    assert re.search(r"pull_request.author.buddy != pull_request.author +\? != ada +UNKNOWN", said)
    assert "unknown: pull_request.author.buddy: nobody configured it; people.yml: `buddy` of ada" in said


def test_a_subject_that_when_stopped_at_the_door_is_told_which_clause_it_was(author: Author) -> None:
    said = author.explain("waits", "app#9")
    assert "never asked" in said and "pull request #9 was opened: stopped by `when`" in said
    assert re.search(r"!pull_request.draft +!true +FALSE", said)
    assert re.search(r"pull_request.author.merged_before < 2 +0 < 2 +true", said)


def test_a_subject_of_several_parts_is_joined_by_commas(author: Author) -> None:
    said = author.explain("by-two", "web,app#8")
    assert "reviews.n >= 3   1 >= 3   FALSE     2 more would do" in said and "not reached: hold, guards" in said
    assert author.explain("by-two", "web, app#8") == said
    assert "its subject has 2 parts: area, pull_request" in author.explain("by-two", "web", code=2)


def test_a_rule_alone_lists_what_it_met_nearest_first(author: Author) -> None:
    said = author.explain("waits").splitlines()
    assert said[0].startswith("waits: 4 subjects met")
    assert [one.split()[0] for one in said[1:]] == ["app#10", "app#7", "app#8", "app#9"]
    found = json.loads(author.explain("by-two", "--json"))
    assert [one["subject"] for one in found["subjects"]] == ["web,app#8"] and found["schema"] == 1


def test_what_people_say_for_themselves_is_policy(author: Author) -> None:
    said = author.explain("loop-private", "pair-1")
    assert "policy: it follows what people say for themselves" in said
    assert "pulse" not in said.replace("loop-private", "") and "fit" not in said
    assert "0 subjects met" in author.explain("loop-private")
    found = json.loads(author.explain("loop-private", "pair-1", "--json"))
    assert (found["stage"], found["clauses"], found["chain"]["steps"]) == ("policy", [], [])
    listed = json.loads(author.sparekey("try", "history.jsonl", "--rules", "team.yml", "--json"))["findings"]
    one = next(one for one in listed if one["rule"] == "loop-private")
    told = json.loads(author.explain(one["id"], "--json"))
    assert (told["clauses"], told["finding"]["evidence"].get("clauses"), told["fired"]) == ([], None, True)


def test_of_a_finding_about_a_person_the_events_are_theirs(author: Author) -> None:
    """They were counted; which they were is nobody else's."""
    assert "only that person may ask" in author.explain("busy", "ada", code=2)
    assert "only that person may ask" in author.explain("busy", code=2)
    found = json.loads(author.sparekey("try", "history.jsonl", "--rules", "team.yml", "--json"))["findings"]
    one = next(one for one in found if one["rule"] == "busy")
    said = author.explain(one["id"])
    assert "the events behind it are told to them alone" in said and "3 >= 3" in said and "#" not in said
    told = json.loads(author.explain(one["id"], "--json"))
    assert told["chain"]["counts"] == [] and "events" not in told["counts"][0]
    assert "events" not in told["finding"]["evidence"]["counts"][0]


def test_the_document_has_what_the_screen_has(author: Author) -> None:
    found = json.loads(author.explain("waits", "app#10", "--json"))
    assert (found["stage"], found["fired"], found["waiting_until"]) == ("waiting", False, "2025-10-10T16:00:00Z")
    waiting = found["chain"]["waiting"]
    assert waiting["days"] == [["2025-10-09", True], ["2025-10-10", True]]
    assert [step["what"] for step in found["chain"]["steps"]] == ["started"]
    asked = json.loads(author.explain("waits", "app#7", "--json"))
    assert asked["unknown"][0]["part"] == "pull_request.author.buddy" and asked["clauses"][0]["held"] is None


# of a store ------------------------------------------------------------------------------------------------------


def test_a_finding_is_told_as_it_opened_with_its_chain_and_what_became_of_it(read: Team) -> None:
    one = next(one for one in read.json("findings")["findings"] if one["subject"] == ["billing"])  # type: ignore[attr-defined]
    said = read.sparekey("explain", one["id"])
    assert f"{one['id']} opened " in said and re.search(r"changes.n >= min_changes +8 >= 8 +true", said)
    assert said.count(", by one person") == 8 and "held 7 d: true from " in said and "still so on " in said
    assert f"task {one['actions'][0]['action']} is a draft" in said and "`sparekey review`" in said
    assert not [name for name in SECRETS_OF_NAMES if name in said]
    assert ", by ana" in read.sparekey("explain", one["id"], "--names")


def test_the_store_answers_for_an_earlier_time(read: Team) -> None:
    newest = read.json("explain", "area-single-carrier", "mail")
    earlier = read.json("explain", "area-single-carrier", "mail", "--at", "100d")
    assert newest["stage"] == "open" and earlier["at"] < newest["at"]  # type: ignore[operator]
    assert earlier["counts"][0]["n"] < newest["counts"][0]["n"]  # type: ignore[index]
    told = read.sparekey("explain", "area-single-carrier", "mail", "--at", "2001-01-01", code=2)
    assert "nothing is known of 2001-01-01" in told and "the history begins on " in told


def test_a_finding_that_opened_later_was_not_there_yet(read: Team) -> None:
    one = read.json("findings")["findings"][0]  # type: ignore[index]
    assert "was not there yet" in read.sparekey("explain", one["id"], "--at", "170d", code=2)


def test_a_rule_alone_lists_the_areas_of_the_store(read: Team) -> None:
    said = read.sparekey("explain", "area-single-carrier").splitlines()
    assert "5 subjects met" in said[0] and said[-1].split()[0] == "web"
    assert "no rule 'area-single'" in read.sparekey("explain", "area-single", code=2)


def test_a_refused_draft_is_told_with_its_reason(shop: Team) -> None:
    one = next(one for one in shop.drafts() if one["rule"] == "area-single-carrier")
    shop.sparekey("review", "no", one["action"], "--why", "known")
    said = shop.sparekey("explain", one["finding"])
    assert re.search(rf"task {one['action']} not sent .*: refused: known", said)


def test_a_muted_receiver_shows_as_policy(read: Team, tmp_path: Path) -> None:
    """The reason that dispatch writes where somebody wants to hear nothing."""
    shop = copied(read, tmp_path / "muted")
    one = shop.drafts()[0]
    with sqlite3.connect(shop.folder / "sparekey.db") as store:
        store.execute("UPDATE outbox SET status = 'withdrawn', why = 'policy' WHERE action = ?", (one["action"],))
    assert f"{one['action']} taken back: policy" in shop.sparekey("explain", one["finding"])
