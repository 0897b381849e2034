"""`sparekey rules report`: what each rule did, and what people made of it. Owns its options."""

from pathlib import Path

import click

from rules.model.times import Instant
from worker.cli import documents, options, report_text
from worker.cli.desk import desk
from worker.cli.reports import reports


@click.command("report")
@options.folder
@options.since_day
@click.option("--json", "as_json", is_flag=True, help="One JSON object.")
def report_command(folder: Path, since: Instant | None, as_json: bool) -> None:
    """What each rule did: how often it was asked, fired and kept quiet, what was sent, how it was answered, how precise
    that makes it, its mode and who set that, and whether it may go live. No people.

    Precision is the share of answers that were not `wrong` or `not-useful`: of each message the answer of whoever got
    it, else what the review of its draft said. Only answers count that came since the rule means what it means, and
    since its mode was set.

    \b
    sparekey rules report
    sparekey rules report --since 2026-01-01 --json

    Exit codes: 0 fine, whatever it says; 2 there is no store yet.
    """
    with desk(folder) as found:
        every = reports(found, since or 0)
        settings = found.configuration.settings
    if as_json:
        click.echo(documents.dump({"rules": [report_text.document(one, settings.mute) for one in every]}))
    else:
        zone = settings.calendar.zone
        click.echo("\n".join(report_text.screen(every, settings.mute, since or 0, zone, folder)))
