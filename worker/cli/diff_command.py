"""`sparekey rules diff OLD NEW`: what an edit of the rules changes on a past. Owns its options."""

from pathlib import Path

import click

from connectors.errors import ConfigError
from worker.cli import documents
from worker.cli.backtest_command import refuse_names
from worker.cli.backtest_history import Since, asked
from worker.cli.backtest_options import of_a_past
from worker.cli.backtest_rules import written
from worker.cli.chart import spelled
from worker.cli.diff_document import document
from worker.cli.diff_run import compare
from worker.cli.diff_text import screen
from worker.cli.progress import bars
from worker.cli.say import Say


@click.command("diff")
@click.argument("old", type=click.Path(path_type=Path))
@click.argument("new", type=click.Path(path_type=Path))
@of_a_past
def diff_command(
    old: Path,
    new: Path,
    files: tuple[Path, ...],
    clones: tuple[Path, ...],
    apart: bool,
    folder: Path,
    workspaces: tuple[str, ...],
    since: Since,
    areas: str | None,
    as_json: bool,
    names: bool,
) -> None:
    """What an edit of the rules gains, loses and moves on a past, and why. Nothing is stored or sent.

    \b
    sparekey rules diff old.yml new.yml                            over the store beside sparekey.yml
    sparekey rules diff catalog/start-small catalog/core --in ../payments
    git show HEAD~1:rules/payments.yml > /tmp/old.yml && sparekey rules diff /tmp/old.yml rules/payments.yml

    OLD and NEW are rules files, folders of *.yml, or the names of shipped packs. For each finding that is not in both:
    the condition that fails in the rulebook that says nothing, with its values, or what held that rulebook back.

    Exit codes: 0 fine; 2 a rule is wrong, or there is nothing to read.
    """
    every = asked([*files, *clones], folder, workspaces, areas, since, apart)
    if len(every) > 1:
        raise ConfigError("a diff is of one workspace", "without --apart, and with one --workspace")
    refuse_names(names, every)
    rules = [written((path,)) for path in (old, new)]  # what is wrong with them is said before anything is read
    with bars(quiet=as_json) as shown:
        found = compare(every[0], rules, shown)
    if as_json:
        click.echo(documents.dump(document(found, names)))
        return
    for line in screen(found, Say(found.people, False)):
        click.echo(spelled(line))
