"""Which paths a pattern takes and which areas an event touches. Owns no CODEOWNERS file and no areas.yml."""

import re
import time

import pytest
from hypothesis import given
from hypothesis import strategies as st

from rules.knowledge.areas_of import AreaIndex
from rules.model.areas import AreaMap, AreaSettings, pattern


def takes(text: str, path: str) -> bool:
    return pattern(text).fullmatch(path) is not None


PATTERNS = {
    "a name anywhere": ("setup.py", ["setup.py", "a/setup.py", "a/b/setup.py"], ["xsetup.py", "setup.pyc", "setupXpy"]),
    "a folder's name anywhere": ("docs", ["docs", "docs/a", "x/docs/a/b"], ["mydocs/a", "docs2/a"]),
    "a star stays in its folder": ("/src/*.py", ["src/a.py", "src/.py"], ["src/b/a.py", "src/a.pyx", "x/src/a.py"]),
    "a star for one folder": ("apps/*/api", ["apps/a/api", "apps/a/api/x"], ["apps/a/b/api", "apps/api"]),
    "an extension anywhere": ("*.sql", ["a.sql", "x/y/a.sql"], ["sql", "a.sqlx", "a.md"]),
    "a trailing slash": ("docs/", ["docs/a", "x/docs/a/b"], ["docs", "x/docs", "mydocs/a"]),
    "a leading slash": ("/docs", ["docs", "docs/a"], ["x/docs", "x/docs/a", "docs2"]),
    "both slashes": ("/docs/", ["docs/a", "docs/a/b"], ["x/docs/a", "docs"]),
    "an inner slash anchors": ("src/api", ["src/api", "src/api/x"], ["x/src/api", "src/apix"]),
    "two stars behind": ("docs/**", ["docs/a", "docs/a/b"], ["docs", "x/docs/a", "docsx/a"]),
    "two stars before": ("**/docs", ["docs", "x/docs", "x/y/docs/z"], ["xdocs", "x/mydocs"]),
    "two stars between": ("a/**/b", ["a/b", "a/x/b", "a/x/y/b/c"], ["ab", "a/xb", "x/a/b"]),
    "two stars alone": ("**", ["a", "a/b/c"], []),
    "one star alone": ("*", ["a", "a/b/c"], []),
    "a question mark": ("a?c", ["abc", "x/a.c"], ["ac", "a/c", "abbc"]),
    "three stars": ("a/***/b", ["a/b", "a/x/y/b"], ["ab"]),
    "hidden files": (".github/", [".github/x"], ["agithub/x", "github/x"]),
}


@pytest.mark.parametrize("name", PATTERNS)
def test_a_pattern_takes_these_paths_and_not_those(name: str) -> None:
    text, taken, left = PATTERNS[name]
    assert ([path for path in taken if not takes(text, path)], [path for path in left if takes(text, path)]) == ([], [])


HOSTILE = [
    "(a+)+$",
    "[a-z]",
    "a|b",
    "^a$",
    "a.b",
    r"\d",
    "a{3}",
    "(?s:.)",
    "a\nb",
    "$(id)",
    "ü",
    "\u202ea",
    "'; --",
    "a b",
    "#x",
    "!x",
]


@pytest.mark.parametrize("text", HOSTILE)
def test_characters_that_mean_something_elsewhere_mean_themselves(text: str) -> None:
    assert takes(text, text) and takes(text, f"x/{text}/y")
    assert not any(takes(text, path) for path in ("aaa", "b", "3", "acb", "x", "aXb"))


@given(st.text(st.characters(exclude_characters="*?/"), min_size=1, max_size=30))
def test_a_text_without_stars_takes_exactly_that_name(text: str) -> None:
    assert takes(text, text)
    assert not takes(text, text + "x") and not takes(text, "x" + text) and not takes("/" + text, f"_{text}/{text}")


@given(st.text("ab*?/.[(\\", max_size=30))
def test_every_text_is_a_pattern(text: str) -> None:
    assert isinstance(pattern(text), re.Pattern)


