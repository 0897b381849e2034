"""Packs: `extends`, `pick`, overrides field by field, and where each field came from.

Owns merging. Must not know what the fields mean, except which of them merge by name.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field, replace

from rules.language.fields import FILE
from rules.language.nodes import Node, is_empty, read
from rules.language.numbers import check_written
from rules.language.problems import Problems, nearest
from rules.language.rule import Place
from rules.language.settings import KEYS as DEFAULTS
from rules.language.settings import text, texts

MERGED_BY_NAME = ("with", "count")
OF_A_RULE = ("title", "on", "per", "do")
"""What a rule of its own says; one that says none of these is meant to override an inherited one."""
MAX_PACKS = 50


@dataclass(slots=True)
class Draft:
    """One rule before checking: its fields as nodes, with the place where each was written.

    `wrong`: a problem was found while merging, so that the rule is not right even if every field is.
    """

    id: str
    pack: str
    place: Place
    fields: dict[str, Node] = field(default_factory=dict)
    origins: dict[str, Place] = field(default_factory=dict)
    defaults: dict[str, Node] = field(default_factory=dict)
    wrong: bool = False

    def copy(self) -> "Draft":
        return replace(self, fields=dict(self.fields), origins=dict(self.origins), defaults=dict(self.defaults))


Drafts = dict[str, Draft]


class Packs:
    """`texts`: pack name without version → (file, text)."""

    def __init__(self, texts: Mapping[str, tuple[str, str]], problems: Problems) -> None:
        self._texts = texts
        self._problems = problems
        self._loaded: dict[str, Drafts] = {}
        self._loading: list[str] = []
        self._versions: dict[str, str] = {}

    def drafts(self, file: str, content: str) -> Drafts:
        """Every rule of a file, those of the packs it extends included; later ones win."""
        before = len(self._problems)
        root = read(file, content, self._problems)
        if root is None:
            return {}
        if root.kind != "map":
            self._problems.add(root.place, "a rules file starts with names: pack, extends, defaults, rules")
            return {}
        for key in root.entries:
            if key not in FILE:
                self._problems.add(root.keys[key], f"unknown key '{key}'", nearest(key, FILE))
        found = self._inherited(root.entries.get("extends"))
        self._pick(root.entries.get("pick"), found)
        defaults = self._defaults(root.entries.get("defaults"))
        if defaults is not None:
            for draft in found.values():
                draft.defaults = {**draft.defaults, **defaults.entries}
        pack = text(root.entries.get("pack"), "pack", self._problems)
        self._versions[file] = pack.partition("@")[2]
        self._own(root.entries.get("rules"), found, pack, defaults)
        if not found and len(self._problems) == before:
            hint = "'pick' keeps none of them" if "pick" in root.entries else "it needs 'rules:' or 'extends:'"
            self._problems.add(Place(file, 1, 1), f"no rules in {file}", hint)
        return found

    def _defaults(self, node: Node | None) -> Node | None:
        """Settings for every rule of the file that does not say otherwise. Their values are checked in each rule."""
        if node is None or is_empty(node):
            return None
        if node.kind != "map":
            self._problems.add(node.place, "'defaults' needs names", "defaults: {mode: ask}")
            return None
        for key in node.entries:
            if key not in DEFAULTS:
                self._problems.add(node.keys[key], f"unknown key '{key}' of 'defaults'", nearest(key, DEFAULTS))
        return node

    def _inherited(self, extends: Node | None) -> Drafts:
        found: Drafts = {}
        for node in extends.listed() if extends else ():
            name = node.text.partition("@")[0]
            if not name:
                self._problems.add(node.place, "the name of a pack is needed", nearest("", self._texts))
                continue
            if name in self._loading or len(self._loading) > MAX_PACKS:
                self._problems.add(node.place, f"pack '{name}' extends itself", " → ".join([*self._loading, name]))
            elif name not in self._texts:
                self._problems.add(node.place, f"unknown pack '{node.text}'", nearest(name, self._texts))
            else:
                found |= {id_: draft.copy() for id_, draft in self._pack(name).items()}
                self._check_version(name, node)
        return found

    def _pack(self, name: str) -> Drafts:
        if name not in self._loaded:
            self._loading.append(name)
            self._loaded[name] = self.drafts(*self._texts[name])
            self._loading.pop()
        return self._loaded[name]

    def _check_version(self, name: str, node: Node) -> None:
        """`extends: [payments@2]` is checked against the pack's own line `pack: payments@2`."""
        _, said, wanted = node.text.partition("@")
        there = self._versions.get(self._texts[name][0])
        if said and there is not None and wanted != there:
            hint = f"write {name}@{there}" if there else f"write {name}"
            has = f"version {there}" if there else "no version"
            self._problems.add(node.at(len(name) + 1), f"pack '{name}' has {has}, not '{wanted}'", hint)

    def _pick(self, pick: Node | None, found: Drafts) -> None:
        """`pick: [ids]` keeps only these of what was inherited."""
        if pick is None:
            return
        wanted = dict(zip(texts(pick, "pick", self._problems), pick.listed(), strict=True))
        for id_, node in wanted.items():
            if id_ and id_ not in found:
                self._problems.add(node.place, f"no inherited rule '{id_}'", nearest(id_, found))
        for id_ in [id_ for id_ in found if id_ not in wanted]:
            del found[id_]

    def _own(self, rules: Node | None, found: Drafts, pack: str, defaults: Node | None) -> None:
        if rules is None or (rules.kind == "scalar" and not rules.text):
            return
        if rules.kind != "map":
            self._problems.add(rules.place, "'rules' needs ids: {area-single-carrier: {…}}")
            return
        inherited = set(found)
        for id_, node in rules.entries.items():
            place = rules.keys[id_]
            if node.kind != "map":
                self._problems.add(node.place, f"rule '{id_}' has no fields")
            elif id_ not in inherited and inherited and not any(name in node.entries for name in OF_A_RULE):
                hint = nearest(id_, inherited) or f"a rule of its own needs {', '.join(OF_A_RULE)}"
                self._problems.add(place, f"no inherited rule '{id_}'", hint)
            else:
                if id_ not in inherited:
                    found[id_] = Draft(id_, pack, place)
                    if defaults is not None:
                        found[id_].defaults = dict(defaults.entries)
                self._override(found[id_], node, id_ in inherited)

    def _override(self, draft: Draft, node: Node, inherits: bool) -> None:
        before, numbers = len(self._problems), draft.fields.get("with")
        _override(draft, node)
        if "with" in node.entries:
            check_written(draft.id, node.entries["with"], numbers, draft.fields, self._problems, inherits)
        draft.wrong = draft.wrong or len(self._problems) > before


def _override(draft: Draft, node: Node) -> None:
    """Field by field; `with` and `count` by name; `and_when` adds to what is inherited."""
    for name, value in node.entries.items():
        field_name, merged = _merged(name, value, draft.fields)
        draft.fields[field_name] = merged
        draft.origins[name] = node.keys[name]
        draft.origins.setdefault(field_name, node.keys[name])
        if name in MERGED_BY_NAME:
            draft.origins |= {f"{name}.{key}": place for key, place in value.keys.items()}


def _merged(name: str, value: Node, inherited: Mapping[str, Node]) -> tuple[str, Node]:
    before = inherited.get(name)
    if name in MERGED_BY_NAME and before is not None and before.kind == value.kind == "map":
        entries = {**before.entries, **value.entries}
        return name, Node(value.place, "map", entries=entries, keys={**before.keys, **value.keys})
    if name == "and_when":
        when = inherited.get("when")
        return "when", Node(value.place, "list", items=(*(when.listed() if when else ()), *value.listed()))
    return name, value
