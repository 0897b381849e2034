"""`count`: what goes into a tally and what comes out. Owns reading one TALLY."""

from collections.abc import Mapping, Sequence

from rules.language.clauses import clause, clauses
from rules.language.durations import span
from rules.language.fields import COUNT
from rules.language.listens import eaches, kinds_of, listens, same_types, with_each
from rules.language.names import Roots, path, paths, roots_of
from rules.language.nodes import Node
from rules.language.problems import Problems, nearest
from rules.language.rule import Count, Distinct, Each, Path, Percentile, Top
from rules.model.times import MINUTE
from rules.model.vocabulary import element

MAX_LAST = MAX_ENTRIES = 5000
Numbers = Mapping[str, int | str]


def count(
    name: str,
    node: Node,
    on: Sequence[str],
    each: Sequence[Each],
    per: Sequence[Path],
    numbers: Numbers,
    problems: Problems,
) -> Count | None:
    """One count of a rule that listens to `on` with `each`, and is about `per`."""
    if node.kind != "map":
        problems.add(node.place, "a count needs {for: 180d} or {last: 8} or {until: kind}")
        return None
    for key in node.entries:
        if key not in COUNT:
            problems.add(node.keys[key], f"unknown key '{key}' of a count", nearest(key, COUNT))
    entries, before = node.entries, len(problems)
    own = "on" not in entries
    kinds = tuple(on) if own else kinds_of(entries["on"], problems)
    inner = tuple(each) if own else eaches(entries["each"], roots_of(kinds), problems) if "each" in entries else ()
    if own:
        for key in ("each", "by"):
            if key in entries:
                problems.add(node.keys[key], f"'{key}' belongs to a count with its own 'on'")
    roots = with_each(roots_of(kinds), inner)
    of = paths(entries["of"], with_each(roots_of(on), each), problems) if "of" in entries else None
    looked_up_by = per if of is None else of if len(of) == len(entries["of"].listed()) else ()
    by = _by(entries, roots, looked_up_by, problems) if not own else None
    if not own and "by" not in entries and not _reachable(per, roots):
        problems.add(node.place, f"'{name}' needs 'by': its events do not have {[p.text for p in per]}")
    window, last, until = _lasting(name, node, numbers, problems)
    found = Count(
        name=name,
        on=None if own else listens(entries["on"], inner, per, numbers, problems),
        each=() if own else inner,
        when=clauses(entries["when"], roots, numbers, {}, problems) if "when" in entries else (),
        by=by,
        of=of,
        window=window,
        last=last,
        until=until,
        one_per=paths(entries["one_per"], roots, problems) if "one_per" in entries else (),
        top=_top(entries.get("top"), roots, problems),
        distinct=_distinct(entries.get("distinct"), roots, numbers, problems),
        percentile=_percentile(entries.get("percentile"), roots, problems),
        matching=clause(entries["matching"], roots, numbers, {}, problems) if "matching" in entries else None,
    )
    unread = entries["each"].entries.keys() - roots.keys() if "each" in entries else ()
    problems.forget(before, tuple(f"unknown name '{one}'" for one in unread))
    return found


def measures(found: Count) -> dict[str, str]:
    """The names that a count gives to `fire` and `do`, with their types."""
    given = {"n": "int"}
    if found.top:
        type_ = element(found.top.of.type)
        for which in ("top",) if found.top.people else ("top", "second"):
            given |= {f"{which}.value": type_, f"{which}.n": "int", f"{which}.percent": "int"}
    given |= {name: "int" for name in ("distinct", "percentile", "matching") if getattr(found, name) is not None}
    return given


def possible_of(found: Count) -> dict[str, tuple[int, int]]:
    """The least and the most that a measure can be."""
    most = min(found.last or MAX_ENTRIES, MAX_ENTRIES)
    limits = {f"{found.name}.{name}": (0, most) for name in ("n", "top.n", "second.n", "matching")}
    return limits | {f"{found.name}.{name}": (0, 100) for name in ("top.percent", "second.percent")}


def _reachable(per: Sequence[Path], roots: Roots) -> bool:
    return all(path.parts[0] in roots for path in per)


