"""Conditions in a rules file: one CEL text or a list. Owns putting a clause's problems at their place in the file."""

from collections.abc import Mapping

from rules.language.cel import ClauseProblems, compile_clause
from rules.language.never import Known, check_possible
from rules.language.nodes import Node
from rules.language.problems import Problems
from rules.language.rule import Clause

MAX_CLAUSES = 20
NOTHING = Known()
Counts = Mapping[str, Mapping[str, str]]


def clause(
    node: Node,
    roots: Mapping[str, str],
    numbers: Mapping[str, int | str],
    counts: Counts,
    problems: Problems,
    want: str = "bool",
) -> Clause | None:
    """One checked clause, or None after adding all that is wrong with it."""
    if node.kind != "scalar" or not node.text:
        problems.add(node.place, "an expression is needed", "such as 'pull_request.rounds >= 4'")
        return None
    try:
        return compile_clause(node.text, roots, numbers, counts, want)
    except ClauseProblems as found:
        for problem in found.problems:
            problems.add(node.at(problem.offset), problem.message, problem.hint, problem.length)
        return None


def clauses(
    node: Node,
    roots: Mapping[str, str],
    numbers: Mapping[str, int | str],
    counts: Counts,
    problems: Problems,
    known: Known = NOTHING,
) -> tuple[Clause, ...]:
    """All that must hold. Each is checked and explained by itself."""
    listed = node.listed()
    if len(listed) > MAX_CLAUSES:
        problems.add(node.place, f"{len(listed)} clauses, at most {MAX_CLAUSES} are allowed")
        return ()
    read = [(one, clause(one, roots, numbers, counts, problems)) for one in listed]
    found = [(one, checked) for one, checked in read if checked is not None]
    check_possible(found, known, numbers, problems)
    return tuple(checked for _, checked in found)
