"""`sparekey try PATH`: no token, no configuration, nothing stored. Owns the command's options and its JSON."""

from pathlib import Path

import click

from rules.model.times import Instant, iso
from worker import clock
from worker.cli import documents, options
from worker.cli.policy import guarded_finding
from worker.cli.progress import bars
from worker.cli.say import Say, may_name
from worker.cli.study import Study, ruleset, study
from worker.cli.try_question import worth_asking
from worker.cli.try_text import screen


@click.command("try")
@options.path_argument
@options.of_a_study
def try_command(
    path: Path,
    since: Instant | None,
    areas: str | None,
    rules: tuple[Path, ...],
    as_json: bool,
    names: bool,
    pseudonyms: bool,
) -> None:
    """Which parts of a system could nobody, or only one person, carry?

    PATH is a git clone (default: this folder) or a file of events. Nothing is stored, nothing is sent.
    """
    with bars(quiet=as_json) as shown:
        found = study(path, areas, ruleset(rules), shown, since=since, look_back=options.LOOK_BACK)
    say = Say(found.history.people, may_name(names, pseudonyms, by_itself=not as_json))
    if as_json:
        click.echo(documents.dump(_document(found, say)))
        return
    for line in screen(found, say, clock.now(), options.again(path, areas)):
        click.echo(line)


def _document(found: Study, say: Say) -> dict[str, object]:
    opened, asked = found.rehearsal.findings, worth_asking(found)
    return {
        "events": len(found.history.events),
        "changes": found.history.commits,
        "as_of": iso(found.at),
        "since": iso(found.since),
        "warnings": found.history.warnings(),
        "areas": documents.parts(found.parts, say),
        "areas_by": found.choice.name,
        "question": documents.question(asked.part, asked.suggestion, say) if asked else None,
        "findings": [documents.finding(guarded_finding(one, found.book.rules[one.rule]), say) for one in opened],
        "tasks": documents.actions(opened, "task", say),
        "nudges": documents.actions(opened, "nudge", say),
        "suppressed": documents.suppressed(found.rehearsal.suppressed),
        "unknown": found.rehearsal.unknown,
        "left_out": {"bot": found.left_out.bot, "mechanical": found.left_out.mechanical},
        "seconds": round(found.seconds, 2),
    }
