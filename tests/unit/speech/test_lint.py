"""The blameless lint: blame words, the length of a nudge, its one question. Owns no template."""

import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from rules.speech.lint import FOOTER, NUDGE_WORDS, check_blame, check_nudge, check_task, words

ROOM = NUDGE_WORDS - len(FOOTER.split())
PARTS = {"Why now": "Who else could?", "Goal": "Two people.", "Success": "One change."}


def nudge(count: int) -> str:
    return " ".join(["word"] * (count - 1)) + " this?"


def test_a_nudge_of_sixty_words_with_its_last_line_is_short_enough() -> None:
    assert NUDGE_WORDS == 60
    assert check_nudge(nudge(ROOM)) == []


def test_a_nudge_of_sixty_one_words_is_told_with_its_length() -> None:
    assert check_nudge(nudge(ROOM + 1)) == ["a nudge has at most 60 words with its last line, this has 61"]


def test_the_last_line_says_who_sees_it_and_that_silence_has_no_consequence() -> None:
    assert "Nobody else sees" in FOOTER and "not answering has no consequence" in FOOTER
    assert check_blame(FOOTER) == []


@pytest.mark.parametrize("text", ["", "  \n ", "one", "one two", "one\ttwo\nthree", "a-b c’d"])
def test_words_are_what_stands_between_spaces(text: str) -> None:
    assert words(text) == len(re.findall(r"\S+", text))


@pytest.mark.parametrize(("text", "count"), [("Look at this.", 0), ("Could you? Would you?", 2), ("Really??", 2)])
def test_a_nudge_asks_exactly_one_question(text: str, count: int) -> None:
    assert check_nudge(text) == [f"a nudge asks exactly one question, this has {count}"]


BLAME = [
    "fault", "blame", "blamed", "blames", "guilty", "careless", "carelessly", "fail", "failed", "fails", "failure", "mistake", "mistakes",
    "mistaken", "wrong", "bad", "poor", "poorly", "lazy", "incompetent", "incompetence", "negligent", "negligence", "underperforming",
    "weak", "weakness", "slow", "slowest", "bottleneck", "hoard", "hoarding", "should have",
]  # fmt: skip


@pytest.mark.parametrize("word", BLAME)
def test_a_blame_word_beside_a_name_is_told_in_any_case(word: str) -> None:
    for said in (word, word.upper(), word.capitalize()):
        assert check_blame(f"Ada Lovelace: {said}, in billing.") == [f"'{said}' is a blame word"]
        assert check_nudge(f"Ada, was it {said}?") == [f"'{said}' is a blame word"]


@pytest.mark.parametrize(
    "text",
    [
        "default",
        "failover",
        "asphalt faultline",
        "badge",
        "badger",
        "wrongdoer",
        "poorhouse",
        "slowdown",
        "weakref",
        "lazyload",
        "should",
        "have",
        "shoulder haven",
    ],
)
def test_a_word_that_only_contains_one_is_none(text: str) -> None:
    assert check_blame(f"Ada changed the {text} of billing.") == []


def test_a_blame_word_is_told_wherever_it_stands_in_a_task() -> None:
    assert check_task("A title", PARTS) == []
    assert check_task("A bad title", PARTS) == ["'bad' is a blame word"]
    for part in ("Goal", "Success"):
        assert check_task("A title", {**PARTS, part: "No mistake."}) == ["'mistake' is a blame word"]
    both = {**PARTS, "Goal": "Whose fault?", "Success": "No failure."}
    assert check_task("A title", both) == ["'fault' is a blame word", "'failure' is a blame word"]


@pytest.mark.parametrize("parts", [{}, {"Why now": "Eight changes."}, {"Why now": "", "Goal": "What?"}])
def test_a_task_says_why_now_with_a_question(parts: dict[str, str]) -> None:
    assert check_task("A title", parts) == ["'Why now' ends with the question that the finding asks"]


def test_all_that_is_wrong_with_a_nudge_is_told_at_once() -> None:
    assert check_nudge("lazy " * 70) == [
        "a nudge has at most 60 words with its last line, this has 83",
        "a nudge asks exactly one question, this has 0",
        "'lazy' is a blame word",
    ]


@given(st.text(max_size=300))
def test_any_text_is_judged(text: str) -> None:
    assert all(isinstance(one, str) for one in (*check_nudge(text), *check_task(text, {"Why now": text})))


@pytest.mark.parametrize(
    "word", ["faults", "failures", "bottlenecks", "weaknesses", "guilt", "wrongly", "badly", "worst"]
)
def test_other_forms_of_a_blame_word_are_told_too(word: str) -> None:
    assert check_blame(f"Ada: {word}.")


@pytest.mark.parametrize("text", ["Ada should\nhave asked", "Ada should  have asked", "Ada should've asked"])
def test_should_have_is_told_across_a_line_end(text: str) -> None:
    assert check_blame(text)


def test_why_now_ends_with_its_question() -> None:
    assert check_task("A title", {"Why now": "Who could? Nobody knows."})
