"""Configuration as look-ups: what the people map and the area map of the moment say, by id.

Owns nothing that must be kept: it is made anew from the two maps whenever they change or state is loaded.
"""

from rules.knowledge.areas_of import AreaIndex
from rules.model.areas import AreaMap, AreaSettings, ServiceSettings
from rules.model.people import ONE_TEAM, PeopleMap, PersonSettings, TeamSettings

_NO_PERSON = PersonSettings(id="")
_NO_AREA = AreaSettings(id="")


class Configured:
    """Look-ups never fail: what is not configured has the settings of nobody and nowhere."""

    def __init__(self, people_map: PeopleMap, area_map: AreaMap) -> None:
        self.people_map = people_map
        self._people = {person.id: person for person in people_map.people}
        self._teams = {team.id: team for team in people_map.teams}
        self.one_team = None if people_map.teams or any(p.team for p in people_map.people) else ONE_TEAM
        self._areas = {area.id: area for area in area_map.areas}
        self._units = {
            "services": {unit.id: unit for unit in area_map.services},
            "components": {unit.id: unit for unit in area_map.components},
        }
        self.bots = frozenset(person.id for person in people_map.people if person.bot)
        index = AreaIndex(area_map)
        self.areas_of = index.areas_of
        self.documented = index.documented

    def person(self, person: str) -> PersonSettings:
        return self._people.get(person, _NO_PERSON)

    def team(self, team: str) -> TeamSettings | None:
        return self._teams.get(team)

    def area(self, area: str) -> AreaSettings:
        return self._areas.get(area, _NO_AREA)

    def unit(self, field: str, unit: str) -> ServiceSettings:
        """`field` is 'services' or 'components'."""
        return self._units[field].get(unit) or ServiceSettings(id=unit)

    def area_of_unit(self, field: str, unit: str) -> str | None:
        """The area that areas.yml gives a service or a component; the first by id where several claim it."""
        units = (unit,)
        found = self.areas_of((), services=units) if field == "services" else self.areas_of((), components=units)
        return found[0] if found else None
