"""`sparekey backfill`: a source's history into the store, quietly. Owns its options and what it says at the end."""

from pathlib import Path

import click

from connectors.errors import ConfigError
from rules.model.times import Instant
from rules.speech.amounts import count
from worker.cli import documents, options
from worker.cli.operate import operate
from worker.cli.progress import bars
from worker.cli.say import typed
from worker.config.load import load
from worker.wiring.sources import READERS


@click.command("backfill")
@click.argument("kind", type=click.Choice(sorted(READERS)))
@click.argument("path", required=False, type=click.Path(path_type=Path))
@options.folder
@click.option("--name", default="", help="The source's name in sparekey.yml, where several have this kind.")
@options.since_day
@click.option("--json", "as_json", is_flag=True, help="One JSON object.")
def backfill_command(
    kind: str, path: Path | None, folder: Path, name: str, since: Instant | None, as_json: bool
) -> None:
    """The history of a git clone, a file of events or a folder of postmortems; nothing about the past is sent.

    \b
    sparekey backfill git              the clone that sparekey.yml names
    sparekey backfill git ../billing   another one

    Again begins anew and changes nothing that is known: an interrupted one is simply repeated. Findings that still
    stand at the end wait as drafts in `sparekey review`. Exit codes: 0 fine; 1 something was malformed; 2 wrong use.
    """
    name, path = _source(folder, kind, path, name)
    with bars(quiet=as_json) as shown:
        try:
            found = operate(
                folder,
                "backfill",
                {"kind": kind, "path": str(path.resolve()), "name": name, "since": since or 0},
                shown,
            )
        except KeyboardInterrupt:
            click.echo("Interrupted. What was read is kept; the same command again goes on.", err=True)
            raise SystemExit(130) from None
    malformed = found.get("malformed")
    if as_json:
        click.echo(documents.dump(found))
    else:
        click.echo(f"{count(_int(found, 'new'), 'new event')}, {_int(found, 'known'):,} known already.")
        if malformed:
            click.echo(f"Not read: {malformed}. `{typed('dead-letters', [])}` lists them.")
        click.echo(f"Next: {typed('findings', [])}   what stands")
        click.echo(f"      {typed('review', [])}     drafts, to let out or to refuse")
    if malformed:
        raise SystemExit(1)


def _source(folder: Path, kind: str, path: Path | None, name: str) -> tuple[str, Path]:
    """The configured source that is meant; a path of its own makes one that is not configured."""
    configuration = load(folder)
    known = {key: said for key, said in configuration.settings.sources.items() if said.kind == kind}
    if path is not None:
        same = [key for key, said in known.items() if configuration.path(said.path).resolve() == path.resolve()]
        return name or (same[0] if same else f"{kind}:{path.resolve()}"), path
    if name:
        known = {key: said for key, said in known.items() if key == name}
    if len(known) != 1:
        there = f"sparekey.yml has {len(known)} sources of kind '{kind}'"
        raise ConfigError(f"{there}: which one?", f"--name {' or '.join(known)}" if known else "give a PATH")
    ((key, said),) = known.items()
    return key, configuration.path(said.path)


def _int(found: dict[str, object], name: str) -> int:
    value = found.get(name)
    return value if isinstance(value, int) else 0
