"""From a dotted name to a function that reads it.

Owns how a path walks from an event, a bound name or a finding's key through typed fields. A step through an unknown
value is unknown. Names read of the event itself are cached in the frame, because many rules ask for the same.
"""

from collections.abc import Callable, Sequence
from typing import cast

from rules.engine.facts.registry import READS, Read
from rules.engine.frame import Frame
from rules.language.rule import Path
from rules.model.actions import Value
from rules.model.vocabulary import ENTITIES, ON_THEIR_EVENTS_ONLY, element

Get = Callable[[Frame], Value]
_MISSING = object()

_EVENT_FIELDS: dict[str, Get] = {
    "areas": lambda frame: frame.areas,
    "credited": lambda frame: frame.credited,
    "id": lambda frame: frame.event.id if frame.event else None,
    "kind": lambda frame: frame.event.kind if frame.event else None,
    "at": lambda frame: frame.event.at if frame.event else None,
    "source": lambda frame: frame.event.source if frame.event else None,
    "workspace": lambda frame: frame.event.workspace if frame.event else None,
}


class Reader:
    """Makes getters. `bound` maps `each` names to their types.

    With `per` (rules with `hold`, where no single event is 'the' event) every path starts with one of these, and is
    read from the key.
    """

    def __init__(self, bound: dict[str, str], per: Sequence[Path] | None = None) -> None:
        self._bound = bound
        self._per = per

    def get(self, text: str) -> Get:
        """The getter of a dotted name or of a call of `experience`."""
        if text.startswith("experience("):
            return self._experience(text)
        if self._per is not None:
            return self._from_key(text, self._per)
        root, *steps = text.split(".")
        if root in self._bound:
            return follow(_bound(root), self._bound[root], steps)
        read = self._from_event(root, steps)
        return _cached(text, read) if len(steps) > 1 or (steps and root != "event") else read

    def _from_event(self, root: str, steps: list[str]) -> Get:
        if root == "event":
            return _EVENT_FIELDS[steps[0]]
        if root == "actor":
            return follow(lambda frame: frame.event.actor if frame.event else None, "person", steps)
        if root in ON_THEIR_EVENTS_ONLY and steps:
            first = _local(root, steps[0])
            return follow(first, element(ENTITIES[root][steps[0]].type), steps[1:])
        return follow(_id_of(root), root, steps)

    def _from_key(self, text: str, per: Sequence[Path]) -> Get:
        for position, path in enumerate(per):
            if text == path.text or text.startswith(path.text + "."):
                steps = text[len(path.text) + 1 :].split(".") if text != path.text else []
                return follow(_key_part(position), path.type, steps)
        raise KeyError(text)

    def _experience(self, text: str) -> Get:
        person, area = (self.get(name.strip()) for name in text[len("experience(") : -1].split(","))

        def experience(frame: Frame) -> Value:
            who, where = person(frame), area(frame)
            if not isinstance(who, str) or not isinstance(where, str):
                return None
            return frame.facts.ledger.experience(who, where)

        return experience


def _bound(name: str) -> Get:
    return lambda frame: frame.bound.get(name)


def _key_part(position: int) -> Get:
    return lambda frame: frame.key[position]


def _id_of(entity: str) -> Get:
    def read(frame: Frame) -> Value:
        found = getattr(frame.event, entity, None)
        return found.id if found is not None else None

    return read


def _local(entity: str, field: str) -> Get:
    """A field of an entity that only its own event carries."""
    zero = ENTITIES[entity][field].zero

    def read(frame: Frame) -> Value:
        found = getattr(frame.event, entity, None)
        value = cast(Value, getattr(found, field, None))
        return zero if value is None else value

    if (entity, field) == ("comment", "recipient"):
        return _recipient
    return read


def _recipient(frame: Frame) -> Value:
    """Whose work a comment speaks of: as said, else the author of the pull request."""
    event = frame.event
    if event is None or event.comment is None:
        return None
    if event.comment.recipient or event.pull_request is None:
        return event.comment.recipient
    seen = frame.facts.seen.pull_request.get(event.pull_request.id)
    return seen.author if seen else None


def follow(start: Get, type_: str, steps: Sequence[str]) -> Get:
    """Follows typed fields from what `start` gives; without steps that is `start` itself."""
    get = start
    for step in steps:
        get = _step(get, READS[type_, step])
        type_ = ENTITIES[type_][step].type
    return get


def _step(before: Get, read: Read) -> Get:
    def get(frame: Frame) -> Value:
        id_ = before(frame)
        return read(frame.facts, id_, frame.at) if isinstance(id_, str) and id_ else None

    return get


def _cached(text: str, read: Get) -> Get:
    def get(frame: Frame) -> Value:
        values = frame.values
        value = values.get(text, _MISSING)
        if value is _MISSING:
            value = values[text] = read(frame)
        return cast(Value, value)

    return get
