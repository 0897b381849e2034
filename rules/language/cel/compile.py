"""From the text of a condition to a `Clause`: parse, read the names, check, compile.

Owns the order of these steps. Each step is a module beside this one. Must not know YAML, files or the engine.
"""

import re
from collections.abc import Callable, Mapping

from rules.language.cel import messages, official, reading, subset, wire
from rules.language.cel.names import Scope
from rules.language.cel.problems import ClauseProblem, ClauseProblems
from rules.language.cel.source import generated
from rules.language.cel.three import three_valued
from rules.language.rule import Clause

_LONE_SURROGATE = re.compile("[\ud800-\udfff]")
_WANTED = {"bool": "a condition must be true or false", "duration": "a length of time is needed"}


def compile_clause(
    text: str,
    roots: Mapping[str, str],
    numbers: Mapping[str, int | str] | None = None,
    counts: Mapping[str, Mapping[str, str] | frozenset[str]] | None = None,
    want: str = "bool",
) -> Clause:
    """A checked clause of result type `want` (bool, duration, int or str). Raises ClauseProblems, with all of
    them.

    `roots`: name → vocabulary type, e.g. {'event': 'event', 'actor': 'person', 'area': 'area'}. `numbers`:
    the `with` numbers; they become constants. `counts`: count → {measure: type}, e.g. {'changes': {'n':
    'int', 'top.value': 'person'}}; as a bare set of measures, those ending in 'value' are of type str and the
    others of type int.
    """
    _check_size(text)
    scope = Scope(roots, dict(numbers or {}), {name: _measures(given) for name, given in (counts or {}).items()})
    found = reading.read(text, _parsed(text), scope)
    checked = _checked(found, want)
    variables = _variables(found)
    evaluator = checked.evaluator(variables)
    tree = wire.tree(checked.serialized)
    least = subset.minimums(tree, scope.numbers, scope.counts)
    ready = subset.with_constants(tree, scope.numbers)
    compiled = subset.inside(ready, variables)
    test = _test(ready, variables) if compiled else evaluator
    names, types = tuple(found.reads), tuple(found.reads.values())
    shares = subset.shares(tree, scope.numbers, scope.counts)
    return Clause(text, checked.type, names, types, test, evaluator, compiled, least, shares, subset.bounds(ready))


def _check_size(text: str) -> None:
    if len(text) > reading.MOST_CHARACTERS:
        message = f"{len(text)} characters, {reading.MOST_CHARACTERS} are allowed"
        raise ClauseProblems([ClauseProblem(message, 0, len(text), "split it into several clauses")])
    if lone := _LONE_SURROGATE.search(text):
        raise ClauseProblems([ClauseProblem("half a character", lone.start())])


def _test(tree: wire.Node, variables: Mapping[str, str]) -> Callable[..., object]:
    slow = three_valued(tree, tuple(variables))
    return slow if subset.has_nested_macros(tree) else generated(tree, variables, slow)


def _variables(found: reading.Reading) -> dict[str, str]:
    """CEL name → vocabulary type, in the order of the clause's reads."""
    return {reading.variable(read, place): type_ for place, (read, type_) in enumerate(found.reads.items())}


def _measures(given: Mapping[str, str] | frozenset[str]) -> Mapping[str, str]:
    if isinstance(given, Mapping):
        return given
    return {name: "str" if name.endswith("value") else "int" for name in given}


def _parsed(text: str) -> wire.Node:
    try:
        return wire.tree(official.parse(text))
    except official.Refused as refusal:
        raise ClauseProblems(messages.problems(str(refusal), text, {})) from None


def _checked(found: reading.Reading, want: str) -> official.Checked:
    """Raises ClauseProblems: those of the reading and those of the official checker together."""
    variables = found.wrong | _variables(found)
    try:
        checked = official.Checked(reading.spliced(found), variables, found.scope.numbers)
    except official.Refused as refusal:
        more = messages.problems(str(refusal), found.source, found.operands, tuple(found.problems))
        raise ClauseProblems([*found.problems, *more]) from None
    if checked.type != want and not found.problems:
        wanted = _WANTED.get(want, f"{want} is needed")
        found.problem(f"{wanted}, this is {checked.type}", 0, len(found.source))
    if found.problems:
        raise ClauseProblems(found.problems)
    return checked
