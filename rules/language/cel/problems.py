"""What can be wrong with one clause, and where: data for the reader of a rules file.

Owns the shape of a located problem. Must not know YAML, files or the official library.
"""

from collections.abc import Iterable
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class ClauseProblem:
    """One mistake. `offset` and `length` count characters of the clause's text, from 0."""

    message: str
    offset: int = 0
    length: int = 1
    hint: str = ""

    def __str__(self) -> str:
        return f"{self.message} ({self.hint})" if self.hint else self.message


class ClauseProblems(Exception):  # named by what it holds
    """Everything that is wrong with one clause, in the order of the text; never nothing."""

    def __init__(self, problems: Iterable[ClauseProblem]) -> None:
        found = set(problems) or {ClauseProblem("not a CEL expression that can be checked")}
        self.problems = tuple(sorted(found, key=lambda problem: (problem.offset, problem.message)))
        super().__init__("; ".join(str(problem) for problem in self.problems))
