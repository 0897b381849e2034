"""`sparekey rules live|ask|silent`: how much a rule may do by itself. Owns their words."""

from pathlib import Path

import click

from worker.cli import documents, options
from worker.cli.folder import to_type
from worker.cli.operate import operate

_MEANS = {
    "live": "its messages go out by themselves, within budgets and working hours",
    "ask": "its drafts wait for a person in `sparekey review`",
    "silent": "what it finds is recorded and told to nobody",
}


def mode_command(mode: str) -> click.Command:
    """One command a mode."""

    @click.command(mode, short_help=f"From now on {_MEANS[mode]}.")
    @click.argument("rule_id", metavar="ID")
    @options.folder
    @click.option("--json", "as_json", is_flag=True, help="One JSON object.")
    def command(rule_id: str, folder: Path, as_json: bool) -> None:
        found = operate(folder, "mode", {"rule": rule_id, "mode": mode})
        if as_json:
            click.echo(documents.dump({"rule": found["rule"], "mode": found["mode"]}))
            return
        click.echo(f"{rule_id} is {mode} from now on: {_MEANS[mode]}.")
        click.echo("It wins over the rules file until an edit there changes what the rule means.")
        if mode != "ask":
            click.echo(f"Drafts that wait already still wait: {to_type(folder, 'review')}")

    command.help = f"""From now on {_MEANS[mode]}.

    That wins over the rules file, until an edit there changes what the rule means; a rule that is `off` in its file
    stays off. What was found before keeps its drafts. Each change is in the audit log.

    \b
    sparekey rules {mode} area-single-carrier

    Exit codes: 0 fine; 2 there is no such rule, or it is off in its file.
    """
    return command
