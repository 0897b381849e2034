"""`sparekey knowledge map PATH`: every part, who could carry it, and how sure that is. Owns that table."""

from collections import Counter
from pathlib import Path

import click

from worker.cli import documents
from worker.cli.progress import bars
from worker.cli.say import Say, ago, count, day, may_name
from worker.cli.study import Study, study
from worker.rulebook import at_a_terminal, load


@click.group("knowledge")
def knowledge_command() -> None:
    """Who could carry what."""


@knowledge_command.command("map")
@click.argument("path", type=click.Path(path_type=Path), default=Path())
@click.option("--areas", help="As for `try`.")
@click.option("--json", "as_json", is_flag=True, help="One JSON object.")
@click.option("--names", is_flag=True, help="Names also in a file or pipe.")
@click.option("--pseudonyms", is_flag=True, help="No names.")
def map_command(path: Path, areas: str | None, as_json: bool, names: bool, pseudonyms: bool) -> None:
    """Every part of a system: nobody, one person, or several could carry it; quiet parts last."""
    with bars(quiet=as_json) as shown:
        found = study(path, areas, at_a_terminal(load()[0]), shown)
    if as_json:
        say = Say(found.history.people, names)
        click.echo(
            documents.dump({"at": found.at, "areas_by": found.choice.name, "areas": documents.parts(found.parts, say)})
        )
        return
    _print(found, Say(found.history.people, may_name(names, pseudonyms)))


def _print(found: Study, say: Say) -> None:
    states = Counter(part.state for part in found.parts)
    summary = ", ".join(f"{n} {state}" for state in ("orphaned", "single", "covered", "quiet") if (n := states[state]))
    click.echo(f"{count(len(found.parts), 'part')} as of {day(found.at)}: {summary}.  Parts: {found.choice.about}.")
    wide = min(max([len(say.area(part.area)) for part in found.parts] + [4]), 48)
    click.echo(f"  {'part':<{wide}}  state     changes  could carry it")
    for part in found.parts:
        area = say.area(part.area)
        area = area if len(area) <= wide else area[: wide - 1] + "…"
        who = ", ".join(say.person(person) for person in part.carriers[:3]) or "nobody present"
        more = f" +{len(part.carriers) - 3}" if len(part.carriers) > 3 else ""
        docs = f"   docs: {ago(part.docs_days)}"
        click.echo(f"  {area:<{wide}}  {part.state:<8}  {part.changes:>7,}  {who}{more}{docs}")
