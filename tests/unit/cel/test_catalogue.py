"""Every condition of the catalogue is compiled, and its two ways of evaluating agree."""

import dataclasses
import json
from pathlib import Path

import pytest

from rules.language.cel import compile_clause
from rules.language.cel.agreement import disagreements

CASES = [
    json.loads(line) for line in Path(__file__).with_name("catalogue_clauses.jsonl").read_text("utf-8").splitlines()
]


def clause_of(case):
    return compile_clause(case["text"], case["roots"], case["numbers"], case["counts"], case["want"])


@pytest.mark.parametrize("case", CASES, ids=lambda case: f"{case['rule']}-{case['where']}-{case['text'][:40]}")
def test_a_catalogue_clause_is_compiled_and_agrees_with_the_official_evaluator(case):
    clause = clause_of(case)
    assert clause.compiled
    assert clause.type == case["want"]
    assert disagreements(clause, activations=60) == []


def test_the_comparison_finds_a_clause_that_is_compiled_wrongly():
    """The tool that `rules check` relies on must be able to fail."""
    roots = {"pull_request": "pull_request"}
    clause = compile_clause("pull_request.rounds >= 4", roots)
    wrong = dataclasses.replace(clause, test=lambda rounds: None if rounds is None else rounds > 4)
    found = disagreements(wrong)
    assert found and {one.values for one in found} == {(4,)}


def test_unknown_and_error_are_told_apart_by_the_comparison():
    roots = {"pull_request": "pull_request"}
    clause = compile_clause("pull_request.rounds / pull_request.files > 4", roots)
    swapped = dataclasses.replace(clause, test=lambda *values: None)
    assert disagreements(clause) == []
    assert any(one.values[1] == 0 and None not in one.values for one in disagreements(swapped))


def test_the_first_clause_of_each_rule_with_a_count_names_its_minimum():
    minimums = {(case["rule"], case["text"]): clause_of(case).minimums for case in CASES}
    assert minimums[("area-single-carrier", "changes.n >= min_changes")] == (("changes", "min_changes"),)
    assert minimums[("area-single-carrier", "changes.top.percent >= min_percent")] == ()
    assert minimums[("repeated-review-topic", "prs.top.n >= times")] == ()
