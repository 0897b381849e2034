"""Reads a parsed clause: which values it needs, and what is wrong with it beyond the official checks.

Owns the rules of this language on top of CEL's: names of the vocabulary, ids of different entities,
`experience`, what is left out of CEL and how deep a clause may nest. Knows the tree, not how it is evaluated.
"""

import re
from dataclasses import dataclass, field

from rules.language.cel import official
from rules.language.cel.names import Scope, Word, chain, comparable, dotted, type_of
from rules.language.cel.problems import ClauseProblem
from rules.language.cel.wire import Node
from rules.language.problems import nearest
from rules.model.vocabulary import FUNCTIONS, element

MOST_CHARACTERS = 300
MOST_NESTING = 6

_NAME = r"[A-Za-z_]\w*(?:\s*\.\s*[A-Za-z_]\w*)*"
_TWO_NAMES = re.compile(rf"\(\s*{_NAME}\s*,\s*{_NAME}\s*\)")
_LEFT_OUT = {
    "null": ("there is no null", "a missing value is unknown, and a clause that is unknown does not hold"),
    "bytes": ("bytes have no use here", "write text without the b"),
    "uint": ("whole numbers are written without u", ""),
    "map": ("maps have no use here", "for a choice of texts write x in ['a', 'b']"),
}
_FUNCTION_NAMES = """
    size startsWith endsWith contains matches duration timestamp int double string bool dyn type exists
    exists_one all map filter getFullYear getMonth getDate getDayOfMonth getDayOfWeek getDayOfYear
    getHours getMinutes getSeconds getMilliseconds
"""
_CEL_FUNCTIONS = frozenset(_FUNCTION_NAMES.split())
_LITERALS = {
    "matches": ("''.matches(argument)", "not a regular expression that RE2 takes"),
    "timestamp": ("timestamp(argument) == timestamp(argument)", "not a time as 2026-03-01T09:00:00Z"),
    "duration": ("duration(argument) == duration(argument)", "not a length of time as 90m or 1.5h"),
}


