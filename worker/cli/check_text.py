"""What `rules check` says: each problem in one line, the line of the file below it with the wrong word underlined, and
the form that GitHub makes annotations of.

Owns their wording. A rules file is outside text: nothing of it reaches a terminal or a log as a control character.
"""

import re
import unicodedata
from collections.abc import Iterable, Iterator, Mapping, Sequence

from rules.language.problems import Problem
from rules.speech.amounts import count
from rules.speech.harmless import plain
from worker.cli.rules_files import MOST_SHOWN

MOST_COLUMNS = 100
"""Widest piece of a line that is shown; around the word, where the line is longer."""

_BREAK = re.compile(r"\r\n|[\n\r]")
"""Where lines end for YAML, and so for the places."""

_WORD = re.compile(r"""'(?:[^']|'')*'|"(?:[^"\\]|\\.)*"|[^\s,:\[\]{}]+|\S""")
_HIDDEN = "·"
_TAB = "    "


def screen(problems: Sequence[Problem], texts: Mapping[str, str]) -> Iterator[str]:
    """`texts`: of each file. The line of the file is left out where it cannot be told."""
    lines = {file: _BREAK.split(text.removeprefix("\ufeff")) for file, text in texts.items() if _names(file, problems)}
    for problem in problems:
        yield plain(told(problem), MOST_SHOWN)
        yield from excerpt(problem, lines.get(problem.place.file, ()))


def _names(file: str, problems: Iterable[Problem]) -> bool:
    return any(problem.place.file == file for problem in problems)


def told(problem: Problem) -> str:
    """'file:line:column: message (hint)', with 'warning' where it is one."""
    mark = "warning: " if problem.severity == "warning" else ""
    hint = f" ({problem.hint})" if problem.hint else ""
    return f"{problem.place}: {mark}{problem.message}{hint}"


def summary(problems: Sequence[Problem], rules: int) -> str:
    warned = sum(problem.severity == "warning" for problem in problems)
    said = f"{count(rules, 'rule')} fine, {count(len(problems) - warned, 'error')}"
    return said + (f", {count(warned, 'warning')}" if warned else "")


def excerpt(problem: Problem, lines: Sequence[str]) -> Iterator[str]:
    """The line with its number, and marks under the word."""
    place = problem.place
    if not 1 <= place.line <= len(lines) or place.column < 1:
        return
    line = lines[place.line - 1]
    start = min(place.column - 1, len(line))
    shown, before, wide = _cut(line, start, start + (problem.length or _length(line, start)))
    margin = f"{place.line:>5} | "
    if shown.strip():
        yield (margin + shown).rstrip()
        yield " " * (len(margin) + before) + "^" * wide


def _length(line: str, start: int) -> int:
    """The word or quoted text that stands there."""
    found = _WORD.match(line, start)
    return found.end() - start if found else 1


def _cut(line: str, start: int, end: int) -> tuple[str, int, int]:
    """(the line as it is shown, columns before the word, columns of the word). A long one is cut around the word."""
    first = max(0, min(start - MOST_COLUMNS // 3, len(line) - MOST_COLUMNS)) if len(line) > MOST_COLUMNS else 0
    last = first + MOST_COLUMNS
    dots = "… " if first else ""
    head, word = (_visible(line[first:start]), _visible(line[start : min(end, last)]))
    tail = _visible(line[min(end, last) : last])
    shown = f"{dots}{head}{word}{tail}" + (" …" if last < len(line) else "")
    return shown, len(dots) + _columns(head), max(1, _columns(word))


def _visible(text: str) -> str:
    return "".join(_seen(one) for one in text)


def _seen(character: str) -> str:
    if character == "\t":
        return _TAB
    return _HIDDEN if unicodedata.category(character)[0] == "C" or character in "\u2028\u2029" else character


def _columns(text: str) -> int:
    """How many columns of a terminal it takes: two for wide characters, none for marks on the one before."""
    return sum(0 if unicodedata.combining(one) else 1 + (unicodedata.east_asian_width(one) in "WF") for one in text)


def annotations(problems: Iterable[Problem]) -> Iterator[str]:
    """Workflow commands of GitHub. Source of the escapes: `escapeData` and `escapeProperty` of its actions/toolkit."""
    for problem in problems:
        place = problem.place
        column = f",col={place.column}" + (f",endColumn={place.column + problem.length}" if problem.length else "")
        hint = f" ({problem.hint})" if problem.hint else ""
        text = _data(plain(problem.message + hint, MOST_SHOWN))
        yield f"::{problem.severity} file={_property(place.file)},line={place.line}{column}::{text}"


def _data(text: str) -> str:
    return text.replace("%", "%25").replace("\r", "%0D").replace("\n", "%0A")


def _property(text: str) -> str:
    return _data(text).replace(":", "%3A").replace(",", "%2C")


def rows(problems: Iterable[Problem]) -> list[dict[str, object]]:
    return [
        {
            "file": problem.place.file,
            "line": problem.place.line,
            "column": problem.place.column,
            "length": problem.length,
            "severity": problem.severity,
            "message": problem.message,
            "hint": problem.hint,
        }
        for problem in problems
    ]
