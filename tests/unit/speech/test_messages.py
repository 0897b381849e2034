"""What a manager and a pair get to read: order, evidence, reasons, ways to answer, and that each fits its limit."""

import pytest
import speech_kit as speech
from msgspec.structs import replace
from speech_kit import AT, HELP, action, finding, rules, speaker, template

from rules.language.rule import Rule
from rules.model.actions import Action, Value
from rules.model.findings import CountSeen, Evidence, LeftOut
from rules.model.times import DAY
from rules.speech import digest, lint, notes, nudge
from rules.speech.digest import Line, digest_text
from rules.speech.evidence import counted
from rules.speech.nudge import nudge_text, why_you
from rules.speech.task import ANSWERS, also, headline, suggestion, task_text
from rules.speech.templates import LEVELS, parse, types
from rules.speech.voice import Text
from worker import catalog

PLAIN, MARKDOWN = speaker("plain"), speaker("markdown")
RULE = "area-single-carrier"


def task(made: Action | None = None, rule: Rule | None = None, **more: object) -> Text:
    given = made or action("task", "second-pair-of-hands")
    evidence = {name: more.pop(name) for name in ("evidence", "confidence") if name in more}
    found = finding(**evidence)
    return task_text(found, given, rule or rules()[RULE], template(given.template), PLAIN, **more)  # type: ignore[arg-type]


def part(text: Text, heading: str) -> str:
    return dict(text.parts)[heading]


# a task ----------------------------------------------------------------------------------------------------------


def test_a_task_says_why_then_on_what_evidence_then_what_to_do() -> None:
    text = task(action("task", "second-pair-of-hands", suggestion=HELP))
    assert [heading for heading, _ in text.parts] == [
        "Why now", "Evidence", "Confidence", "Suggestion", "Goal", "First three sessions", "Success", "Then",
    ]  # fmt: skip
    assert text.title == "Second pair of hands for `billing/export`"
    assert part(text, "Why now").startswith(
        "14 of 16 human changes to `billing/export` since June 2025 came from one person."
    )


def test_its_evidence_has_counts_where_to_look_and_what_was_left_out() -> None:
    assert part(task(), "Evidence") == (
        "16 changes, 14 by one person, 2 by the next. newest: 00000000000b, 00000000000c, 00000000000d, 00000000000e, "
        "00000000000f. left out: 5 bot changes, 3 mechanical ones"
    )


def test_links_stand_in_place_of_ids_where_the_source_gave_them() -> None:
    links = tuple(f"https://x.example/api/pull/{n}" for n in range(9))
    found = finding(
        evidence=Evidence(counts=(CountSeen("changes", 9, AT, AT, {}, ("a:1:b",), (*links, "javascript:x")),))
    )
    given = action("task", "second-pair-of-hands")
    text = task_text(found, given, rules()[RULE], template(given.template), MARKDOWN)
    assert "newest: [5](https://x.example/api/pull/5), " in part(text, "Evidence")
    assert part(text, "Evidence").count("https://") == 4  # of the newest five, one is no plain address


@pytest.mark.parametrize(
    ("much", "newest", "there"), [("full", True, True), ("counts", False, True), ("none", False, False)]
)
def test_a_rule_says_how_much_evidence_may_be_shown(much: str, newest: bool, there: bool) -> None:
    said = dict(task(action("task", "second-pair-of-hands", evidence=much)).parts).get("Evidence", "")
    assert ("newest" in said, "16 changes" in said) == (newest, there)


def test_a_finding_without_counts_has_no_evidence_to_show() -> None:
    """A start or a move of somebody is not counted."""
    text = task(evidence=Evidence())
    assert [heading for heading, _ in text.parts][:2] == ["Why now", "Goal"]
    assert "since … came" in part(text, "Why now")


def test_other_findings_of_the_case_are_told_in_the_same_breath() -> None:
    other = finding(rule="sole-reviewer", evidence=Evidence(counts=(CountSeen("reviewed", 11, AT, AT, {"top.n": 9}),)))
    quiet = finding(evidence=Evidence())
    said = [also(other, rules()[RULE], PLAIN), also(quiet, rules()[RULE], PLAIN)]
    assert part(task(joined=said), "Why now").endswith(
        "(About the service, not performance.) Also 11 reviewed changes, 9 by one person. "
        "Also: Only one person can carry an area that keeps changing."
    )


@pytest.mark.parametrize(
    ("rule", "count", "said"),
    [
        ("small-incident-crew", "recent", "5 incidents, 3 by the same 2 people at most"),
        ("few-mentors-carry-all", "topics", "5 pairs, 3 with the same mentor topic"),
        ("one-domain-only", "changes", "5 changes, 3 with the same domain"),
        ("reviewer-overload", "reviews", "5 reviews, 3 by one person, 1 by the next"),
        ("repeated-cause", "reports", "5 postmortems"),
    ],
)
def test_only_what_one_person_did_is_told_as_one_persons(rule: str, count: str, said: str) -> None:
    measures: dict[str, Value] = {} if rule == "repeated-cause" else {"top.n": 3, "second.n": 1}
    assert counted(CountSeen(count, 5, AT, AT, measures), rules()[rule]) == said


