"""Names and their types while a rule is loaded.

Owns which names a rule can see, and the type that a dotted path leads to.
"""

from collections.abc import Iterable, Mapping

from rules.language.nodes import Node
from rules.language.problems import Problems, nearest
from rules.language.rule import Path
from rules.model.events import KINDS
from rules.model.vocabulary import ENTITIES, element

Roots = dict[str, str]
"""Name → vocabulary type."""


def roots_of(kinds: Iterable[str]) -> Roots:
    """What events of all these kinds have: `event`, `actor` and the entities they share.

    Without a kind, because none was right: what any event has. A name outside these is wrong anyway.
    """
    shared: set[str] | None = None
    for kind in kinds:
        entities = set(KINDS[kind].entities)
        shared = entities if shared is None else shared & entities
    if shared is None:
        shared = {name for spec in KINDS.values() for name in spec.entities}
    return {"event": "event", "actor": "person", **{name: name for name in sorted(shared)}}


def path(node: Node, roots: Mapping[str, str], problems: Problems) -> Path | None:
    """The typed path of a scalar, or None after adding what is wrong."""
    if node.kind != "scalar" or not node.text:
        problems.add(node.place, "a name such as pull_request.author is needed")
        return None
    words = node.text.split(".")
    type_ = roots.get(words[0])
    if type_ is None:
        problems.add(node.place, f"unknown name '{words[0]}'", nearest(words[0], roots))
        return None
    offset = len(words[0]) + 1
    for word in words[1:]:
        fields = ENTITIES.get(type_)
        if fields is None:
            problems.add(node.at(offset), f"'{type_}' has no fields, so there is no '{word}'")
            return None
        if word not in fields:
            problems.add(node.at(offset), f"unknown field '{word}' of {type_}", nearest(word, fields))
            return None
        type_ = fields[word].type
        offset += len(word) + 1
    return Path(node.text, type_)


def paths(node: Node, roots: Mapping[str, str], problems: Problems) -> tuple[Path, ...]:
    found = (path(one, roots, problems) for one in node.listed())
    return tuple(one for one in found if one is not None)


def measured_roots(counts: Mapping[str, Mapping[str, str]]) -> Roots:
    """Names such as 'changes.top.value' with their types."""
    return {f"{name}.{measure}": type_ for name, measures in counts.items() for measure, type_ in measures.items()}


def recipient_path(
    node: Node, roots: Mapping[str, str], measured: Mapping[str, str], problems: Problems
) -> Path | None:
    """Like `path`, and also from a count: 'threads.top.value.team'."""
    for name, type_ in measured.items():
        if node.text == name or node.text.startswith(name + "."):
            rest = node.text[len(name) :].lstrip(".")
            shorter = Node(node.place, "scalar", text="it" + ("." + rest if rest else ""), shift=None)
            found = path(shorter, {"it": type_}, problems)
            return Path(node.text, found.type) if found else None
    return path(node, roots, problems)


def types_of(found: Iterable[Path]) -> list[str]:
    return [element(one.type) for one in found]
