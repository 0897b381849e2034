"""What no file can say of itself alone: names that another file must have, and what a source or sink needs to work.

Owns these checks and their places. Reading the files is `load`'s.
"""

import os
from collections.abc import Callable, Iterable, Iterator, Sequence
from pathlib import Path

from rules.language.nodes import Node
from rules.language.problems import Problem, nearest
from rules.language.rule import Place
from rules.model.areas import AreaMap
from rules.model.people import PeopleMap
from worker.config.people import Person
from worker.config.sparekey import Settings, Sink, Source

SPAREKEY, AREAS, PEOPLE = "sparekey.yml", "areas.yml", "people.yml"
Steps = tuple[str | int, ...]
Where = Callable[[str, Steps], Place]
Named = tuple[str, Steps, str | None]
"""A file, the way to a value in it, and the handle or team that stands there."""

MOST_HINTS = 20
"""Looking for the nearest of thousands of handles takes long; who has more wrong ones than this needs no hint."""

SOURCE_NEEDS: dict[str, tuple[tuple[str, ...], ...]] = {
    "git": (("path",),),
    "files": (("path",),),
    "postmortems": (("path",),),
    "roster": (("path",),),
    "github": (("secret_env", "secret_file"),),
}
SINK_NEEDS: dict[str, tuple[tuple[str, ...], ...]] = {"files": (("path",),), "mail": (("host",), ("sender",))}
"""Kind → groups of settings; one of each group has to be there."""


def inside(folder: Path, path: str) -> Path:
    """A path of sparekey.yml: relative to its folder."""
    return folder / os.path.expanduser(path)  # noqa: PTH111  # pathlib raises for a home that nobody has


def at(root: Node | None, file: str, steps: Steps) -> Place:
    """As deep as the file goes."""
    node, place = root, root.place if root else Place(file, 1, 1)
    for step in steps:
        if node is None:
            break
        if isinstance(step, int):
            node = node.items[step] if step < len(node.items) else node if node.kind == "scalar" else None
        else:
            node = node.entries.get(step)
        place = node.place if node else place
    return place


def names(settings: Settings, areas: AreaMap, people: PeopleMap, where: Where) -> Iterator[Problem]:
    """Handles and teams that people.yml does not have."""
    yield from _unknown("handle", _handles(settings, areas, people), [one.id for one in people.people], where)
    yield from _unknown("team", _teams(areas, people), [one.id for one in people.teams], where)


def _unknown(what: str, said: Iterable[Named], known: Sequence[str], where: Where) -> Iterator[Problem]:
    there, found = set(known), 0
    for file, steps, name in said:
        if name and name not in there:
            found += 1
            near = nearest(name, known) if found <= MOST_HINTS else ""
            text = f"'{name[:60]}' is no {what} of {PEOPLE}"
            yield Problem(where(file, steps), text, near or f"add it there, under '{_UNDER[what]}'")


_UNDER = {"handle": "people", "team": "teams"}


def _handles(settings: Settings, areas: AreaMap, people: PeopleMap) -> Iterator[Named]:
    yield SPAREKEY, ("default_manager",), settings.default_manager
    if settings.programme:
        yield SPAREKEY, ("programme", "contact"), settings.programme.contact
    for area in areas.areas:
        yield AREAS, ("areas", area.id, "manager"), area.manager
    for kind, units in (("services", areas.services), ("components", areas.components)):
        for unit in units:
            yield AREAS, (kind, unit.id, "manager"), unit.manager
            yield AREAS, (kind, unit.id, "default_assignee"), unit.default_assignee
    for person in people.people:
        yield PEOPLE, ("people", person.id, "manager"), person.manager
        yield PEOPLE, ("people", person.id, "buddy"), person.buddy
    for team in people.teams:
        yield PEOPLE, ("teams", team.id, "manager"), team.manager


def _teams(areas: AreaMap, people: PeopleMap) -> Iterator[Named]:
    for area in areas.areas:
        yield AREAS, ("areas", area.id, "team"), area.team
    for kind, units in (("services", areas.services), ("components", areas.components)):
        yield from ((AREAS, (kind, unit.id, "team"), unit.team) for unit in units)
    for person in people.people:
        yield PEOPLE, ("people", person.id, "team"), person.team


def accounts(persons: dict[str, Person], where: Where) -> Iterator[Problem]:
    """An account that two handles claim: its events would be somebody else's. A mail address is an account of git."""
    owner: dict[tuple[str, str], str] = {}
    for handle, person in persons.items():
        claims: list[tuple[Steps, str, str]] = [
            (("accounts", source), source, account)
            for source, accounts in person.accounts.items()
            for account in accounts
        ]
        claims += [(("mail",), "git", person.mail)] if person.mail else []
        for steps, source, account in claims:
            first = owner.setdefault((source, account.lower()), handle)
            if first != handle:
                place = where(PEOPLE, ("people", handle, *steps))
                yield Problem(place, f"'{account[:60]}' is an account of '{first[:60]}' already", "each has one person")


def connections(settings: Settings, folder: Path, where: Where) -> Iterator[Problem]:
    """Sources and sinks without what their kind needs."""
    for name, source in settings.sources.items():
        yield from _needs("source", source, SOURCE_NEEDS, ("sources", name), where)
        if source.path and ("path",) in SOURCE_NEEDS.get(source.kind, ()):
            path, place = inside(folder, source.path), where(SPAREKEY, ("sources", name, "path"))
            if not os.path.exists(path):  # noqa: PTH110  # also False where we may not look
                yield Problem(place, f"'{source.path[:200]}' does not exist", f"paths begin at {SPAREKEY}'s folder")
            elif source.kind == "git" and not is_clone(path):
                yield Problem(place, f"'{source.path[:200]}' is not a git clone")
    for name, sink in settings.sinks.items():
        yield from _needs("sink", sink, SINK_NEEDS, ("sinks", name), where)


def _needs(
    what: str, one: Source | Sink, needs: dict[str, tuple[tuple[str, ...], ...]], steps: Steps, where: Where
) -> Iterator[Problem]:
    for group in needs.get(one.kind, ()):
        if not any(getattr(one, name) for name in group):
            text = f"{what} '{str(steps[-1])[:60]}' of kind {one.kind} needs {' or '.join(group)}"
            yield Problem(where(SPAREKEY, steps), text)


def is_clone(path: Path) -> bool:
    """By what lies there: a folder inside a clone, or a bare one. git itself is asked when it is read."""
    try:
        here = path.resolve()
        bare = (here / "HEAD").is_file() and (here / "objects").is_dir()
        return bare or any((one / ".git").exists() for one in (here, *here.parents))
    except OSError:
        return False
