"""`sparekey backfill`: a source's history into the store, quietly. Owns its options and what it says at the end."""

from collections.abc import Iterator, Mapping
from pathlib import Path

import click

from connectors.errors import ConfigError
from rules.model.times import Instant
from rules.speech.amounts import count
from rules.speech.harmless import plain
from worker.cli import documents, options
from worker.cli.folder import to_type
from worker.cli.operate import is_running, operate
from worker.cli.progress import bars
from worker.config.load import Configuration, load
from worker.runtimes import opening
from worker.store import findings, outbox
from worker.wiring.sources import READERS

MOST_EXAMPLES = 5
INTERRUPTED = 130


@click.command("backfill")
@click.argument("kind", type=click.Choice(sorted(READERS)))
@click.argument("path", required=False, type=click.Path(path_type=Path))
@options.folder
@click.option("--name", default="", help="The source's name in sparekey.yml, where several are of this kind.")
@options.since_day
@click.option("--json", "as_json", is_flag=True, help="One JSON object.")
def backfill_command(
    kind: str, path: Path | None, folder: Path, name: str, since: Instant | None, as_json: bool
) -> None:
    """The history of a git clone, a file of events or a folder of postmortems. Nothing about the past is sent.

    \b
    sparekey backfill git              the clone that sparekey.yml names
    sparekey backfill git ../billing   another one

    It can be interrupted: the same command again goes on, and reads nothing twice. What still stands at the end waits
    as a draft in `sparekey review`.

    Exit codes: 0 fine; 1 read, but something was malformed; 2 wrong use; 130 interrupted.
    """
    configuration = load(folder)
    name, path = _source(configuration, kind, path, name)
    asked = {"kind": kind, "path": str(path.resolve()), "name": name, "since": since or 0}
    try:
        with bars(quiet=as_json) as shown:
            found = operate(folder, "backfill", asked, shown)
    except KeyboardInterrupt:
        click.echo(_interrupted(configuration), err=True)
        raise SystemExit(INTERRUPTED) from None
    told = {"kind": kind, "name": name, **found, **_standing(folder)}
    if as_json:
        click.echo(documents.dump(told))
    else:
        click.echo("\n".join(_screen(told, folder)))
    if found.get("malformed"):
        raise SystemExit(1)


def _source(configuration: Configuration, kind: str, path: Path | None, name: str) -> tuple[str, Path]:
    """The configured source that is meant; a path of its own makes one that is not configured."""
    known = {key: said for key, said in configuration.settings.sources.items() if said.kind == kind}
    if path is not None:
        same = [key for key, said in known.items() if configuration.path(said.path).resolve() == path.resolve()]
        return name or (same[0] if same else f"{kind}:{path.resolve()}"), path
    if name:
        known = {key: said for key, said in known.items() if key == name}
    if len(known) != 1:
        called = f" called '{name}'" if name else ""
        there = f"sparekey.yml has {len(known) or 'no'} {'sources' if known else 'source'} of kind '{kind}'{called}"
        raise ConfigError(f"{there}: which one?", f"--name {' or '.join(known)}" if known else "give a PATH")
    ((key, said),) = known.items()
    return key, configuration.path(said.path)


def _standing(folder: Path) -> dict[str, object]:
    """What there is now, whoever wrote it."""
    with opening.read(folder) as (_, store, head), store.reading() as connection:
        open_now = len(findings.every(connection, head.ws, "open"))
        return {"findings_open": open_now, "drafts": outbox.counts(connection, head.ws).get("draft", 0)}


def _interrupted(configuration: Configuration) -> str:
    if is_running(configuration):
        return "Left alone: the running process reads on, and says so in its log."
    return "Interrupted. What was read is kept; the same command again goes on."


def _screen(told: Mapping[str, object], folder: Path) -> Iterator[str]:
    new, known, bad, open_now, drafts = (
        int(str(told.get(name) or 0)) for name in ("new", "known", "malformed", "findings_open", "drafts")
    )
    where = plain(str(told["name"]))
    yield f"{count(new, 'new event')}, {known:,} known already, from {where}. Nothing about the past was sent."
    examples = told.get("examples")
    if bad:
        yield f"{count(bad, 'line or document', 'lines or documents')} could not be read:"
        yield from (f"  {plain(str(one))}" for one in (examples if isinstance(examples, list) else [])[:MOST_EXAMPLES])
        yield f"  All of them: {to_type(folder, 'dead-letters')}"
    waiting = f"{count(drafts, 'draft')} {'waits' if drafts == 1 else 'wait'} for a person"
    yield f"{count(open_now, 'finding')} open now; {waiting if drafts else 'no draft waits'}."
    yield f"Next: {_next(folder, open_now, drafts)}"


def _next(folder: Path, open_now: int, drafts: int) -> str:
    if drafts:
        return f"{to_type(folder, 'review')}   one draft after the other; nothing leaves before you say yes"
    if open_now:
        return f"{to_type(folder, 'findings')}   what was found, and why nobody was told"
    return f"{to_type(folder, 'doctor')}   which rules can fire, and what the others need"
