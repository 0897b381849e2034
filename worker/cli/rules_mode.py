"""`sparekey rules live|ask|silent ID`: how much a rule may do by itself. Owns their words."""

from pathlib import Path

import click

from worker.cli import options
from worker.cli.operate import operate

_MEANS = {
    "live": "its messages go out by themselves, within budgets and working hours",
    "ask": "its drafts wait in `sparekey review`",
    "silent": "what it finds is recorded and told nobody",
}


def mode_command(mode: str) -> click.Command:
    """One command a mode."""

    @click.command(mode, help=f"From now on {_MEANS[mode]}, until somebody changes what the rule means.")
    @click.argument("rule_id", metavar="ID")
    @options.folder
    def command(rule_id: str, folder: Path) -> None:
        operate(folder, "mode", {"rule": rule_id, "mode": mode})
        click.echo(f"{rule_id} is {mode}: {_MEANS[mode]}. An edit of what the rule means ends this.")

    return command
