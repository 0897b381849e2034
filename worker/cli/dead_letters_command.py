"""`sparekey dead-letters`: what could not be read, why, and trying it again. Owns the lists."""

from pathlib import Path

import click

from connectors.errors import ConfigError
from rules.model.times import iso
from rules.speech.amounts import count, day
from rules.speech.harmless import plain
from worker.cli import documents, options
from worker.cli.desk import desk
from worker.cli.operate import operate
from worker.cli.say import cut, typed
from worker.store import dead_letters
from worker.store.dead_letters import DeadLetter


@click.group("dead-letters", invoke_without_command=True)
@options.folder
@click.option("--json", "as_json", is_flag=True, help="One JSON object, without payloads.")
@click.pass_context
def dead_letters_command(context: click.Context, folder: Path, as_json: bool) -> None:
    """What came and could not be read: kept 90 days, its payload 14."""
    context.obj = folder
    if context.invoked_subcommand is not None:
        return
    with desk(folder) as found, found.store.reading() as connection:
        letters = dead_letters.newest(connection, found.head.ws)
    if as_json:
        click.echo(documents.dump({"dead_letters": [_document(one) for one in letters]}))
        return
    for one in letters:
        click.echo(
            f"{one.id}  {day(one.at)}  {cut(plain(one.source), 16):<16}  {one.status:<8} {cut(plain(one.error), 70)}"
        )
    click.echo(
        f"{count(len(letters), 'dead letter')}. {typed('dead-letters show', [], letters[0].id)}" if letters else "None."
    )


@dead_letters_command.command("show")
@click.argument("letter")
@click.option("--payload", is_flag=True, help="Also the first 4,000 characters of what came.")
@click.pass_obj
def show_command(folder: Path, letter: str, payload: bool) -> None:
    """One of them, with its reason."""
    with desk(folder) as found, found.store.reading() as connection:
        one = dead_letters.get(connection, letter)
    if one is None:
        raise ConfigError(f"no dead letter {letter}", "`sparekey dead-letters` lists them")
    for name, value in _document(one).items():
        click.echo(f"{name:<10} {plain(str(value), 1000)}")
    if payload:
        text = (one.payload or b"").decode("utf-8", "replace")
        click.echo(plain(text, 4000) or "The payload is not kept any more.")
    elif one.payload is not None:
        click.echo(f"Again:     {typed('dead-letters retry', [], one.id)}")


@dead_letters_command.command("retry")
@click.argument("letter")
@click.pass_obj
def retry_command(folder: Path, letter: str) -> None:
    """Reads it again, as if it came now: after a setting was mended, or with a newer version."""
    click.echo(plain(str(operate(folder, "retry", {"letter": letter}).get("answer", ""))))


def _document(one: DeadLetter) -> dict[str, object]:
    return {
        "id": one.id,
        "at": iso(one.at),
        "stage": one.stage,
        "source": one.source,
        "reference": one.ref,
        "reason": one.error,
        "status": one.status,
        "bytes": len(one.payload) if one.payload is not None else 0,
    }
