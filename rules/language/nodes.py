"""YAML 1.2 as nodes that know their place.

Owns reading text safely: no tags, no aliases, bounded size and depth, no duplicate keys. Must not know what the
values mean. Errors are collected, never raised.
"""

import re
from dataclasses import dataclass, field, replace

from ruamel.yaml import YAML
from ruamel.yaml.error import MarkedYAMLError, YAMLError
from ruamel.yaml.events import AliasEvent, MappingStartEvent, NodeEvent, ScalarEvent, SequenceStartEvent
from ruamel.yaml.nodes import MappingNode, ScalarNode, SequenceNode

from rules.language import yaml_words
from rules.language.problems import Problems
from rules.language.rule import Place

MAX_BYTES = 1_000_000
MAX_DEPTH = 20
MAX_VALUES = 40_000
_LETTER = re.compile(r"\S")
_SURROGATE = re.compile("[\ud800-\udfff]")
_TAG = "tag:yaml.org,2002:"
Plain = str | int | float | bool | None


@dataclass(frozen=True, slots=True)
class Node:
    """One value. Exactly one of `scalar` (for kind 'scalar'), `items` ('list'), `entries` ('map') means something.

    `text` is a scalar as written, without quotes. `shift` is how far its first character stands from `place`;
    None where the characters of the text do not stand in one row in the file. Then `rows` is what stands there in
    the file, from `place` on, if it is the same but for white space.
    """

    place: Place
    kind: str
    scalar: Plain = None
    text: str = ""
    shift: int | None = 0
    rows: str = ""
    items: tuple["Node", ...] = ()
    entries: dict[str, "Node"] = field(default_factory=dict)
    keys: dict[str, Place] = field(default_factory=dict)

    def listed(self) -> tuple["Node", ...]:
        """A single value is a list of one."""
        return self.items if self.kind == "list" else (self,)

    def at(self, offset: int) -> Place:
        """The place of a character of `text`."""
        if self.shift is not None:
            return Place(self.place.file, self.place.line, self.place.column + self.shift + offset)
        before = len("".join(self.text[:offset].split()))
        for match in _LETTER.finditer(self.rows):
            if not before:
                line = self.rows.count("\n", 0, match.start())
                column = match.start() - self.rows.rfind("\n", 0, match.start())
                return Place(
                    self.place.file, self.place.line + line, column if line else column + self.place.column - 1
                )
            before -= 1
        return self.place


def is_empty(node: Node) -> bool:
    """Nothing is written there, or an empty list."""
    return not node.items if node.kind == "list" else node.kind == "scalar" and not node.text


def read(file: str, text: str, problems: Problems, most: int = MAX_VALUES) -> Node | None:
    """The file's root node, or None after adding what is wrong. `most`: how many keys, values and lists it may hold."""
    start = Place(file, 1, 1)
    if len(text.encode("utf-8", "surrogatepass")) > MAX_BYTES:
        problems.add(start, "larger than 1 MB", "split it into several files")
        return None
    tagged: set[int] = set()
    try:
        if not _safe(file, text, problems, most, tagged):
            return None
        root = _yaml().compose(text)
    except MarkedYAMLError as error:
        place, message, hint = yaml_words.said(error, file)
        if place.line not in tagged:  # a tag takes the comma with it, so that the list seems not to end
            problems.add(place, message, hint)
        return None
    except (YAMLError, ValueError, RecursionError) as error:
        problems.add(start, f"not valid YAML: {yaml_words.one_line(str(error))}")
        return None
    return _node(file, text, root, problems) if root is not None else Node(start, "map")


def _yaml() -> YAML:
    return YAML(typ="safe", pure=True)


