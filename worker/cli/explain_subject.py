"""Which rule and which subject somebody asks about, by what they typed; what is near where it is not there; and for a
rule alone, everything that it met.

A key of several parts is typed with commas, as a line of CSV: a part that holds a comma is quoted.
"""

import csv
from dataclasses import dataclass
from difflib import get_close_matches
from io import StringIO

from connectors.errors import ConfigError
from rules.engine.explain import Explanation, explain, known_keys
from rules.engine.state import State
from rules.engine.trace import Key, Trace
from rules.language.problems import nearest
from rules.language.rule import Rule
from rules.model.findings import Finding
from rules.model.times import Instant
from rules.speech.amounts import day_time
from rules.speech.harmless import plain
from worker.rulebook import Rulebook

TOP_LEVEL = "(top level)"
_RANK = ("open", "waiting", "fired", "suppressed", "hold", "fire", "never asked")


@dataclass(frozen=True, slots=True)
class Met:
    """A subject of a rule, as it is typed, and how far it came."""

    typed: str
    found: Explanation


@dataclass(frozen=True, slots=True)
class Listing:
    """Every subject that a rule met, nearest first, as of `at`."""

    rule: Rule
    met: list[Met]
    at: Instant
    zone: str


def asked(
    what: str, subject: str, finding: Finding | None, book: Rulebook, state: State, trace: Trace
) -> tuple[Rule, Key]:
    """What is meant; `trace` knows what the rule met. Raises ConfigError with what is near."""
    if what.startswith("F-"):
        if finding is None:
            raise ConfigError(f"no finding {plain(what, 40)} here", "`sparekey findings` or `try --json` lists them")
        if finding.rule not in book.rules:
            raise ConfigError(f"the rule of {finding.id}, '{finding.rule}', is not there any more")
        return book.rules[finding.rule], finding.key
    rule = rule_named(what, book)
    return rule, _key(rule, subject, book, state, trace)


def rule_named(what: str, book: Rulebook) -> Rule:
    if what not in book.rules:
        hint = nearest(what, book.rules) or "`sparekey rules list` shows them"
        raise ConfigError(f"no rule '{plain(what, 60)}'", hint)
    return book.rules[what]


def guess(subject: str) -> Key:
    """The key that was typed, if it was typed whole."""
    return tuple("." if part == TOP_LEVEL else part for part in _parts(subject))


def not_yet(finding: Finding, typed: str, zone: str) -> ConfigError:
    when = day_time(finding.opened_at, zone)
    return ConfigError(f"{finding.id} was not there yet on {plain(typed, 40)}", f"it opened on {when}")


def _parts(subject: str) -> list[str]:
    try:
        return [part.strip() for part in next(csv.reader(StringIO(subject), skipinitialspace=True), [])]
    except csv.Error:
        return [subject]


def _key(rule: Rule, subject: str, book: Rulebook, state: State, trace: Trace) -> Key:
    """The key for a subject; a person is never one."""
    refuse_persons(rule)
    keys = sorted({*known_keys(state, book.program, rule.id), *trace.met})
    areas = [(area,) for area in state.facts.area] if [path.type for path in rule.per] == ["area"] else []
    known = {typed(key): key for key in [*areas, *keys]}
    key = known.get(subject) or known.get(typed(guess(subject))) or _by_ending(subject, known)
    if key is not None and len(key) == len(rule.per):
        return key
    raise _never_met(rule, subject, known, bool(keys))


def refuse_persons(rule: Rule) -> None:
    if any(path.type == "person" for path in rule.per):
        raise ConfigError(f"'{rule.id}' is about a person", "only that person may ask, on their own channel")


def _by_ending(subject: str, known: dict[str, Key]) -> Key | None:
    """'#109' or '109' of a pull request of any repository, where only one has it."""
    ending = f"#{subject.lstrip('#')}"
    found = [key for name, key in known.items() if name.endswith(ending)]
    return found[0] if len(found) == 1 and len(ending) > 1 else None


def _never_met(rule: Rule, subject: str, known: dict[str, Key], any_at_all: bool) -> ConfigError:
    near = get_close_matches(subject, known, n=3, cutoff=0.3)
    hint = f"near: {', '.join(near)}. " if near else ""
    parts = len(rule.per)
    if parts > 1 and len(_parts(subject)) != parts:
        hint += f"its subject has {parts} parts: {', '.join(path.text for path in rule.per)}. "
    everything = f"`sparekey explain {rule.id}` lists all" if any_at_all else "it was never asked about anything here"
    return ConfigError(f"'{rule.id}' never met '{plain(subject, 60)}'", hint + everything)


def typed(key: Key) -> str:
    """A key as the screens show it, so that what is printed can be typed."""
    out = StringIO()
    csv.writer(out, lineterminator="").writerow([TOP_LEVEL if part == "." else plain(part, 60) for part in key])
    return out.getvalue()


# a rule alone ----------------------------------------------------------------------------------------------------


def met(rule: Rule, book: Rulebook, state: State, at: Instant, trace: Trace, zone: str) -> Listing:
    """Everything that the rule met. Raises ConfigError where a person is part of it."""
    refuse_persons(rule)
    keys = {*known_keys(state, book.program, rule.id), *trace.met}
    found = [Met(typed(key), explain(state, book.program, rule.id, key, at, trace)) for key in sorted(keys)]
    return Listing(rule, sorted(found, key=_distance), at, zone)


def _distance(one: Met) -> tuple[int, int, float, str]:
    """How far it came; then how many clauses do not hold, and by how much of what they ask."""
    missing = [clause for clause in one.found.clauses if clause.held is not True]
    n = sum(count.n for count in one.found.counts)
    stage = one.found.stage
    return (_RANK.index(stage) if stage in _RANK else len(_RANK), len(missing), -n, one.typed)
