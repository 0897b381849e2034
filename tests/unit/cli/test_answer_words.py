"""The words after a task, as people type them: those of the task itself, and what belongs to no answer."""

import pytest

from connectors.errors import ConfigError
from rules.model.times import DAY, iso
from worker.cli.answer_words import Typed, typed_words

NOW = 1_700_000_000_000_000  # 14 Nov 2023


def read(text: str, zone: str = "UTC") -> Typed:
    """As a shell hands it on."""
    return typed_words(text.split(), NOW, zone)


@pytest.mark.parametrize(
    ("text", "typed"),
    [
        ("yes", Typed("yes")),
        ("YES", Typed("yes")),
        ("no", Typed("no")),
        ("done", Typed("done")),
        ("later 30d", Typed("later", NOW + 30 * DAY)),
        ("later for 2 days", Typed("later", NOW + 2 * DAY)),
        ("other: @ada with @ben", Typed("other", mentor="ada", learner="ben")),
        ("other ada ben", Typed("other", mentor="ada", learner="ben")),
        ("wrong: too small", Typed("wrong", why="too-small")),
        ("wrong: Wrong person", Typed("wrong", why="wrong-person")),
        ("wrong: Ada left years ago", Typed("wrong", why="other")),
        ("wrong", Typed("wrong")),
        ("later", Typed("later")),
        ("perhaps", Typed("perhaps")),
    ],
)
def test_words_are_read_as_they_stand_in_a_task(text: str, typed: Typed) -> None:
    """What is missing is asked for by whoever takes the answer."""
    assert read(text) == typed


def test_one_argument_with_spaces_is_the_same() -> None:
    assert typed_words(["other: @ada with @ben"], NOW, "UTC") == read("other: @ada with @ben")


def test_a_date_begins_in_the_zone_of_the_workspace() -> None:
    assert iso(read("known until 2027-03-31").until) == "2027-03-31T00:00:00Z"
    assert iso(read("known 2027-03-31", "America/New_York").until) == "2027-03-31T04:00:00Z"


@pytest.mark.parametrize(
    ("text", "says"),
    [
        ("yes 30d", "'yes' takes no '30d'"),
        ("later soon", "'soon' is no time"),
        ("later 0d", "'0d' is no time"),
        ("known 2020-01-01", "2020-01-01 is past"),
        ("known 9999-99-99", "'9999-99-99' is no time"),
        ("other: @ben", "'other' takes two people"),
        ("other a b c", "'other' takes two people"),
        ("no because I say so", "'no' takes no 'because'"),
    ],
)
def test_words_that_belong_to_no_answer_are_refused(text: str, says: str) -> None:
    with pytest.raises(ConfigError, match=says):
        read(text)
