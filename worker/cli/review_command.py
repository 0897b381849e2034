"""`sparekey review`: drafts one by one, to let out, to change, to refuse or to put off. Owns the dialogue."""

import asyncio
import sys
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import TextIO

import click

from connectors.errors import ConfigError
from rules.model.times import DAY
from rules.speech.amounts import count
from rules.speech.harmless import plain
from worker import clock
from worker.cli import documents, options
from worker.cli.desk import Desk, desk
from worker.cli.drafts import Draft, composed
from worker.cli.operate import operate
from worker.cli.say import typed
from worker.dispatch.review import REFUSALS, Review

_KEYS = "y file it · e edit · n refuse · s put off · k keep for now · q quit"
_INDENT = " " * 14


@click.group("review", invoke_without_command=True)
@options.folder
@click.option("--list", "as_list", is_flag=True, help="Show all of them and end.")
@click.option("--json", "as_json", is_flag=True, help="One JSON object; implies --list.")
@click.pass_context
def review_command(context: click.Context, folder: Path, as_list: bool, as_json: bool) -> None:
    """Drafts of rules in mode `ask`, each in full as it would be sent. Nothing leaves before somebody says yes.

    \b
    sparekey review                      one by one
    sparekey review --list               all of them
    sparekey review yes A-1f…            the same without a dialogue
    sparekey review no A-1f… --why known
    """
    context.obj = folder
    if context.invoked_subcommand is not None:
        return
    with desk(folder) as found:
        drafts = asyncio.run(_drafts(found))
    if as_json:
        click.echo(documents.dump({"drafts": [_document(one) for one in drafts]}))
    elif not drafts:
        click.echo(
            "No draft waits. Rules in mode ask make them when something happens; "
            f"`{typed('doctor', [])}` says which can."
        )
    elif as_list or not sys.stdin.isatty():
        for one in drafts:
            click.echo("\n".join(_shown(one)) + "\n")
        click.echo(
            f"{count(len(drafts), 'draft')}. {typed('review yes', [], drafts[0].entry.action)}   lets the first one out"
        )
    else:
        _dialogue(folder, drafts)


@review_command.command("yes")
@click.argument("key")
@click.pass_obj
def yes_command(folder: Path, key: str) -> None:
    """Lets a draft out."""
    _say(_approved(folder, key))


@review_command.command("no")
@click.argument("key")
@click.option("--why", type=click.Choice(REFUSALS), required=True)
@click.pass_obj
def no_command(folder: Path, key: str, why: str) -> None:
    """Refuses a draft; the reason counts for the rule's precision."""
    operate(folder, "review", {"action": key, "does": "refuse", "why": why})
    _say("Refused.")


@review_command.command("snooze")
@click.argument("key")
@click.option("--days", type=click.IntRange(1, 365), default=7)
@click.pass_obj
def snooze_command(folder: Path, key: str, days: int) -> None:
    """Puts a draft off."""
    operate(folder, "review", {"action": key, "does": "snooze", "until": clock.now() + days * DAY})
    _say(f"It comes back in {count(days, 'day')}.")


@review_command.command("edit")
@click.argument("key")
@click.option(
    "--text-file", type=click.File("r", encoding="utf-8"), required=True, help="Title, then parts: '## Heading'."
)
@click.pass_obj
def edit_command(folder: Path, key: str, text_file: TextIO) -> None:
    """Gives a draft other words; it stays a draft."""
    _edit(folder, key, text_file.read(100_000))
    _say("It has your words now.")


# the dialogue ---------------------------------------------------------------------------------------------------


def _dialogue(folder: Path, drafts: Sequence[Draft]) -> None:
    for number, one in enumerate(drafts, start=1):
        click.echo(f"\nDRAFT {number} of {len(drafts)}")
        click.echo("\n".join(_shown(one)))
        if not _decided(folder, one):
            return


def _decided(folder: Path, one: Draft) -> bool:
    """False: enough for today."""
    key = one.entry.action
    while True:
        said = click.prompt(f"\n{_KEYS}\n", type=click.Choice(list("yenskq")), show_choices=False)
        if said == "q":
            return False
        if said == "y":
            _say(_approved(folder, key))
        elif said == "n":
            why = click.prompt("Why", type=click.Choice(REFUSALS))
            operate(folder, "review", {"action": key, "does": "refuse", "why": why})
        elif said == "s":
            days = click.prompt("For how many days", type=click.IntRange(1, 365), default=7)
            operate(folder, "review", {"action": key, "does": "snooze", "until": clock.now() + days * DAY})
        elif said == "e":
            changed = click.edit("\n".join(_editable(one)))
            if changed is not None:
                _edit(folder, key, changed)
                _say("It has your words now; y lets it out.")
            continue
        return True


def _approved(folder: Path, key: str) -> str:
    gone = operate(folder, "review", {"action": key, "does": "approve"}).get("gone")
    return f"Too late, it was let go: {gone}." if gone else "It goes out in the receiver's next working hour."


def _edit(folder: Path, key: str, text: str) -> None:
    title, *sections = text.strip().split("\n## ")
    first, _, before = title.partition("\n")
    parts = [["", before.strip()]] if before.strip() else []
    parts += [[heading.strip(), body.strip()] for heading, _, body in (one.partition("\n") for one in sections)]
    if not first.strip():
        raise ConfigError("the first line must be a title")
    operate(folder, "review", {"action": key, "does": "edit", "title": first.strip(), "parts": parts})


# words ----------------------------------------------------------------------------------------------------------


async def _drafts(found: Desk) -> list[Draft]:
    standing, now = await found.standing(), clock.now()
    entries = Review(found.store, found.head.ws, standing).drafts(now)
    return [composed(found, entry, standing, now) for entry in entries]


def _shown(one: Draft) -> Iterator[str]:
    to = ", ".join(plain(name, 40) for name in one.to) or "nobody: it will be in the digest"
    yield f"{one.entry.verb.upper()} {one.entry.action}, to {to}   [{one.entry.rule}]"
    if one.text is None:
        yield f"  There are no words for it: {plain(one.why)}"
        return
    yield f"  {one.text.title}"
    for heading, text in one.text.parts:
        first, *others = text.split("\n")
        label = {"First three sessions": "Sessions"}.get(heading, heading)
        yield f"  {label:<12}{first}" if heading else f"  {first}"
        yield from (f"{_INDENT}{line}" for line in others)
    if one.text.footer:
        yield f"  {one.text.footer}"


def _editable(one: Draft) -> Iterator[str]:
    if one.text is None:
        yield "A title"
        return
    yield one.text.title
    for heading, text in one.text.parts:
        yield from (["", f"## {heading}"] if heading else [""])
        yield text


def _document(one: Draft) -> dict[str, object]:
    """Without receivers' names; the words of a draft hold names of people only where they suggest somebody."""
    text = one.text
    return {
        "action": one.entry.action,
        "verb": one.entry.verb,
        "rule": one.entry.rule,
        "finding": one.entry.finding,
        "to": list(one.entry.people),
        "title": text.title if text else None,
        "why_no_words": one.why or None,
    }


def _say(text: str) -> None:
    click.echo(text)
