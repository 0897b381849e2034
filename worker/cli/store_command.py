"""`sparekey store upgrade|check|backup|restore`: looking after the file. Owns their words."""

from pathlib import Path

import click

from connectors.errors import ConfigError
from rules.speech.amounts import count
from worker import clock
from worker.cli import documents, options
from worker.cli.operate import is_running, operate
from worker.config.load import load
from worker.runtimes import opening
from worker.store import backup, checking, upgrade
from worker.store.database import engine_of
from worker.store.lock import Lock


@click.group("store")
def store_command() -> None:
    """Upgrading, checking, saving and restoring the store."""


@store_command.command("check")
@options.folder
@click.option("--json", "as_json", is_flag=True, help="One JSON object.")
def check_command(folder: Path, as_json: bool) -> None:
    """Whether everything in it fits together. Works beside the running process. Exit 1 if something does not."""
    path = opening.store_path(load(folder))
    if not path.exists():
        raise ConfigError(f"there is no store at {path}", "`sparekey run` makes it")
    rows, wrong = checking.check(path)
    size = path.stat().st_size
    if as_json:
        click.echo(documents.dump({"path": str(path), "bytes": size, "rows": rows, "wrong": wrong}))
    else:
        for line in wrong:
            click.echo(f"WRONG  {line}")
        told = ", ".join(f"{name} {n:,}" for name, n in rows.items() if n)
        click.echo(f"{path}: {size / 1_000_000:.1f} MB; {told or 'empty'}.")
        click.echo("Everything fits." if not wrong else f"{count(len(wrong), 'thing')} wrong.")
    if wrong:
        raise SystemExit(1)


@store_command.command("backup")
@click.argument("to", type=click.Path(path_type=Path, dir_okay=False))
@options.folder
def backup_command(to: Path, folder: Path) -> None:
    """A copy, made while the service runs. It holds who is who: keep it as safe as the store, and 30 days at most."""
    size = operate(folder, "backup", {"path": str(to.resolve())}).get("bytes")
    click.echo(f"{to}: {int(str(size or 0)) / 1_000_000:.1f} MB. Put it back with `sparekey store restore {to}`.")


@store_command.command("restore")
@click.argument("saved", type=click.Path(path_type=Path, dir_okay=False))
@options.folder
def restore_command(saved: Path, folder: Path) -> None:
    """Puts a backup in the place of the store; the present one is kept beside it. The service must be stopped."""
    configuration = load(folder)
    if is_running(configuration):
        raise ConfigError("the service runs", "stop it first")
    path = opening.store_path(configuration)
    lock = Lock(path).take()
    try:
        old = backup.restore(saved, path)
    finally:
        lock.release()
    click.echo(f"{path} is {saved} now." + (f" What was there is {old}." if old else ""))
    click.echo("Sources are read again by `sparekey run`: what came since the backup is known by its id or journalled.")


@store_command.command("upgrade")
@options.folder
def upgrade_command(folder: Path) -> None:
    """Brings an older store to this version; a copy is made first. The service must be stopped."""
    path = opening.store_path(load(folder))
    if not path.exists():
        raise ConfigError(f"there is no store at {path}", "`sparekey run` makes one of this version")
    lock = Lock(path).take()
    try:
        engine = engine_of(path)
        with engine.connect() as connection:
            version = upgrade.version_of(connection)
            connection.rollback()
            if version == upgrade.NEWEST:
                click.echo(f"{path} is of this version ({version}): nothing to do.")
                return
            if version not in upgrade.OLDER:
                raise ConfigError(
                    f"{path} is of version {version or 'none'}, this is {upgrade.NEWEST}", "nothing was changed"
                )
            saved = path.with_name(f"{path.name}.{version}-{clock.now() // 1_000_000}")
            backup.write(path, saved)
            upgrade.to_newest(connection)
        engine.dispose()
    finally:
        lock.release()
    click.echo(f"{path} is of version {upgrade.NEWEST} now. As it was: {saved}")
