"""Everything that happened, and what the events themselves say of an entity: the second reading of EVENTS.

Owns areas of an event, credit, guards, and how a field is read. Keeps the history and lists of who is in which event,
nothing else. Must not import the engine or the ledger.
"""

from dataclasses import dataclass
from typing import Any

from oracle.working_days import plus_working_days

from rules.model.accounts import OTHER
from rules.model.areas import AreaMap, pattern
from rules.model.events import Event
from rules.model.people import PeopleMap
from rules.model.times import DAY, Instant
from rules.model.vocabulary import ENTITIES

YEAR, HALF_LIFE, FORGOTTEN_AFTER = 365 * DAY, 180 * DAY, 60 * DAY
MAX_FILES = 60
CLOSING = {"pull_request.merged", "pull_request.closed", "issue.done", "incident.resolved", "pair.closed"}
CLOSING |= {"postmortem.published", "action_item.done", "finding.resolved", "nudge.sent"}
OPENING = {"issue.reopened", "pair.started"}
NO_ROW = {"event", "person", "team", "area", "component", "service", "programme"}
KNOWLEDGE_RULES = {
    "area-single-carrier",
    "area-single-reviewer",
    "incident-single-responder",
    "component-single-assignee",
}


@dataclass(frozen=True, eq=False)
class Seen:
    """An event with what was derived when it came."""

    event: Event
    areas: tuple[str, ...]
    credited: tuple[str, ...]
    bot: bool
    mechanical: bool  # by its flag; size is asked against each rule's limit
    files: int
    of_own: bool = False  # a review of one's own change

    @property
    def at(self) -> Instant:
        return self.event.at

    @property
    def kind(self) -> str:
        return self.event.kind

    def guarded(self, bots: bool = True, mechanical: bool = True, max_files: int = MAX_FILES) -> bool:
        return (bots and self.bot) or (mechanical and (self.mechanical or self.files > max_files))


def within(at: Instant, span: int, now: Instant) -> bool:
    """What is as old as the window is out."""
    return now - span < at <= now


