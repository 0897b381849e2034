"""Who answers for what, from the events and the configuration: teams, managers, and the area behind a service or component.

Owns these fields of every entity, under the names that World's methods have.
"""

from typing import Any

from oracle.past import Past

from rules.model.people import ONE_TEAM


class Teams(Past):
    def person_team(self, person: str) -> str | None:
        teams = self.people.teams or any(p.team for p in self.people.people)
        said = self._last(self.about.get(("person", person), []), "person", "team")
        return (said or self._settings(person, "team")) if teams or said else ONE_TEAM

    def _team_manager(self, team: str | None) -> str | None:
        return self._configured("team", team, "manager") if team else None

    def person_manager(self, person: str) -> str | None:
        own = self._last(self.about.get(("person", person), []), "person", "manager")
        return own or self._settings(person, "manager") or self._team_manager(self.person_team(person))

    def area_manager(self, area: str) -> str | None:
        own = self._configured("area", area, "manager")
        return own or self._team_manager(self._configured("area", area, "team"))

    def service_manager(self, id_: str) -> str | None:
        return self._unit_manager("service", id_)

    def component_manager(self, id_: str) -> str | None:
        return self._unit_manager("component", id_)

    def _unit_manager(self, type_: str, id_: str) -> str | None:
        """Its own, its team's, its area's."""
        own = self._configured(type_, id_, "manager") or self._team_manager(self._configured(type_, id_, "team"))
        area = self.area_of(type_, id_)
        return own or (self.area_manager(area) if area else None)

    def programme_contact(self, id_: str) -> str | None:
        return self.people.programme_contact

    def _of_its_area(self, type_: str, id_: str, name: str) -> Any:
        """What a service or component says itself, else what the area says that names it."""
        areas = [a for a in self.area_map.areas if id_ in (a.services if type_ == "service" else a.components)]
        return self._configured(type_, id_, name) or next((getattr(a, name) for a in areas if getattr(a, name)), None)

    def service_team(self, id_: str) -> str | None:
        return self._of_its_area("service", id_, "team")

    def component_team(self, id_: str) -> str | None:
        return self._of_its_area("component", id_, "team")

    def component_default_assignees(self, id_: str) -> tuple[str, ...]:
        found = self._configured("component", id_, "default_assignee")
        return (found,) if found else ()

    def area_of(self, type_: str, id_: str) -> str | None:
        """The area that an area, a service or a component stands for."""
        if type_ == "area":
            return id_
        named = [a.id for a in self.area_map.areas if id_ in getattr(a, type_ + "s", ())]
        return min(named, default=None) if type_ in ("service", "component") else None