def _safe(file: str, text: str, problems: Problems, most: int, tagged: set[int]) -> bool:
    """Looks at the events before anything is built: tags, aliases, depth, and how much there is.

    `tagged` takes the lines with a tag.
    """
    before, depth = len(problems), 0
    lines = text.splitlines()
    for number, event in enumerate(_yaml().parse(text)):
        place = Place(file, event.start_mark.line + 1, event.start_mark.column + 1)
        if number > most:
            problems.add(place, f"more than {most:,} values", "split it into several files")
            return False
        if isinstance(event, ScalarEvent) and _SURROGATE.search(event.value):
            problems.add(place, "half a character, which no text can hold", "write the whole character")
        if isinstance(event, (ScalarEvent, MappingStartEvent, SequenceStartEvent)) and event.tag is not None:
            column = lines[place.line - 1].rfind("!", 0, place.column) + 1 if place.line <= len(lines) else 0
            tagged.add(place.line)
            problems.add(
                Place(file, place.line, column or place.column),
                "'!' at the start of an unquoted value is a YAML tag and would be dropped",
                "put the expression in quotes",
            )
        elif isinstance(event, AliasEvent):
            problems.add(place, "aliases (*name) are not allowed", "write the value out")
        elif isinstance(event, NodeEvent) and event.anchor:
            problems.add(place, "anchors (&name) are not allowed", "write the value out")
        if isinstance(event, (MappingStartEvent, SequenceStartEvent)):
            depth += 1
            if depth > MAX_DEPTH:
                problems.add(place, f"nested deeper than {MAX_DEPTH} levels")
                return False
        elif type(event).__name__ in ("MappingEndEvent", "SequenceEndEvent"):
            depth -= 1
    return len(problems) == before


def _node(file: str, text: str, node: object, problems: Problems) -> Node:
    if isinstance(node, MappingNode):
        return _map(file, text, node, problems)
    if isinstance(node, SequenceNode):
        items = tuple(_node(file, text, item, problems) for item in node.value)
        return Node(_place(file, node), "list", items=items)
    assert isinstance(node, ScalarNode)
    return _scalar(file, node)


def _place(file: str, node: MappingNode | SequenceNode | ScalarNode) -> Place:
    return Place(file, node.start_mark.line + 1, node.start_mark.column + 1)


def _map(file: str, text: str, node: MappingNode, problems: Problems) -> Node:
    entries: dict[str, Node] = {}
    keys: dict[str, Place] = {}
    for key, value in node.value:
        place = _place(file, key)
        if not isinstance(key, ScalarNode):
            problems.add(place, "a key must be a word")
        elif key.value in entries:
            problems.add(place, f"'{key.value[:60]}' is written twice", f"first at line {keys[key.value].line}")
        else:
            found = _node(file, text, value, problems)
            is_nothing = found.kind == "scalar" and not found.text and found.scalar is None
            entries[key.value] = replace(found, place=place) if is_nothing else found
            keys[key.value] = place
    return Node(_place(file, node), "map", entries=entries, keys=keys)


def _scalar(file: str, node: ScalarNode) -> Node:
    value: str = node.value
    one_row = node.start_mark.line == node.end_mark.line
    shift: int | None = None
    if one_row and node.style in (None, "'", '"') and not (node.style and (node.style in value or "\\" in value)):
        shift = 1 if node.style else 0
    rows = "" if one_row or node.style in ("'", '"') else _rows(node)
    return Node(_place(file, node), "scalar", scalar=_plain(node), text=value, shift=shift, rows=rows)


def _rows(node: ScalarNode) -> str:
    """What a text of several rows is in the file; the mark of a block (`|`, `>-`) and its comment are blanked out."""
    start, end = node.start_mark, node.end_mark
    written = str(start.buffer[start.pointer : end.pointer]).replace("\r\n", "\n")
    if node.style in ("|", ">"):
        head, line, rest = written.partition("\n")
        written = " " * len(head) + line + rest
    return written if written.split() == node.value.split() else ""


def _plain(node: ScalarNode) -> Plain:
    value: str = node.value
    kind = str(node.tag).removeprefix(_TAG)
    if kind == "null":
        return None
    if kind == "bool":
        return value.lower() in ("true", "yes", "on")
    if kind == "int" and value.lstrip("+-").isdigit() and len(value) < 20:
        return int(value)
    if kind == "float":
        try:
            return float(value)
        except ValueError:
            return value
    return value
