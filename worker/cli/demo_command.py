"""`sparekey demo`: real history and a scripted week through the engine. Owns the command and its JSON."""

import click

from worker.cli import documents
from worker.cli.demo_text import screen
from worker.cli.progress import bars
from worker.cli.say import Say
from worker.demo import story
from worker.demo.play import play
from worker.demo.played import Played
from worker.people.directory import RunDirectory


@click.command("demo")
@click.option("--json", "as_json", is_flag=True, help="One JSON object.")
def demo_command(as_json: bool) -> None:
    """A slice of public history, public postmortems and a small scripted week, from changes to tasks."""
    with bars(quiet=as_json) as shown:
        played = play(shown.tell)
    say = Say(RunDirectory(), named=False)
    if as_json:
        click.echo(documents.dump(_document(played, say)))
        return
    for line in screen(played, say):
        click.echo(line)


def _document(played: Played, say: Say) -> dict[str, object]:
    found = list(played.later.findings.values())
    return {
        "events": played.events,
        "changes": played.changes,
        "areas": documents.parts(played.week.parts, say),
        "findings": [documents.finding(one, say) for one in found],
        "tasks": documents.actions(found, "task", say),
        "nudges": documents.actions(found, "nudge", say),
        "suppressed": documents.suppressed(played.later.suppressed),
        "unknown": played.later.unknown,
        "scripted": sorted(event.id for event in story.scripted()),
        "seconds": round(played.seconds, 2),
    }
