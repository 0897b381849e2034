"""people.yml: handles, teams and calendars. It is git-ignored: it maps accounts to people.

Owns the file's model and its way into the model's PeopleMap. Preferences are never in a file.
"""

import re
from datetime import date
from typing import Annotated
from zoneinfo import ZoneInfo

from pydantic import AfterValidator, BaseModel, ConfigDict, Field

from rules.language.problems import Problem
from rules.model.people import Calendar, PeopleMap, PersonSettings, TeamSettings
from worker.config.validate import Flag, Words, validated

_DAYS = ("mon", "tue", "wed", "thu", "fri", "sat", "sun")


def _zone(name: str) -> str:
    try:
        ZoneInfo(name)
    except (KeyError, ValueError, OSError):
        raise ValueError(f"'{name[:60]}' is no time zone, such as Europe/Berlin") from None
    return name


def _hours(text: str) -> str:
    found = re.fullmatch(r"([0-9]{1,2})-([0-9]{1,2})", text)
    if found is None or not int(found[1]) < int(found[2]) <= 24:
        raise ValueError(f"'{text[:60]}' are no working hours, such as 9-17")
    return text


def _day(text: str) -> str:
    try:
        if not text.isascii() or date.fromisoformat(text).isoformat() != text:
            raise ValueError
    except ValueError:
        raise ValueError(f"'{text[:60]}' is no day, such as 2026-12-24") from None
    return text


def _some(days: tuple[str, ...]) -> tuple[str, ...]:
    if not days:
        raise ValueError("somebody who never works can be asked nothing")
    return days


Zone = Annotated[str, AfterValidator(_zone)]
Day = Annotated[str, AfterValidator(_day)]


class CalendarFile(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True)

    zone: Zone = "UTC"
    hours: Annotated[str, AfterValidator(_hours)] = "9-17"
    days: Annotated[
        tuple[Annotated[str, Field(pattern="^(mon|tue|wed|thu|fri|sat|sun)$")], ...],
        AfterValidator(_some),
        Field(description="such as [mon, tue, wed]"),
    ] = _DAYS[:5]
    away: tuple[Day, ...] = ()

    def calendar(self) -> Calendar:
        start, _, end = self.hours.partition("-")
        days = tuple(_DAYS.index(day) for day in dict.fromkeys(self.days))
        return Calendar(self.zone, days, int(start), int(end), self.away)

    def within(self, workspace: Calendar) -> Calendar:
        """What it does not say is the workspace's; the workspace's days off are everybody's."""
        own, said = self.calendar(), self.model_fields_set
        hours = own if "hours" in said else workspace
        return Calendar(
            own.zone if "zone" in said else workspace.zone,
            own.days if "days" in said else workspace.days,
            hours.start_hour,
            hours.end_hour,
            tuple(sorted({*own.away, *workspace.away})),
        )


class Person(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True)

    accounts: dict[str, Words] = {}
    mail: str = ""
    team: str | None = None
    manager: str | None = None
    buddy: str | None = None
    role: str = ""
    level: Annotated[str, Field(pattern="^(junior|mid|senior|)$", description="junior, mid or senior")] = ""
    writes_code: Flag = False
    bot: Flag = False
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
    return (people_map(found) if found is not None else None), problems


def people_map(found: PeopleFile) -> PeopleMap:
    people = tuple(_person(handle, person) for handle, person in found.people.items())
    teams = tuple(TeamSettings(id=name, manager=team.manager) for name, team in found.teams.items())
    return PeopleMap(people=people, teams=teams)


def _person(handle: str, person: Person) -> PersonSettings:
    plain = person.model_dump(exclude={"accounts", "mail", "calendar"})
    calendar = person.calendar.calendar() if person.calendar else None
    return PersonSettings(id=handle, employee=not person.bot, calendar=calendar, **plain)
