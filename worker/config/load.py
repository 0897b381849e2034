"""The configuration of one folder: sparekey.yml, areas.yml, people.yml and the rules, read and checked together.

Owns which files belong to it, and that every problem of every file is told at once. areas.yml and people.yml may be
missing. Handles stand for person ids here; the people tables exchange them.
"""

import hashlib
import os
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import TypeVar

from msgspec.structs import replace

from connectors.errors import ConfigError
from rules.language.load import Source
from rules.language.nodes import MAX_BYTES, Node, read
from rules.language.problems import Problem, Problems
from rules.language.rule import Place, Rule
from rules.model.areas import AreaMap
from rules.model.people import Calendar, PeopleMap, PersonSettings
from worker.config import between_files, rules_files, template_files
from worker.config.areas import load_areas
from worker.config.between_files import AREAS, PEOPLE, SPAREKEY, Steps, inside
from worker.config.people import PeopleFile, Person, people_map
from worker.config.rules_files import RulesFiles
from worker.config.sparekey import Settings, load_settings
from worker.config.validate import MOST_VALUES, validated

Contents = dict[Path, bytes]
Model = TypeVar("Model")


@dataclass(frozen=True, slots=True)
class Configuration:
    """`people` is what events carry; `persons` (accounts, mail) is for the people tables. `digest` is of all files."""

    folder: Path
    settings: Settings
    areas: AreaMap
    people: PeopleMap
    persons: Mapping[str, Person]
    rules: tuple[Rule, ...]
    templates: template_files.Templates
    digest: str

    def path(self, text: str) -> Path:
        """A path of sparekey.yml: relative to its folder."""
        return inside(self.folder, text)


@dataclass(frozen=True, slots=True)
class Watched:
    """The files that are there, and a digest of what they hold."""

    files: tuple[Path, ...]
    digest: str


def load(folder: Path) -> Configuration:
    """Raises ConfigError with every problem of every file."""
    found, problems = examine(folder)
    if found is None or problems:
        raise ConfigError("\n".join(str(one) for one in problems))
    return found


def examine(folder: Path) -> tuple[Configuration | None, tuple[Problem, ...]]:
    """What can be used although something is wrong, if that can be said at all, and all that is wrong.

    Raises ConfigError only where there is no sparekey.yml.
    """
    problems = Problems()
    contents = _contents([folder / SPAREKEY], problems)
    if not contents and not len(problems):
        raise ConfigError(f"there is no {SPAREKEY} in {folder}", "`sparekey init` writes one")
    contents |= _contents([folder / AREAS, folder / PEOPLE], problems)
    files = _Files(folder, {file.name: rules_files.text(held) for file, held in contents.items()})
    settings = _took(load_settings(files.text(SPAREKEY), files.named(SPAREKEY)), problems)
    areas = _took(load_areas(files.text(AREAS), files.named(AREAS)), problems)
    people, persons = _people(files, problems)
    if settings is None or folder / SPAREKEY not in contents:
        return None, problems.sorted()
    found, read_rules = _rules(settings, files, problems)
    _add(problems, between_files.connections(settings, folder, files.place))
    if people is not None and folder / PEOPLE in contents:
        _add(problems, between_files.names(settings, areas or AreaMap(), people, files.place))
    if areas is None or people is None:
        return None, problems.sorted()
    people = _of_workspace(people, persons, settings)
    digest = _digest(folder, contents | read_rules)
    rules, templates = found.loaded.rules, found.templates
    return Configuration(folder, settings, areas, people, persons, rules, templates, digest), problems.sorted()


def watched(folder: Path, rules: Iterable[str]) -> Watched:
    """The configuration's files as they are now. Another digest than that of a Configuration: something was edited."""
    paths = [folder / name for name in (SPAREKEY, AREAS, PEOPLE)]
    found = [file for path in rules for file in rules_files.files_of(inside(folder, path))[: rules_files.MAX_FILES]]
    contents = _contents([*paths, *found], Problems())
    contents |= _contents(template_files.beside(found), Problems(), template_files.MAX_BYTES)
    return Watched(tuple(contents), _digest(folder, contents))


