"""Configuration with handles becomes configuration with person ids.

Owns the exchange, field by field. Handles never enter the journal: an event holds person ids only.
"""

from collections.abc import Callable

from msgspec.structs import replace

from rules.model.areas import AreaMap, AreaSettings, ServiceSettings
from rules.model.people import PeopleMap, PersonSettings, TeamSettings

Id = Callable[[str], str]


def people_with_ids(said: PeopleMap, id_of: Id) -> PeopleMap:
    def other(handle: str | None) -> str | None:
        return id_of(handle) if handle else None

    return replace(
        said,
        people=tuple(_person(one, id_of) for one in said.people),
        teams=tuple(TeamSettings(id=one.id, manager=other(one.manager), renamed=one.renamed) for one in said.teams),
        default_manager=other(said.default_manager),
        programme_contact=other(said.programme_contact),
    )


def _person(one: PersonSettings, id_of: Id) -> PersonSettings:
    return replace(
        one,
        id=id_of(one.id),
        manager=id_of(one.manager) if one.manager else None,
        buddy=id_of(one.buddy) if one.buddy else None,
    )


def areas_with_ids(said: AreaMap, id_of: Id) -> AreaMap:
    return replace(
        said,
        areas=tuple(_area(one, id_of) for one in said.areas),
        services=tuple(_unit(one, id_of) for one in said.services),
        components=tuple(_unit(one, id_of) for one in said.components),
    )


def _area(one: AreaSettings, id_of: Id) -> AreaSettings:
    return replace(
        one,
        manager=id_of(one.manager) if one.manager else None,
        codeowners=tuple(map(id_of, one.codeowners)),
    )


def _unit(one: ServiceSettings, id_of: Id) -> ServiceSettings:
    return replace(
        one,
        manager=id_of(one.manager) if one.manager else None,
        default_assignee=id_of(one.default_assignee) if one.default_assignee else None,
    )
