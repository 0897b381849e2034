"""`sparekey init`: one question, the rest derived from a clone and a roster. Owns its options and its steps."""

import re
import sys
from pathlib import Path

import click

from connectors.errors import ConfigError
from rules.language.problems import nearest
from worker.cli import documents
from worker.cli.init_files import write
from worker.cli.init_reading import Derived, derive
from worker.cli.init_text import document, screen
from worker.cli.progress import bars
from worker.config.load import examine
from worker.config.roster_csv import HANDLE, columns
from worker.config.sparekey import load_settings
from worker.config.starting import slug

READ = ("codeowners", "csv")
NOT_YET = ("backstage", "github-teams")
WORKSPACE = re.compile(r"[a-z0-9][a-z0-9-]{0,62}")


@click.command("init")
@click.argument("path", type=click.Path(path_type=Path, file_okay=False), default=Path())
@click.option("--clone", type=click.Path(path_type=Path), help="The git clone to watch (default: PATH, if it is one).")
@click.option(
    "--from",
    "sources",
    metavar="NAMES",
    help="What to read besides the history: codeowners, csv, or both with a comma (default: what is there).",
)
@click.option("--roster", type=click.Path(path_type=Path), help="A CSV file with a row a person.")
@click.option(
    "--columns",
    "mapping",
    metavar="FIELD=HEADER,…",
    help="Which column of the roster is what, such as handle=Login,mail=E-mail,team=Team. Fields: handle, mail, team, "
    "manager, buddy, role, level, zone, github, git, jira, slack, pagerduty.",
)
@click.option("--manager", metavar="HANDLE", help="Who gets tasks until you say more; asked for at a terminal.")
@click.option("--workspace", metavar="NAME", help="Default: the clone's folder.")
@click.option(
    "--areas", metavar="CHOICE", help="What an area is: codeowners, packages, folders-1, folders-2, folders-3."
)
@click.option(
    "--force", is_flag=True, help="Write files anew that are there already; people.yml.old keeps the old one."
)
@click.option("--json", "as_json", is_flag=True, help="One JSON object; nothing is asked.")
def init_command(
    path: Path,
    clone: Path | None,
    sources: str | None,
    roster: Path | None,
    mapping: str | None,
    manager: str | None,
    workspace: str | None,
    areas: str | None,
    force: bool,
    as_json: bool,
) -> None:
    """Writes sparekey.yml, areas.yml, people.yml, a rules file and lines of .gitignore into PATH (default: here).

    \b
    sparekey init
    sparekey init --manager ada --roster staff.csv --columns handle=Login,mail=E-mail

    What is there already is kept, and said to be. Nothing is sent; only handles and accounts are written, no names.

    Exit codes: 0 fine; 1 written, but a row of the roster or a file has errors; 2 wrong use, or nothing to write to.
    """
    wanted = _wanted(sources, roster, mapping)
    fields = columns(mapping) if mapping else None
    name = _workspace(workspace, clone or path)
    who = _manager(manager, path, ask=not as_json)
    try:
        with bars(quiet=as_json) as shown:
            derived = derive(path, clone, wanted, roster, fields, who, name, areas, shown)
    except OSError as error:
        raise ConfigError(f"{error.filename or path} cannot be read: {error.strerror}") from None
    files = write(path, derived.texts, force)
    _, problems = examine(path)
    if as_json:
        click.echo(documents.dump(document(path, derived, files, problems)))
    else:
        for line in screen(path, derived, files, problems):
            click.echo(line)
    _end(derived, bool(problems))


def _end(derived: Derived, wrong: bool) -> None:
    if wrong or derived.not_read:
        raise SystemExit(1)


def _wanted(sources: str | None, roster: Path | None, mapping: str | None) -> tuple[str, ...]:
    """What was asked for by name; () = whatever is there."""
    asked = tuple(name.strip() for name in sources.split(",")) if sources is not None else ()
    for name in asked:
        if name in NOT_YET:
            raise ConfigError(f"--from {name} cannot be read yet", f"there are: {', '.join(READ)}")
        if name not in READ:
            raise ConfigError(f"--from: no source '{name[:60]}'", nearest(name, READ))
    if "csv" in asked and roster is None:
        raise ConfigError("--from csv needs --roster FILE.csv")
    if roster is not None and asked and "csv" not in asked:
        raise ConfigError("--roster is given, but --from does not name csv", f"--from {','.join((*asked, 'csv'))}")
    if mapping and roster is None:
        raise ConfigError("--columns says what the columns of a roster are", "add --roster FILE.csv")
    return asked


def _workspace(given: str | None, folder: Path) -> str:
    if given is None:
        return slug(folder.resolve().name)
    if not WORKSPACE.fullmatch(given):
        raise ConfigError(f"--workspace '{given[:70]}' is no name", "small letters, digits and '-', at most 63")
    return given


def _manager(given: str | None, folder: Path, ask: bool) -> str:
    """As given, as sparekey.yml has it, or as somebody at the terminal says."""
    if given is not None:
        return _handle(given)
    if known := _known_manager(folder):
        return known
    if not ask or not (sys.stdin.isatty() and sys.stdout.isatty()):
        raise ConfigError("who gets tasks until you say more?", "say --manager HANDLE, such as a GitHub login")
    click.echo("One question. Tasks go to the manager of a person, a team or an area. There are none yet.")
    return str(click.prompt("Who gets tasks until you say more? (a handle, such as a GitHub login)", value_proc=_asked))


def _asked(text: str) -> str:
    try:
        return _handle(text)
    except ConfigError as error:
        raise click.UsageError(str(error)) from None


def _handle(text: str) -> str:
    handle = text.strip().removeprefix("@")
    if not HANDLE.fullmatch(handle):
        raise ConfigError(
            f"'{text.strip()[:70]}' is no handle", "letters, digits, '.', '_' and '-', such as a GitHub login"
        )
    return handle


def _known_manager(folder: Path) -> str | None:
    try:
        text = (folder / "sparekey.yml").read_text(encoding="utf-8", errors="replace")
    except OSError:
        return None
    settings, _ = load_settings(text)
    return settings.default_manager if settings else None
