"""What is configured in a test: people, teams, areas, services, components, calendars.

Owns reading it, what a case changes of it (`given`), and its way into the model's two maps and the lifetime counts
that a source would have told. Field names are those of people.yml and areas.yml.
"""

from collections.abc import Iterable, Mapping

from msgspec.structs import replace

from rules.language.nodes import Node
from rules.language.problems import nearest
from rules.model.areas import AreaMap, AreaSettings, ServiceSettings
from rules.model.entities import Person
from rules.model.events import Event
from rules.model.people import Calendar, PeopleMap, PersonSettings, TeamSettings
from rules.model.times import Instant
from rules.testing.document import Configured, Given, World
from rules.testing.words import Words, fields, shapes_of

LIFETIME = ("merged_before", "reviewed_before")
"""Of a person: what a source says of the time before the test, once."""
SHAPES: dict[str, dict[str, str]] = {
    "people": {**shapes_of(PersonSettings), **dict.fromkeys(LIFETIME, "number")},
    "teams": shapes_of(TeamSettings),
    "areas": shapes_of(AreaSettings),
    "services": shapes_of(ServiceSettings),
    "components": shapes_of(ServiceSettings),
}
MOST = 500


def read_world(said: Mapping[str, Node], words: Words) -> World:
    sections = {name: _section(name, said[name], words) if name in said else {} for name in SHAPES}
    programme = said.get("programme")
    contact = None
    if programme is not None and words.keys(programme, ("contact",), "programme") and "contact" in programme.entries:
        contact = words.text(programme.entries["contact"])
    manager = words.text(said["default_manager"]) if "default_manager" in said else None
    calendar = words.calendar(said["calendar"]) if "calendar" in said else Calendar(zone=words.zone)
    return World(sections, "areas" in said, manager, contact, calendar)


def _section(name: str, node: Node, words: Words) -> dict[str, dict[str, Configured]]:
    if node.kind != "map":
        words.problems.add(node.place, f"'{name}' needs names: {name}: {{NAME: {{}}}}")
        return {}
    if len(node.entries) > MOST:
        words.problems.add(node.place, f"more than {MOST} {name}")
    return {key: _entry(name, one, words) for key, one in node.entries.items()}


def _entry(section: str, node: Node, words: Words) -> dict[str, Configured]:
    if node.kind == "scalar" and node.scalar is None:
        return {}  # `ben:` is `ben: {}`
    return fields(node, SHAPES[section], f"one of {section}", words)


def read_given(node: Node, world: World, words: Words) -> Given:
    """`{ada.merged_before: 5}`: NAME.FIELD of anything that is configured."""
    found: Given = {}
    if node.kind != "map":
        words.problems.add(node.place, "'given' needs names with values", "such as {ada.merged_before: 5}")
        return found
    for key, value in node.entries.items():
        name, _, field = key.rpartition(".")
        section = next((one for one, names in world.sections.items() if name in names), "")
        if not section:
            known = [other for names in world.sections.values() for other in names]
            words.problems.add(node.keys[key], f"nobody and nothing is called '{name[:60]}'", nearest(name, known))
        elif field not in SHAPES[section]:
            message = f"unknown field '{field[:60]}' of one of {section}"
            words.problems.add(node.keys[key], message, nearest(field, SHAPES[section]))
        else:
            found[section, name, field] = words.value(value, SHAPES[section][field])
    return found


class Ground:
    """One case's configuration: the two maps, the lifetime counts, and a path for each area that a test names."""

    def __init__(self, world: World, given: Given, named: Iterable[str]) -> None:
        sections = {name: {key: dict(one) for key, one in there.items()} for name, there in world.sections.items()}
        for (section, name, field), value in given.items():
            sections[section][name][field] = value
        if not world.areas_said:
            sections["areas"] = {name: {} for name in dict.fromkeys(named)}
        self._sections = {
            section: {name: _without_nothing(said) for name, said in there.items()}
            for section, there in sections.items()
        }
        self._places = {name: f".areas/{number}/" for number, name in enumerate(sections["areas"])}
        self._fallback = 0 if world.areas_said else 1
        self._world = world

    def path_of(self, area: str) -> str:
        """A path that belongs to this area, and to no other."""
        return f"{self._places[area]}file"

    def people(self) -> PeopleMap:
        world, sections = self._world, self._sections
        people = {name: self._working(_without(said, LIFETIME)) for name, said in sections["people"].items()}
        return PeopleMap(
            people=tuple(
                PersonSettings(id=name, **{"employee": not said.get("bot"), **said})  # type: ignore[arg-type]  # read as its fields are
                for name, said in people.items()
            ),
            teams=tuple(TeamSettings(id=name, **said) for name, said in sections["teams"].items()),  # type: ignore[arg-type]  # the same
            default_manager=world.default_manager,
            programme_contact=world.programme_contact,
            calendar=world.calendar,
        )

    def _working(self, said: dict[str, Configured]) -> dict[str, Configured]:
        """The workspace's days off are everybody's, as in a workspace."""
        own = said.get("calendar")
        if not isinstance(own, Calendar):
            return said
        return {**said, "calendar": replace(own, away=tuple(sorted({*own.away, *self._world.calendar.away})))}

    def areas(self) -> AreaMap:
        areas = [
            AreaSettings(id=name, **{**said, "paths": (*_texts(said.get("paths")), self._places[name])})  # type: ignore[arg-type]  # the same
            for name, said in self._sections["areas"].items()
        ]
        units = {
            section: tuple(ServiceSettings(id=name, **said) for name, said in self._sections[section].items())  # type: ignore[arg-type]  # the same
            for section in ("services", "components")
        }
        return AreaMap(tuple(areas), units["services"], units["components"], self._fallback)

    def events(self, at: Instant) -> list[Event]:
        """What was known before the test began."""
        found = [
            Event(id="people", kind="people.changed", at=at, source="configuration", people_map=self.people()),
            Event(id="areas", kind="areas.changed", at=at, source="configuration", area_map=self.areas()),
        ]
        for name, said in self._sections["people"].items():
            counts = {key: said[key] for key in LIFETIME if key in said}
            if counts:
                person = Person(id=name, **counts)  # type: ignore[arg-type]  # numbers
                found.append(Event(f"life:{name}", "person.enriched", at, "roster", person=person))
        return found


def _without(said: Mapping[str, Configured], names: Iterable[str]) -> dict[str, Configured]:
    return {key: value for key, value in said.items() if key not in names}


def _without_nothing(said: Mapping[str, Configured]) -> dict[str, Configured]:
    """`null` says what leaving it out says."""
    return {key: value for key, value in said.items() if value is not None}


def _texts(value: Configured) -> tuple[str, ...]:
    return value if isinstance(value, tuple) else ()
