"""Options that `rules backtest` and `rules diff` share: which history, from when, shown how. Owns their words."""

from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path
from typing import TypeVar

import click

from rules.model.times import instant
from worker.cli import options
from worker.cli.backtest_history import Since
from worker.config.sparekey import span_of

Command = TypeVar("Command", bound=Callable[..., object])


def _since(context: click.Context, option: click.Parameter, value: str | None) -> Since:
    if value is None:
        return Since()
    if value[-1:] in "mhdw" and value[:-1].isdigit() and 0 < int(value[:-1]) < 100_000:
        return Since(before=span_of(value))
    try:
        return Since(at=instant(datetime.strptime(value, "%Y-%m-%d").replace(tzinfo=UTC)))
    except ValueError:
        raise click.BadParameter("a length such as 180d, or a day such as 2025-03-01, is needed") from None


_OPTIONS = (
    click.option(
        "--events", "files", multiple=True, metavar="FILE",
        type=click.Path(path_type=Path, exists=True, dir_okay=False),
        help="A file of events; several are read as one history.",
    ),
    click.option(
        "--in", "clones", multiple=True, metavar="CLONE", type=click.Path(path_type=Path, exists=True),
        help="A git clone, or a file of events.",
    ),
    click.option("--apart", is_flag=True, help="Each file and clone is a workspace of its own, on a core of its own."),
    click.option(
        "--config", "folder", type=click.Path(path_type=Path, file_okay=False, exists=True), default=Path(),
        help="The folder of sparekey.yml (default: here): its store is read where no history is given.",
    ),
    click.option(
        "--workspace", "workspaces", multiple=True, metavar="NAME",
        help="Of the store: another workspace than the configured one, several, or all.",
    ),
    click.option(
        "--since", callback=_since, metavar="WHEN",
        help="From when the rules would have run: 180d before the end (the default), or a day such as 2025-03-01.",
    ),
    click.option("--areas", metavar="CHOICE", help="What a part is, as for `sparekey try`; the store has its own."),
    options.json,
    click.option("--names", is_flag=True, help="Names in JSON, of a clone or files; a store's people are not named."),
)  # fmt: skip


def of_a_past(command: Command) -> Command:
    """In the order of the help."""
    for option in reversed(_OPTIONS):
        command = option(command)
    return command
