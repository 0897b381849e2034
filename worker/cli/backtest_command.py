"""`sparekey rules backtest`: what rules would have found, and what would have reached a manager. Owns its options."""

from pathlib import Path

import click

from connectors.errors import ConfigError
from rules.language.rule import Rule
from worker.cli import documents
from worker.cli.backtest_document import document
from worker.cli.backtest_history import Asked, Since, asked
from worker.cli.backtest_options import of_a_past
from worker.cli.backtest_rules import written
from worker.cli.backtest_run import run
from worker.cli.backtest_text import screen
from worker.cli.chart import can_blocks, spelled
from worker.cli.progress import bars
from worker.cli.say import Say
from worker.config.load import load
from worker.wiring.histories import is_event_file


@click.command("backtest")
@click.argument("paths", nargs=-1, type=click.Path(path_type=Path))
@of_a_past
def backtest_command(
    paths: tuple[Path, ...],
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
    """What rules would have found in a past, and what would have reached a manager a week. Nothing is stored or sent.

    \b
    sparekey rules backtest                                   the store beside sparekey.yml, its rules
    sparekey rules backtest payments.yml --in ../payments     a clone
    sparekey rules backtest rules/ --events a.jsonl b.jsonl   files of events
    sparekey rules backtest --since 2025-01-01 --json

    PATHS are rules files, or folders of *.yml (default: the configured ones, else the whole catalogue). Dispatch runs
    beside the rules: budgets, cases, digest days, working hours and moments that pass are judged as the service does.

    Exit codes: 0 fine; 2 a rule is wrong, or there is nothing to read.
    """
    rules = tuple(path for path in paths if not is_event_file(path))
    given = [*files, *clones, *(path for path in paths if is_event_file(path))]
    every = asked(given, folder, workspaces, areas, since, apart)
    loaded = written(rules) if rules or given else None  # what is wrong is said before reading
    by_id: dict[str, Rule] = {rule.id: rule for rule in (loaded.rules if loaded is not None else load(folder).rules)}
    refuse_names(names, every)
    with bars(quiet=as_json) as shown:
        found = run(every, rules, loaded, shown)
    if as_json:
        click.echo(documents.dump(document(found, by_id, names)))
        return
    for line in screen(found, by_id, Say(found[0].people, False), can_blocks()):
        click.echo(spelled(line))


def refuse_names(names: bool, every: list[Asked]) -> None:
    """Whoever has a clone has its names; a store's people are counted only."""
    if names and not every[0].files:
        raise ConfigError("--names is for a clone or files", "a backtest of the store counts people and names nobody")
