"""Settings of a rule that are not operators: mode, send, where it applies, guards. Owns their reading and defaults."""

from rules.language.durations import duration
from rules.language.nodes import Node
from rules.language.problems import Problems, nearest
from rules.language.rule import Duration, Guards, Mode, Scope, Send
from rules.model.times import DAY

MODES: tuple[Mode, ...] = ("silent", "ask", "live", "off")
SENDS: tuple[Send, ...] = ("now", "weekly", "digest")
KEYS = ("mode", "owner", "only", "except", "send", "good_for", "guards")
_SCOPE = ("areas", "teams", "repositories", "labels")
_GUARDS = ("bots", "mechanical", "small", "new_area", "warm_up", "open_task")


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
        return duration(node, problems)
    return Duration(working_days=2, text="2wd") if default == "now" else None


def scope(node: Node | None, problems: Problems) -> Scope:
    if node is None:
        return Scope()
    if not _known_map(node, _SCOPE, problems):
        return Scope()
    return Scope(
        **{name: tuple(one.text for one in value.listed()) for name, value in node.entries.items() if name in _SCOPE}
    )


def guards(node: Node | None, problems: Problems) -> Guards:
    if node is None or not _known_map(node, _GUARDS, problems):
        return Guards()
    entries = node.entries
    mechanical, small, young = entries.get("mechanical"), entries.get("small"), entries.get("new_area")
    return Guards(
        bots=_flag(entries.get("bots"), problems),
        mechanical=mechanical is None or mechanical.kind == "map" or _flag(mechanical, problems),
        max_files=_inner(mechanical, "max_files", 60, problems),
        small_people=_inner(small, "people", 3, problems) if small is None or small.scalar is not False else 0,
        new_area_days=_days(young, problems),
        warm_up=_flag(entries.get("warm_up"), problems),
        open_task=_flag(entries.get("open_task"), problems),
    )


def _known_map(node: Node, allowed: tuple[str, ...], problems: Problems) -> bool:
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
    """The number inside {name: n}."""
    if node is None or node.kind != "map" or not _known_map(node, (name,), problems):
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
