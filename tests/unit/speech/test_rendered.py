"""Templates as they read once the longest values are in them."""

import pytest
from engine_kit import rules_of

from rules.language.load import load_rules
from rules.speech.lint import check_rendered
from rules.speech.templates import parse
from worker import catalog

(RULE,) = rules_of("""
  waits:
    title: t
    on: pull_request.opened
    per: pull_request
    after: 2d
    do: [{nudge: pull_request.author, template: t}]
""")


def test_a_nudge_that_is_short_without_values_may_be_too_long_with_them() -> None:
    short = parse("t", "Hello\n" + "{pull_request.author} " * 22 + "- would half an hour help?")
    (problem,) = check_rendered(short, RULE, "nudge")
    assert problem.startswith("a nudge has at most 60 words")
    assert check_rendered(parse("t", "Hello\n{pull_request.author}, would half an hour help?"), RULE, "nudge") == []


def test_every_level_of_a_nudge_is_read() -> None:
    text = "Hello\nWould half an hour help?\n\n## junior\nYou made a mistake, did you?"
    assert check_rendered(parse("t", text), RULE, "nudge") == ["'mistake' is a blame word"]


def test_a_task_must_end_its_reason_with_a_question_and_a_digest_may_not_blame() -> None:
    task = parse("t", "Title\n\n## Why now\nIt is so.\n\n## Goal\nG\n")
    assert check_rendered(task, RULE, "task") == ["'Why now' ends with the question that the finding asks"]
    assert check_rendered(parse("t", "Title\nA bad week."), RULE, "digest") == ["'bad' is a blame word"]


@pytest.mark.parametrize("name", sorted(catalog.templates()))
def test_every_shipped_template_reads_well_with_the_rules_that_use_it(name: str) -> None:
    rules = load_rules([catalog.packs()["catalog/all"]], catalog.packs()).rules
    template, used = parse(name, catalog.templates()[name]), 0
    for rule in rules:
        for do in rule.do:
            if do.template == name:
                assert check_rendered(template, rule, do.verb) == []
                used += 1
    assert used
