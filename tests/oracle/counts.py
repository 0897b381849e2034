"""Counts: every entry that ever came in is kept, and what stands is lived through again for each question.

Owns RULES 'TALLY': what goes in, what goes out, the measures.
"""

import math
from collections import Counter
from dataclasses import dataclass
from typing import Any

from oracle.names import Context, Key, Measures, Names
from oracle.past import Seen, within

from rules.language.rule import Count, Path, Rule
from rules.model.accounts import OTHER
from rules.model.events import KINDS

MOST_ENTRIES = 5000


@dataclass(frozen=True)
class Entry:
    seen: Seen
    primary: tuple[str, str]
    one_per: tuple[Any, ...]
    top: tuple[Any, ...] = ()
    distinct: tuple[Any, ...] = ()
    percentile: int | None = None
    matching: bool = False


class Counts(Names):
    def __init__(self) -> None:
        super().__init__()
        self.entries: dict[tuple[str, str], dict[Key, list[Any]]] = {}

    def enter(self, rule: Rule, one: Count, seen: Seen, matched: list[tuple[Key | None, Context]]) -> None:
        log = self.entries.setdefault((rule.id, one.name), {})
        if one.until == seen.kind:  # an end is an end, whoever ends it
            for entries in log.values():
                entries.append(primary_of(seen))
        if one.on is None:
            found = matched
        else:
            listen = self.listening(one.on, rule, seen)
            shared = set.intersection(*[set(KINDS[alt.kind].entities) for alt in one.on])
            contexts = self.combinations(rule, self.bare(seen, shared), one.each) if listen else []
            found = [(self.key((listen and listen.by) or one.by or rule.per, context), context) for context in contexts]
        last = {key: context for key, context in found if key is not None and self.all_true(one.when, context)}
        for key, context in last.items():
            log.setdefault(key, []).append(self.entry(one, context))

    def entry(self, one: Count, context: Context) -> Entry:
        def values(path: Path | None) -> tuple[Any, ...]:
            value = self.path(path, context) if path else None
            return value if isinstance(value, tuple) else () if value is None else (value,)

        return Entry(
            context.seen,
            primary_of(context.seen),
            tuple(self.path(path, context) for path in one.one_per),
            values(one.top.of if one.top else None),
            values(one.distinct.of if one.distinct else None),
            self.path(one.percentile.of, context) if one.percentile else None,
            one.matching is not None and self.value(one.matching, context) is True,
        )

    def standing(self, rule: Rule, one: Count, key: Key) -> list[Entry]:
        """What the count remembers now, by living through everything that came in and went out."""
        kept: list[Entry] = []
        for new in self.entries.get((rule.id, one.name), {}).get(key, ()):
            if isinstance(new, tuple):
                kept = [old for old in kept if old.primary != new]
                continue
            blank = any(value in (None, "", ()) for value in new.one_per)
            if one.one_per and not blank:
                kept = [old for old in kept if old.one_per != new.one_per]
            if one.until:
                kept = [old for old in kept if old.primary != new.primary]
            kept.append(new)
            if len(kept) > (one.last or MOST_ENTRIES):
                kept.pop(0)
        return [old for old in kept if one.window is None or within(old.seen.at, one.window, self.world.now)]

    def measures(self, rule: Rule, key: Key, context: Context) -> Measures:
        found: Measures = {}
        for one in rule.counts:
            looked_up = key if one.of is None else self.key(one.of, context)
            found |= measured(one, None if looked_up is None else self.standing(rule, one, looked_up))
        return found


def primary_of(seen: Seen) -> tuple[str, str]:
    name = KINDS[seen.kind].entities[0]
    return name, getattr(seen.event, name).id


def measured(one: Count, entries: list[Entry] | None) -> Measures:
    """The measures of a count; None where nobody can know (no key to look up)."""
    name, known = one.name, entries is not None
    entries = entries or []
    found: Measures = {f"{name}.n": len(entries) if known else None}
    if one.top is not None:
        found |= {f"{name}.{measure}": value if known else None for measure, value in tops(one, entries).items()}
    if one.distinct is not None:
        times = Counter(value for entry in entries for value in set(entry.distinct))
        found[f"{name}.distinct"] = sum(1 for n in times.values() if n >= one.distinct.at_least) if known else None
    if one.percentile is not None:
        values = sorted(entry.percentile for entry in entries if entry.percentile is not None)
        rank = math.ceil(one.percentile.rank * len(values) / 100)
        found[f"{name}.percentile"] = values[rank - 1] if values else None
    if one.matching is not None:
        found[f"{name}.matching"] = sum(1 for entry in entries if entry.matching) if known else None
    return found


def tops(one: Count, entries: list[Entry]) -> Measures:
    """Who comes first and second. Where somebody anonymous would be first, the first is unknown."""
    assert one.top is not None
    times = Counter(value for entry in entries for value in set(entry.top))
    ranked = sorted(times, key=lambda value: (-times[value], value))
    if one.top.people:
        first = [value for value in ranked if value != OTHER][: one.top.people]
        covered = sum(1 for entry in entries if entry.top and set(entry.top) <= set(first))
        return place("top", first[0] if first else None, covered, len(entries))
    found: Measures = {}
    for n, which in enumerate(("top", "second")):
        value = ranked[n] if len(ranked) > n else None
        found |= place(which, value, times[value] if value is not None else 0, len(entries))
    if ranked and ranked[0] == OTHER:
        found |= dict.fromkeys(("top.value", "top.n", "top.percent"))
    return found


def place(which: str, value: Any, n: int, total: int) -> Measures:
    return {f"{which}.value": value, f"{which}.n": n, f"{which}.percent": 100 * n // total if total else 0}
