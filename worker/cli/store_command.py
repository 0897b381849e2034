"""`sparekey store upgrade|check|backup|restore`: looking after the file. Owns their options and words."""

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import click
from sqlalchemy.exc import DBAPIError

from connectors.errors import ConfigError
from rules.engine.codec import decode
from rules.model.times import moment
from rules.speech.amounts import count
from worker import clock
from worker.cli import documents, options
from worker.cli.folder import to_type
from worker.cli.operate import operate
from worker.config.load import load
from worker.deciding.meanings import rules_hash
from worker.runtimes import opening
from worker.runtimes.service import book_of
from worker.store import backup, checking, database, upgrade
from worker.store.lock import Lock

_json = click.option("--json", "as_json", is_flag=True, help="One JSON object.")


@click.group("store")
def store_command() -> None:
    """Upgrading, checking, saving and restoring the store."""


@store_command.command("check")
@options.folder
@_json
def check_command(folder: Path, as_json: bool) -> None:
    """Whether everything in it fits together: the file, the schema, the journal against its head, the newest state.

    Works beside the running process.

    Exit codes: 0 everything fits; 1 something does not; 2 there is no store, or one of another version.
    """
    configuration = load(folder)
    path, program = _there(opening.store_path(configuration), folder), book_of(configuration).program

    def readable(state: bytes, rules: str) -> None:
        if rules == rules_hash(program):  # of other rules: nobody reads it any more
            decode(state, program)

    rows, wrong = checking.check(path, readable)
    size = sum(one.stat().st_size for one in (path, path.with_name(path.name + "-wal")) if one.exists())
    if as_json:
        told = {"path": str(path), "bytes": size, "schema_version": upgrade.NEWEST, "rows": rows, "wrong": wrong}
        click.echo(documents.dump(told))
    else:
        click.echo(f"{path}: {_megabytes(size)}, schema {upgrade.NEWEST}")
        for name, n in rows.items():
            if n:
                click.echo(f"  {name:<14} {n:>12,}")
        for line in wrong:
            click.echo(f"WRONG  {line}")
        click.echo("Everything fits." if not wrong else _mend(path, bool(rows), folder))
    if wrong:
        raise SystemExit(1)


@store_command.command("backup")
@click.argument("to", metavar="PATH", type=click.Path(path_type=Path, dir_okay=False))
@options.folder
@_json
def backup_command(to: Path, folder: Path, as_json: bool) -> None:
    """A copy, made while the service runs. It holds who is who: keep it as safe as the store, and 30 days at most."""
    found = operate(folder, "backup", {"path": str(to.resolve())})
    size = int(str(found.get("bytes") or 0))
    if as_json:
        click.echo(documents.dump({"path": str(to.resolve()), "bytes": size}))
        return
    click.echo(f"{to}: {_megabytes(size)}. It holds who is who: keep it as safe as the store, and 30 days at most.")
    click.echo(f"Put it back, while nothing runs: {to_type(folder, 'store restore', str(to))}")


@store_command.command("restore")
@click.argument("saved", metavar="PATH", type=click.Path(path_type=Path, dir_okay=False))
@options.folder
@_json
def restore_command(saved: Path, folder: Path, as_json: bool) -> None:
    """Puts a backup in the place of the store; the present one is kept beside it. The service must be stopped."""
    path = opening.store_path(load(folder))
    with _locked(path):
        old, version = backup.restore(saved, path)
    if as_json:
        kept = str(old) if old is not None else None
        click.echo(documents.dump({"path": str(path), "restored": str(saved), "kept": kept, "schema_version": version}))
        return
    click.echo(f"{path} is {saved} now." + _kept(old))
    click.echo(
        "Sources are read again by themselves; deliveries since the backup have to be sent again by their senders."
    )
    click.echo("What was sent since the backup is not known any more: see the drafts and findings before it runs.")
    older = version != upgrade.NEWEST
    click.echo(f"Next: {to_type(folder, 'store upgrade' if older else 'findings')}")


@store_command.command("upgrade")
@options.folder
@_json
def upgrade_command(folder: Path, as_json: bool) -> None:
    """Brings an older store to this version; a copy is made first. The service must be stopped.

    Exit codes: 0 done, or nothing to do; 2 the store is of a newer version, or somebody has it open.
    """
    path = _there(opening.store_path(load(folder)), folder)
    with _locked(path):
        version, saved = _upgraded(path)
    if as_json:
        copy = str(saved) if saved is not None else None
        click.echo(documents.dump({"path": str(path), "before": version, "now": upgrade.NEWEST, "backup": copy}))
    elif saved is None:
        click.echo(f"{path} is of this version ({version}): nothing to do.")
    else:
        click.echo(f"{path} is of version {upgrade.NEWEST} now. As it was ({version}): {saved}")


# pieces ---------------------------------------------------------------------------------------------------------


def _there(path: Path, folder: Path) -> Path:
    if not path.exists():
        raise ConfigError(f"there is no store at {path}", f"`{to_type(folder, 'run')}` makes one of this version")
    return path


@contextmanager
def _locked(path: Path) -> Iterator[None]:
    """Raises ConfigError with the pid of whoever has it open."""
    if not path.parent.is_dir():
        raise ConfigError(f"the folder of the store, {path.parent}, does not exist", "make it, or change 'store'")
    lock = Lock(path).take()
    try:
        yield
    finally:
        lock.release()


def _upgraded(path: Path) -> tuple[str, Path | None]:
    """(the version before, where the copy is): no copy where there was nothing to do."""
    engine = database.engine_of(path)
    try:
        with engine.connect() as connection:
            version = upgrade.version_of(connection)
            connection.rollback()
            if version == upgrade.NEWEST:
                return version, None
            if version not in upgrade.OLDER:
                why = f"of a newer version ({version}) than this sparekey ({upgrade.NEWEST})" if version else "no store"
                raise ConfigError(f"{path} is {why}", "nothing was changed; use the newer sparekey, or a backup")
            saved = path.with_name(f"{path.name}.{version}-{moment(clock.now()):%Y%m%dT%H%M%SZ}")
            backup.write(path, saved)
            upgrade.to_newest(connection)
            return version, saved
    except DBAPIError as error:
        raise ConfigError(f"{path} cannot be upgraded: {database.words(error, path)}") from None
    finally:
        engine.dispose()


def _kept(old: Path | None) -> str:
    return f" What was there is {old}: it holds who is who, so delete it within 30 days." if old is not None else ""


def _mend(path: Path, opens: bool, folder: Path) -> str:
    if not opens:
        return f"Stop the service and put a backup in its place: {to_type(folder, 'store restore', 'BACKUP')}"
    return f"Keep a copy of {path.name} before anything else; a backup is put back with `sparekey store restore`."


def _megabytes(size: int) -> str:
    return f"{size / 1_000_000:.1f} MB" if size >= 100_000 else count(size // 1000, "kilobyte")
