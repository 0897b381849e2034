"""`sparekey try PATH`: no token, no configuration, nothing stored. Owns the command's options."""

from datetime import UTC, datetime
from pathlib import Path

import click

from rules.model.times import DAY, Instant, instant
from worker import clock
from worker.cli import documents
from worker.cli.progress import bars
from worker.cli.say import Say, may_name
from worker.cli.study import Study, study
from worker.cli.try_text import screen
from worker.rulebook import at_a_terminal, load

LOOK_BACK = 180 * DAY


@click.command("try")
@click.argument("path", type=click.Path(path_type=Path), default=Path())
@click.option(
    "--since",
    type=click.DateTime(["%Y-%m-%d"]),
    help="From when the rules would have run (default: 180 days before the end).",
)
@click.option("--areas", help="codeowners, packages, folders-1, folders-2, folders-3, or an areas.yml.")
@click.option("--json", "as_json", is_flag=True, help="One JSON object.")
@click.option("--names", is_flag=True, help="Names also in a file or pipe.")
@click.option("--pseudonyms", is_flag=True, help="No names, not even on the terminal.")
def try_command(
    path: Path, since: datetime | None, areas: str | None, as_json: bool, names: bool, pseudonyms: bool
) -> None:
    """Which parts of a system could nobody, or only one person, carry? Reads a git clone, or a file of events."""
    with bars(quiet=as_json) as shown:
        found = study(path, areas, at_a_terminal(load()[0]), shown)
    start = _start(since, found.at)
    if as_json:
        click.echo(documents.dump(_document(found, Say(found.history.people, names), start)))
        return
    for line in screen(found, Say(found.history.people, may_name(names, pseudonyms)), start, clock.now(), str(path)):
        click.echo(line)


def _start(since: datetime | None, at: Instant) -> Instant:
    return instant(since.replace(tzinfo=UTC)) if since else at - LOOK_BACK


def _document(found: Study, say: Say, since: Instant) -> dict[str, object]:
    opened = found.rehearsal.opened_since(since)
    return {
        "events": len(found.history.events),
        "changes": found.history.commits,
        "areas": documents.parts(found.parts, say),
        "areas_by": found.choice.name,
        "findings": [documents.finding(one, say) for one in opened],
        "tasks": documents.actions(opened, "task", say),
        "nudges": documents.actions(opened, "nudge", say),
        "suppressed": documents.suppressed(found.rehearsal.suppressed),
        "unknown": found.rehearsal.unknown,
        "left_out": {"bot": found.left_out.bot, "mechanical": found.left_out.mechanical},
        "seconds": round(found.seconds, 2),
    }