LONG = [
    ("*.md", "a/" * 2000 + "x"), ("*a", "b" * 4000), ("**/x/**", "a/" * 2000), ("docs/**/api.md", "docs/" + "a/" * 2000),
    ("*" * 150 + "x", "a" * 4000), ("*/" * 20 + "x", "a/" * 60), ("**a**b", "a" * 2000),
]  # fmt: skip


@pytest.mark.parametrize(("text", "path"), LONG)
def test_a_long_path_is_answered_at_once(text: str, path: str) -> None:
    assert seconds(text, path) < 0.2


@pytest.mark.parametrize(
    ("text", "path"), [("*a" * 8 + "b", "a" * 40), ("**a" * 4 + "b", "a" * 240), ("**/" * 7 + "x", "a/" * 40)]
)
def test_no_pattern_is_slow(text: str, path: str) -> None:
    """A CODEOWNERS of a stranger's clone is such a text: 10 of '*a' take 10 s for one path of 40 letters."""
    assert seconds(text, path) < 0.05


def seconds(text: str, path: str) -> float:
    expression = pattern(text)
    started = time.process_time()
    assert expression.fullmatch(path) is None
    return time.process_time() - started


def test_stars_that_do_not_stand_between_slashes_keep_the_slash() -> None:
    assert not takes("foo**/bar", "foobar")


def test_an_empty_pattern_takes_nothing() -> None:
    assert not takes("", "a/b.py")


def index(*areas: AreaSettings, depth: int = 0) -> AreaIndex:
    return AreaIndex(AreaMap(areas=areas, fallback_depth=depth))


BILLING = AreaSettings(
    "billing",
    paths=("src/billing/",),
    components=("Billing",),
    services=("pay",),
    labels=("money",),
    repositories=("acme/pay",),
)
SQL = AreaSettings("sql", paths=("*.sql",), labels=("money", "db"))


def test_all_areas_whose_patterns_match_own_a_path_each_once_and_sorted() -> None:
    found = index(SQL, BILLING)
    assert found.areas_of(("src/billing/a.sql", "src/billing/b.sql", "src/billing/c.py")) == ("billing", "sql")
    assert found.areas_of(("src/billing/c.py",)) == ("billing",)
    assert found.areas_of(("src/web/c.py",)) == ()
    assert found.areas_of(()) == ()


@pytest.mark.parametrize(
    ("field", "value", "areas"),
    [
        ("components", ["Billing"], ("billing",)),
        ("services", ["pay", "none"], ("billing",)),
        ("labels", ["money"], ("billing", "sql")),
        ("labels", ["Money"], ()),
        ("repository", "acme/pay", ("billing",)),
        ("repository", "", ()),
    ],
)
def test_other_words_lead_to_areas_too(field: str, value: object, areas: tuple[str, ...]) -> None:
    assert index(SQL, BILLING).areas_of((), **{field: value}) == areas  # type: ignore[arg-type]
    assert index(SQL, BILLING).areas_of(("x.sql",), **{field: value}) == tuple(sorted({*areas, "sql"}))  # type: ignore[arg-type]


@pytest.mark.parametrize(
    ("depth", "path", "area"),
    [
        (0, "a/b/c/x.py", ()),
        (1, "a/b/c/x.py", ("a",)),
        (2, "a/b/c/x.py", ("a/b",)),
        (4, "a/b/c/x.py", ("a/b/c",)),
        (2, "x.py", (".",)),
        (2, "x.sql", ("sql",)),
    ],
)
def test_the_first_folders_name_the_area_only_where_no_pattern_matches(
    depth: int, path: str, area: tuple[str, ...]
) -> None:
    assert index(SQL, depth=depth).areas_of((path,)) == area


def test_documents_inside_an_area_document_it_unless_it_names_its_own() -> None:
    own = AreaSettings("api", paths=("src/api/",), docs=("wiki/api/",))
    found = index(BILLING, own)
    assert found.documented(("src/billing/README.md",)) == {"billing"}
    assert found.documented(("src/billing/docs/x.png",)) == {"billing"}
    assert found.documented(("src/billing/a.py", "README.md")) == set()
    assert found.documented(("src/api/README.md",)) == set()
    assert found.documented(("wiki/api/x.html", "src/billing/a.rst")) == {"api", "billing"}
    assert index(depth=1).documented(("web/notes.txt", "web/a.py")) == {"web"}
