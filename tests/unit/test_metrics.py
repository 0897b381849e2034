"""Every metric is documented, by a page that is made of them, and none has people in it."""

import re
from pathlib import Path

from worker import metrics

PAGE = Path(__file__).resolve().parents[2] / "docs" / "metrics.md"
ABOUT_PEOPLE = {"person", "user", "login", "author", "name", "mail", "handle"}


def table() -> str:
    rows = [
        f"| `{name}` | {kind} | {', '.join(labels) or '–'} | {about} |"
        for name, kind, labels, about in metrics.documented()
    ]
    return "\n".join(["| metric | kind | labels | meaning |", "|---|---|---|---|", *rows])


def test_the_page_lists_what_there_is() -> None:
    """To make it anew: print `table()` into it."""
    assert table() in PAGE.read_text("utf-8")


def test_names_and_labels_are_sound() -> None:
    for name, _, labels, about in metrics.documented():
        assert re.fullmatch(r"sparekey_[a-z_]+", name)
        assert not set(labels) & ABOUT_PEOPLE
        assert about


def test_what_is_exposed_parses() -> None:
    text = metrics.exposed().decode()
    assert all(
        line.startswith("#") or re.match(r"^[a-z_]+(\{[^}]*\})? [0-9.e+-]+$", line) for line in text.splitlines()
    )
