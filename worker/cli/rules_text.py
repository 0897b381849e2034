"""The screens of `rules show` and `rules list`: a rule as it was loaded, in lines a person can read.

Owns their wording. Everything from a rules file is made harmless before it is shown.
"""

import re
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence

from rules.language.numbers import named_in
from rules.language.rule import Clause, Cooldown, Count, Do, Each, Listen, Path, Rule
from rules.language.sources import kinds_heard, needs
from rules.model.events import KINDS
from rules.model.times import DAY, HOUR, MINUTE, Span
from rules.speech.harmless import plain

MOST_LINES = 30
MOST_SHOWN = 320
_PIECE = re.compile(r"[^ ]+(?: [^ ]+)*")
INNER = ("with.", "count.")
Fields = dict[str, list[str]]


def screen(rule: Rule, file: str) -> Iterator[str]:
    """At most 30 lines. `file`: where the rule was written, as the reader can open it."""
    lines = [f"{rule.id}  {rule.pack}  {file}:{rule.place.line}", f"  {rule.title}"]
    for name, values in fields(rule).items():
        lines += [f"  {name if not place else '':<9} {value}" for place, value in enumerate(values)]
    if len(lines) > MOST_LINES:
        lines[MOST_LINES - 1 :] = [f"  and {len(lines) - MOST_LINES + 1} more lines: --json has them all"]
    return (harmless(line.rstrip()) for line in lines)


def harmless(line: str) -> str:
    """Harmless, with the spaces that align it."""
    return _PIECE.sub(lambda piece: plain(piece[0], MOST_SHOWN), line)


def fields(rule: Rule) -> Fields:
    """Every field that says something, as lines, in the order in which a rule is read aloud."""
    found: Fields = {
        "on": [_listen(one) for one in rule.on],
        "each": [_each(one) for one in rule.each],
        "when": _clauses(rule.when, rule),
        "per": [_paths(rule.per)],
        "with": [", ".join(f"{name} {value}" for name, value in rule.numbers.items())],
        "count": [f"{one.name}: {_count(one, rule)}" for one in rule.counts],
        "after": _after(rule),
        "unless": [_listen(one, rule.per) for one in rule.unless],
        "fire": _clauses(rule.fire, rule),
        "hold": [_span(rule.hold)] if rule.hold is not None else [],
        "cooldown": [_cooldown(rule.cooldown)] if rule.cooldown else [],
        "do": [_do(one) for one in rule.do],
        "mode": [f"{rule.mode}, sent {rule.send}" + (f", owner {rule.owner}" if rule.owner else "")],
        "sources": _fed(rule),
    }
    return {name: lines for name, lines in found.items() if any(lines)}


def _fed(rule: Rule) -> list[str]:
    """One line for kinds of events that come from the same sources."""
    kinds: dict[str, list[str]] = {}
    for kind, from_ in feeds(rule).items():
        kinds.setdefault(" or ".join(from_), []).append(kind)
    return [f"{from_}: {', '.join(named)}" for from_, named in kinds.items()]


def sources(rule: Rule) -> str:
    """'github or git'; with several needs '(github or jira) and (pagerduty or jira)'."""
    groups = [" or ".join(group) for group in needs(rule)]
    return groups[0] if len(groups) == 1 else " and ".join(f"({one})" if " or " in one else one for one in groups)


def feeds(rule: Rule) -> dict[str, tuple[str, ...]]:
    """Each kind of event that the rule names, with the sources it can come from."""
    return {kind: KINDS[kind].sources for kind in kinds_heard(rule)}


def origin(rule: Rule, real: Callable[[str], str]) -> dict[str, str]:
    """Field → where it was written, as file:line:column."""
    return {name: f"{real(at.file)}:{at.line}:{at.column}" for name, at in rule.origins.items()}


def origins(rule: Rule, real: Callable[[str], str]) -> Iterator[str]:
    """A line a field; what stands inside `with` and `count` is indented below it."""
    told = origin(rule, real)
    for name in told:
        if not name.startswith(INNER):
            yield f"    {name:<16} {plain(told[name], MOST_SHOWN)}"
            for one in (one for one in told if name + "." in INNER and one.startswith(name + ".")):
                yield f"      {plain(one.partition('.')[2], MOST_SHOWN):<14} {plain(told[one], MOST_SHOWN)}"


