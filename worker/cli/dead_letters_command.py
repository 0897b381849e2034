"""`sparekey dead-letters`: what came and could not be read, why, and trying it again. Owns the lists."""

from collections.abc import Iterator
from pathlib import Path

import click

from connectors.errors import ConfigError
from rules.model.times import iso
from rules.speech.amounts import count, day
from rules.speech.harmless import plain
from worker.cli import documents, options
from worker.cli.folder import hand_on, to_type
from worker.cli.operate import operate
from worker.cli.say import cut
from worker.runtimes import opening
from worker.store import dead_letters
from worker.store.dead_letters import DeadLetter

MOST = 200
MOST_PAYLOAD = 100_000
"""Bytes of a payload that are shown."""
WIDEST_LINE = 2_000

_json = click.option("--json", "as_json", is_flag=True, help="One JSON object.")


@click.group("dead-letters", invoke_without_command=True)
@options.folder
@_json
@click.pass_context
def dead_letters_command(context: click.Context, folder: Path, as_json: bool) -> None:
    """What came and could not be read: kept for 90 days, its payload for 14. Without a command: the list.

    \b
    sparekey dead-letters
    sparekey dead-letters show D-1f… --payload
    sparekey dead-letters retry D-1f…
    """
    hand_on(context, folder)
    if context.invoked_subcommand is None:
        _list(folder, as_json)


@dead_letters_command.command("list")
@options.folder
@_json
def list_command(folder: Path, as_json: bool) -> None:
    """The newest 200, without payloads."""
    _list(folder, as_json)


@dead_letters_command.command("show")
@click.argument("letter", metavar="ID")
@click.option("--payload", is_flag=True, help="Also what came, made harmless: it may name people.")
@options.folder
@_json
def show_command(letter: str, payload: bool, folder: Path, as_json: bool) -> None:
    """One of them: reason, source, its reference there, and when it came."""
    with opening.read(folder) as (_, store, head), store.reading() as connection:
        one = dead_letters.get(connection, letter)
    if one is None or one.ws != head.ws:
        raise ConfigError(f"no dead letter {letter}", f"`{to_type(folder, 'dead-letters')}` lists them")
    if as_json:
        text = {"payload": "\n".join(_payload(one)) if one.payload is not None else None} if payload else {}
        click.echo(documents.dump({**_document(one), **text}))
    else:
        click.echo("\n".join(_screen(one, payload, folder)))


@dead_letters_command.command("retry")
@click.argument("letter", metavar="ID")
@options.folder
@_json
def retry_command(letter: str, folder: Path, as_json: bool) -> None:
    """Reads it again, as if it came now: after a setting was mended, or with a newer version.

    Exit codes: 0 it was taken; 1 it is dead again; 2 there is nothing to try again.
    """
    found = operate(folder, "retry", {"letter": letter})
    answer, dead = plain(str(found.get("answer"))), str(found.get("dead") or "")
    if as_json:
        click.echo(documents.dump({"id": letter, "answer": answer, "dead": dead or None}))
    else:
        click.echo(f"{letter}: {answer}")
    if dead:
        raise SystemExit(1)


# words ----------------------------------------------------------------------------------------------------------


def _list(folder: Path, as_json: bool) -> None:
    with opening.read(folder) as (_, store, head), store.reading() as connection:
        letters = dead_letters.newest(connection, head.ws, MOST)
    if as_json:
        click.echo(documents.dump({"dead_letters": [_document(one) for one in letters]}))
        return
    for one in letters:
        where = cut(f"{plain(one.source, 30)} {plain(one.ref, 60)}".strip(), 36)
        click.echo(f"{one.id}  {day(one.at):<15}  {one.status:<7}  {where:<36}  {cut(plain(one.error), 90)}")
    if not letters:
        click.echo("No dead letter: everything that came could be read.")
        return
    still = sum(one.status == "open" for one in letters)
    newest = "The newest 200 of them. " if len(letters) == MOST else ""
    click.echo(f"{newest}{count(len(letters), 'dead letter')}, {still} open.")
    click.echo(f"Next: {to_type(folder, 'dead-letters show', letters[0].id)}   what it is about")


def _screen(one: DeadLetter, payload: bool, folder: Path) -> Iterator[str]:
    yield f"{one.id}   {one.status}"
    yield f"  came       {iso(one.at)}, {day(one.at)}"
    yield f"  source     {plain(one.source)}"
    yield f"  reference  {plain(one.ref) or 'none'}"
    yield f"  stage      {one.stage}"
    yield f"  reason     {plain(one.error, 1000)}"
    if payload:
        yield "  payload:"
        yield from (_payload(one) if one.payload is not None else ["  it is not kept, or not any more"])
        return
    yield f"  payload    {count(len(one.payload), 'byte')}" if one.payload is not None else "  payload    not kept"
    if one.payload is not None:
        yield f"Next: {to_type(folder, 'dead-letters retry', one.id)}   reads it again"
    else:
        yield "Next: mend what it came from; it is read again with its source."


def _payload(one: DeadLetter) -> Iterator[str]:
    """Line by line: nothing in it can move the cursor, colour anything or turn text around."""
    held = one.payload or b""
    for line in held[:MOST_PAYLOAD].decode("utf-8", "replace").splitlines():
        indent = line[: len(line) - len(line.lstrip(" "))][:40]
        yield indent + plain(line, WIDEST_LINE)
    if len(held) > MOST_PAYLOAD:
        yield f"… {count(len(held) - MOST_PAYLOAD, 'more byte')}"


def _document(one: DeadLetter) -> dict[str, object]:
    return {
        "id": one.id,
        "at": iso(one.at),
        "stage": one.stage,
        "source": plain(one.source),
        "reference": plain(one.ref),
        "reason": plain(one.error, 1000),
        "status": one.status,
        "payload_bytes": len(one.payload) if one.payload is not None else None,
    }
