"""`sparekey findings`: what was concluded, and what became of it. Owns the options, and what of the store is shown."""

from pathlib import Path

import click

from connectors.errors import ConfigError
from rules.language.problems import nearest
from rules.model.findings import Finding
from worker import clock
from worker.cli import documents, options
from worker.cli.became import became
from worker.cli.desk import Desk, desk
from worker.cli.findings_text import document, end, line
from worker.cli.policy import guarded_finding
from worker.cli.say import may_name
from worker.store import findings

STATUSES = ("open", "resolved", "withdrawn")


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
        told = became(found, every)
        wanted = STATUSES if status == "all" else (status,)
        area = "." if area == "(top level)" else area
        shown = [one for one in every if one.status in wanted and rule_id in ("", one.rule) and area in ("", one.area)]
        if as_json:
            say = found.say(may_name(names, pseudonyms, by_itself=False))
            told_of = [(guarded_finding(one, found.book.rules.get(one.rule)), told[one.id]) for one in shown]
            click.echo(documents.dump({"findings": [document(one, became_of, say) for one, became_of in told_of]}))
            return
        say, zone, now = found.say(may_name(names, pseudonyms)), found.configuration.settings.calendar.zone, clock.now()
        for one in shown:
            click.echo(line(one, found.book.rules.get(one.rule), told[one.id], say, zone, now))
        click.echo("\n".join(end(shown, told, bool(every), folder)))


def _every(found: Desk, rule: str) -> list[Finding]:
    with found.store.reading() as connection:
        every = findings.every(connection, found.head.ws)
    known = {*found.book.rules, *(one.rule for one in every)}
    if rule and rule not in known:
        raise ConfigError(f"no rule '{rule}' here", nearest(rule, known))
    return every
