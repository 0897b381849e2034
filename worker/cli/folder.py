"""Which folder's service a command speaks of: handed on to the parts of a group, and written into commands to type.

Owns that. The option itself is worded in `options.py`.
"""

from pathlib import Path

import click

from worker.cli.say import typed


def hand_on(context: click.Context, folder: Path) -> None:
    """`review --config X yes KEY` means the same as `review yes --config X KEY`."""
    group = context.command
    if isinstance(group, click.Group):
        context.default_map = {name: {"folder": folder} for name in group.commands}


def to_type(folder: Path, command: str, *subjects: str) -> str:
    """A command about the same folder."""
    return typed(command, ["--config", str(folder)] if folder != Path() else [], *subjects)
