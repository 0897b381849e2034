"""`sparekey answer`: what a manager says to a task. Owns what is said back: what happens next, and when."""

from dataclasses import replace
from pathlib import Path

import click

from connectors.errors import ConfigError
from rules.engine.cases import MOMENTS_ONLY, SILENT_AFTER_NO
from rules.model.times import DAY, Instant, iso
from rules.speech.amounts import day
from rules.speech.harmless import plain
from worker import clock
from worker.cli import documents, options
from worker.cli.answer_words import Typed, typed_words
from worker.cli.folder import to_type
from worker.cli.operate import is_running, operate
from worker.config.load import load
from worker.intake.answers import WRONG
from worker.runtimes import opening
from worker.store import leases, outbox


@click.command("answer")
@click.argument("task")
@click.argument("words", nargs=-1, required=True, metavar="yes|other|later|known|no|wrong|done [WHEN]")
@click.option("--mentor", metavar="HANDLE", default="", help="Of other: who helps.")
@click.option("--learner", metavar="HANDLE", default="", help="Of other: who learns.")
@click.option("--why", type=click.Choice(WRONG), help="Of wrong.")
@click.option("--by", metavar="HANDLE", default="", help="Of a nudge that several got: whose answer it is.")
@options.folder
@click.option("--json", "as_json", is_flag=True, help="One JSON object.")
def answer_command(
    task: str, words: tuple[str, ...], mentor: str, learner: str, why: str | None, by: str, folder: Path, as_json: bool
) -> None:
    """Answers a task or a nudge. TASK is its key, or as much of it as is clear. The words are those under its text.

    \b
    sparekey answer A-1f… yes                          the suggested two are asked
    sparekey answer A-1f… other --mentor ada --learner ben
    sparekey answer A-1f… later 30d                    asked again then
    sparekey answer A-1f… known 2027-03-31             we know; not before that day
    sparekey answer A-1f… no
    sparekey answer A-1f… wrong --why too-small
    sparekey answer A-1f… done
    sparekey answer A-7c… not-now                      a nudge: yes, not-now, not-useful, help; stop: no more of these

    Exit codes: 0 fine; 2 no such task, or an answer that lacks something.
    """
    zone, now = load(folder).settings.calendar.zone, clock.now()
    said = _with_options(typed_words(words, now, zone), mentor, learner, why)
    asked = {"task": task, "says": said.says, "until": said.until, "mentor": said.mentor, "learner": said.learner}
    found = operate(folder, "answer", {**asked, "why": said.why, "by": by})
    if "nudge" in found:
        click.echo(
            documents.dump({**found}) if as_json else f"{found['nudge']}, '{said.says}': {_TO_A_NUDGE[said.says]}"
        )
        return
    key, area, events = str(found["task"]), str(found["area"]), found.get("events")
    proposed = any(str(one).startswith("pair.proposed") for one in (events if isinstance(events, list) else ()))
    recheck = _recheck(folder, key, now)
    if as_json:
        dates = {"until": iso(said.until) if said.until else None, "recheck_at": iso(recheck) if recheck else None}
        click.echo(documents.dump({"task": key, "area": area, "says": said.says, **dates, "pair_proposed": proposed}))
    else:
        click.echo(f"{key}, '{said.says}': {_then(said, area, proposed, recheck, now, zone)}")
        if said.says not in ("yes", "other") and not is_running(load(folder)):
            click.echo(f"No process runs now: {to_type(folder, 'run')} writes it under the task, once with --once.")


_TO_A_NUDGE = {
    "yes": "thank you.",
    "not-now": "that is fine, and has no consequence.",
    "not-useful": "thank you; it counts for how good the rule is, without your name.",
    "help": "thank you for saying so.",
    "stop": "nothing of this rule reaches you any more, and nobody is told.",
}


def _with_options(said: Typed, mentor: str, learner: str, why: str | None) -> Typed:
    if (mentor or learner) and said.says != "other":
        raise ConfigError(f"--mentor and --learner belong to 'other', not to '{said.says[:40]}'", "leave them away")
    if why and said.says != "wrong":
        raise ConfigError(f"--why belongs to 'wrong', not to '{said.says[:40]}'", "leave it away: no reason is needed")
    said = replace(said, mentor=mentor or said.mentor, learner=learner or said.learner, why=why or said.why)
    if said.mentor and said.mentor.lstrip("@") == said.learner.lstrip("@"):
        raise ConfigError(f"'{said.mentor[:40]}' cannot be both", "name two people")
    return said


def _recheck(folder: Path, task: str, now: Instant) -> Instant:
    """When the area is looked at again by itself."""
    with opening.read(folder) as (_, store, head), store.reading() as connection:
        filed, entry = leases.filed(connection, head.ws, task=task), outbox.entry(connection, head.ws, task)
    if filed is None or entry is None:
        return 0
    return filed.opened_at + (entry.planned.action.recheck_days * DAY or MOMENTS_ONLY)


def _then(said: Typed, area: str, proposed: bool, recheck: Instant, now: Instant, zone: str) -> str:
    subject = plain(area, 60) or "this"
    again = f" {subject} is checked again on {day(recheck, zone)}." if recheck > now else ""
    if said.says in ("yes", "other"):
        pair = "the pair is proposed." if proposed else "nobody was suggested, so who learns it is your choice."
        return f"thank you; {pair}{again}"
    if said.says == "later":
        return f"you are asked again on {day(said.until, zone)}, if it is still so."
    if said.says == "known":
        return f"closed; {subject} is left alone until {day(said.until, zone)}."
    if said.says == "no":
        return f"closed; {subject} is left alone for half a year, until {day(now + SILENT_AFTER_NO, zone)}."
    if said.says == "wrong":
        return f"closed as '{said.why}'; the operator finds it in the audit log and looks at the data."
    return "closed as done, thank you."
