"""People and teams as configuration describes them, in the shape in which an event carries them.

Owns the shapes that `people.changed` journals. Reading people.yml and mapping handles to ids is `worker/config`'s.
"""

import msgspec

ONE_TEAM = "everybody"
"""The team that everybody is in while nobody configured teams."""


class Calendar(msgspec.Struct, frozen=True, omit_defaults=True):
    """When somebody works. `days` are weekdays (0 = Monday); `away` ISO dates; hours are local, 24 h."""

    zone: str = "UTC"
    days: tuple[int, ...] = (0, 1, 2, 3, 4)
    start_hour: int = 9
    end_hour: int = 17
    away: tuple[str, ...] = ()


class PersonSettings(msgspec.Struct, frozen=True, omit_defaults=True):
    """What is configured about one person. None or '' means not configured."""

    id: str
    bot: bool = False
    resolved: bool = True
    team: str | None = None
    manager: str | None = None
    buddy: str | None = None
    role: str = ""
    level: str = ""
    employee: bool = False
    rehire: bool = False
    writes_code: bool = False
    calendar: Calendar | None = None


class TeamSettings(msgspec.Struct, frozen=True, omit_defaults=True):
    id: str
    manager: str | None = None
    renamed: bool = False


class PeopleMap(msgspec.Struct, frozen=True, omit_defaults=True):
    """Everything people.yml and sparekey.yml say about people at one moment; replaces what was said before."""

    people: tuple[PersonSettings, ...] = ()
    teams: tuple[TeamSettings, ...] = ()
    default_manager: str | None = None
    programme_contact: str | None = None
    calendar: Calendar = Calendar()
