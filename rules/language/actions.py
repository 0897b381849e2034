"""`do`: what a finding asks for. Owns reading one action and checking its recipients."""

from collections.abc import Collection, Mapping

from rules.language.fields import DO, EVIDENCE, SUGGEST
from rules.language.names import Roots, recipient_path
from rules.language.nodes import Node, is_empty
from rules.language.problems import Problems, nearest
from rules.language.rule import Do, Path
from rules.language.settings import positive, text
from rules.model.actions import Verb
from rules.model.vocabulary import element

RECIPIENTS: dict[Verb, tuple[str, ...]] = {
    "task": ("person",),
    "nudge": ("person", "team"),
    "digest": ("person", "team"),
    "close": ("task",),
}


def actions(node: Node, roots: Roots, measured: Roots, problems: Problems) -> tuple[Do, ...]:
    found = (_action(one, roots, measured, problems) for one in node.listed())
    return tuple(one for one in found if one is not None)


def _action(node: Node, roots: Roots, measured: Roots, problems: Problems) -> Do | None:
    if node.kind != "map":
        problems.add(node.place, "an action is {task: area.manager, template: …}")
        return None
    for key in node.entries:
        if key not in DO:
            problems.add(node.keys[key], f"unknown key '{key}' of an action", nearest(key, DO))
    verbs = [verb for verb in RECIPIENTS if verb in node.entries]
    if len(verbs) != 1:
        said = f"it has {' and '.join(verbs)}" if verbs else ""
        problems.add(node.place, "exactly one of task, nudge, digest or close is needed", said)
        return None
    if "template" not in node.entries:
        problems.add(node.place, "'template' is missing")
    verb = verbs[0]
    to = [_group(node.entries[verb], verb, roots, measured, problems)]
    if "or" in node.entries:
        to += [_group(one, verb, roots, measured, problems) for one in node.entries["or"].listed()]
    entries = node.entries
    return Do(
        verb=verb,
        to=tuple(to),
        template=text(entries.get("template"), "template", problems, needed=True),
        suggest=_one_of(entries.get("suggest"), SUGGEST, problems) or "",  # type: ignore[arg-type]  # one of SUGGEST
        due=positive(entries.get("due"), "due", problems),
        recheck=positive(entries.get("recheck"), "recheck", problems),
        evidence=_one_of(entries.get("evidence"), EVIDENCE, problems) or "full",  # type: ignore[arg-type]  # the same
        place=entries["template"].place if "template" in entries else node.place,
    )


def _group(node: Node, verb: Verb, roots: Roots, measured: Mapping[str, str], problems: Problems) -> tuple[Path, ...]:
    if is_empty(node):
        problems.add(node.place, f"nobody is named to get this {verb}", "such as pull_request.author")
    found = []
    for one in () if is_empty(node) else node.listed():
        path = recipient_path(one, roots, measured, problems)
        if path is None:
            continue
        if element(path.type) not in RECIPIENTS[verb]:
            wanted = " or ".join(RECIPIENTS[verb])
            problems.add(one.place, f"a {verb} goes to a {wanted}, '{path.text}' is {path.type}")
        found.append(path)
    return tuple(found)


def _one_of(node: Node | None, allowed: Collection[str], problems: Problems) -> str | None:
    if node is None:
        return None
    if node.text not in allowed:
        problems.add(node.place, f"'{node.text}' is not one of {', '.join(allowed)}", nearest(node.text, allowed))
        return None
    return node.text
