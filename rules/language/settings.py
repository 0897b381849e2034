"""Settings of a rule that are not operators: mode, send, where it applies, guards. Owns their reading and defaults."""

from collections.abc import Iterable

from rules.language.durations import duration
from rules.language.fields import GUARDS, SCOPE
from rules.language.nodes import Node
from rules.language.problems import Problems, nearest
from rules.language.rule import Duration, Guards, Mode, Scope, Send
from rules.model.times import DAY

MODES: tuple[Mode, ...] = ("silent", "ask", "live", "off")
SENDS: tuple[Send, ...] = ("now", "weekly", "digest")
KEYS = ("mode", "owner", "only", "except", "send", "good_for", "guards")


def text(node: Node | None, name: str, problems: Problems, needed: bool = False) -> str:
    """A title, an owner, a template's name."""
    if node is None:
        return ""
    if node.kind != "scalar":
        problems.add(node.place, f"'{name}' needs a text")
    elif needed and not node.text.strip():
        problems.add(node.place, f"'{name}' is empty")
    return node.text


def texts(node: Node, name: str, problems: Problems) -> tuple[str, ...]:
    """One text or a list of them."""
    for one in node.listed():
        if one.kind != "scalar" or not one.text:
            problems.add(one.place, f"'{name}' needs a text or a list of them")
    return tuple(one.text for one in node.listed())


def mode(node: Node | None, problems: Problems) -> Mode:
    # YAML 1.2 reads `off` as a word, so it needs no quotes.
    for known in MODES:
        if node is not None and node.text == known:
            return known
    if node is not None:
        problems.add(node.place, f"'{node.text}' is not a mode", nearest(node.text, MODES))
    return "ask"


def send(node: Node | None, default: Send, problems: Problems) -> Send:
    for known in SENDS:
        if node is not None and node.text == known:
            return known
    if node is not None:
        problems.add(node.place, f"'{node.text}' is not a way to send", nearest(node.text, SENDS))
    return default


def good_for(node: Node | None, default: str, problems: Problems) -> Duration | None:
    if node is not None:
        return positive(node, "good_for", problems)
    return Duration(working_days=2, text="2wd") if default == "now" else None


def positive(node: Node | None, name: str, problems: Problems) -> Duration | None:
    """A length of time that is longer than nothing."""
    found = duration(node, problems) if node is not None else None
    if node is not None and found is not None and (found.span or found.working_days or 0) <= 0:
        problems.add(node.place, f"'{name}' must be longer than nothing, this is {found.text}")
    return found


def scopes(only: Node | None, excluding: Node | None, problems: Problems) -> tuple[Scope, Scope]:
    """`only` and `except`, which must leave something over."""
    found = scope(only, problems), scope(excluding, problems)
    for name in SCOPE:
        wanted, left_out = getattr(found[0], name), getattr(found[1], name)
        if only is not None and wanted and set(wanted) <= set(left_out):
            hint = f"'except' leaves out {', '.join(wanted)}"
            problems.add(only.entries[name].place, f"no {name} are left, so the rule can never fire", hint)
    return found


def scope(node: Node | None, problems: Problems) -> Scope:
    if node is None:
        return Scope()
    if not _known_map(node, SCOPE, problems):
        return Scope()
    return Scope(**{name: texts(value, name, problems) for name, value in node.entries.items() if name in SCOPE})


def guards(node: Node | None, problems: Problems) -> Guards:
    if node is None or not _known_map(node, GUARDS, problems):
        return Guards()
    entries = node.entries
    mechanical, small, young = entries.get("mechanical"), entries.get("small"), entries.get("new_area")
    return Guards(
        bots=_flag(entries.get("bots"), problems),
        mechanical=mechanical is None or mechanical.kind != "scalar" or _flag(mechanical, problems),
        max_files=_inner(mechanical, "max_files", 60, problems),
        small_people=0 if small is not None and small.scalar is False else _inner(small, "people", 3, problems),
        new_area_days=_days(young, problems),
        warm_up=_flag(entries.get("warm_up"), problems),
        open_task=_flag(entries.get("open_task"), problems),
    )


def _known_map(node: Node, allowed: Iterable[str], problems: Problems) -> bool:
    if node.kind != "map":
        problems.add(node.place, f"names are needed here: {', '.join(allowed)}")
        return False
    for key in node.entries:
        if key not in allowed:
            problems.add(node.keys[key], f"unknown key '{key}'", nearest(key, allowed))
    return True


def _flag(node: Node | None, problems: Problems) -> bool:
    if node is None:
        return True
    if not isinstance(node.scalar, bool):
        problems.add(node.place, f"true or false is needed, this is '{node.text}'")
        return True
    return node.scalar


def _inner(node: Node | None, name: str, default: int, problems: Problems) -> int:
    """The number inside {name: n}; a plain true or false leaves it as it is."""
    if node is None or isinstance(node.scalar, bool):
        return default
    if node.kind != "map":
        problems.add(node.place, f"{{{name}: {default}}} or false is needed here")
        return default
    if not _known_map(node, (name,), problems):
        return default
    value = node.entries.get(name)
    if value is None:
        return default
    if not isinstance(value.scalar, int) or isinstance(value.scalar, bool) or value.scalar < 0:
        problems.add(value.place, "a whole number is needed")
        return default
    return value.scalar


def _days(node: Node | None, problems: Problems) -> int:
    if node is None or node.scalar is True:
        return 60
    if node.scalar is False:
        return 0
    found = duration(node, problems)
    return (found.span or 0) // DAY if found else 60
