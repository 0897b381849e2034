"""Clauses that no test made true or false are found, with their place."""

from testing_kit import HEAD, bench, document

from rules.testing.running import run_case
from rules.testing.watching import missed, together

RULE = """
  waiting:
    title: A change waits
    on: [{kind: pull_request.opened, when: '!pull_request.draft'}]
    when: pull_request.author.merged_before < 5
    per: pull_request
    after: 1d
    unless: [{kind: review.submitted, when: review.author != pull_request.author}]
    fire: [pull_request.rounds == 0, '!pull_request.closed']
    do: [{nudge: pull_request.author, template: t}]
"""
OPENED = "{event: pull_request.opened, pull_request: {author: ada}}"


def unmet(*steps: str) -> list[tuple[str, str, str, str]]:
    listed = "".join(f"      - {one}\n" for one in (*steps, "{advance: 9d, why: []}"))
    found = document(HEAD + f"cases:\n  - name: it\n    steps:\n{listed}")
    on = bench(RULE)
    run_case(found, found.cases[0], on, shuffle=True)
    answers = together([on.watch, on.watch])
    return [(f"{spot.place.line}", spot.stage, spot.text, word) for spot, word in missed(answers, ["r.yml"])]


def test_what_no_test_brought_about_is_listed_in_the_order_of_the_file() -> None:
    assert unmet(OPENED) == [
        ("6", "on", "!pull_request.draft", "false"),
        ("7", "when", "pull_request.author.merged_before < 5", "false"),
        ("10", "unless", "review.author != pull_request.author", "reached"),
        ("11", "fire", "!pull_request.closed", "false"),
        ("11", "fire", "pull_request.rounds == 0", "false"),
    ]


def test_a_clause_that_was_both_is_not_listed() -> None:
    found = unmet(
        OPENED,
        OPENED.replace("ada", "ada, draft: true"),
        "{event: review.submitted, review: {author: ada}}",
        "{event: review.submitted, review: {author: ben}}",
    )
    assert [text for _, _, text, _ in found] == [
        "pull_request.author.merged_before < 5",
        "!pull_request.closed",
        "pull_request.rounds == 0",
    ]


def test_only_clauses_of_the_files_asked_for_are_listed() -> None:
    on = bench(RULE)
    on.program(frozenset())
    assert missed(together([on.watch]), ["other.yml"]) == []
    assert {word for _, word in missed(together([on.watch]), ["r.yml"])} == {"reached"}
