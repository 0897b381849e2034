"""Ids become harmless words for one reader; amounts and days read as in their calendar."""

from datetime import UTC, datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st
from markdown_it import MarkdownIt
from speech_kit import a_task

from rules.model.accounts import OTHER
from rules.model.times import instant
from rules.speech.amounts import ago, count, day, listed, month, short_day, times
from rules.speech.harmless import unlinked
from rules.speech.templates import fill
from rules.speech.voice import Speaker

LATE = instant(datetime(2025, 12, 31, 23, 30, tzinfo=UTC))
PLAIN, MARKDOWN = Speaker(lambda person: "Ada *A*"), Speaker(lambda person: "Ada *A*", "markdown")


def test_a_day_is_the_readers_with_its_weekday() -> None:
    assert [day(LATE), day(LATE, "Europe/Berlin")] == ["Wed 31 Dec 2025", "Thu 1 Jan 2026"]
    assert [short_day(LATE), short_day(LATE, "Asia/Tokyo")] == ["31 Dec", "1 Jan"]
    assert [month(LATE), month(LATE, "Europe/Berlin")] == ["December 2025", "January 2026"]


def test_amounts_have_their_unit() -> None:
    assert [count(0, "change"), count(1, "change"), count(1204, "change"), count(2, "person", "people")] == [
        "0 changes", "1 change", "1,204 changes", "2 people",
    ]  # fmt: skip
    assert [times(1), times(2), times(3)] == ["once", "twice", "3 times"]
    assert [listed([]), listed(["a"]), listed(["a", "b"]), listed(["a", "b", "c"])] == [
        "",
        "a",
        "a and b",
        "a, b and c",
    ]
    assert [ago(one) for one in (None, 0, 8, 30, 100, 800)] == [
        "never",
        "this week",
        "last week",
        "4 weeks",
        "3 months",
        "2 years",
    ]


def test_a_person_is_a_name_somebody_or_nobody() -> None:
    assert [PLAIN.person(one) for one in ("p1", OTHER, None, "")] == ["Ada *A*", "somebody unknown", "nobody", "nobody"]
    assert Speaker(lambda person: "").person("p1") == "somebody unknown"
    assert Speaker(lambda person: "\u202e\u200b").person("p1") == "somebody unknown"


def test_words_are_harmless_for_the_markup_of_the_sink() -> None:
    assert PLAIN.area("a_b*c") == "a_b*c"
    assert MARKDOWN.area("a_b*c") == "a\\_b\\*c"
    assert MARKDOWN.person("p1") == "Ada \\*A\\*"
    assert MARKDOWN.quoted().area("a_b`c @ada") == "a_b'c @\u2060ada"
    assert PLAIN.area(".") == MARKDOWN.area(".") == "(top level)"


def test_no_words_are_longer_than_is_read() -> None:
    long = "x" * 1000
    assert len(Speaker(lambda person: long).person("p")) == 40
    assert len(PLAIN.area(long)) == 60
    assert len(PLAIN.safe(long)) == 300


@pytest.mark.parametrize("text", ["http://x.example", "HTTPS://x.example", "www.x.example", "WWW.x.example", "ftp://x"])
def test_an_address_in_a_name_is_no_link(text: str) -> None:
    """A mail reader makes one of plain text by itself."""
    assert unlinked(text).replace("\u2060", "") == text
    assert "\u2060" in unlinked(text)
    assert unlinked("docs/a.py: b") == "docs/a.py: b"


@pytest.mark.parametrize(
    ("url", "plain", "marked"),
    [
        ("https://x.example/acme/api/pull/101", "https://x.example/acme/api/pull/101", "[101](https://x.example/acme/api/pull/101)"),
        ("https://x.example:8443/a_b/", "https://x.example:8443/a_b/", "[a\\_b](https://x.example:8443/a_b/)"),
        ("http://x.example/1", "", ""),
        ("javascript:alert(1)", "", ""),
        ("https://x.example/a) [b](https://y.example", "", ""),
        ("https://x.example/<b>", "", ""),
        ("https://user@x.example/1", "", ""),
        ("https://x.example/1\r\nBcc: a", "", ""),
        ("https://x.example/" + "a" * 400, "", ""),
    ],
)  # fmt: skip
def test_a_link_is_a_plain_https_address_or_nothing(url: str, plain: str, marked: str) -> None:
    assert (PLAIN.link(url), MARKDOWN.link(url)) == (plain, marked)


# between backticks -----------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("`{a}`", "`Q`"),
        ("In `{a}` and `{a}`, {a}.", "In `Q` and `Q`, W."),
        ("- one `b`\n- `{a}`", "- one `b`\n- `Q`"),
        ("{a}", "W"),
        ("`x {a}`", "`x W`"),
        ("`{a} x`", "`W x`"),
        ("`{a}", "`W"),
        ("{a}`", "W`"),
        ("``{a}``", "``W``"),
        ("\\`{a}`", "\\`W`"),
        ("`a` `{a}``", "`a` `W``"),
        ("`b\n`{a}`", "`b\n`W`"),
        ("`a ``` `{a}`", "`a ``` `W`"),
        ("`` ` `` `{a}`", "`` ` `` `W`"),
        ("a ` b ` c `{a}` d ` e", "a ` b ` c `Q` d ` e"),
        ("a ` b `{a}` c", "a ` b `W` c"),
    ],
)
def test_words_between_two_lone_backticks_are_the_quoted_ones(text: str, expected: str) -> None:
    """In every doubt the others: they escape more."""
    assert fill(text, {"a": "W"}, {"a": "Q"}) == expected


@given(st.text("`\\a -\n*{}", max_size=30), st.text("`\\*_a<[]()>-@", max_size=12))
def test_no_word_becomes_markup_wherever_backticks_stand(around: str, word: str) -> None:
    """Templates are a team's own and may hold any backticks; whatever stands in a name, it makes no link and no tag."""
    before, _, after = around.partition("{}")
    text = f"{before.replace('{', '').replace('}', '')}`{{a}}`{after.replace('{', '').replace('}', '')}"
    voice = Speaker(lambda person: "", "markdown")
    hostile = f"<b>[x](y){word}"
    filled = fill(text, {"a": voice.area(hostile)}, {"a": voice.quoted().area(hostile)})
    tokens = MarkdownIt("commonmark", {"html": True}).parse(filled)
    kinds = {child.type for token in tokens for child in token.children or ()}
    assert not kinds & {"link_open", "html_inline", "image"}


@given(st.text(max_size=80), st.text(max_size=80))
def test_any_name_gives_a_task_of_one_title_line(area: str, name: str) -> None:
    for markup in ("plain", "markdown"):
        task = a_task(markup, area, dict.fromkeys(("p1", "p2", "p3", "p4"), name))  # type: ignore[arg-type]
        assert len(task.title.splitlines()) == 1
        assert len(task.parts) == 8
