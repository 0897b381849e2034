"""From what a test says happens to an event as a connector would have made it.

Owns made-up ids, what an entity that is left out stands for, and what connectors say of a new entity where a test is
silent. One `Maker` a case.
"""

from collections import Counter
from collections.abc import Callable, Mapping

from rules.language.rule import Duration
from rules.model.entities import Entity
from rules.model.events import KINDS, Event
from rules.model.times import Instant
from rules.testing.document import Fields, Happening, Said
from rules.testing.happenings import SLOTS

AT_FIRST: dict[str, Fields] = {
    "pull_request": {"draft": False, "mechanical": False, "decision": False},
    "review": {"state": "approved", "substantive": True},
    "comment": {"praise": False},
    "issue": {"waiting_external": False},
    "incident": {"test": False},
    "postmortem": {"test": False, "embargoed": False},
    "pulse": {"switch": False},
}
"""What is true of an entity that a test mentions first and says nothing else of. `null` in a test leaves it unknown."""
FIXED = {"programme": "programme"}
_ACTORS = (
    ("review", "author"), ("comment", "author"), ("pull_request", "author"), ("thread", "answerer"),
    ("incident", "resolver"), ("postmortem", "author"), ("nudge", "to"),
)  # fmt: skip


class Maker:
    """`resolve`: a length from the clock as a moment. `path_of`: a path inside an area."""

    def __init__(self, path_of: Callable[[str], str], resolve: Callable[[Duration], Instant]) -> None:
        self._path_of = path_of
        self._resolve = resolve
        self._numbers: Counter[str] = Counter()
        self._last: dict[str, str] = {}
        self._known: set[tuple[str, str]] = set()

    def make(self, said: Happening, at: Instant) -> Event:
        """The next event of this step."""
        fields = {name: self._fields(name, said) for name in KINDS[said.kind].entities}
        self._numbers[said.kind] += 1
        entities: dict[str, Entity] = {name: SLOTS[name](**one) for name, one in fields.items()}  # type: ignore[arg-type]  # typed as read
        return Event(
            id=f"{said.kind}:{self._numbers[said.kind]}",
            kind=said.kind,
            at=at,
            source=KINDS[said.kind].sources[0],
            actor=said.actor or _actor(fields),
            automated=said.automated,
            paths=self._paths(said),
            repository=said.repository,
            link=said.link,
            **entities,  # type: ignore[arg-type]  # a slot each
        )

    def _paths(self, said: Happening) -> tuple[str, ...] | None:
        if said.areas is None:
            return said.paths
        return (*(said.paths or ()), *(self._path_of(area) for area in said.areas))

    def _fields(self, name: str, said: Happening) -> dict[str, object]:
        written = said.entities.get(name)
        if written is None:
            id_ = self._left_out(name, said)
        else:
            id_ = str(written.get("id") or self._new(name))
        first = (name, id_) not in self._known
        self._known.add((name, id_))
        self._last[name] = id_
        found = {key: self._value(value) for key, value in (written or {}).items() if key != "id"}
        return {"id": id_, **(AT_FIRST.get(name, {}) if first else {}), **_follows(name, found), **found}

    def _left_out(self, name: str, said: Happening) -> str:
        """The one the test spoke of last; of a person the one whom the change is about."""
        person = said.entities.get("change", {}).get("person") if name == "person" else None
        if isinstance(person, str):
            return person
        if name == KINDS[said.kind].entities[0] and said.times > 1:
            return self._new(name)
        return FIXED.get(name) or self._last.get(name) or self._new(name)

    def _new(self, name: str) -> str:
        self._numbers[name] += 1
        return f"{name}-{self._numbers[name]}"

    def _value(self, value: Said) -> object:
        return self._resolve(value) if isinstance(value, Duration) else value


def _follows(name: str, said: Mapping[str, object]) -> dict[str, object]:
    """What follows from the fields that are written."""
    if name == "pull_request" and isinstance(said.get("author"), str):
        return {"authors": (said["author"],)}
    if name == "incident" and isinstance(said.get("service"), str):
        return {"services": (said["service"],)}
    services = said.get("services")
    if name == "incident" and isinstance(services, tuple) and len(services) == 1:
        return {"service": services[0]}
    return {}


def _actor(fields: Mapping[str, Mapping[str, object]]) -> str | None:
    """Whose doing it is, where one field says so."""
    for name, field in _ACTORS:
        found = fields.get(name, {}).get(field)
        if isinstance(found, str):
            return found
    return None
