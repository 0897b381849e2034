"""What `init` derives: areas from a history, people from CODEOWNERS, authors and a roster, and all files as texts.

Owns the reading. The words of the files are `worker/config/starting`'s; nothing is written here.
"""

import json
import os
import re
from collections import Counter
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from pathlib import Path
from zoneinfo import ZoneInfo

from msgspec.structs import replace as changed

from connectors.errors import ConfigError
from connectors.git import client
from connectors.git.normalise import account
from connectors.judgement import is_bot
from rules.knowledge.propose import Measured
from rules.language.problems import Problem
from rules.language.schema import rules_schema
from rules.model.areas import AreaMap
from rules.model.times import DAY, iso
from rules.speech.amounts import count
from rules.testing.schema import schema_of_tests
from worker.cli.areas_choice import Choice, choose_areas
from worker.cli.progress import Bars
from worker.config import starting
from worker.config.gathering import Gathering, owners_of
from worker.config.roster_csv import read_roster
from worker.config.starting import Start
from worker.wiring.histories import CODEOWNERS, History, read_history

AUTHORS_SINCE = 365 * DAY
MOST_AUTHORS = 200
MOST_ROSTER = 5_000_000
_GITHUB = re.compile(r"github\.com[:/]([A-Za-z0-9._-]{1,100}/[A-Za-z0-9._-]{1,100}?)(?:\.git)?/?$")


@dataclass(frozen=True, slots=True)
class Derived:
    """`texts` by file; `found` says how many people came from where; `not_read`: rows of the roster that are wrong."""

    texts: dict[str, str]
    changes: int
    choice: str
    areas: int
    measured: tuple[Measured, ...]
    people: int
    teams: int
    found: dict[str, int]
    not_read: list[Problem]
    notes: list[str]


@dataclass(slots=True)
class _Told:
    """What is said beside the result, and how many people came from where."""

    notes: list[str]
    found: dict[str, int]


def derive(
    folder: Path,
    clone: Path | None,
    wanted: tuple[str, ...],
    roster: Path | None,
    fields: Mapping[str, str] | None,
    manager: str,
    workspace: str,
    areas: str | None,
    shown: Bars,
) -> Derived:
    """Raises ConfigError where something that was asked for by name cannot be read."""
    told = _Told([], {})
    people = Gathering()
    not_read = _roster(roster, fields, manager, people, told)
    at = _clone(folder, clone, told)
    history = _history(at, wanted, shown) if at else None
    told.notes += history.warnings() if history else []
    if "codeowners" in wanted and not (history and history.codeowners):
        raise ConfigError(
            f"no CODEOWNERS in {at or folder}", f"looked for {', '.join(CODEOWNERS)} of the newest commit"
        )
    _owners(history.codeowners if history else "", people, told)
    _authors(at, history, people, told)
    choice, said = _areas(history, areas, people, told)
    rules, pack = _rules_folder(folder), "catalog/core" if roster else "catalog/start-small"
    start = Start(workspace, people.manager(manager), _zone(), rules, *(_named(folder, at) if at else ()))
    texts = {
        "sparekey.yml": starting.sparekey_yml(start),
        "areas.yml": starting.areas_yml(choice.about, said, _example(history)),
        f"{rules}/team.yml": starting.rules_yml(pack, rules),
        f"{rules}/rules.schema.json": json.dumps(rules_schema(), ensure_ascii=False, indent=2) + "\n",
        f"{rules}/tests.schema.json": json.dumps(schema_of_tests(), ensure_ascii=False, indent=2) + "\n",
        "people.yml": starting.people_yml(people),
    }
    counts = len(people.people), len(people.teams), told.found
    changes = history.commits if history else 0
    return Derived(
        texts, changes, choice.name, len(said.areas), choice.measured, *counts, not_read, _all_notes(told, people)
    )


def _all_notes(told: _Told, people: Gathering) -> list[str]:
    if people.second_addresses:
        more = count(people.second_addresses, "further address", "further addresses")
        told.notes.append(f"{more} of people who have one: lines of a .mailmap in the clone join them.")
    return told.notes


# the clone ----------------------------------------------------------------------------------------------------


def _clone(folder: Path, given: Path | None, told: _Told) -> client.Clone | None:
    if given is not None:
        return client.probe(given)
    if not ((folder / ".git").exists() or (folder / "HEAD").is_file()):
        told.notes.append(f"{folder} is no clone itself: areas and people come from one with --clone PATH.")
        return None
    try:
        return client.probe(folder)
    except ConfigError as error:
        told.notes.append(f"No history was read: {error}.")
        return None


def _history(at: client.Clone, wanted: tuple[str, ...], shown: Bars) -> History:
    history = read_history(at.path, lambda more, total: shown.tell("reading", more, total))
    return replace(history, codeowners="") if wanted and "codeowners" not in wanted else history


