"""What the YAML library complains of, in words of somebody who writes rules, at the place that has to be mended.

Owns those words. A complaint that is not known here is passed on shortened, never lost.
"""

import re

from ruamel.yaml.error import MarkedYAMLError

from rules.language.rule import Place

_START = re.compile(r"found character '(.+)' that cannot start any token")
_OPEN = re.compile(r"expected ',' or '([]}])'")


def said(error: MarkedYAMLError, file: str) -> tuple[Place, str, str]:
    """(place, message, hint)."""
    problem, context = error.problem or "", error.context or ""
    at = _place(file, error.problem_mark or error.context_mark)
    begun = _place(file, error.context_mark or error.problem_mark)
    if match := _START.search(problem):
        if match[1] == "\\t":
            return at, _said("a tab cannot indent"), "use spaces"
        return at, _said(f"'{match[1]}' cannot start a value"), "put the value in quotes"
    if match := _OPEN.search(problem):
        opening = "[" if match[1] == "]" else "{"
        return at, _said(f"'{match[1]}' or ',' is missing"), f"'{opening}' of line {begun.line} is still open"
    if "quoted scalar" in context and "end of stream" in problem:
        return begun, _said("this quote is never closed"), "a quote inside '…' is written twice"
    if problem.startswith("mapping values are not allowed"):
        return at, _said("': ' inside a value"), "put the value in quotes"
    if "expected ':'" in problem:
        return begun, _said("this is no 'key: value'"), "after the ':' of a key stands a space"
    if "another document" in problem:
        return at, _said("a second document begins"), "a file is one document, without '---' inside"
    return at, _said(one_line(problem or context or "cannot be read")), ""


def one_line(text: str) -> str:
    return " ".join(text.split())[:200]


def _said(text: str) -> str:
    return f"not valid YAML: {text}"


def _place(file: str, mark: object) -> Place:
    return Place(file, getattr(mark, "line", 0) + 1, getattr(mark, "column", 0) + 1)