def test_days_become_dates_of_the_reader_once_it_is_filed() -> None:
    given = action("task", "second-pair-of-hands", due_days=7, recheck_days=90)
    assert part(task(given), "Then") == "due 7 days after it is filed, checked again 90 days after it is filed"
    assert part(task(given, filed_at=AT), "Then") == "Due Mon 13 Oct 2025. Checked again on Sun 4 Jan 2026."


def test_ways_to_answer_become_a_command_once_it_has_an_id() -> None:
    assert task().answers == ANSWERS
    assert task(answer="A-1").answers.split("\n") == [
        "`sparekey answer A-1 yes`",
        "In place of yes: `other: @mentor with @learner` · `later 30d` · `known until DATE` · `no` · `wrong: what`",
    ]


def test_its_confidence_says_what_was_not_seen() -> None:
    alone = Evidence(counts=(CountSeen("changes", 9),), reviewers_only=2)
    assert part(task(evidence=alone, confidence="low"), "Confidence") == (
        "low (no review data; chat and calls are not seen. 2 people review here without changing anything: could a reviewer ship a fix alone?)"
    )


def test_a_suggestion_names_reasons_and_one_alternative() -> None:
    assert suggestion(HELP, PLAIN) == (
        "Omar with Ana: changed it 2 or more times in a year, reviewed 4 changes here, works in billing/api. Or Kim. "
        "Nobody was asked about wishes or time yet"
    )
    assert suggestion(replace(HELP, learner=None), PLAIN) == "nobody near is seen; who would like to learn it?"
    assert suggestion(replace(HELP, mentor=None, alternative=None, reasons=()), PLAIN).startswith("Omar. Nobody")


def test_every_kind_of_value_has_its_words() -> None:
    (rule,) = [one for one in rules().values() if one.id == "newcomer-waiting"]
    text = parse(
        "t",
        "T\n{pull_request} {pull_request.author} {pull_request.draft} {pull_request.rounds} {pull_request.authors} {window_days}",
    )
    values = {"pull_request": "api#7", "pull_request.author": "p2", "pull_request.draft": True, "pull_request.rounds": 1234,
              "pull_request.authors": ("p2", "p3"), "pull_request.other": None}  # fmt: skip
    assert set(text.placeholders) <= set(types(text, rule))
    given = Action(key="A-1", verb="nudge", to=("p1",), template="t", values=values)
    assert nudge_text(finding(), given, rule, text, PLAIN).parts[0][1] == "api#7 Omar yes 1,234 Omar, Ana 180"
    unknown = Action(key="A-1", verb="nudge", to=("p1",), template="t", values=dict.fromkeys(values))
    assert nudge_text(finding(), unknown, rule, text, PLAIN).parts[0][1] == "… … … … … 180"


# a nudge ---------------------------------------------------------------------------------------------------------


def test_a_nudge_asks_once_says_why_you_and_that_nobody_sees_the_answer() -> None:
    text = nudge_text(
        finding(),
        action("nudge", "walk-through", via="pull_request.author, area.carrier"),
        rules()[RULE],
        template("walk-through"),
        PLAIN,
    )
    assert [heading for heading, _ in text.parts] == ["", "Why you"]
    assert text.parts[1][1] == "It is your change, or you know this part best."
    assert text.footer == lint.FOOTER
    assert text.answers == "[yes] [not now] [not useful] [stop these]"


def test_a_nudge_with_an_id_says_what_to_type() -> None:
    assert nudge.answers("A-1").split("\n")[1:] == [
        "`sparekey answer A-1 yes`",
        "In place of yes: `not-now` · `not-useful` · `stop`",
    ]


def test_a_level_may_have_its_own_words() -> None:
    text = parse("t", "T\nFor all?\n\n## junior\nFor you?")
    levels = {
        level: nudge_text(finding(), action("nudge", "t"), rules()[RULE], text, PLAIN, level).parts[0][1]
        for level in ("", *LEVELS)
    }
    assert levels == {"": "For all?", "junior": "For you?", "mid": "For all?", "senior": "For all?"}


@pytest.mark.parametrize(
    ("via", "body", "said"),
    [
        ("pull_request.author.buddy", "Could you look?", "You are the buddy of the person concerned."),
        ("pull_request.author.buddy", "You are their buddy.", ""),
        ("pair.people", "How is it going?", "The two of you are a pair."),
        ("pair.mentor", "You two are a pair.", ""),
        ("pull_request.author, pull_request.top_reviewer", "x", "It is your change, or you reviewed it most."),
        ("pull_request.author, threads.top.value", "x", ""),
        ("default_manager", "x", ""),
        ("", "x", ""),
    ],
)
def test_why_you_follows_from_the_path_that_found_the_receiver(via: str, body: str, said: str) -> None:
    """Said once, and not at all where only a machine would understand it."""
    assert why_you(via, body) == said


