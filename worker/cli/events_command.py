"""`sparekey events preview SOURCE FILE…`: what do these documents become? One event a line; nothing is kept.

Owns the summary: read, events, ignored and malformed with their reasons.
"""

import json
from collections.abc import Iterable
from pathlib import Path

import click

from connectors.base import Ignored, Reading
from connectors.errors import BadPayload, ConfigError
from connectors.files import source as files
from connectors.files.normalise import line_of
from connectors.git import source as git
from connectors.github import normalise as github
from connectors.postmortems.normalise import MAX_BYTES, report
from rules.model.events import Event
from worker.people.directory import RunDirectory
from worker.wiring.histories import WORKSPACE

SOURCES = ("files", "git", "github", "postmortems")
MOST_BYTES = 25_000_000


@click.group("events")
def events_command() -> None:
    """Looking at events."""


@events_command.command("preview")
@click.argument("source", type=click.Choice(SOURCES))
@click.argument("paths", nargs=-1, required=True, type=click.Path(path_type=Path))
def preview_command(source: str, paths: tuple[Path, ...]) -> None:
    """One JSON event a line on standard output; the summary on standard error. Exit 1 if anything was malformed."""
    reading, people = Reading(), RunDirectory()
    for path in paths:
        if not path.exists():
            raise ConfigError(f"{path} does not exist")
        for event in _events(source, path, people, reading):
            click.echo(line_of(event))
    summary = {
        "read": reading.read,
        "events": reading.events,
        "ignored": dict(sorted(reading.ignored.items())),
        "malformed": [{"file": place, "reason": reason} for place, reason in reading.malformed],
    }
    click.echo(json.dumps(summary, ensure_ascii=False), err=True)
    if reading.malformed_count:
        raise SystemExit(1)


def _events(source: str, path: Path, people: RunDirectory, reading: Reading) -> Iterable[Event]:
    if source == "files":
        yield from files.read(path, people.person, WORKSPACE, None, reading)
    elif source == "git":
        for event in git.read(path, people.person, WORKSPACE):
            reading.events += 1
            reading.read += event.kind == "pull_request.merged"
            yield event
    elif source == "github":
        yield from _github(path, people, reading)
    else:
        yield from _postmortems(path, reading)


def _github(path: Path, people: RunDirectory, reading: Reading) -> Iterable[Event]:
    """Deliveries as they were saved: one JSON object a file."""
    for file in sorted(path.rglob("*.json")) if path.is_dir() else [path]:
        reading.read += 1
        try:
            with file.open("rb") as stream:
                body = stream.read(MOST_BYTES + 1)
            found = github.events(github.name_of(body), body, people.person, WORKSPACE)
        except (BadPayload, OSError) as error:
            reading.bad(str(file), str(error))
            continue
        if isinstance(found, Ignored):
            reading.ignored[found.reason] += 1
            continue
        reading.events += len(found)
        yield from found


def _postmortems(path: Path, reading: Reading) -> Iterable[Event]:
    for file in sorted(path.rglob("*")) if path.is_dir() else [path]:
        if not file.is_file():
            continue
        if file.suffix.lower() not in (".md", ".markdown"):
            reading.ignored["not a Markdown file"] += 1
            continue
        reading.read += 1
        below = file.relative_to(path).as_posix() if path.is_dir() else file.name
        try:
            with file.open("rb") as stream:
                found = report(below, stream.read(MAX_BYTES + 1), WORKSPACE)
        except (BadPayload, OSError) as error:
            reading.bad(str(file), str(error))
            continue
        reading.events += len(found.events)
        yield from found.events