@dataclass(slots=True)
class Reading:
    """What is found on the way through one tree.

    `reads`: name as the caller knows it → vocabulary type, in order of first use. `calls`: where an
    `experience(…)` stands in the text and the name that takes its place. `wrong`: names that do not exist,
    declared as dynamic so that the checker goes on. `operands`: operator's place → types of its arguments.
    """

    source: str
    scope: Scope
    reads: dict[str, str] = field(default_factory=dict)
    calls: list[tuple[int, int, str]] = field(default_factory=list)
    wrong: dict[str, str] = field(default_factory=dict)
    operands: dict[int, tuple[str, ...]] = field(default_factory=dict)
    problems: list[ClauseProblem] = field(default_factory=list)

    def problem(self, message: str, at: int, length: int = 1, hint: str = "") -> None:
        self.problems.append(ClauseProblem(message, at, length, hint))

    def visit(self, node: Node, bound: dict[str, str]) -> str:
        """The vocabulary type of a node, '' where only the official checker knows."""
        words = chain(node, self.source)
        if words and words[0].text not in bound and not words[0].text.startswith("@"):
            return self.name(node)
        if node.kind == "name":
            return bound.get(node.text, "")
        if node.kind in ("exists", "all", "loop"):
            return self.macro(node, bound)
        if node.kind == "call":
            return self.call(node, bound)
        self.literal(node)
        for part in node.args:
            self.visit(part, bound)
        return ""

    def name(self, node: Node) -> str:
        words = chain(node, self.source) or ()
        found = type_of(words, self.scope)
        if isinstance(found, ClauseProblem):
            self.problems.append(found)
            self.wrong[dotted(words)] = "dyn"
            return ""
        if words[0].text in self.scope.numbers and words[0].text not in self.scope.counts:
            self.number(words[0])
        else:
            self.reads.setdefault(dotted(words), found)
        return found

    def number(self, word: Word) -> None:
        value = self.scope.numbers[word.text]
        if isinstance(value, int) and not -(1 << 63) <= value < 1 << 63:
            self.problem(f"'{word.text}' is {value}, which is beyond 64 bits", word.at, len(word.text))

    def macro(self, node: Node, bound: dict[str, str]) -> str:
        over = self.visit(node.args[0], bound)
        if node.text in self.scope:
            hint = "give the macro's variable a name of its own"
            self.problem(f"'{node.text}' is already a name here", node.at, 1, hint)
        inner = {**bound, node.text: element(over)}
        for part in node.args[1:]:
            self.visit(part, inner)
        return "" if node.kind == "loop" else "bool"

    def call(self, node: Node, bound: dict[str, str]) -> str:
        if node.text == "experience":
            return self.experience(node, bound)
        types = tuple(self.visit(part, bound) for part in node.args)
        self.operands[node.at] = types
        if node.text[0].isalpha() and node.text not in _CEL_FUNCTIONS | FUNCTIONS.keys():
            self.unknown_function(node)
        if node.text in ("_==_", "_!=_", "@in") and all(types) and not comparable(*types):
            sign = node.text.strip("_@")
            self.problem(f"cannot compare {types[0]} {sign} {types[1]}", node.at, len(sign))
        self.written_out(node)
        return _result(node.text, types)

    def unknown_function(self, node: Node) -> None:
        hint = nearest(node.text, _CEL_FUNCTIONS | FUNCTIONS.keys(), listed=False)
        at = max(0, self.source.rfind(node.text, 0, node.at + 1))
        self.problem(f"unknown function '{node.text}'", at, len(node.text), hint)

    def written_out(self, node: Node) -> None:
        """Patterns, times and lengths are read when the rules are loaded, not when an event comes."""
        if node.text not in _LITERALS or not node.args:
            return
        argument, (probe, message) = node.args[-1], _LITERALS[node.text]
        if argument.kind == "constant" and argument.text == "string":
            if official.fails(probe, str(argument.value)):
                self.problem(f"'{argument.value}' is {message}", argument.at, len(str(argument.value)) + 2)
        elif node.text == "matches" and argument.kind != "constant":
            self.problem("a regular expression must be written out as text", argument.at)

    def experience(self, node: Node, bound: dict[str, str]) -> str:
        paths = [chain(part, self.source) or () for part in node.args]
        written = _TWO_NAMES.match(self.source, node.at)
        if len(paths) != 2 or not written or any(not words or words[0].text in bound for words in paths):
            hint = "as experience(pull_request.author, area); for each element of a list use 'each'"
            self.problem("experience takes two names", node.at, 1, hint)
            return "int"
        types = [type_of(words, self.scope) for words in paths]
        self.problems += [found for found in types if isinstance(found, ClauseProblem)]
        given = [found for found in types if isinstance(found, str)]
        if len(given) == 2 and tuple(given) != FUNCTIONS["experience"][0]:
            self.problem(f"experience takes a person and an area, not {given[0]} and {given[1]}", node.at)
        self.splice(f"experience({dotted(paths[0])}, {dotted(paths[1])})", node.at, written.end())
        return "int"

    def splice(self, read: str, opening: int, end: int) -> None:
        self.reads.setdefault(read, "int")
        start = self.source.rfind("experience", 0, opening)
        self.calls.append((start, end, variable(read, list(self.reads).index(read))))

    def literal(self, node: Node) -> None:
        kind = "map" if node.kind == "map" else node.text
        if node.kind in ("constant", "map") and kind in _LEFT_OUT:
            message, hint = _LEFT_OUT[kind]
            self.problem(message, node.at, 1, hint)
        if node.kind == "has":
            hint = "a clause that reads a missing value is unknown and does not hold"
            self.problem("has() is not needed", node.at, 1, hint)


def read(source: str, root: Node, scope: Scope) -> Reading:
    reading = Reading(source, scope)
    reading.visit(root, {})
    if nesting(root) > MOST_NESTING:
        reading.problem(f"nested deeper than {MOST_NESTING}", 0, len(source), "split it into several clauses")
    return reading


def variable(read: str, place: int) -> str:
    """The CEL variable that stands for a read; never longer than its text, so that it can take its place
    there."""
    return f"experience_{place}" if read.startswith("experience(") else read


def spliced(reading: Reading) -> str:
    """The text with each `experience(…)` replaced by its variable; every other character keeps its line and
    column."""
    text = reading.source
    for start, end, name in reading.calls:
        rest = "".join(letter if letter == "\n" else " " for letter in text[start:end])
        text = text[:start] + name + rest[len(name) :] + text[end:]
    return text


def nesting(node: Node, outer: str = "") -> int:
    """How deep operators, calls and lists stand in one another; a chain of one operator is one level."""
    parts = node.args if node.kind != "loop" else (node.args[0], node.args[3])
    inside = max((nesting(part, node.text if node.kind == "call" else "") for part in parts), default=0)
    own = 0 if node.kind in ("name", "select", "constant") or (node.kind == "call" and node.text == outer) else 1
    return own + inside


def _result(function: str, types: tuple[str, ...]) -> str:
    if function == "_[_]":
        return element(types[0])
    if function == "_?_:_":
        return types[1] if types[1] == types[2] else ""
    return {"days": "duration", "hours": "duration", "size": "int"}.get(function, "")