def test_what_does_not_fit_into_a_nudge_stays_out() -> None:
    long = parse("t", "T\n" + "word " * 45 + "so?")
    text = nudge_text(finding(), action("nudge", "t", via="pull_request.author"), rules()[RULE], long, PLAIN)
    assert len(text.parts) == 1


@pytest.mark.parametrize(
    "rule",
    [
        one
        for one in sorted(rules())
        if any(do.verb == "nudge" and do.template in catalog.templates() for do in rules()[one].do)
    ],
)
def test_every_shipped_nudge_keeps_to_sixty_words_and_no_blame(rule: str) -> None:
    """With the longest values, why you and the last line."""
    loaded = rules()[rule]
    for do in loaded.do:
        if do.verb != "nudge" or do.template not in catalog.templates():
            continue
        written = template(do.template)
        longest = {
            path: speech.LONGEST.get(kind.removeprefix("list(").rstrip(")"), "a-rather-long-identifier")
            for path, kind in types(written, loaded).items()
        }
        for group in do.to:
            made = Action(
                key="A-1",
                verb="nudge",
                to=("p1",),
                template=do.template,
                via=", ".join(path.text for path in group),
                values=dict(longest),
            )
            text = nudge_text(finding(), made, loaded, written, PLAIN)
            said = " ".join(f"{heading} {words}" for heading, words in text.parts)
            assert lint.words(said) + lint.words(text.footer) <= lint.NUDGE_WORDS, said
            assert said.count("?") == 1 and lint.check_blame(said) == []


# a digest, and what is said later --------------------------------------------------------------------------------


def test_a_digest_has_a_line_each_with_the_reason() -> None:
    title = headline(
        finding(), action("task", "second-pair-of-hands"), rules()[RULE], template("second-pair-of-hands"), PLAIN
    )
    text = digest_text([Line(title, "budget"), Line("Who learns it?", "put off by a person")], PLAIN)
    assert text.title == "2 things that can wait"
    assert text.parts == (
        (
            "",
            "- Second pair of hands for `billing/export` (another mattered more this week)\n- Who learns it? (put off by a person)",
        ),
    )
    assert text.footer == "Nothing here needs an answer."


def test_a_digest_is_one_message_however_much_there_is() -> None:
    text = digest_text([Line(f"Line {n}") for n in range(1000)], PLAIN)
    ((_, said),) = text.parts
    assert len(said.splitlines()) == digest.MOST_LINES + 1
    assert said.endswith("- and 985 more: `sparekey findings` has them all")
    assert digest_text([Line("One")], PLAIN).title == "1 thing that can wait"


def test_a_reason_from_outside_is_harmless() -> None:
    text = digest_text([Line("T", "the server said <b>@ada\n# h")], MARKDOWN)
    assert text.parts[0][1] == "- T (the server said \\<b\\>@\u2060ada \\# h)"


def test_what_is_said_later_is_two_sentences_about_the_same_title() -> None:
    seen = finding(
        evidence=Evidence(counts=(CountSeen("reviewed", 18, AT, AT, {"top.n": 16, "second.n": 1}),), left_out=LeftOut())
    )
    ended = finding(resolved_at=AT + DAY, ended_by="changes.top.percent >= min_percent", status="resolved")
    said = [
        notes.joined_text("T", seen, rules()[RULE], PLAIN),
        notes.joined_text("T", finding(evidence=Evidence()), rules()[RULE], MARKDOWN),
        notes.resolved_text("T", ended, PLAIN),
        notes.resolved_text("T", finding(ended_by="something.else < 3"), PLAIN),
        notes.withdrawn_text("T"),
        notes.template_text(
            "T", finding(), action("close", "walk-through"), rules()[RULE], template("walk-through"), PLAIN
        ),
    ]
    assert {text.title for text in said} == {"T"}
    assert [text.parts[0][1] for text in said[:5]] == [
        "One more sign of the same since then: 18 reviewed changes, 16 by one person, 1 by the next. It belongs to this task, so nothing more is asked.",
        "One more sign of the same since then: Only one person can carry an area that keeps changing. It belongs to this task, so nothing more is asked.",
        "This is no longer so since Tue 7 Oct 2025: others change it too. The task is closed, with thanks to everybody who made time.",
        "This is no longer so. The task is closed, with thanks to everybody who made time.",
        "What became known later shows that this was not so. The task is closed and needs nothing from you; sorry for the interruption.",
    ]
    assert said[5].parts[0][1].startswith("This change is its author's first in `billing/export`")
    assert [problem for text in said for problem in lint.check_blame(text.parts[0][1])] == []


def test_the_words_around_a_template_hold_no_blame() -> None:
    """What a lint of templates alone does not read."""
    said = [*digest.WHY.values(), *notes.ENDED.values(), *(why for _, why in nudge._WHY.values()), digest.FOOTER]
    assert [problem for one in said for problem in lint.check_blame(one)] == []
