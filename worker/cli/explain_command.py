"""`sparekey explain RULE SUBJECT --in PATH`: why a rule did or did not fire. Folds the history again with a trace."""

from difflib import get_close_matches
from pathlib import Path

import click
import msgspec

from connectors.errors import ConfigError
from rules.engine.explain import Explanation, explain, known_keys
from rules.engine.trace import Trace
from rules.language.rule import Rule
from worker.cli import documents
from worker.cli.explain_text import screen
from worker.cli.progress import bars
from worker.cli.say import Say, may_name
from worker.cli.study import Study, study
from worker.rulebook import at_a_terminal, load

Key = tuple[str, ...]


@click.command("explain")
@click.argument("what")
@click.argument("subject", required=False)
@click.option("--in", "path", type=click.Path(path_type=Path), default=Path(), help="A clone or a file of events.")
@click.option("--areas", help="As for `try`.")
@click.option("--json", "as_json", is_flag=True, help="One JSON object.")
@click.option("--names", is_flag=True, help="Names also in a file or pipe.")
@click.option("--pseudonyms", is_flag=True, help="No names.")
def explain_command(
    what: str,
    subject: str | None,
    path: Path,
    areas: str | None,
    as_json: bool,
    names: bool,
    pseudonyms: bool,
) -> None:
    """Explains FINDING (an id such as F-7c2e…), or RULE about SUBJECT (parts of the key, joined by commas)."""
    rules = at_a_terminal(load()[0])
    trace = Trace(what)
    with bars(quiet=as_json) as shown:
        found = study(path, areas, rules, shown, trace)
    rule, key = _asked(what, subject, rules, found)
    answer = explain(found.rehearsal.state, found.book.program, rule.id, key, found.at, trace)
    if as_json:
        click.echo(documents.dump(_document(answer)))
        return
    say = Say(found.history.people, may_name(names, pseudonyms))
    for line in screen(answer, rule, say):
        click.echo(line)


def _asked(what: str, subject: str | None, rules: tuple[Rule, ...], found: Study) -> tuple[Rule, Key]:
    by_id = {rule.id: rule for rule in rules}
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
    known = [",".join(key) for key in keys]
    wanted = (subject or "").replace("(top level)", ".")
    key = tuple(wanted.split(",")) if wanted else ()
    if len(key) == len(rule.per) and (key in keys or wanted in found.rehearsal.state.facts.area):
        return key
    near = get_close_matches(wanted, known, n=3, cutoff=0.3) or known[:5]
    hint = f"it knows: {', '.join(near)}" if near else "it was never asked about anything in this history"
    raise ConfigError(f"'{rule.id}' never met '{subject or ''}'", hint)


def _document(answer: Explanation) -> dict[str, object]:
    built: dict[str, object] = msgspec.to_builtins(answer)
    return {**built, "fired": answer.fired}
