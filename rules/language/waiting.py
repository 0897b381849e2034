"""`after` and `cooldown`: how long a rule waits before it decides, and how long it is quiet afterwards.

Owns their reading.
"""

from collections.abc import Mapping, Sequence

from rules.language.counts import number
from rules.language.durations import LONGEST, duration
from rules.language.fields import AFTER, COOLDOWN
from rules.language.names import Roots, path, paths
from rules.language.nodes import Node, is_empty
from rules.language.numbers import Numbers
from rules.language.problems import Problems, nearest
from rules.language.rule import After, Cooldown, Duration, Path
from rules.model.times import DAY

MAX_TIMES = 50
MOST_WORKING_DAYS = LONGEST // DAY * 5 // 7


def wait(node: Node, roots: Roots, numbers: Numbers, problems: Problems) -> After | None:
    if node.kind == "list":
        problems.add(node.place, "several waits stand in 'for'", "after: {for: [30d, 60d]}")
        return None
    entries = _entries(node, "after", AFTER, problems)
    if "for" not in entries or is_empty(entries["for"]):
        problems.add(node.place, "'for' is missing", "after: {for: 5wd}")
        return None
    start = _typed("from", entries, "time", roots, problems)
    waits = [_waited(one, start, roots, numbers, problems) for one in entries["for"].listed()]
    again = duration(entries["again"], problems, roots, numbers) if "again" in entries else None
    times = number(entries["times"], numbers, problems) if "times" in entries else None
    _check_again(entries, waits, again, times, problems)
    return After(
        waits=tuple(one for one in waits if one is not None),
        start=start,
        calendar=_typed("calendar", entries, "person", roots, problems),
        again=again,
        times=times or (3 if again else 1),
    )


def _entries(node: Node, name: str, keys: Mapping[str, str], problems: Problems) -> dict[str, Node]:
    """A length alone is the same as {for: length}."""
    if node.kind != "map":
        return {"for": node}
    for key in node.entries:
        if key not in keys:
            problems.add(node.keys[key], f"unknown key '{key}' of '{name}'", nearest(key, keys))
    return node.entries


def _waited(node: Node, start: Path | None, roots: Roots, numbers: Numbers, problems: Problems) -> Duration | None:
    found = duration(node, problems, roots, numbers)
    if found is None:
        return None
    days = found.working_days or 0
    if (found.span or 0) > LONGEST or days > MOST_WORKING_DAYS:
        most = f"at most {LONGEST // DAY}d, or {MOST_WORKING_DAYS}wd"
        problems.add(node.place, "a wait longer than events are kept", most)
    if start is None and ((found.span or 0) < 0 or days < 0):
        problems.add(node.place, "a decision before its event", "say from when: {for: -30d, from: change.starts_at}")
    return found


def _check_again(
    entries: dict[str, Node],
    waits: Sequence[Duration | None],
    again: Duration | None,
    times: int | None,
    problems: Problems,
) -> None:
    if again and len(waits) > 1:
        hint = "use either 'again' or a list in 'for'"
        problems.add(entries["again"].place, "a list of waits cannot repeat", hint)
    if again and not again.expression and (again.span or again.working_days or 0) <= 0:
        problems.add(entries["again"].place, f"'again' must be longer than nothing, this is {again.text}")
    if "times" in entries and "again" not in entries:
        problems.add(entries["times"].place, "'times' needs 'again'")
    if times is not None and not 1 <= times <= MAX_TIMES:
        problems.add(entries["times"].place, f"'times' must be from 1 to {MAX_TIMES}")


def _typed(key: str, entries: dict[str, Node], type_: str, roots: Roots, problems: Problems) -> Path | None:
    if key not in entries:
        return None
    found = path(entries[key], roots, problems)
    if found is not None and found.type != type_:
        problems.add(entries[key].place, f"'{key}' needs a {type_}, '{found.text}' is {found.type}")
    return found


def cooldown(node: Node, roots: Roots, numbers: Numbers, problems: Problems) -> Cooldown | None:
    entries = _entries(node, "cooldown", COOLDOWN, problems)
    if "for" not in entries:
        problems.add(node.place, "'for' is missing", "cooldown: {for: 14d, per: pair}")
        return None
    per = paths(entries["per"], roots, problems) if "per" in entries else ()
    if entries["for"].text == "once":
        return Cooldown(None, per)
    found = duration(entries["for"], problems, roots, numbers)
    if found is not None and found.working_days is not None:
        problems.add(entries["for"].place, "'cooldown' cannot be in working days")
    elif found is not None and found.span is not None and found.span < 0:
        problems.add(entries["for"].place, "'cooldown' cannot be shorter than 0d")
    return Cooldown(found, per) if found else None