def _named(folder: Path, at: client.Clone) -> tuple[str, str]:
    """The clone as sparekey.yml names it, and its repository at GitHub."""
    near = Path(os.path.relpath(at.path.resolve(), folder.resolve()))
    path = near if near.parts.count("..") <= 2 else at.path.resolve()
    _, url = client.run(at.path, "config", "--get", "remote.origin.url")
    found = _GITHUB.search(url)
    return str(path), found[1] if found else ""


def _areas(history: History | None, wanted: str | None, people: Gathering, told: _Told) -> tuple[Choice, AreaMap]:
    """The choice, and its areas with handles for owners."""
    if history is None:
        if wanted:
            raise ConfigError("--areas needs a history", "say --clone PATH")
        nothing = AreaMap(fallback_depth=2)
        return Choice(nothing, "folders-2", "parts two folders deep, until a history says more"), nothing
    choice = choose_areas(history, wanted)
    kept, others = starting.fit(choice.area_map)
    if others:
        told.notes.append(
            f"{count(others, 'area')} left out: their names are too long, or hold marks that cannot be seen."
        )
    owned = []
    for area in kept.areas:
        both = [people.owner(owner) for owner in area.codeowners if not is_bot(owner.strip("@"))]
        team = next((team for _, team in both if team), None)
        owners = tuple(dict.fromkeys(handle for handle, _ in both if handle))
        owned.append(changed(area, codeowners=owners, team=team))
    return choice, changed(kept, areas=tuple(owned))


def _example(history: History | None) -> str:
    """The top folder that changed most of late."""
    if history is None:
        return ""
    recent = (event.paths or () for event in history.events if event.at > history.ends_at - AUTHORS_SINCE)
    counted = Counter(path.partition("/")[0] for paths in recent for path in paths if "/" in path)
    return min(counted, key=lambda name: (-counted[name], name), default="")


# people -------------------------------------------------------------------------------------------------------


def _roster(
    file: Path | None, fields: Mapping[str, str] | None, manager: str, people: Gathering, told: _Told
) -> list[Problem]:
    if file is None:
        return []
    try:
        with file.open("rb") as stream:
            held = stream.read(MOST_ROSTER + 1)
        text = held.decode("utf-8-sig")
    except OSError as error:
        raise ConfigError(f"--roster {file} cannot be read: {error.strerror}") from None
    except UnicodeDecodeError as error:
        line = error.object[: error.start].count(b"\n") + 1
        raise ConfigError(f"{file}:{line}: not UTF-8", "save it as 'CSV UTF-8'") from None
    if len(held) > MOST_ROSTER:
        raise ConfigError(f"--roster {file} is larger than {MOST_ROSTER // 1_000_000} MB")
    rows, problems = read_roster(text, str(file), fields)
    problems += people.roster(rows, str(file), manager)
    told.found[file.name] = len(people.people)
    return sorted(problems, key=lambda problem: problem.place.line)


def _owners(codeowners: str, people: Gathering, told: _Told) -> None:
    before = len(people.people)
    for owner in owners_of(codeowners):
        if not is_bot(owner.strip("@")):
            people.owner(owner)
    if codeowners:
        told.found["CODEOWNERS"] = len(people.people) - before


def _authors(at: client.Clone | None, history: History | None, people: Gathering, told: _Told) -> None:
    """Who wrote something in the last year of the history; in the order of addresses, so that handles stay the same."""
    if at is None or history is None:
        return
    before = len(people.people)
    counted = Counter(_addresses(at, iso(max(0, history.ends_at - AUTHORS_SINCE))))
    busiest = sorted(counted, key=lambda mail: (-counted[mail], mail))[:MOST_AUTHORS]
    for mail in sorted(busiest):
        people.author(mail)
    told.found["authors of the last 365 days"] = len(people.people) - before
    if len(counted) > MOST_AUTHORS:
        told.notes.append(
            f"{len(counted):,} authors in a year; the {MOST_AUTHORS} with most commits are in people.yml."
        )


def _addresses(at: client.Clone, since: str) -> Iterator[str]:
    words = ("log", "--no-merges", "-z", f"--since-as-filter={since}", "--format=%aN%x01%aE", "HEAD", "--")
    _, out = client.run(at.path, *words)
    for line in out.split("\0"):
        name, _, mail = line.partition("\x01")
        who = account(name, mail)
        if who.id and not who.bot:
            yield who.id


# the machine --------------------------------------------------------------------------------------------------


def _zone() -> str:
    """The machine's time zone, UTC where it does not say."""
    linked = str(Path("/etc/localtime").resolve()).partition("zoneinfo/")[2]
    for name in (os.environ.get("TZ", "").removeprefix(":"), linked):
        try:
            found = ZoneInfo(name).key if name else ""
        except (KeyError, ValueError, OSError):
            continue
        if found:
            return found.removeprefix("Etc/") if found in ("Etc/UTC", "Etc/GMT") else found
    return "UTC"


def _rules_folder(folder: Path) -> str:
    """'rules', unless somebody else's files are there already."""
    rules = folder / "rules"
    ours = not rules.exists() or (rules / "team.yml").is_file() or (rules.is_dir() and not any(rules.iterdir()))
    return "rules" if ours and not rules.is_symlink() else "sparekey-rules"
