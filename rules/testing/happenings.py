"""`event` and `answer` steps: what happens in a test, as it is written.

Owns which keys and fields they have: the entities of the kind, with every field that a payload or an enrichment can
say. Making events of it is `making.py`'s.
"""

from collections.abc import Mapping
from typing import get_args

import msgspec

from rules.language.nodes import Node
from rules.language.problems import nearest
from rules.model.entities import Entity
from rules.model.events import KINDS, Event
from rules.model.vocabulary import ENTITIES
from rules.testing.document import Answer, Fields, Happening, Said, World
from rules.testing.words import Words, shapes_of

MAX_TIMES = 300
HAPPENS = tuple(kind for kind, spec in KINDS.items() if spec.role not in ("configuration", "derived"))
"""Kinds that can happen in a test; the engine makes the derived ones itself."""
OF_AN_EVENT = ("event", "times", "every", "at", "late", "actor", "automated", "areas", "paths", "repository", "link")
SAYS = {
    "task": ("yes", "other", "later", "known", "no", "wrong", "done"),
    "nudge": ("yes", "not-now", "not-useful", "help"),
}
LAST = "last"


def _slots() -> dict[str, type[Entity]]:
    """Entity → its struct, from the event itself."""
    found = {}
    for one in msgspec.structs.fields(Event):
        for kind in get_args(one.type):
            if isinstance(kind, type) and issubclass(kind, Entity):
                found[one.name] = kind
    return found


SLOTS = _slots()
FIELDS: dict[str, dict[str, str]] = {name: shapes_of(struct) for name, struct in SLOTS.items()}


def read_happening(step: Node, world: World, words: Words) -> Happening | None:
    """None where not even the kind is right."""
    said = step.entries
    kind = words.one_of(said["event"], HAPPENS, "event")
    if kind not in HAPPENS:
        return None
    entities = {name: _entity(name, said[name], words) for name in KINDS[kind].entities if name in said}
    for name in said:
        if name in SLOTS and name not in KINDS[kind].entities:
            there = ", ".join(KINDS[kind].entities)
            words.problems.add(step.keys[name], f"'{kind}' has no '{name}'", f"it has: {there}")
    times = words.number(said["times"], 1, MAX_TIMES) if "times" in said else 1
    return Happening(
        place=said["event"].place,
        kind=kind,
        entities=entities,
        times=times,
        every=words.length(said["every"]) if "every" in said else None,
        at=words.moment(said["at"])[0] if "at" in said else None,
        late=words.span(said["late"]) if "late" in said else 0,
        actor=words.text(said["actor"]) if "actor" in said else None,
        automated="automated" in said and words.flag(said["automated"]) is True,
        areas=_areas(said["areas"], world, words) if "areas" in said else None,
        paths=words.texts(said["paths"]) if "paths" in said else None,
        repository=words.text(said["repository"]) if "repository" in said else "",
        link=words.text(said["link"]) if "link" in said else "",
    )


def _areas(node: Node, world: World, words: Words) -> tuple[str, ...]:
    """Any name is an area where the file has no section of them."""
    found = words.texts(node)
    known = world.sections["areas"]
    for one, there in zip(found, node.listed(), strict=True):
        if world.areas_said and one and one not in known:
            words.problems.add(there.place, f"unknown area '{one[:60]}'", nearest(one, known))
    return tuple(one for one in found if one in known or not world.areas_said)


def _entity(name: str, node: Node, words: Words) -> Fields:
    """The fields that are written. `pull_request: billing#7` is `pull_request: {id: billing#7}`."""
    if node.kind == "scalar" and node.text:
        return {"id": node.text}
    shapes = {"id": "text", **FIELDS[name]}
    if node.kind != "map":
        words.problems.add(node.place, f"'{name}' needs fields", f"there are: {', '.join(shapes)}")
        return {}
    found: Fields = {}
    for key, value in node.entries.items():
        if key in shapes:
            found[key] = words.value(value, shapes[key])  # type: ignore[assignment]  # no entity has a calendar
        else:
            words.problems.add(node.keys[key], f"unknown field '{key[:60]}' of {name}", _hint(name, key, shapes))
    return found


def _hint(entity: str, key: str, shapes: Mapping[str, str]) -> str:
    known = ENTITIES.get(entity, {}).get(key)
    if known is not None:
        return f"it is {known.origin}: it follows from events and configuration, and is never said"
    return nearest(key, shapes)


def read_answer(node: Node, words: Words) -> Answer | None:
    """`{task: area-single-carrier, says: yes}`, `{nudge: last, says: help}`."""
    keys = ("task", "nudge", "says", "by", "until", "mentor", "learner")
    if not words.keys(node, keys, "an answer"):
        return None
    said = node.entries
    verb = next((one for one in SAYS if one in said), "")
    if not verb or ("task" in said and "nudge" in said) or "says" not in said:
        words.problems.add(node.place, "an answer has 'task' or 'nudge', and 'says'", "{task: last, says: yes}")
        return None
    until: Said = words.length_or_moment(said["until"]) if "until" in said else None
    says = words.one_of(said["says"], SAYS[verb], "answer")
    if says in ("later", "known") and until is None:
        words.problems.add(said["says"].place, f"'{says}' needs 'until'", "such as until: 30d")
    texts = {key: words.text(said[key]) if key in said else "" for key in ("by", "mentor", "learner")}
    return Answer(node.place, verb, words.text(said[verb]), says, texts["by"], until, texts["mentor"], texts["learner"])
