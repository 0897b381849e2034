"""JSON Schema of `.test.yml` files, made from the same tables that the reader uses.

Owns its shape (draft 2020-12). Which entities a kind has, and whether a rule is there, only `rules test` can say.
"""

from collections.abc import Mapping

from rules.model.events import KINDS
from rules.model.vocabulary import ENTITIES
from rules.testing.document import GUARDS
from rules.testing.happenings import FIELDS, HAPPENS, MAX_TIMES, SAYS
from rules.testing.reading import STAGES, VERBS
from rules.testing.words import DAYS
from rules.testing.world import SHAPES

Schema = dict[str, object]
_TEXT: Schema = {"type": "string", "minLength": 1}
_WORD: Schema = {"type": ["string", "number"]}
"""An id that looks like a number is one to YAML."""
_WORDS: Schema = {"anyOf": [_WORD, {"type": "array", "items": _WORD}]}
_LENGTH: Schema = {"type": "string", "pattern": "^[0-9]{1,6}(m|h|d|w|wd)$", "examples": ["3d", "5wd"]}
_MOMENT: Schema = {
    "type": "string",
    "pattern": r"^\d{4}-\d{2}-\d{2}([ T]\d{1,2}:\d{2})?( [A-Za-z][A-Za-z0-9_+/-]*)?$",
    "examples": ["2025-10-02 16:00 Europe/Berlin"],
}
_TIME: Schema = {"anyOf": [_MOMENT, {"type": "string", "pattern": "^-?[0-9]{1,6}(m|h|d|w|wd)$"}]}


def _object(properties: Mapping[str, object], required: tuple[str, ...] = ()) -> Schema:
    found: Schema = {"type": "object", "properties": dict(properties), "additionalProperties": False}
    return {**found, "required": list(required)} if required else found


def _about(shape: Schema, text: str) -> Schema:
    return {**shape, "description": text}


def _one_or_more(one: Schema) -> Schema:
    return {"anyOf": [one, {"type": "array", "items": one}]}


_CALENDAR = _object(
    {
        "zone": _TEXT,
        "hours": {"type": "string", "pattern": "^[0-9]{1,2}-[0-9]{1,2}$", "examples": ["9-17"]},
        "days": {"type": "array", "items": {"enum": list(DAYS)}},
        "away": _about(_WORDS, "days on which nobody works: 2025-10-03"),
        "holidays": _WORDS,
    }
)
_SHAPES: dict[str, Schema] = {
    "text": _WORD,
    "flag": {"type": "boolean"},
    "number": {"type": "integer", "minimum": 0},
    "texts": _WORDS,
    "time": _TIME,
    "calendar": _CALENDAR,
}


def _shape(entity: str, name: str, shape: str) -> Schema:
    known = ENTITIES.get(entity, {}).get(name)
    found: Schema = {"anyOf": [_SHAPES[shape], {"type": "null"}]}
    return _about(found, known.about) if known and known.about else found


_ENTITY_OF = {"people": "person", "teams": "team", "areas": "area", "services": "service", "components": "component"}


def _section(name: str) -> Schema:
    entity = _ENTITY_OF[name]
    entry = _object({field: _shape(entity, field, shape) for field, shape in SHAPES[name].items()})
    return {"type": "object", "additionalProperties": {"anyOf": [entry, {"type": "null"}]}}


def _entity(name: str) -> Schema:
    fields = {"id": _WORD, **{field: _shape(name, field, shape) for field, shape in FIELDS[name].items()}}
    kinds = ", ".join(kind for kind in HAPPENS if name in KINDS[kind].entities)
    return {"anyOf": [_WORD, _object(fields)], "description": f"of {kinds}"}


def _answer() -> Schema:
    texts = dict.fromkeys(("task", "nudge", "by", "mentor", "learner"), _TEXT)
    says = {"enum": list(dict.fromkeys(word for words in SAYS.values() for word in words))}
    return _object({**texts, "says": says, "until": _TIME}, ("says",))


def _happens() -> Schema:
    about = [f"about {', '.join(KINDS[kind].entities)}" for kind in HAPPENS]
    return {
        "event": {"enum": list(HAPPENS), "markdownEnumDescriptions": about},
        "times": {"type": "integer", "minimum": 1, "maximum": MAX_TIMES},
        "every": _about(_LENGTH, "between two of `times`, of an event or of steps"),
        "at": _MOMENT,
        "late": _about(_LENGTH, "how much later it arrives"),
        "actor": _TEXT,
        "automated": {"type": "boolean"},
        "areas": _about(_WORDS, "where it happens"),
        "paths": _WORDS,
        "repository": _TEXT,
        "link": _TEXT,
        **{name: _entity(name) for name in FIELDS if any(name in KINDS[kind].entities for kind in HAPPENS)},
        "answer": _answer(),
        "advance": _about(_LENGTH, "how far the clock goes: 3d is 72 hours, 5wd are working days"),
        "until": _MOMENT,
    }


def _checks() -> Schema:
    seen = _object({"rule": _TEXT, "per": _WORDS}, ("rule",))
    people = {verb: _about(_WORDS, "who gets it") for verb in VERBS}
    texts: Schema = dict.fromkeys(("template", "suggest", "case"), _TEXT)
    confidence = {"enum": ["low", "medium", "high"]}
    finding = _object(
        {"rule": _TEXT, "per": _WORDS, **people, **texts, "confidence": confidence, "due": _LENGTH}, ("rule",)
    )
    why = {"rule": _TEXT, "per": _WORDS, "stage": {"enum": list(STAGES)}, "clause": _TEXT, "reason": _TEXT}
    quiet = _object({"rule": _TEXT, "per": _WORDS, "reason": _TEXT}, ("rule", "reason"))
    return {
        "expect": _about(_one_or_more(finding), "exactly what opened since the last expect"),
        "resolved": _one_or_more(seen),
        "withdrawn": _one_or_more(seen),
        "suppressed": _one_or_more(quiet),
        "why": _one_or_more(_object(why, ("rule", "per", "stage"))),
        "text": _one_or_more(_object({"contains": _WORDS, "lacks": _WORDS, "title": _TEXT})),
    }


def schema_of_tests() -> Schema:
    """The schema of a whole file of tests."""
    guards: Schema = {
        "anyOf": [{"enum": ["on", "off"]}, {"type": "boolean"}, {"type": "array", "items": {"enum": list(GUARDS)}}]
    }
    again = _about({"type": "array", "minItems": 1, "items": _object(_happens())}, "what happens `times` times")
    case = _object(
        {
            "name": _TEXT,
            "given": {"type": "object", "examples": [{"ada.merged_before": 5}]},
            "guards": guards,
            "steps": {"type": "array", "minItems": 1, "items": _object({**_happens(), "steps": again, **_checks()})},
        },
        ("name", "steps"),
    )
    return {
        "$schema": "https://json-schema.org/draft/2020-12/schema",
        "title": "Tests of Sparekey rules",
        **_object(
            {
                "rules": _about(_WORDS, "files beside this one, or packs"),
                "start": _about(_MOMENT, "where the clock starts"),
                "history": _about(_LENGTH, "how long events were known before the start: 400d"),
                "guards": _about(guards, "which of those that silence small tests are on"),
                **{name: _section(name) for name in SHAPES},
                "calendar": _about(_CALENDAR, "the workspace's"),
                "default_manager": _TEXT,
                "programme": _object({"contact": _TEXT}),
                "cases": {"type": "array", "minItems": 1, "items": case},
            },
            ("rules", "start", "cases"),
        ),
    }
