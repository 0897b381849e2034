"""`sparekey answer`: what a manager says to a task. Owns the words for when, and what is said back."""

import re
from datetime import UTC, date, datetime
from pathlib import Path

import click

from connectors.errors import ConfigError
from rules.model.times import DAY, Instant, instant
from rules.speech.amounts import day
from worker import clock
from worker.cli import documents, options
from worker.cli.operate import operate
from worker.intake.answers import WORDS, WRONG

_THEN = {
    "yes": "The suggested pair is proposed; the area is checked again at the re-check date.",
    "other": "Your pair is proposed; the area is checked again at the re-check date.",
    "no": "Closed. This area is left alone for half a year.",
    "wrong": "Closed. The operator looks at the data.",
    "done": "Closed. Thank you.",
}


@click.command("answer")
@click.argument("task")
@click.argument("says", type=click.Choice(WORDS))
@click.argument("when", required=False)
@click.option("--mentor", default="", help="Of other: a handle of people.yml.")
@click.option("--learner", default="", help="Of other: a handle of people.yml.")
@click.option("--why", type=click.Choice(WRONG), help="Of wrong.")
@options.folder
@click.option("--json", "as_json", is_flag=True, help="One JSON object.")
def answer_command(
    task: str, says: str, when: str | None, mentor: str, learner: str, why: str | None, folder: Path, as_json: bool
) -> None:
    """Answers a task. TASK is its key, as far as it is clear which one is meant.

    \b
    sparekey answer A-1f… yes
    sparekey answer A-1f… later 30d
    sparekey answer A-1f… known 2027-03-31
    sparekey answer A-1f… other --mentor ada --learner ben
    sparekey answer A-1f… wrong --why too-small
    """
    until = _until(when, clock.now()) if when else 0
    said = {"task": task, "says": says, "until": until, "mentor": mentor, "learner": learner, "why": why or ""}
    found = operate(folder, "answer", said)
    if as_json:
        click.echo(documents.dump(found))
    elif says in ("later", "known"):
        click.echo(f"{found['task']}: {'asked again' if says == 'later' else 'left alone until'} {day(until)}.")
    else:
        click.echo(f"{found['task']}: {_THEN[says]}")


def _until(text: str, now: Instant) -> Instant:
    """'30d' or '2027-03-31'."""
    days = re.fullmatch(r"([0-9]{1,4})d", text)
    if days is not None:
        return now + int(days[1]) * DAY
    try:
        until = instant(datetime.combine(date.fromisoformat(text), datetime.min.time(), UTC))
    except ValueError:
        raise ConfigError(f"'{text[:40]}' is no time", "such as 30d, or 2027-03-31") from None
    if until <= now:
        raise ConfigError(f"{text} is past")
    return until