def workspace_calendar(settings: Settings) -> Calendar:
    """The workspace's working hours; its holidays are days on which everybody is away."""
    said = settings.calendar
    return replace(said.calendar(), away=tuple(sorted({*said.away, *said.holidays})))


class _Files:
    """Texts by name, and the places of their values: read for that once, and only where something is wrong."""

    def __init__(self, folder: Path, texts: Mapping[str, str]) -> None:
        self.folder = folder
        self._texts = texts
        self._roots: dict[str, Node | None] = {}

    def text(self, name: str) -> str:
        return self._texts.get(name, "")

    def named(self, name: str) -> str:
        return str(self.folder / name)

    def place(self, name: str, steps: Steps) -> Place:
        if name not in self._roots:
            self._roots[name] = read(self.named(name), self.text(name), Problems(), MOST_VALUES)
        return between_files.at(self._roots[name], self.named(name), steps)


def _took(loaded: tuple[Model | None, tuple[Problem, ...]], problems: Problems) -> Model | None:
    _add(problems, loaded[1])
    return loaded[0]


def _people(files: _Files, problems: Problems) -> tuple[PeopleMap | None, dict[str, Person]]:
    text, file = files.text(PEOPLE), files.named(PEOPLE)
    found = _took(validated(PeopleFile, text, file), problems)
    persons = found.people if found else {}
    _add(problems, between_files.accounts(persons, files.place))
    return (people_map(found) if found else None), persons


def _of_workspace(people: PeopleMap, persons: Mapping[str, Person], settings: Settings) -> PeopleMap:
    calendar = workspace_calendar(settings)
    return replace(
        people,
        people=tuple(_working(one, persons[one.id], calendar) for one in people.people),
        default_manager=settings.default_manager,
        programme_contact=settings.programme.contact if settings.programme else None,
        calendar=calendar,
    )


def _working(one: PersonSettings, said: Person, workspace: Calendar) -> PersonSettings:
    return replace(one, calendar=said.calendar.within(workspace)) if said.calendar is not None else one


def _rules(settings: Settings, files: _Files, problems: Problems) -> tuple[RulesFiles, Contents]:
    paths: list[Path] = []
    for number, said in enumerate(settings.rules):
        path = inside(files.folder, said)
        there = os.path.exists(path)  # noqa: PTH110  # also False where we may not look
        found = rules_files.files_of(path) if there else []
        if not found or len(found) > rules_files.MAX_FILES:
            why = f"holds more than {rules_files.MAX_FILES} files" if found else "holds no rules file (*.yml)"
            why = why if there else "does not exist"
            problems.add(files.place(SPAREKEY, ("rules", number)), f"rules: '{said[:200]}' {why}")
        paths += found[: rules_files.MAX_FILES]
    contents = _contents(paths, problems)
    templates = _contents(template_files.beside(paths), problems, template_files.MAX_BYTES)
    sources = [Source(str(file), rules_files.text(held)) for file, held in contents.items()]
    read_files = rules_files.of_texts(sources, templates)
    _add(problems, (*read_files.loaded.problems, *read_files.template_problems()))
    return read_files, contents | templates


def _contents(files: Iterable[Path], problems: Problems, most: int = MAX_BYTES) -> Contents:
    """What is there, each file once."""
    found: Contents = {}
    for file in dict.fromkeys(files):
        try:
            found[file] = rules_files.content(file, most)
        except FileNotFoundError:
            continue
        except OSError as error:
            problems.add(Place(str(file), 1, 1), f"cannot be read: {error.strerror}")
    return found


def _digest(folder: Path, contents: Contents) -> str:
    digest = hashlib.sha256()
    for file in sorted(contents):
        digest.update(f"{file.relative_to(folder) if file.is_relative_to(folder) else file}\0".encode())
        digest.update(hashlib.sha256(contents[file]).digest())
    return digest.hexdigest()


def _add(problems: Problems, found: Iterable[Problem]) -> None:
    for one in found:
        problems.add(one.place, one.message, one.hint)
