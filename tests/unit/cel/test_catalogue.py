"""Every condition of the catalogue is compiled, and its two ways of evaluating agree."""

import dataclasses

import pytest

from rules.language.cel import compile_clause
from rules.language.cel.agreement import clauses_of, disagreements
from rules.language.load import load_rules
from worker import catalog

CASES = [
    (rule.id, clause)
    for rule in load_rules([catalog.packs()["catalog/all"]], catalog.packs()).rules
    for clause in clauses_of(rule)
]


@pytest.mark.parametrize("clause", [one for _, one in CASES], ids=[f"{rule}-{one.text[:40]}" for rule, one in CASES])
def test_a_catalogue_clause_is_compiled_and_agrees_with_the_official_evaluator(clause):
    assert clause.compiled
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
    minimums = {(rule, clause.text): clause.minimums for rule, clause in CASES}
    assert minimums[("area-single-carrier", "changes.n >= min_changes")] == (("changes", "min_changes"),)
    assert minimums[("area-single-carrier", "changes.top.percent >= min_percent")] == ()
    assert minimums[("repeated-review-topic", "prs.top.n >= times")] == ()
