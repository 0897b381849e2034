"""`sparekey explain RULE SUBJECT --in PATH`: why a rule did or did not fire. Folds the history again with a trace."""

import asyncio
from pathlib import Path

import click
import msgspec

from rules.engine.explain import Explanation, explain
from rules.engine.trace import Trace
from rules.language.rule import Rule
from rules.model.times import Instant, iso
from worker.cli import documents, explain_store, options
from worker.cli.explain_subject import asked
from worker.cli.explain_text import screen
from worker.cli.progress import bars
from worker.cli.say import Named, Say, may_name
from worker.cli.study import ruleset, study
from worker.config.between_files import SPAREKEY

Key = tuple[str, ...]
_TIMES = ("at", "held_since", "waiting_until", "last_opened")


@click.command("explain")
@click.argument("what")
@click.argument("subject", required=False)
@options.in_path
@options.folder
@options.of_a_study
def explain_command(
    what: str,
    subject: str | None,
    path: Path | None,
    folder: Path,
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

    Without --in, in a folder with sparekey.yml, the store is asked. A subject of several parts is joined by commas. The
    history is folded again, with that rule traced.
    """
    if path is None and (folder / SPAREKEY).is_file():
        rule, answer, people = asyncio.run(explain_store.explained(folder, what, subject))
    else:
        rule, answer, people = _of_history(what, subject, path or Path(), since, areas, rules, as_json)
    if as_json:
        click.echo(documents.dump(_document(answer)))
        return
    for line in screen(answer, rule, Say(people, may_name(names, pseudonyms))):
        click.echo(line)


def _of_history(
    what: str, subject: str | None, path: Path, since: Instant | None, areas: str | None, rules: tuple[Path, ...],
    quiet: bool,
) -> tuple[Rule, Explanation, Named]:  # fmt: skip
    trace = Trace(what)
    with bars(quiet=quiet) as shown:
        found = study(path, areas, ruleset(rules), shown, trace, since, options.LOOK_BACK)
    finding = next((one for one in found.rehearsal.findings if one.id.startswith(what)), None)
    rule, key = asked(what, subject, finding, found.book, found.rehearsal.state)
    answer = explain(found.rehearsal.state, found.book.program, rule.id, key, found.at, trace)
    return rule, answer, found.history.people


def _document(answer: Explanation) -> dict[str, object]:
    built: dict[str, object] = msgspec.to_builtins(answer)
    times = {name: iso(at) for name in _TIMES if isinstance(at := built.get(name), int)}
    return {**built, **times, "fired": answer.fired}
