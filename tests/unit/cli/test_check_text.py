"""The line of the file with the wrong word underlined, and annotations, whatever the file holds."""

import unicodedata

import pytest

from rules.language.problems import Problem
from rules.language.rule import Place
from worker.cli.check_text import MOST_COLUMNS, annotations, excerpt, screen


def shown(line: str, column: int, length: int = 0) -> list[str]:
    return list(excerpt(Problem(Place("p.yml", 1, column), "m", "", length), [line]))


def marked(line: str, column: int, length: int = 0) -> str:
    """What stands above the marks, where every character is as wide as one."""
    text, marks = shown(line, column, length)
    return text[marks.index("^") : len(marks)]


@pytest.mark.parametrize(
    ("line", "column", "word"),
    [
        ("    on: pull_request.opend", 9, "pull_request.opend"),
        ("on: [a.b, c.d]", 11, "c.d"),
        ('when: "a b" # c', 7, '"a b"'),
        ("when: 'it''s' ", 7, "'it''s'"),
        ("templat: t", 1, "templat"),
        ("do: [{a: b}]", 6, "{"),
        ("when: {a: b", 9, ":"),
    ],
)
def test_the_word_that_stands_there_is_underlined(line: str, column: int, word: str) -> None:
    assert marked(line, column) == word


def test_a_known_length_is_underlined_as_it_is() -> None:
    assert marked("when: pull_request.aditions > 3", 20, 8) == "aditions"


@pytest.mark.parametrize("column", [1, 2, 50, 120, 250, 260, 300])
def test_a_long_line_is_cut_around_the_word(column: int) -> None:
    line = "".join(f"{n:03d}," for n in range(75))[:300]
    text, marks = shown(line, column, 4)
    assert text[marks.index("^") : len(marks)] == line[column - 1 : column + 3]
    assert len(text) <= MOST_COLUMNS + 12 and len(marks) <= len(text)


def test_a_word_without_end_is_cut_too() -> None:
    text, marks = shown("when: " + "x" * 5000, 7)
    assert len(text) < MOST_COLUMNS + 20 and text.endswith("…") and marks.endswith("^^^") and len(marks) <= len(text)


def test_wide_characters_take_two_columns_and_marks_none() -> None:
    text, marks = shown("# 日本 e\u0301: pull_request.opend", 10)
    before = text[: text.index("pull_request")]
    assert sum(2 if unicodedata.east_asian_width(c) in "WF" else not unicodedata.combining(c) for c in before) == (
        marks.index("^")
    )
    assert marks.count("^") == len("pull_request.opend")


def test_a_tab_is_four_columns() -> None:
    text, marks = shown("\ton: x", 6)
    assert (text, marks.index("^")) == ("    1 |     on: x", text.index("x"))


def test_nothing_of_the_file_is_a_control_character() -> None:
    hostile = "a\x1b[31m\u202e\u2028\x00\x85b: x"
    text = "\n".join(screen([Problem(Place("\x1bp.yml", 1, 1), "m \x1b[2J", "h\u202e")], {"\x1bp.yml": hostile}))
    assert not [one for one in text if unicodedata.category(one)[0] in "C" and one != "\n"]
    assert len(text.splitlines()) == 3


@pytest.mark.parametrize("place", [(0, 0), (2, 1), (1, 0)])
def test_a_place_outside_the_file_has_no_line(place: tuple[int, int]) -> None:
    assert list(excerpt(Problem(Place("p.yml", *place), "m"), ["a: b"])) == []


def test_an_empty_line_is_not_shown() -> None:
    assert shown("   ", 1) == []


def test_a_byte_order_mark_and_line_ends_of_windows_move_nothing() -> None:
    found = list(screen([Problem(Place("p.yml", 2, 5), "m")], {"p.yml": "\ufeffa: b\r\non: \u0085x\r\n"}))
    assert found[1] == "    2 | on: ·x"


def test_an_annotation_is_escaped_as_github_wants() -> None:
    problem = Problem(Place("a,b:c%.yml", 3, 7), "50% of\nthis", "::error::", 4)
    warned = Problem(Place("a.yml", 1, 1), "m", severity="warning")
    assert list(annotations([problem, warned])) == [
        "::error file=a%2Cb%3Ac%25.yml,line=3,col=7,endColumn=11::50%25 of this (::error::)",
        "::warning file=a.yml,line=1,col=1::m",
    ]
