"""Which rule and which subject somebody asks about, by what they typed, and what is near where it is not there."""

from difflib import get_close_matches

from connectors.errors import ConfigError
from rules.engine.explain import known_keys
from rules.engine.state import State
from rules.language.rule import Rule
from rules.model.findings import Finding
from rules.speech.harmless import plain
from worker.rulebook import Rulebook

Key = tuple[str, ...]


def asked(what: str, subject: str | None, finding: Finding | None, book: Rulebook, state: State) -> tuple[Rule, Key]:
    """What is meant. Raises ConfigError with what is near."""
    if what.startswith("F-"):
        if finding is None:
            raise ConfigError(f"no finding {what} here", "`sparekey findings` or `sparekey try --json` lists them")
        return book.rules[finding.rule], finding.key
    if what not in book.rules:
        near = get_close_matches(what, book.rules, n=1)
        raise ConfigError(
            f"no rule '{what}'", f"did you mean '{near[0]}'?" if near else "`sparekey rules list` shows them"
        )
    return book.rules[what], _key(book.rules[what], subject, book, state)


def _key(rule: Rule, subject: str | None, book: Rulebook, state: State) -> Key:
    """The key for a subject; a person is never one."""
    if any(path.type == "person" for path in rule.per):
        raise ConfigError(f"'{rule.id}' is about a person", "only that person may ask, on their own channel")
    keys = known_keys(state, book.program, rule.id)
    known = {_shown(key): key for key in [*([(area,) for area in state.facts.area]), *keys]}
    key = known.get(subject or "")
    if key is not None and len(key) == len(rule.per):
        return key
    near = get_close_matches(subject or "", known, n=3, cutoff=0.3)
    hint = f"near: {', '.join(near)}. " if near else ""
    everything = "`sparekey knowledge map` lists every part" if keys else "it was never asked about anything here"
    raise ConfigError(f"'{rule.id}' never met '{subject or ''}'", hint + everything)


def _shown(key: Key) -> str:
    """A key as the screens show it, so that what is printed can be typed."""
    return ",".join("(top level)" if part == "." else plain(part, 60) for part in key)
