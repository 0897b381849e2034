"""The entry of the command line: the literal list of commands, and what exit codes mean.

0 fine; 1 ran and found something wrong; 2 wrong use or configuration. Owns that and nothing else.
"""

import gc
import sys

import click

from connectors.errors import ConfigError
from rules.speech.harmless import plain
from worker.cli.answer_command import answer_command
from worker.cli.backfill_command import backfill_command
from worker.cli.dead_letters_command import dead_letters_command
from worker.cli.demo_command import demo_command
from worker.cli.doctor_command import doctor_command
from worker.cli.events_command import events_command
from worker.cli.explain_command import explain_command
from worker.cli.findings_command import findings_command
from worker.cli.init_command import init_command
from worker.cli.knowledge_command import knowledge_command
from worker.cli.review_command import review_command
from worker.cli.rules_command import rules_command
from worker.cli.run_command import run_command
from worker.cli.store_command import store_command
from worker.cli.try_command import try_command
from worker.log import configure
from worker.ports import StoreAway

MOST_SHOWN = 500


@click.group(context_settings={"help_option_names": ["-h", "--help"]})
@click.version_option(package_name="sparekey")
def cli() -> None:
    """Spots mentoring moments and knowledge single points of failure, and asks one good question at a time."""


COMMANDS = (
    try_command,
    demo_command,
    init_command,
    doctor_command,
    run_command,
    backfill_command,
    findings_command,
    review_command,
    answer_command,
    explain_command,
    knowledge_command,
    rules_command,
    events_command,
    dead_letters_command,
    store_command,
)

for command in COMMANDS:
    cli.add_command(command)


def main() -> None:
    """Runs a command; an error of configuration is one clear sentence on standard error."""
    configure()
    gc.set_threshold(200_000, 20, 50)  # events and state hold no cycles: fewer collections, 5 to 30% less time
    try:
        cli()
    except (ConfigError, StoreAway) as error:
        for place, line in enumerate(str(error).split("\n")):
            click.echo(f"{'sparekey:' if not place else '         '} {plain(line, MOST_SHOWN)}", err=True)
        hint = error.hint if isinstance(error, ConfigError) else ""
        if hint:
            click.echo(f"          {plain(hint, MOST_SHOWN)}", err=True)
        sys.exit(2)
    except BrokenPipeError:
        sys.stderr.close()
        sys.exit(0)


if __name__ == "__main__":
    main()