class Past:
    def __init__(self) -> None:
        self.now: Instant = 0
        self.current: Seen | None = None  # lifetime facts do not include it
        self.history: list[Seen] = []
        self.began: Instant = 0  # with the first event that is no configuration
        self.about: dict[tuple[str, str], list[Seen]] = {}
        self.in_area: dict[str, list[Seen]] = {}
        self.people = PeopleMap()
        self.area_map = AreaMap()
        self.leaves: dict[str, tuple[Instant, Instant]] = {}

    # ---- one event comes ----------------------------------------------------------------------------------------
    def see(self, event: Event) -> Seen:
        self.people = event.people_map or self.people
        self.area_map = event.area_map or self.area_map
        self.now = max(self.now, event.at)
        if not self.began and event.kind not in ("people.changed", "areas.changed"):
            self.began = event.at
        bare = Seen(event, (), (), False, False, 0)
        for type_ in ENTITIES:
            if getattr(event, type_, None) is not None:
                self.about.setdefault((type_, getattr(event, type_).id), []).append(bare)
        seen = Seen(
            event,
            self._areas(event),
            self._credited(event),
            self._bot(event),
            *self._mechanical(event),
            self._own(event),
        )
        for type_ in ENTITIES:
            if getattr(event, type_, None) is not None:
                self.about[type_, getattr(event, type_).id][-1] = seen
        for area in seen.areas:
            self.in_area.setdefault(area, []).append(seen)
        for person in seen.credited:
            self.about.setdefault(("credit", person), []).append(seen)
        if event.finding is not None:
            self.about.setdefault(("findings", "all"), []).append(seen)
        if event.change is not None:
            self.about.setdefault(("changes", self.field("change", event.change.id, "person") or ""), []).append(seen)
            self._plan_leave(event.change)
        self.history.append(seen)
        return seen

    def _areas(self, event: Event) -> tuple[str, ...]:
        found = {area for path in self._paths(event) for area in self._areas_of_path(path)}
        services = set(self._said(event, "postmortem", "services") or ()) | {
            self._said(event, "action_item", "service")
        }
        services |= set(self._said(event, "incident", "services") or (self._said(event, "incident", "service"),))
        components = set(self._said(event, "issue", "components") or ())
        labels = set(self._said(event, "issue", "labels") or ())
        for area in self.area_map.areas:
            if services & set(area.services) or components & set(area.components) or labels & set(area.labels):
                found.add(area.id)
            if event.repository in area.repositories:
                found.add(area.id)
        for type_ in ("pair", "task", "finding", "ownership"):  # what names its area itself
            thing = getattr(event, type_)
            if thing is not None:
                return tuple(filter(None, [self._last(self.about[type_, thing.id], type_, "area")]))
        return tuple(sorted(found))

    def _said(self, event: Event, type_: str, name: str) -> Any:
        """What has been said of the thing by now; None where the event is not about one."""
        thing = getattr(event, type_)
        return self._last(self._rows(type_, thing.id), type_, name) if thing is not None else None

    def _paths(self, event: Event) -> tuple[str, ...]:
        """An event about a pull request that says no paths has those last seen."""
        if event.paths is None and event.pull_request is not None:
            for seen in reversed(self._row("pull_request", event.pull_request.id)[0] or []):
                if seen.event.paths is not None:
                    return seen.event.paths
        return event.paths or ()

    def _areas_of_path(self, path: str) -> set[str]:
        found = {a.id for a in self.area_map.areas for p in a.paths if pattern(p).fullmatch(path)}
        if found or not self.area_map.fallback_depth:
            return found
        return {"/".join(path.split("/")[:-1][: self.area_map.fallback_depth]) or "."}

    def _credited(self, event: Event) -> tuple[str, ...]:
        if event.review is not None or event.comment is not None:
            people = [(event.review or event.comment).author]
        elif event.kind.startswith("pull_request.") and event.pull_request is not None:
            people = list(self.authors(event.pull_request.id))
        elif event.kind == "incident.responded":
            people = list(self.field("incident", event.incident.id, "responders"))
        elif event.incident is not None:
            people = [self.field("incident", event.incident.id, "resolver")]
        elif event.issue is not None:
            people = [self.field("issue", event.issue.id, "assignee")]
        elif event.thread is not None:
            people = [event.thread.answerer]
        else:
            people = [event.postmortem.author] if event.postmortem is not None else []
        return tuple(dict.fromkeys(self.canon(p) for p in people if p and not self._settings(p, "bot")))

    def authors(self, pull_request: str) -> tuple[str, ...]:
        author = self.field("pull_request", pull_request, "author")
        return self.field("pull_request", pull_request, "authors") or ((author,) if author else ())

    def _bot(self, event: Event) -> bool:
        doer = event.actor
        if event.review or event.comment:
            doer = (event.review or event.comment).author
        elif event.pull_request is not None:
            doer = self.field("pull_request", event.pull_request.id, "author")
        return event.automated or bool(doer and self._settings(doer, "bot"))

    def _own(self, event: Event) -> bool:
        return bool(event.review and event.pull_request and event.review.author in self.authors(event.pull_request.id))

    def _mechanical(self, event: Event) -> tuple[bool, int]:
        if event.pull_request is None:
            return False, 0
        said = self.field("pull_request", event.pull_request.id, "mechanical")
        files = self.field("pull_request", event.pull_request.id, "files") or 0
        return bool(said), max(files, event.path_count, len(self._paths(event)))

    # ---- reading ------------------------------------------------------------------------------------------------
    def field(self, type_: str, id_: str, name: str) -> Any:
        """A field of one entity now; None is unknown."""
        rows, dropped = self._row(type_, id_)
        special = getattr(self, f"{type_}_{name}", None)
        folded = ENTITIES[type_][name].origin == "folded"
        if rows is None or (dropped and folded and special):
            return None
        value = special(id_) if special else self._last(rows, type_, name)
        if value is None and not special:
            value = self._configured(type_, id_, name)
        if value is None and not (dropped and folded):
            value = ENTITIES[type_][name].zero
        return self._canonical(value, ENTITIES[type_][name].type)

    def _canonical(self, value: Any, type_: str) -> Any:
        if type_ == "person":
            return self.canon(value) if value else None
        return tuple(dict.fromkeys(map(self.canon, value))) if type_ == "list(person)" and value else value

    def canon(self, person: str) -> str:
        return OTHER if self._settings(person, "resolved") is False else person

    def _row(self, type_: str, id_: str) -> tuple[list[Seen] | None, bool]:
        """The events that a row was made of, and whether an earlier row was dropped; None while it is gone."""
        found, first, closed, dropped = self.about.get((type_, id_), []), 0, None, False
        if type_ in NO_ROW:
            return found, False
        for n, seen in enumerate(found):
            if closed is not None and seen.at >= closed + FORGOTTEN_AFTER:
                first, closed, dropped = n, seen.at, True
            if seen.kind in CLOSING and seen.kind.startswith(type_ + "."):
                closed = seen.at
            elif type_ == "change" and seen.kind == "person.change_announced":
                closed = max(seen.at, seen.event.change.starts_at or 0)
            elif seen.kind in OPENING and seen.kind.startswith(type_ + "."):
                closed = None
        if closed is not None and self.now >= closed + FORGOTTEN_AFTER:
            return None, True
        return found[first:], dropped

    def _rows(self, type_: str, id_: str) -> list[Seen]:
        return self._row(type_, id_)[0] or []

    @staticmethod
    def _last(rows: list[Seen], type_: str, name: str) -> Any:
        for seen in reversed(rows):
            value = getattr(getattr(seen.event, type_), name, None)
            if value is not None:
                return value
        return None

    def _configured(self, type_: str, id_: str, name: str) -> Any:
        people, areas = self.people, self.area_map
        table: dict[str, Any] = {"person": people.people, "team": people.teams, "area": areas.areas}
        table |= {"service": areas.services, "component": areas.components}
        for settings in table.get(type_, ()):
            if settings.id == id_:
                return getattr(settings, name, None)
        return None

    def _settings(self, person: str, name: str) -> Any:
        return self._configured("person", person, name)

    def _plan_leave(self, change: Any) -> None:
        """As long as so many working days of the calendar that holds when it is announced."""
        if change.starts_at is not None and change.person:
            calendar = self._settings(change.person, "calendar") or self.people.calendar
            end = plus_working_days(calendar, frozenset(), change.starts_at, change.working_days or 0)
            self.leaves[change.id] = (change.starts_at, end)
