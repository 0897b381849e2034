"""The names of a clause: what they mean, what type they have, which values the caller must bring.

Owns the walk from a root through the vocabulary, and the hints for names that do not exist. Must not know
CEL's types, the official library or the engine.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field

from rules.language.cel.problems import ClauseProblem
from rules.language.cel.wire import Node
from rules.language.problems import nearest
from rules.model.vocabulary import ENTITIES, element


@dataclass(frozen=True, slots=True)
class Scope:
    """What a clause may name: roots and their vocabulary types, `with` numbers, counts and their measures'
    types."""

    roots: Mapping[str, str]
    numbers: Mapping[str, int | str] = field(default_factory=dict)
    counts: Mapping[str, Mapping[str, str]] = field(default_factory=dict)

    def __contains__(self, name: object) -> bool:
        return name in self.roots or name in self.numbers or name in self.counts

    def all(self) -> tuple[str, ...]:
        return (*self.roots, *self.numbers, *self.counts)


@dataclass(frozen=True, slots=True)
class Word:
    text: str
    at: int


Chain = tuple[Word, ...]


def chain(node: Node, source: str) -> Chain | None:
    """The words of a dotted name, or None where the node is something else."""
    if node.kind == "name":
        return (Word(node.text, node.at),)
    if node.kind != "select":
        return None
    before = chain(node.args[0], source)
    at = node.at + 1
    while source[at : at + 1].isspace():
        at += 1
    return None if before is None else (*before, Word(node.text, at))


def dotted(words: Chain) -> str:
    return ".".join(word.text for word in words)


def type_of(words: Chain, scope: Scope) -> str | ClauseProblem:
    """The vocabulary type of a dotted name, or what is wrong with it."""
    root = words[0]
    if root.text in scope.counts:
        return _measure(words, scope.counts[root.text])
    if root.text in scope.numbers:
        type_ = "str" if isinstance(scope.numbers[root.text], str) else "int"
        return type_ if len(words) == 1 else _no_fields(words, 1, type_)
    if root.text not in scope.roots:
        return _unknown(f"unknown name '{root.text}'", root, scope.all(), "no names here")
    if words[-1].text == "event" and len(words) == 1:
        return ClauseProblem("'event' is no value by itself", root.at, len(root.text), "name a field, as event.at")
    return _walk(words, scope.roots[root.text])


def _walk(words: Chain, type_: str) -> str | ClauseProblem:
    for place, word in enumerate(words[1:], start=1):
        fields = ENTITIES.get(type_)
        if fields is None:
            return _no_fields(words, place, type_)
        if word.text not in fields:
            return _unknown(f"unknown field '{word.text}' of {type_}", word, fields, "it has no fields")
        type_ = fields[word.text].type
    return type_


def _measure(words: Chain, measures: Mapping[str, str]) -> str | ClauseProblem:
    root, rest = words[0], ".".join(word.text for word in words[1:])
    if rest in measures:
        return measures[rest]
    if not rest:
        hint = f"did you mean '{root.text}.n'?"
        return ClauseProblem(f"'{root.text}' is a count, not a value", root.at, len(root.text), hint)
    end = words[-1].at + len(words[-1].text)
    wanted = Word(rest, words[1].at)
    problem = _unknown(f"count '{root.text}' has no '{rest}'", wanted, measures, "it has no measures")
    return ClauseProblem(problem.message, problem.offset, end - problem.offset, problem.hint)


def _no_fields(words: Chain, place: int, type_: str) -> ClauseProblem:
    word = words[place]
    hint = "ask exists or all, or take one at a time with 'each'" if type_.startswith("list(") else ""
    return ClauseProblem(
        f"unknown field '{word.text}': {dotted(words[:place])} is {type_}", word.at, len(word.text), hint
    )


def _unknown(message: str, word: Word, known: Iterable[str], nothing: str) -> ClauseProblem:
    return ClauseProblem(message, word.at, len(word.text), nearest(word.text, known) or nothing)


def comparable(left: str, right: str) -> bool:
    """Whether two vocabulary types can hold the same value. Entities are ids: a person is never an area."""
    one, other = element(left), element(right)
    return one == other or one not in ENTITIES or other not in ENTITIES
