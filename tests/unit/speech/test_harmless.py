"""Outside text is one visible line, is no markup and mentions nobody where it is shown. Owns no templates."""

import unicodedata

import pytest
from hypothesis import given
from hypothesis import strategies as st
from markdown_it import MarkdownIt

from rules.speech.harmless import MOST, code, markdown, plain, tamed

# No typographer and no linkify: what stands in the text is what a renderer of CommonMark with tables and strikethrough sees.
RENDERER = MarkdownIt("commonmark", {"html": True}).enable(["table", "strikethrough"])
TARGETS = [plain, markdown, code]


def rendered(text: str) -> str:
    """The words that a reader sees; fails where anything but words comes out."""
    tokens = [token for token in RENDERER.parse(text) if token.type not in ("paragraph_open", "paragraph_close")]
    assert [token.type for token in tokens] in ([], ["inline"]), tokens
    children = [child for token in tokens for child in token.children or ()]
    assert {child.type for child in children} <= {"text", "text_special"}, children
    return "".join(child.content for child in children)


MARKUP = [
    "*a*", "**a**", "_a_", "__a__", "~~a~~", "`a`", "``a", "[a](http://x.example)", "![a](http://x.example/p.png)", "[a]: http://x.example",
    "<b>a</b>", "<script>alert(1)</script>", "<!-- a", "<http://x.example>", "# a", "> a", "- a", "+ a", "* a", "***", "---",
    "| a | b |", "\\*a*", "\\", "a\\", "[x] a", "](http://x.example)", "*a _b* c_", "<img src=x onerror=alert(1)>", "~~~ sh",
]  # fmt: skip


@pytest.mark.parametrize("text", MARKUP)
def test_markup_is_shown_as_it_was_written(text: str) -> None:
    assert rendered(markdown(text)) == text
    assert rendered(f"In {markdown(text)}: two changes.") == f"In {text}: two changes."


def test_a_line_end_starts_no_new_block() -> None:
    assert rendered(markdown("a\n\n# b\r\n- c\u2028> d\x85e")) == "a # b - c > de"


@pytest.mark.parametrize(
    "text",
    ["@ada", "a @ada b", "(@ada)", "@acme/team", "ada@example.org", "@@ada", "@\u200bada", "@ädä", "<@U123>", "@1"],
)
def test_nobody_is_mentioned(text: str) -> None:
    for target in (markdown, code):
        assert "@\u2060" in target(text)
        assert all(not after[:1].isalnum() for after in target(text).split("@")[1:])


@pytest.mark.parametrize("text", ["<!channel>", "<!here>", "<@U123>", "<#C1|x>", "[~ada]"])
def test_commands_of_chats_and_trackers_lose_their_brackets(text: str) -> None:
    assert not markdown(text).startswith((text[:2], text[:1] + text[1:2]))
    assert markdown(text).startswith("\\")


HIDDEN = {
    "escape sequences of a terminal": ("\x1b[31mred\x1b[0m", "[31mred[0m"),
    "a link of a terminal": ("\x1b]8;;http://x.example\x07a\x1b]8;;\x07", "]8;;http://x.examplea]8;;"),
    "one-byte sequences": ("\x9b31ma\x9c", "31ma"),
    "bell, backspace, delete, nought": ("a\x07b\x08c\x7fd\x00e", "abcde"),
    "a carriage return": ("good\rbad", "good bad"),
    "line ends of every kind": ("a\nb\r\nc\vd\fe\u2028f\u2029g\x85h", "a b c d e f gh"),
    "overrides of direction": ("a\u202eb\u202dc\u202a\u202b\u202cd", "abcd"),
    "isolates of direction": ("a\u2066b\u2067c\u2068d\u2069", "abcd"),
    "marks of direction": ("a\u200eb\u200fc\u061cd", "abcd"),
    "zero-width characters": ("a\u200bb\u200cc\u200dd\u2060e\ufefff\u00adg", "abcdefg"),
    "tags": ("a\U000e0041\U000e007fb", "ab"),
    "half characters and private ones": ("a\ud800b\ue000c\U0010ffffd", "abcd"),
    "tabs and many spaces": ("  a \t\u00a0\u3000 b  ", "a b"),
    "nothing but hidden characters": ("\u200b\x00\u202e", ""),
}


