"""`sparekey review`: drafts of rules in mode `ask`, for a person to decide. Owns the options and single decisions.

The dialogue is `review_dialogue.py`'s, the words are `review_text.py`'s.
"""

import asyncio
import sys
from pathlib import Path
from typing import TextIO

import click

from connectors.errors import ConfigError
from rules.model.times import DAY
from worker import clock
from worker.cli import documents, drafts, options, review_text
from worker.cli.desk import desk
from worker.cli.drafts import Draft
from worker.cli.folder import hand_on, to_type
from worker.cli.operate import Result, is_running, operate
from worker.cli.review_dialogue import Dialogue
from worker.cli.say import may_name
from worker.cli.standing_of_rules import offer, standings
from worker.config.load import load
from worker.dispatch.review import REFUSALS
from worker.runtimes import opening
from worker.runtimes.service import book_of
from worker.store import outbox

MOST_TEXT = 100_000

_json = click.option("--json", "as_json", is_flag=True, help="One JSON object.")


@click.group("review", invoke_without_command=True)
@options.folder
@click.option("--list", "as_list", is_flag=True, help="Show all of them in full and end.")
@options.json
@options.names
@options.pseudonyms
@click.pass_context
def review_command(
    context: click.Context, folder: Path, as_list: bool, as_json: bool, names: bool, pseudonyms: bool
) -> None:
    """Drafts, each in full as it would be sent, the most urgent first. Nothing leaves before somebody says yes.

    \b
    sparekey review                      one after the other
    sparekey review --list               all of them
    sparekey review yes A-1f…            the same without a dialogue
    sparekey review no A-1f… --why known

    Exit codes: 0 fine; 2 there is no such draft, or no store yet.
    """
    hand_on(context, folder)
    if context.invoked_subcommand is not None:
        return
    found = _waiting(folder, may_name(names, pseudonyms, by_itself=not as_json))
    if as_json:
        drafts_as_json = [review_text.document(one) for one in found]
        click.echo(documents.dump({"drafts": drafts_as_json, "may_go_live": list(_offers(folder))}))
        return
    if not found:
        click.echo("\n".join(review_text.nothing(_put_off(folder), folder)))
    elif as_list or not sys.stdin.isatty():
        for one in found:
            click.echo("\n".join(review_text.shown(one)) + "\n")
        click.echo(review_text.still(len(found), folder))
        click.echo(f"Next: {to_type(folder, 'review yes', found[0].entry.action)}   or no, snooze, edit")
    else:
        Dialogue(folder, load(folder).settings.calendar.zone, found).run()
    _tell_offers(folder)


@review_command.command("yes")
@click.argument("key")
@options.folder
@_json
def yes_command(key: str, folder: Path, as_json: bool) -> None:
    """Lets a draft out: it goes in the receiver's next working hour, if it is still so then."""
    one = _named(folder, key, may_name(False, False))
    found = _decide(folder, one, "approve")
    configuration, gone = load(folder), str(found.get("gone") or "")
    if as_json:
        _tell(one, "approved" if not gone else "expired", why=gone or None)
        return
    click.echo(review_text.approved(one, gone, clock.now(), configuration.settings.calendar.zone))
    if not gone and not is_running(configuration):
        click.echo(review_text.not_running(folder))
    _tell_offers(folder)


@review_command.command("no")
@click.argument("key")
@click.option("--why", type=click.Choice(REFUSALS), required=True)
@options.folder
@_json
def no_command(key: str, why: str, folder: Path, as_json: bool) -> None:
    """Refuses a draft. Nobody hears of it."""
    one = _named(folder, key)
    _decide(folder, one, "refuse", why=why)
    if as_json:
        _tell(one, "refused", why=why)
    else:
        click.echo(review_text.refused(one.entry.action, why))


@review_command.command("snooze")
@click.argument("key")
@click.option("--days", type=click.IntRange(1, 365), default=7, show_default=True)
@options.folder
@_json
def snooze_command(key: str, days: int, folder: Path, as_json: bool) -> None:
    """Puts a draft off."""
    one, until = _named(folder, key), clock.now() + days * DAY
    _decide(folder, one, "snooze", until=until)
    if as_json:
        _tell(one, "snoozed", days=days)
    else:
        click.echo(review_text.put_off(one.entry.action, until, load(folder).settings.calendar.zone))


@review_command.command("edit")
@click.argument("key")
@click.option("--title", help="Another title; the rest stays.")
@click.option(
    "--text-file",
    type=click.File("r", encoding="utf-8"),
    help="Title, then parts that begin with '## Heading'; - reads standard input.",
)
@options.folder
@_json
def edit_command(key: str, title: str | None, text_file: TextIO | None, folder: Path, as_json: bool) -> None:
    """Gives a draft other words; it stays a draft."""
    if title is None and text_file is None:
        raise ConfigError("nothing to change", "give --title, --text-file, or both")
    one = _named(folder, key)
    text = text_file.read(MOST_TEXT) if text_file is not None else review_text.editable(one)
    own, parts = review_text.parts_of(text)
    said = {"title": title or own, "parts": [list(part) for part in parts]}
    _decide(folder, one, "edit", **said)
    if as_json:
        _tell(one, "edited", title=said["title"])
    else:
        click.echo(review_text.edited(one.entry.action, folder))


# pieces ---------------------------------------------------------------------------------------------------------


def _put_off(folder: Path) -> int:
    """Where nothing waits now: how many drafts wait for their day."""
    with opening.read(folder) as (_, store, head), store.reading() as connection:
        return outbox.counts(connection, head.ws).get("draft", 0)


def _offers(folder: Path) -> dict[str, str]:
    """Rules that may go live, each with the sentence that says so."""
    with opening.read(folder) as (configuration, store, head), store.reading() as connection:
        found = standings(connection, head.ws, book_of(configuration).rules)
    return {id_: offer(id_, one.record, folder) for id_, one in found.items() if one.is_offered}


def _tell_offers(folder: Path) -> None:
    for told in _offers(folder).values():
        click.echo(f"May go live: {told}")


def _waiting(folder: Path, named: bool) -> list[Draft]:
    with desk(folder) as found:
        return asyncio.run(drafts.waiting(found, found.say(named), clock.now()))


def _named(folder: Path, key: str, named: bool = True) -> Draft:
    """With its names, where they go back to where they came from: into the draft."""
    with desk(folder) as found:
        return asyncio.run(drafts.named(found, key, found.say(named), clock.now()))


def _decide(folder: Path, one: Draft, does: str, **said: object) -> Result:
    return operate(folder, "review", {"action": one.entry.action, "does": does, **said})


def _tell(one: Draft, became: str, **more: object) -> None:
    click.echo(documents.dump({"action": one.entry.action, "became": became, **more}))