def document(rules: Iterable[Rule], codes: Mapping[str, str]) -> Iterator[str]:
    """A page of Markdown with one line a rule. `codes`: rule → its letter code, where it has one."""
    yield "# Rules"
    yield ""
    yield "Made by `sparekey rules list --markdown`; `sparekey rules show ID` prints one of them whole. Events from: the"
    yield "sources that together can feed every event the rule names; engine: what follows from other rules. Fields can"
    yield "need more, such as a roster for a manager."
    yield ""
    yield from table(rules, codes)


def table(rules: Iterable[Rule], codes: Mapping[str, str]) -> Iterator[str]:
    yield "| rule | code | what it sees | events from |"
    yield "|---|---|---|---|"
    for rule in rules:
        title = plain(rule.title, MOST_SHOWN).replace("|", "\\|")
        yield f"| `{rule.id}` | {codes.get(rule.id, '')} | {title} | {sources(rule)} |"


def _listen(one: Listen, per: Sequence[Path] = ()) -> str:
    """`by` is left out where it only says again what is in `per`."""
    when = f" when {' and '.join(clause.text for clause in one.when)}" if one.when else ""
    by = f" by {_paths(one.by)}" if one.by and not set(one.by) <= set(per) else ""
    return one.kind + when + by


def _each(one: Each) -> str:
    return f"{one.name}: {one.over.text}"


def _paths(paths: Sequence[Path]) -> str:
    return ", ".join(path.text for path in paths)


def _clauses(clauses: Sequence[Clause], rule: Rule) -> list[str]:
    wide = max((len(clause.text) for clause in clauses), default=0)
    return [f"{clause.text:<{wide}}{_values(clause, rule)}" for clause in clauses]


def _values(clause: Clause, rule: Rule) -> str:
    """The numbers of a condition: it shows names, a reader wants to know how many."""
    named = [f"{name} = {rule.numbers[name]}" for name in named_in(clause.text, rule.numbers)]
    return f"   {', '.join(named)}" if named else ""


def _count(one: Count, rule: Rule) -> str:
    parts = [f"of {' and '.join(_listen(listen) for listen in one.on)}"] if one.on else []
    parts += [f"each {_each(each)}" for each in one.each]
    parts += [f"when {clause.text}" for clause in one.when]
    parts += [f"{word} {_paths(paths)}" for word, paths in (("by", one.by), ("key", one.of)) if paths]
    parts += [f"for {_span(one.window)}"] if one.window is not None else []
    parts += [f"last {one.last}"] if one.last is not None else []
    parts += [f"until {one.until}"] if one.until else []
    parts += [f"one per {_paths(one.one_per)}"] if one.one_per else []
    if one.top:
        covered = f"covered by the {one.top.people} most frequent of" if one.top.people else "top"
        parts.append(f"{covered} {one.top.of.text}")
    if one.distinct:
        seen = f" seen {one.distinct.at_least} times" if one.distinct.at_least > 1 else ""
        parts.append(f"distinct {one.distinct.of.text}{seen}")
    parts += [f"percentile {one.percentile.rank} of {one.percentile.of.text}"] if one.percentile else []
    parts += [f"matching {one.matching.text}{_values(one.matching, rule)}"] if one.matching else []
    return ", ".join(parts)


def _after(rule: Rule) -> list[str]:
    if rule.after is None:
        return []
    after = rule.after
    parts = [" and ".join(wait.text for wait in after.waits)]
    parts += [f"from {after.start.text}"] if after.start else []
    parts += [f"calendar of {after.calendar.text}"] if after.calendar else []
    parts += [f"again every {after.again.text}, {after.times} times in all"] if after.again else []
    return [", ".join(parts)]


def _cooldown(one: Cooldown) -> str:
    return (one.span.text if one.span else "once") + (f" per {_paths(one.per)}" if one.per else "")


def _do(one: Do) -> str:
    parts = [f"{one.verb} to {', or '.join(_paths(group) for group in one.to)}", f"template {one.template}"]
    parts += [f"suggest {one.suggest}"] if one.suggest else []
    parts += [f"due {one.due.text}"] if one.due else []
    parts += [f"recheck {one.recheck.text}"] if one.recheck else []
    return ", ".join(parts)


def _span(span: Span) -> str:
    for unit, letter in ((DAY, "d"), (HOUR, "h")):
        if span % unit == 0:
            return f"{span // unit}{letter}"
    return f"{span // MINUTE}m"
