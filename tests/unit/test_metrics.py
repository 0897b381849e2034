"""Every metric is documented, by a page that is made of them, and none has people in it."""

import re
from pathlib import Path

from prometheus_client.parser import text_string_to_metric_families

from worker import metrics

PAGE = Path(__file__).resolve().parents[2] / "docs" / "metrics.md"
ABOUT_PEOPLE = {"person", "user", "login", "author", "actor", "name", "mail", "handle", "mentor", "learner"}


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


def test_what_is_exposed_parses_and_is_documented() -> None:
    metrics.ignored("test", 'a "quoted" reason\\ of\ntwo lines')
    families = {one.name: one for one in text_string_to_metric_families(metrics.exposed().decode())}
    ours = {name for name in families if name.startswith("sparekey_")}
    assert ours == {name.removesuffix("_total") for name, *_ in metrics.documented()}
    assert {name.partition("_")[0] for name in families} == {"sparekey", "process", "python"}


def test_reasons_that_a_sender_makes_up_become_other() -> None:
    """Each value of a label is a series that is kept for ever."""
    for n in range(metrics.MOST_REASONS + 50):
        metrics.ignored("flood", f"made up {n}")
    samples = next(iter(metrics.events_ignored.collect())).samples
    reasons = [one.labels["reason"] for one in samples if one.labels["source"] == "flood"]
    assert len(reasons) == metrics.MOST_REASONS + 1
    assert "other" in reasons
