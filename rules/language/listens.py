"""`on` and `unless`: which kinds of events a rule listens to, and how a kind gives the key.

Owns reading one ALT or a list of them, and finding the parts of `per` that a kind can give.
"""

from collections.abc import Mapping, Sequence

from rules.language.clauses import clauses
from rules.language.fields import LISTEN
from rules.language.names import Roots, paths, roots_of, types_of
from rules.language.nodes import Node
from rules.language.problems import Problems, nearest
from rules.language.rule import Clause, Each, Listen, Path
from rules.model.events import KINDS
from rules.model.vocabulary import element

LISTENABLE = tuple(kind for kind, spec in KINDS.items() if spec.role in ("fact", "derived"))


def kinds_of(node: Node | None, problems: Problems) -> tuple[str, ...]:
    """The kinds of an ALT or a list, those that exist; unknown ones become problems."""
    found = (_kind(one, problems) for one in (node.listed() if node else ()))
    return tuple(kind for kind in found if kind)


def _kind(alt: Node, problems: Problems) -> str:
    node = alt.entries.get("kind") if alt.kind == "map" else alt
    if node is None:
        problems.add(alt.place, "'kind' is missing", "{kind: pull_request.merged, when: …}")
        return ""
    if node.text in LISTENABLE:
        return node.text
    if node.text in KINDS:
        role = "an enrichment" if KINDS[node.text].role == "enrichment" else "configuration"
        problems.add(node.place, f"no rule can listen to '{node.text}'", f"it is {role}")
    else:
        problems.add(node.place, f"unknown event '{node.text}'", nearest(node.text, LISTENABLE))
    return ""


def listens(
    node: Node,
    each: Sequence[Each],
    per: Sequence[Path],
    numbers: Mapping[str, int | str],
    problems: Problems,
) -> tuple[Listen, ...]:
    """Alternatives of `on`, of a rule or of a count. The kinds were checked before."""
    found = []
    for alt in node.listed():
        kind = _text_of_kind(alt)
        roots = with_each(_roots(kind), each)
        when = _when(alt, roots, numbers, problems)
        by = _by(alt, roots, per, problems)
        if kind in LISTENABLE:
            found.append(Listen(kind, when, by))
    return tuple(found)


def cancels(
    node: Node, per: Sequence[Path], numbers: Mapping[str, int | str], problems: Problems
) -> tuple[Listen, ...]:
    """Alternatives of `unless`, each with the parts of the key that it can give. Without `per`: it was not read."""
    kinds_of(node, problems)
    found = []
    for alt in node.listed():
        kind = _text_of_kind(alt)
        roots = _roots(kind)
        when = _when(alt, roots, numbers, problems)
        by = _by(alt, roots, per, problems)
        if kind not in LISTENABLE:
            continue
        if by is not None:
            found.append(Listen(kind, when, by, tuple(range(len(by)))))
            continue
        matches = tuple(i for i, path in enumerate(per) if path.parts[0] in roots)
        if matches:
            found.append(Listen(kind, when, tuple(per[i] for i in matches), matches))
        elif per:
            wanted = "', '".join(path.parts[0] for path in per)
            hint = f"say which field: {{kind: {kind}, by: …}}"
            problems.add(alt.place, f"'{kind}' has no '{wanted}'", hint)
    return tuple(found)


def with_each(roots: Roots, each: Sequence[Each]) -> Roots:
    return {**roots, **{one.name: element(one.over.type) for one in each}}


def _roots(kind: str) -> Roots:
    return roots_of([kind] if kind in LISTENABLE else [])


def _text_of_kind(alt: Node) -> str:
    kind = alt.entries.get("kind") if alt.kind == "map" else alt
    return kind.text if kind else ""


def _when(alt: Node, roots: Roots, numbers: Mapping[str, int | str], problems: Problems) -> tuple[Clause, ...]:
    for key in alt.entries:
        if key not in LISTEN:
            problems.add(alt.keys[key], f"unknown key '{key}'", nearest(key, LISTEN))
    when = alt.entries.get("when")
    return clauses(when, roots, numbers, {}, problems) if when else ()


def _by(alt: Node, roots: Roots, per: Sequence[Path], problems: Problems) -> tuple[Path, ...] | None:
    node = alt.entries.get("by")
    return same_types(node, paths(node, roots, problems), per, problems) if node else None


def same_types(
    node: Node, found: tuple[Path, ...], key: Sequence[Path], problems: Problems, name: str = "per"
) -> tuple[Path, ...] | None:
    """`found`, the paths of 'by', if they give a key like the one called `name`; else None with a problem.

    An empty `key` is one that could not be read.
    """
    if key and len(found) == len(node.listed()) and types_of(found) != types_of(key):
        problems.add(node.place, f"'by' has types {types_of(found)}, '{name}' has {types_of(key)}")
        return None
    return found if len(found) == len(key) else None


def eaches(node: Node, roots: Roots, problems: Problems) -> tuple[Each, ...]:
    """`each`: names over lists, left to right; later ones may use earlier ones."""
    if node.kind != "map":
        problems.add(node.place, "'each' needs names: {area: event.areas}")
        return ()
    found: list[Each] = []
    for name, value in node.entries.items():
        known = with_each(roots, found)
        if not name.isidentifier():
            problems.add(node.keys[name], f"'{name}' is not a name")
            continue
        over = paths(value, known, problems)
        if len(over) == 1:
            found.append(Each(name, over[0]))
    return tuple(found)
