"""A roster: headers that somebody else chose, and rows that are wrong beside rows that are right."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from connectors.errors import ConfigError
from worker.config.roster_csv import MAX_ROWS, columns, read_roster


def said(text: str, **wanted: str) -> list[dict[str, str]]:
    rows, _ = read_roster(text, "r.csv", wanted or None)
    return [row.said for row in rows]


def told(text: str, **wanted: str) -> list[str]:
    _, problems = read_roster(text, "r.csv", wanted or None)
    return [f"{one.place.file}:{one.place.line}: {one.message}" for one in problems]


def test_columns_are_found_by_the_headers_that_were_given() -> None:
    text = "Full name;Login;E-mail;Level\nAda Lovelace;@ada;Ada@Example.org;Senior\n"
    assert said(text, handle="login", mail="E-mail", level="Level") == [
        {"handle": "ada", "mail": "ada@example.org", "level": "senior"}
    ]


def test_without_columns_headers_that_are_called_like_a_field_count_and_names_never_do() -> None:
    assert said("\ufeffname,Mail,github\nAda Lovelace,a@x.org,@Ada-L\n".removeprefix("\ufeff")) == [
        {"mail": "a@x.org", "github": "Ada-L"}
    ]


def test_bad_rows_and_cells_are_told_with_the_line_on_which_they_begin_and_the_rest_goes_on() -> None:
    text = (
        "handle,mail,level,zone\n"
        'ada,"a@\nx.org",,\n'
        "ben,,L5,Mars\n"
        "\n"
        "b d,b@x.org,,\n"
        ",,mid,\n"
        "cem,nomail,,\n"
        "BEN,,,\n"
        "dee\n"
        "eve,e@x.org,mid,UTC,,\n"
        "eva,E@x.org,mid,UTC\n"
    )
    assert told(text) == [
        "r.csv:2: mail 'a@ x.org' is too long, or holds marks that cannot be seen",
        "r.csv:4: level 'L5' is none of junior, mid, senior",
        "r.csv:4: zone 'Mars' is no time zone, such as Europe/Berlin",
        "r.csv:6: handle 'b d' is no handle (letters, digits, '.', '_' and '-')",
        "r.csv:7: neither a handle nor a mail address",
        "r.csv:8: mail 'nomail' is no mail address",
        "r.csv:9: handle 'ben' stands in line 4 already",
        "r.csv:10: the header has 4 cells, this row 1",
        "r.csv:12: mail 'e@x.org' stands in line 11 already",
    ]
    assert said(text) == [
        {"handle": "ben"},
        {"handle": "eve", "mail": "e@x.org", "level": "mid", "zone": "UTC"},
    ]


@pytest.mark.parametrize(
    ("text", "wanted", "says"),
    [
        ("a,b\n1,2\n", {"handle": "Login"}, "has no column 'Login'"),
        ("a,a\n1,2\n", {"handle": "a"}, "has two columns 'a'"),
        ("a,b\n1,2\n", None, "which column holds the handle"),
        ("", None, "which column holds the handle"),
    ],
)
def test_a_header_that_does_not_fit_is_wrong_use(text: str, wanted: dict[str, str] | None, says: str) -> None:
    with pytest.raises(ConfigError, match=says):
        read_roster(text, "r.csv", wanted)


@pytest.mark.parametrize("text", ["handel=Login", "handle", "handle=", "", "name=Full name"])
def test_columns_that_are_no_columns_are_wrong_use(text: str) -> None:
    with pytest.raises(ConfigError, match="--columns"):
        columns(text)


def test_columns_map_fields_to_headers() -> None:
    assert columns("handle=Login, mail=E-mail (work)") == {"handle": "Login", "mail": "E-mail (work)"}


def test_a_roster_has_an_end() -> None:
    text = "handle\n" + "".join(f"p{n}\n" for n in range(MAX_ROWS + 5))
    assert len(said(text)) == MAX_ROWS
    assert told(text) == [f"r.csv:{MAX_ROWS + 2}: more than 5,000 people; the rest is not read"]


def test_what_the_table_reader_refuses_is_told_and_not_raised() -> None:
    assert "cannot be read" in told("handle\n" + "x" * 200_000 + "\nada\n")[0]
    assert said("handle\n" + "x" * 200_000 + "\nada\n") == [{"handle": "ada"}]


@given(st.text(max_size=200))
def test_any_text_under_a_header_is_rows_or_problems(text: str) -> None:
    rows, problems = read_roster("handle,mail\n" + text, "r.csv")
    assert all(row.said.get("handle") or row.said.get("mail") for row in rows)
    assert all(one.place.line > 1 for one in problems)
