"""`sparekey explain RULE SUBJECT --in PATH`: why a rule did or did not fire. Folds the history again with a trace."""

from difflib import get_close_matches
from pathlib import Path

import click
import msgspec

from connectors.errors import ConfigError
from rules.engine.explain import Explanation, explain, known_keys
from rules.engine.trace import Trace
from rules.language.rule import Rule
from rules.model.times import Instant, iso
from rules.speech.harmless import plain
from worker.cli import documents, options
from worker.cli.explain_text import screen
from worker.cli.progress import bars
from worker.cli.say import Say, may_name
from worker.cli.study import Study, ruleset, study

Key = tuple[str, ...]
_TIMES = ("at", "held_since", "waiting_until", "last_opened")


@click.command("explain")
@click.argument("what")
@click.argument("subject", required=False)
@options.in_path
@options.of_a_study
def explain_command(
    what: str,
    subject: str | None,
    path: Path,
    since: Instant | None,
    areas: str | None,
    rules: tuple[Path, ...],
    as_json: bool,
    names: bool,
    pseudonyms: bool,
) -> None:
    """Why a rule did or did not fire: WHAT is a rule's id and SUBJECT what it is about, or WHAT is a finding's id.

    \b
    sparekey explain area-single-carrier billing --in PATH    parts: `sparekey knowledge map PATH` lists them
    sparekey explain F-7c2e… --in PATH                        findings: `sparekey try PATH --json` lists them

    A subject of several parts is joined by commas. The whole history is folded again, with that rule traced.
    """
    trace = Trace(what)
    with bars(quiet=as_json) as shown:
        found = study(path, areas, ruleset(rules), shown, trace, since, options.LOOK_BACK)
    rule, key = _asked(what, subject, found)
    answer = explain(found.rehearsal.state, found.book.program, rule.id, key, found.at, trace)
    if as_json:
        click.echo(documents.dump(_document(answer)))
        return
    say = Say(found.history.people, may_name(names, pseudonyms))
    for line in screen(answer, rule, say):
        click.echo(line)


def _asked(what: str, subject: str | None, found: Study) -> tuple[Rule, Key]:
    by_id = found.book.rules
    if what.startswith("F-"):
        finding = next((one for one in found.rehearsal.findings if one.id.startswith(what)), None)
        if finding is None:
            raise ConfigError(f"no finding {what} in this history", "`sparekey try --json` lists them")
        return by_id[finding.rule], finding.key
    if what not in by_id:
        near = get_close_matches(what, by_id, n=1)
        raise ConfigError(
            f"no rule '{what}'", f"did you mean '{near[0]}'?" if near else "`sparekey rules list` shows them"
        )
    return by_id[what], _key(by_id[what], subject, found)


def _key(rule: Rule, subject: str | None, found: Study) -> Key:
    """The key for a subject; a person is never one."""
    if any(path.type == "person" for path in rule.per):
        raise ConfigError(f"'{rule.id}' is about a person", "only that person may ask, on their own channel")
    keys = known_keys(found.rehearsal.state, found.book.program, rule.id)
    known = {_shown(key): key for key in [*([(area,) for area in found.rehearsal.state.facts.area]), *keys]}
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


def _document(answer: Explanation) -> dict[str, object]:
    built: dict[str, object] = msgspec.to_builtins(answer)
    times = {name: iso(at) for name in _TIMES if isinstance(at := built.get(name), int)}
    return {**built, **times, "fired": answer.fired}
