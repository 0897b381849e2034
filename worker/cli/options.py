"""Options that several commands share, each worded once. Owns no behaviour."""

from collections.abc import Callable
from datetime import UTC
from pathlib import Path
from typing import TypeVar

import click

from rules.model.times import DAY, instant

LOOK_BACK = 180 * DAY
Command = TypeVar("Command", bound=Callable[..., object])

path_argument = click.argument("path", type=click.Path(path_type=Path), default=Path())
in_path = click.option(
    "--in", "path", type=click.Path(path_type=Path), help="A clone or a file of events (default: here)."
)
folder = click.option(
    "--config",
    "folder",
    type=click.Path(path_type=Path, file_okay=False, exists=True),
    default=Path(),
    help="The folder of sparekey.yml (default: here).",
)


def _since(about: str) -> Callable[[Command], Command]:
    return click.option(
        "--since",
        type=click.DateTime(["%Y-%m-%d"]),
        metavar="YYYY-MM-DD",
        callback=lambda context, option, value: instant(value.replace(tzinfo=UTC)) if value else None,
        help=about,
    )


since = _since("From when the rules would have run (default: 180 days before the end of the history).")
since_day = _since("Nothing before this day (default: 400 days ago, as long as it is kept).")
areas = click.option(
    "--areas",
    metavar="CHOICE",
    help="What a part is: codeowners, packages (folders with a manifest), folders-1, folders-2, folders-3 (so many "
    "folders deep), or an areas.yml. Default: the choice in which nearest to 2 to 6 parts a year get a single carrier.",
)
rules = click.option(
    "--rules", multiple=True, type=click.Path(path_type=Path), help="Your rules file (default: the catalogue's core)."
)
json = click.option("--json", "as_json", is_flag=True, help="One JSON object, with pseudonyms.")
names = click.option("--names", is_flag=True, help="Names also in a file, a pipe or JSON; a terminal has them anyway.")
pseudonyms = click.option("--pseudonyms", is_flag=True, help="No names, whatever else is asked for.")


def of_a_study(command: Command) -> Command:
    """What every command that decides a history takes, in the order of its help."""
    for option in (pseudonyms, names, json, rules, areas, since):
        command = option(command)
    return command


def again(path: Path, chosen: str | None) -> list[str]:
    """What has to be typed to see the same parts again."""
    return [str(path), *(["--areas", chosen] if chosen else [])]
