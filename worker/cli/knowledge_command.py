"""`sparekey knowledge map PATH`: every part, who could carry it, and how sure that is. Owns that table."""

from collections import Counter
from pathlib import Path

import click

from rules.model.times import iso
from rules.speech.amounts import ago, count, day
from worker.cli import documents, options
from worker.cli.progress import bars
from worker.cli.say import Say, cut, may_name
from worker.cli.study import Study, ruleset, study


@click.group("knowledge")
def knowledge_command() -> None:
    """Who could carry what."""


@knowledge_command.command("map")
@options.path_argument
@options.areas
@options.json
@options.names
@options.pseudonyms
def map_command(path: Path, areas: str | None, as_json: bool, names: bool, pseudonyms: bool) -> None:
    """Every part of a system: nobody, one person, or several could carry it; quiet parts last.

    PATH is a git clone (default: this folder) or a file of events.
    """
    with bars(quiet=as_json) as shown:
        found = study(path, areas, ruleset(()), shown)
    say = Say(found.history.people, may_name(names, pseudonyms, by_itself=not as_json))
    if as_json:
        said = {"as_of": iso(found.at), "areas_by": found.choice.name, "areas": documents.parts(found.parts, say)}
        click.echo(documents.dump(said))
        return
    _print(found, say)


def _print(found: Study, say: Say) -> None:
    states = Counter(part.state for part in found.parts)
    summary = ", ".join(f"{n} {state}" for state in ("orphaned", "single", "covered", "quiet") if (n := states[state]))
    click.echo(
        f"{count(len(found.parts), 'part')} as of {day(found.at)}{': ' if summary else ''}{summary}.  "
        f"Parts: {found.choice.about}."
    )
    if not found.parts:
        click.echo("  No person changed anything in this history.")
        return
    wide = min(max([len(say.area(part.area)) for part in found.parts] + [4]), 48)
    click.echo(f"  {'part':<{wide}}  state     changes  docs changed  could carry it")
    for part in found.parts:
        area = cut(say.area(part.area), wide)
        who = ", ".join(say.person(person) for person in part.carriers[:3]) or "nobody"
        more = f" +{len(part.carriers) - 3}" if len(part.carriers) > 3 else ""
        click.echo(f"  {area:<{wide}}  {part.state:<8}  {part.changes:>7,}  {ago(part.docs_days):<12}  {who}{more}")
