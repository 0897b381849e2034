"""Who was seen when: the newest week of every person, by team and in the whole workspace.

Owns 'active': seen in this week or the twelve before it. Silence makes nobody absent; it only leaves them uncounted.
"""

from collections.abc import Callable

import msgspec

from rules.model.accounts import OTHER
from rules.model.times import WEEK, Instant

WEEKS_ACTIVE = 13
WORKSPACE = ""


class Activity(msgspec.Struct, dict=True):
    """`newest`: team ('' = the workspace) → person → week. How many people each week is the newest of is derived."""

    newest: dict[str, dict[str, int]] = {}

    def __post_init__(self) -> None:
        self.__dict__["sizes"] = {team: _sizes(people) for team, people in self.newest.items()}

    def note(self, people: tuple[str, ...], at: Instant, team_of: Callable[[str], str | None]) -> None:
        """These people were seen."""
        week, everybody = at // WEEK, self.newest.get(WORKSPACE, {})
        for person in people:
            if person != OTHER and everybody.get(person) != week:
                team = team_of(person)
                for name in (WORKSPACE, team) if team else (WORKSPACE,):
                    self._set(name, person, week)

    def regroup(self, team_of: Callable[[str], str | None]) -> None:
        """Somebody may be in another team now: who was seen stands, where they belong is as of now."""
        everybody = self.newest.get(WORKSPACE, {})
        self.newest = {WORKSPACE: everybody}
        for person, week in everybody.items():
            team = team_of(person)
            if team:
                self.newest.setdefault(team, {})[person] = week
        self.__post_init__()

    def active(self, team: str, at: Instant) -> int:
        """How many people of the team were seen lately."""
        sizes, week = self.__dict__["sizes"].get(team), at // WEEK
        return sum([sizes.get(week - back, 0) for back in range(WEEKS_ACTIVE)]) if sizes else 0

    def forget(self, at: Instant) -> None:
        """People who would not be counted any more."""
        since = at // WEEK - WEEKS_ACTIVE
        for team, people in self.newest.items():
            self.newest[team] = {person: week for person, week in people.items() if week > since}
        self.__post_init__()

    def _set(self, team: str, person: str, week: int) -> None:
        people, sizes = self.newest.setdefault(team, {}), self.__dict__["sizes"].setdefault(team, {})
        before = people.get(person)
        if before is not None:
            sizes[before] -= 1
        people[person] = week
        sizes[week] = sizes.get(week, 0) + 1


def _sizes(people: dict[str, int]) -> dict[int, int]:
    found: dict[int, int] = {}
    for week in people.values():
        found[week] = found.get(week, 0) + 1
    return found
