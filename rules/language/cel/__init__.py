"""Conditions: CEL texts become checked, compiled clauses."""

from rules.language.cel.compile import compile_clause
from rules.language.cel.problems import ClauseProblem, ClauseProblems

__all__ = ["ClauseProblem", "ClauseProblems", "compile_clause"]