def _lasting(name: str, node: Node, numbers: Numbers, problems: Problems) -> tuple[int | None, int | None, str | None]:
    """`for`, `last` and `until`: at least one."""
    entries = node.entries
    window = span(entries["for"], problems, f"'for' of '{name}'", MINUTE) if "for" in entries else None
    last = number(entries["last"], numbers, problems) if "last" in entries else None
    if last is not None and not 1 <= last <= MAX_LAST:
        problems.add(entries["last"].place, f"'last' must be from 1 to {MAX_LAST}")
    until = entries.get("until")
    if until is not None:
        kinds_of(until, problems)
        if "one_per" in entries:
            problems.add(
                entries["one_per"].place,
                "'one_per' does not go with 'until', which keeps one entry per entity anyway",
                "take one of them out",
            )
    if not {"for", "last", "until"} & entries.keys():
        problems.add(node.place, f"'{name}' would grow for ever", "add one of: for: 180d, last: 8, until: pair.closed")
    return window, last, until.text if until is not None else None


def number(node: Node, numbers: Numbers, problems: Problems) -> int | None:
    """A whole number, or the `with` number of that name."""
    if isinstance(node.scalar, int) and not isinstance(node.scalar, bool):
        return node.scalar
    found = numbers.get(node.text)
    if isinstance(found, int):
        return found
    problems.add(
        node.place,
        f"'{node.text}' is neither a whole number nor a 'with' number",
        nearest(node.text, numbers),
    )
    return None


def _by(entries: Mapping[str, Node], roots: Roots, key: Sequence[Path], problems: Problems) -> tuple[Path, ...] | None:
    """The key of a count of its own: like the key it is looked up by, `of` or else `per`."""
    if "by" not in entries:
        return None
    found = paths(entries["by"], roots, problems)
    return same_types(entries["by"], found, key, problems, "of" if "of" in entries else "per")


def _parts(node: Node, allowed: tuple[str, ...], problems: Problems) -> Mapping[str, Node]:
    """'top: path' and 'top: {of: path, …}' alike."""
    if node.kind != "map":
        return {"of": node}
    for key in node.entries:
        if key not in allowed:
            problems.add(node.keys[key], f"unknown key '{key}'", nearest(key, allowed))
    if "of" not in node.entries:
        problems.add(node.place, "'of' is missing")
    return node.entries


def _top(node: Node | None, roots: Roots, problems: Problems) -> Top | None:
    if node is None:
        return None
    parts = _parts(node, ("of", "people"), problems)
    of = path(parts["of"], roots, problems) if "of" in parts else None
    people = number(parts["people"], {}, problems) or 0 if "people" in parts else 0
    if "people" in parts and not 1 <= people <= 10:
        problems.add(parts["people"].place, "'people' must be from 1 to 10")
    return Top(of, people) if of else None


def _distinct(node: Node | None, roots: Roots, numbers: Numbers, problems: Problems) -> Distinct | None:
    if node is None:
        return None
    parts = _parts(node, ("of", "at_least"), problems)
    of = path(parts["of"], roots, problems) if "of" in parts else None
    at_least = number(parts["at_least"], numbers, problems) if "at_least" in parts else 1
    if at_least is not None and at_least < 1:
        problems.add(parts["at_least"].place, "'at_least' must be 1 or more")
    return Distinct(of, at_least or 1) if of else None


def _percentile(node: Node | None, roots: Roots, problems: Problems) -> Percentile | None:
    if node is None:
        return None
    parts = _parts(node, ("of", "rank"), problems)
    of = path(parts["of"], roots, problems) if "of" in parts else None
    if of and of.type != "int":
        problems.add(parts["of"].place, f"a percentile needs whole numbers, '{of.text}' is {of.type}")
    if "rank" not in parts:
        problems.add(node.place, "'rank' is missing", "percentile: {of: issue.cycle_days, rank: 85}")
        return None
    rank = number(parts["rank"], {}, problems)
    if rank is not None and not 1 <= rank <= 100:
        problems.add(parts["rank"].place, "'rank' must be from 1 to 100")
    return Percentile(of, rank) if of and rank else None
