"""people.yml: handles, teams and calendars. It is git-ignored: it maps accounts to people.

Owns the file's model and its way into the model's PeopleMap. Preferences are never in a file.
"""

from typing import Annotated
from zoneinfo import ZoneInfo

from pydantic import AfterValidator, BaseModel, ConfigDict, Field

from rules.language.problems import Problem
from rules.model.people import Calendar, PeopleMap, PersonSettings, TeamSettings
from worker.config.validate import validated

_DAYS = ("mon", "tue", "wed", "thu", "fri", "sat", "sun")


def _zone(name: str) -> str:
    try:
        ZoneInfo(name)
    except (KeyError, ValueError, OSError):
        raise ValueError(f"'{name}' is no time zone, such as Europe/Berlin") from None
    return name


def _hours(text: str) -> str:
    start, _, end = text.partition("-")
    if not (start.isdigit() and end.isdigit() and 0 <= int(start) < int(end) <= 23):
        raise ValueError(f"'{text}' are no working hours, such as 9-17")
    return text


Zone = Annotated[str, AfterValidator(_zone)]


class CalendarFile(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True)

    zone: Zone = "UTC"
    hours: Annotated[str, AfterValidator(_hours)] = "9-17"
    days: tuple[Annotated[str, Field(pattern="^(mon|tue|wed|thu|fri|sat|sun)$")], ...] = _DAYS[:5]
    away: tuple[Annotated[str, Field(pattern=r"^\d{4}-\d{2}-\d{2}$")], ...] = ()

    def calendar(self) -> Calendar:
        start, _, end = self.hours.partition("-")
        return Calendar(self.zone, tuple(_DAYS.index(day) for day in self.days), int(start), int(end), self.away)


class Person(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True)

    accounts: dict[str, str] = {}
    mail: str = ""
    team: str | None = None
    manager: str | None = None
    buddy: str | None = None
    role: str = ""
    level: Annotated[str, Field(pattern="^(junior|mid|senior|)$")] = ""
    writes_code: bool = False
    bot: bool = False
    calendar: CalendarFile | None = None


class Team(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True)

    manager: str | None = None


class PeopleFile(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True)

    people: dict[str, Person] = Field(default={}, max_length=20000)
    teams: dict[str, Team] = {}


def load_people(text: str, file: str = "people.yml") -> tuple[PeopleMap | None, tuple[Problem, ...]]:
    """Handles stand for person ids here; the directory replaces them where there is one."""
    found, problems = validated(PeopleFile, text, file)
    if found is None:
        return None, problems
    people = tuple(_person(handle, person) for handle, person in found.people.items())
    teams = tuple(TeamSettings(id=name, manager=team.manager) for name, team in found.teams.items())
    return PeopleMap(people=people, teams=teams), problems


def _person(handle: str, person: Person) -> PersonSettings:
    plain = person.model_dump(exclude={"accounts", "mail", "calendar"})
    calendar = person.calendar.calendar() if person.calendar else None
    return PersonSettings(id=handle, employee=not person.bot, calendar=calendar, **plain)
