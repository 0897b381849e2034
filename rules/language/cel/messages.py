"""Says the official library's complaints in this project's words, with a place counted in characters.

Owns the wording. Knows the library's message format and nothing else of it; a format that is not known here
is passed on shortened, never lost.
"""

import re
from collections.abc import Iterator, Mapping

from rules.language.cel.problems import ClauseProblem

_COMPLAINT = re.compile(r"^(?:INVALID_ARGUMENT: )?ERROR: <input>:(\d+):(\d+): (.*)$", re.MULTILINE)
_OVERLOAD = re.compile(r"found no matching overload for '(.+?)' applied to '(?:(.*)\.)?\((.*)\)'")
_NOT_A_LIST = re.compile(r"expression of type '(.+)' cannot be the range of a comprehension")
_NOT_A_RECORD = re.compile(r"expression of type '(.+)' cannot be the operand of a select operation")
_UNEXPECTED = re.compile(
    r"Syntax error: (?:mismatched|extraneous) input '(.*?)' expecting|token recognition error at: '(.*)'"
)
_UNDECLARED = re.compile(r"undeclared reference to '(.*?)'")
_END = "the text ends too early"
_WHOLE = "counts and percentages are whole numbers"
_MEANT = {
    "=": "did you mean '=='?",
    "and": "did you mean '&&'?",
    "or": "did you mean '||'?",
    "not": "did you mean '!'?",
    "is": "did you mean '=='?",
    "‘": "texts stand in straight quotes: 'x'",
    "’": "texts stand in straight quotes: 'x'",
    "“": "texts stand in straight quotes: 'x'",
    "”": "texts stand in straight quotes: 'x'",
}
"""What other languages write."""

_COMPARED = frozenset(("_==_", "_!=_", "_<_", "_<=_", "_>_", "_>=_"))
_WELL_KNOWN = {
    "google.protobuf.Duration": "duration",
    "google.protobuf.Timestamp": "time",
    "null_type": "null",
}


def problems(
    refusal: str, text: str, operands: Mapping[int, tuple[str, ...]], known: tuple[ClauseProblem, ...] = ()
) -> Iterator[ClauseProblem]:
    """One problem for each complaint that is not `known` already.

    `operands`: place of an operator → vocabulary types of its arguments ('' unknown), for words such as
    `person`.
    """
    said = {problem.offset for problem in known}
    found = _COMPLAINT.findall(refusal)
    if not found:
        yield ClauseProblem(f"not a CEL expression: {refusal[:120]}", 0, len(text))
    for line, column, complaint in found:
        at = _offset(text, int(line), int(column))
        problem = _said(complaint.removesuffix(" [INVALID_ARGUMENT]"), at, operands.get(at, ()))
        if problem is None and not said and (match := _UNDECLARED.match(complaint)):
            problem = ClauseProblem(f"'{match[1]}' cannot be used like this", at)
        if problem is not None and problem.offset not in said:
            said.add(problem.offset)
            yield problem
            if problem.hint in _MEANT.values():
                return  # what comes after it is only read wrongly


def _offset(text: str, line: int, column: int) -> int:
    before = text.split("\n")[: line - 1]
    return min(sum(len(part) + 1 for part in before) + column - 1, len(text))


def _said(complaint: str, at: int, types: tuple[str, ...]) -> ClauseProblem | None:
    if complaint.startswith(("undeclared reference", "<<nil>>")) or "'*error*'" in complaint:
        return None  # names and functions are reported with a hint by `reading`; the rest follows from others
    if match := _OVERLOAD.match(complaint):
        function, target, arguments = match.groups()
        return _overload(function, _types(target, arguments, types), at)
    if match := _NOT_A_LIST.match(complaint):
        return ClauseProblem(f"a list is needed, this is {_type(match[1])}", at)
    if match := _NOT_A_RECORD.match(complaint):
        hint = "take each element with 'each' to read its fields"
        return ClauseProblem(f"{_type(match[1])} has no fields", at, 1, hint)
    return _syntax(complaint, at)


def _syntax(complaint: str, at: int) -> ClauseProblem:
    if "'<EOF>'" in complaint:
        missing = re.search(r"missing ('.*?') at", complaint)
        return ClauseProblem(_END, max(0, at - 1), 1, f"{missing[1]} is missing" if missing else "")
    if match := _UNEXPECTED.search(complaint):
        seen = (match[1] or match[2] or "").strip()
        return ClauseProblem(f"unexpected {seen[:40]!r}", at, max(1, len(seen)), _MEANT.get(seen, ""))
    return ClauseProblem(complaint.removeprefix("Syntax error: ")[:120], at)


def _overload(function: str, types: tuple[str, ...], at: int) -> ClauseProblem:
    sign = function.strip("_@")
    both = f"{types[0]} {sign} {types[-1]}"
    if function in _COMPARED:
        return ClauseProblem(f"cannot compare {both}", at, len(sign), _WHOLE if "double" in types else "")
    if function == "@in":
        return ClauseProblem(f"cannot look for {types[0]} in {types[-1]}", at, 2)
    if function in ("_&&_", "_||_"):
        return ClauseProblem(f"'{sign}' joins true or false, not {types[0]} and {types[-1]}", at, 2)
    if function == "!_":
        return ClauseProblem(f"'!' needs true or false, this is {types[0]}", at)
    if function == "_?_:_":
        return _conditional(types, at)
    if function == "_[_]":
        return ClauseProblem(f"cannot take an element of {types[0]} by {types[-1]}", at)
    if len(sign) == 1 and not sign.isalpha():
        return ClauseProblem(f"cannot compute {both if len(types) == 2 else sign + types[0]}", at)
    return ClauseProblem(f"{function} does not take ({', '.join(types)})", at)


def _conditional(types: tuple[str, ...], at: int) -> ClauseProblem:
    if types[0] != "bool":
        return ClauseProblem(f"before '?' stands true or false, this is {types[0]}", at)
    return ClauseProblem(f"both sides of ':' must be of one type, not {types[1]} and {types[-1]}", at)


def _types(target: str | None, arguments: str, own: tuple[str, ...]) -> tuple[str, ...]:
    theirs = ([target] if target else []) + _split(arguments)
    named = [_type(type_) for type_ in theirs] or ["nothing"]
    if len(own) != len(named):
        return tuple(named)
    return tuple(mine if _is_entity(mine) else other for mine, other in zip(own, named, strict=True))


def _is_entity(type_: str) -> bool:
    return bool(type_) and type_ not in ("str", "int", "bool", "time", "duration") and "(str)" not in type_


def _type(theirs: str) -> str:
    for name, ours in _WELL_KNOWN.items():
        theirs = theirs.replace(name, ours)
    return theirs


def _split(arguments: str) -> list[str]:
    """'string, list(int)' → ['string', 'list(int)']: commas inside brackets do not separate."""
    parts, depth = [""], 0
    for letter in arguments:
        depth += (letter in "(<") - (letter in ")>")
        if letter == "," and not depth:
            parts.append("")
        else:
            parts[-1] += letter
    return [part.strip() for part in parts if part.strip()]
