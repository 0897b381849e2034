"""The numbers of a rule (`with`): reading them, and what is wrong with those that a file writes.

Owns which names a rule uses, told from the words of its expressions, so that a misspelt number is an error and not
silently ignored. Knows nothing of CEL but names and quoted texts.
"""

import re
from collections.abc import Iterator, Mapping

from rules.language.nodes import Node
from rules.language.problems import Problems, nearest

Numbers = dict[str, int | str]
_USERS = ("on", "when", "count", "after", "unless", "fire", "cooldown")
"""The fields that can name a number."""
_QUOTED = re.compile(r"""'(?:[^'\\]|\\.)*'|"(?:[^"\\]|\\.)*\"""")
_ALMOST = re.compile(r"[+-]?[0-9][0-9A-Fa-fxo_.,]*")
"""Without quotes it was meant as a number: 1_000, 0x10, 1,000."""

_NAME = re.compile(r"(?<![\w.])[^\W\d]\w*")


def names_in(text: str) -> list[str]:
    """The names that an expression begins with a word of its own, in its order; nothing of what stands in quotes."""
    return _NAME.findall(_QUOTED.sub(" ", text))


def named_in(text: str, numbers: Mapping[str, int | str]) -> list[str]:
    """The numbers that a condition names, each once."""
    return [name for name in dict.fromkeys(names_in(text)) if name in numbers]


def numbers_of(node: Node | None, problems: Problems) -> Numbers:
    """The `with` of a rule, after merging."""
    found: Numbers = {}
    if node is None:
        return found
    if node.kind != "map":
        problems.add(node.place, "'with' needs names: {min_changes: 8}")
        return found
    for name, value in node.entries.items():
        if not name.isidentifier():
            problems.add(node.keys[name], f"'{name}' is not a name")
        elif value.shift == 0 and isinstance(value.scalar, str) and _ALMOST.fullmatch(value.text):
            problems.add(
                value.place, f"'{value.text}' is no whole number", "digits only, at most 19; a text needs quotes"
            )
        elif type_ := _type(value):
            found[name] = value.scalar if type_ == "number" and isinstance(value.scalar, int) else value.text
        else:
            problems.add(value.place, f"'{name}' must be a whole number or a text")
    return found


def check_written(
    id_: str, written: Node, inherited: Node | None, fields: dict[str, Node], problems: Problems, overrides: bool
) -> None:
    """What a file writes as `with`, against what it inherits and against the rule as it is after merging.

    `overrides`: there is an inherited rule of this id. A value of another type than the inherited one is put back in
    `fields`, so that what goes on from there is not blamed on the file that it was inherited from.
    """
    if written.kind != "map":
        return
    before = inherited.entries if inherited is not None else {}
    used = set(_used(fields))
    for name, value in written.entries.items():
        if not name.isidentifier():
            continue
        if inherited is not None and name in before:
            _same_type(name, value, inherited, fields, problems)
        if name not in used and (overrides or _type(value) == "number"):  # a text of one's own may be for the template
            said = f"'{id_}' has no number '{name}'" if overrides and name not in before else ""
            hint = nearest(name, [one for one in before if one in used] if overrides else used)
            if not overrides and not hint.startswith("did you"):
                hint = "take it out, or name it in a condition"
            problems.add(written.keys[name], said or f"nothing in '{id_}' uses '{name}'", hint)


def _same_type(name: str, value: Node, inherited: Node, fields: dict[str, Node], problems: Problems) -> None:
    was, now = _type(inherited.entries[name]), _type(value)
    if was and now != was:
        is_ = f"is a {now}" if now else "is neither a whole number nor a text"
        hint = f"{name} is a {was} in {inherited.keys[name].file}"
        problems.add(value.place, f"'{name}' must be a {was}, '{value.text}' {is_}", hint)
        merged = fields["with"]
        entries = {**merged.entries, name: inherited.entries[name]}
        fields["with"] = Node(merged.place, "map", entries=entries, keys=merged.keys)


def _type(value: Node) -> str:
    """'number', 'text', or '' for what cannot stand in `with`."""
    if value.kind != "scalar" or isinstance(value.scalar, bool) or not isinstance(value.scalar, int | str):
        return ""
    return "number" if isinstance(value.scalar, int) else "text"


def check_shares(node: Node | None, numbers: Numbers, names: tuple[str, ...], problems: Problems) -> None:
    """`names`: numbers that conditions compare with a percentage. Outside 0..100 such a condition never changes."""
    for name in names:
        value = numbers.get(name)
        if node is not None and isinstance(value, int) and not 0 <= value <= 100:
            hint = f"a condition compares {name} with a percentage"
            problems.add(node.entries[name].place, f"'{name}' must be from 0 to 100, this is {value}", hint)


def _used(fields: Mapping[str, Node]) -> Iterator[str]:
    for field in _USERS:
        for text in _texts(fields[field]) if field in fields else ():
            yield from names_in(text)


def _texts(node: Node) -> Iterator[str]:
    if node.kind == "scalar":
        yield node.text
    for part in (*node.items, *node.entries.values()):
        yield from _texts(part)