@pytest.mark.parametrize("name", HIDDEN)
def test_what_cannot_be_seen_is_taken_out(name: str) -> None:
    text, shown = HIDDEN[name]
    assert plain(text) == shown
    assert code(text) == shown


@pytest.mark.parametrize(
    "text", ["src/billing/größe.py", "日本語", "Ada Lovelace-O'Neil", "العربية", "naïve — “x”", "👩 ok"]
)
def test_names_of_people_and_paths_stay_as_they_are(text: str) -> None:
    assert plain(text) == text == code(text)
    assert rendered(markdown(text)) == text


def test_text_is_composed_so_that_equal_names_look_and_are_equal() -> None:
    assert plain("Mu\u0308ller") == plain("Müller") == "Müller"


@pytest.mark.parametrize("text", ["`", "a`b", "``` a ```", "`` ` ``", "\\`"])
def test_a_name_between_backticks_cannot_end_them(text: str) -> None:
    (token,) = (one for one in RENDERER.parse(f"`{code(text)}`") if one.type == "inline")
    assert [child.type for child in token.children or ()] == ["code_inline"]


@pytest.mark.parametrize("target", TARGETS)
def test_long_text_ends_in_an_ellipsis(target: object) -> None:
    assert plain("x" * MOST) == "x" * MOST
    assert target("x" * (MOST + 1)) == "x" * (MOST - 1) + "…"  # type: ignore[operator]
    assert target("x" * 10_000_000, 5) == "xxxx…"  # type: ignore[operator]
    assert target("abcdef", 6) == "abcdef"  # type: ignore[operator]


def test_text_is_cut_before_it_is_escaped_so_that_no_escape_is_cut() -> None:
    assert markdown("*" * 300) == "\\*" * (MOST - 1) + "…"


@given(st.text(max_size=80))
def test_any_text_is_one_visible_line_of_words(text: str) -> None:
    shown = plain(text)
    assert len(shown) <= MOST
    assert shown == " ".join(shown.split())
    assert not any(unicodedata.category(one).startswith("C") or one in "\u2028\u2029" for one in shown)


@given(st.text(alphabet="ab @*_`~[]()<>#+-!|\\/:.\n\u202e\x1b", max_size=40))
def test_any_mix_of_markup_between_words_stays_words(text: str) -> None:
    shown = rendered(f"In {markdown(text)} here")
    assert shown.replace("\u2060", "") == f"In {plain(text)} here"


@pytest.mark.parametrize("text", ["&commat;ada", "&lt;b&gt;", "&copy;"])
def test_a_character_reference_is_shown_as_it_was_written(text: str) -> None:
    assert rendered(markdown(text)) == text


@pytest.mark.parametrize("text", ["https://x.example/a", "see www.x.example"])
def test_a_bare_address_is_no_link(text: str) -> None:
    assert not any(one in markdown(text) for one in ("://", "www."))


@pytest.mark.parametrize("text", ["1. a", "99. a"])
def test_a_number_with_a_dot_starts_no_list(text: str) -> None:
    assert rendered(markdown(text)) == text


def test_text_is_composed_also_where_something_hidden_stood_between() -> None:
    assert plain("u\u200b\u0308") == "ü"


def test_text_cut_behind_hidden_characters_says_so() -> None:
    assert plain("a" + "\u200b" * 4 * MOST + "b") in ("ab", "a…")


def test_edited_words_keep_their_lists_and_lose_mentions_html_and_links() -> None:
    assert (
        tamed("- **a** @all <b>x</b> [y](https://e.org)") == "- **a** @\u2060all \\<b>x\\</b> [y]\u2060(https://e.org)"
    )
