"""`sparekey findings`: what was concluded, and what became of it. Owns the options, and what of the store is shown."""

from collections.abc import Iterable
from pathlib import Path

import click
from sqlalchemy import Connection, select

from connectors.errors import ConfigError
from rules.language.problems import nearest
from rules.model.findings import Finding
from worker import clock
from worker.cli import documents, options
from worker.cli.desk import Desk, desk
from worker.cli.findings_text import Became, document, end, line
from worker.cli.say import may_name
from worker.store import findings, outbox, rule_modes
from worker.store.outbox import Entry
from worker.store.schema import tasks

STATUSES = ("open", "resolved", "withdrawn")
MOST_ACTIONS = 100_000


@click.command("findings")
@options.folder
@click.option("--status", type=click.Choice([*STATUSES, "all"]), default="open", help="Default: what is open.")
@click.option("--rule", "rule_id", metavar="ID", default="", help="Only of this rule.")
@click.option("--area", metavar="AREA", default="", help="Only about this area.")
@options.json
@options.names
@options.pseudonyms
def findings_command(
    folder: Path, status: str, rule_id: str, area: str, as_json: bool, names: bool, pseudonyms: bool
) -> None:
    """Findings, the oldest first, and what became of each: a draft, a task, a line of a digest, or why nothing yet.

    \b
    sparekey findings                       what is open
    sparekey findings --status all --json   everything, for a script

    Exit codes: 0 fine, whatever was found; 2 there is no store yet, or no such rule.
    """
    with desk(folder) as found:
        every = _every(found, rule_id)
        became = _became(found, every)
        wanted = STATUSES if status == "all" else (status,)
        area = "." if area == "(top level)" else area
        shown = [one for one in every if one.status in wanted and rule_id in ("", one.rule) and area in ("", one.area)]
        if as_json:
            say = found.say(may_name(names, pseudonyms, by_itself=False))
            click.echo(documents.dump({"findings": [document(one, became[one.id], say) for one in shown]}))
            return
        say, zone, now = found.say(may_name(names, pseudonyms)), found.configuration.settings.calendar.zone, clock.now()
        for one in shown:
            click.echo(line(one, found.book.rules.get(one.rule), became[one.id], say, zone, now))
        click.echo("\n".join(end(shown, became, bool(every), folder)))


def _every(found: Desk, rule: str) -> list[Finding]:
    with found.store.reading() as connection:
        every = findings.every(connection, found.head.ws)
    known = {*found.book.rules, *(one.rule for one in every)}
    if rule and rule not in known:
        raise ConfigError(f"no rule '{rule}' here", nearest(rule, known))
    return every


def _became(found: Desk, every: Iterable[Finding]) -> dict[str, Became]:
    """Of each finding: its own actions, the task of its case, and why there is nothing where there is nothing."""
    ws = found.head.ws
    with found.store.reading() as connection:
        rows = outbox.ended_or_waiting(connection, ws, *outbox.STATUSES, most=MOST_ACTIONS)
        answered = _answered(connection, ws)
        modes = rule_modes.modes(connection, ws, found.book.rules)
    silent = {rule for rule, mode in modes.items() if mode == "silent"}
    own: dict[str, list[Entry]] = {}
    of_case: dict[str, Entry] = {}
    for row in rows:
        own.setdefault(row.finding, []).append(row)
        if row.verb == "task" and row.case_id:
            of_case[row.case_id] = row
    alone = _alone(every)
    return {
        one.id: Became(
            tuple(own.get(one.id, ())),
            of_case.get(one.case or ""),
            answered,
            silent=one.mode == "silent" or one.rule in silent,
            alone=(one.case or "") in alone,
        )
        for one in every
    }


def _answered(connection: Connection, ws: int) -> dict[str, str]:
    query = select(tasks.c.task, tasks.c.answer).where(tasks.c.ws == ws, tasks.c.answer != "")
    return {str(task): str(answer) for task, answer in connection.execute(query)}


def _alone(every: Iterable[Finding]) -> set[str]:
    """Cases that wait for a second sign: all that was ever found is of low confidence and of one rule."""
    rules: dict[str, set[str]] = {}
    for one in every:
        if one.case:
            rules.setdefault(one.case, set()).update({one.rule} if one.confidence == "low" else {one.rule, ""})
    return {case for case, found in rules.items() if len(found) == 1}
