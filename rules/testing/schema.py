"""JSON Schema of `.test.yml` files, made from the same tables that the reader uses.

Owns its shape (draft 2020-12). Which entities a kind has, and whether a rule is there, only `rules test` can say.
"""

from collections.abc import Mapping

from rules.language.schema import Schema, described, kind_about, words
from rules.model.events import KINDS
from rules.model.kinds import ABOUT
from rules.model.vocabulary import ENTITIES
from rules.testing import fields
from rules.testing.document import GUARDS
from rules.testing.happenings import FIELDS, HAPPENS, MAX_TIMES, SAYS
from rules.testing.reading import VERBS
from rules.testing.words import DAYS
from rules.testing.world import SHAPES

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


def _one_or_more(one: Schema) -> Schema:
    return {"anyOf": [one, {"type": "array", "items": one}]}


_CALENDAR = described(
    {
        "zone": {**_TEXT, "examples": ["Europe/Berlin"]},
        "hours": {"type": "string", "pattern": "^[0-9]{1,2}-[0-9]{1,2}$", "examples": ["9-17"]},
        "days": {"type": "array", "items": {"enum": list(DAYS)}},
        "away": _WORDS,
        "holidays": _WORDS,
    },
    fields.CALENDAR,
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
    return {**found, "description": known.about if known and known.about else fields.MORE[name]}


def _fields(entity: str, shapes: Mapping[str, str]) -> Schema:
    properties: Schema = {name: _shape(entity, name, shape) for name, shape in shapes.items()}
    return {"type": "object", "properties": properties, "additionalProperties": False}


_ENTITY_OF = {"people": "person", "teams": "team", "areas": "area", "services": "service", "components": "component"}


def _section(name: str) -> Schema:
    entry = _fields(_ENTITY_OF[name], SHAPES[name])
    return {"type": "object", "additionalProperties": {"anyOf": [entry, {"type": "null"}]}}


def _entity(name: str) -> Schema:
    kinds = ", ".join(kind for kind in HAPPENS if name in KINDS[kind].entities)
    found: Schema = {"anyOf": [_WORD, {"title": name, **_fields(name, {"id": "text", **FIELDS[name]})}]}
    return {**found, "description": f"of {kinds}"}


def _answer() -> Schema:
    texts = dict.fromkeys(("task", "nudge", "by", "mentor", "learner"), _TEXT)
    says: Schema = {"enum": list(dict.fromkeys(word for words in SAYS.values() for word in words))}
    return described({**texts, "says": says, "until": _TIME}, fields.ANSWER, ("says",))


def _happens() -> dict[str, Schema]:
    shapes: dict[str, Schema] = {
        "event": words({kind: kind_about(kind) if kind in ABOUT else "more about what is known" for kind in HAPPENS}),
        "times": {"type": "integer", "minimum": 1, "maximum": MAX_TIMES},
        "every": _LENGTH,
        "at": _MOMENT,
        "late": _LENGTH,
        "actor": _TEXT,
        "automated": {"type": "boolean"},
        "areas": _WORDS,
        "paths": _WORDS,
        "repository": _TEXT,
        "link": _TEXT,
        "answer": _answer(),
        "advance": _LENGTH,
        "until": _MOMENT,
    }
    entities = {name: _entity(name) for name in FIELDS if any(name in KINDS[kind].entities for kind in HAPPENS)}
    return {**{name: {**shape, "description": fields.HAPPENS[name]} for name, shape in shapes.items()}, **entities}


def _step(more: Mapping[str, Schema]) -> Schema:
    return {"type": "object", "properties": {**_happens(), **more}, "additionalProperties": False}


def _checks() -> dict[str, Schema]:
    seen: dict[str, Schema] = {"rule": _TEXT, "per": _WORDS}
    people: dict[str, Schema] = dict.fromkeys(VERBS, _WORDS)
    texts: dict[str, Schema] = dict.fromkeys(("template", "suggest", "case"), _TEXT)
    confidence: Schema = {"enum": ["low", "medium", "high"]}
    finding = {**seen, **people, **texts, "confidence": confidence, "due": _LENGTH}
    why: dict[str, Schema] = {**seen, "stage": words(fields.STAGES), "clause": _TEXT, "reason": _TEXT}
    wording: dict[str, Schema] = {"contains": _WORDS, "lacks": _WORDS, "title": _TEXT}
    shapes = {
        "expect": _one_or_more(described(finding, fields.FINDING, ("rule",))),
        "resolved": _one_or_more(described(seen, fields.FINDING, ("rule",))),
        "withdrawn": _one_or_more(described(seen, fields.FINDING, ("rule",))),
        "suppressed": _one_or_more(described({**seen, "reason": _TEXT}, fields.FINDING, ("rule", "reason"))),
        "why": _one_or_more(described(why, fields.FINDING, ("rule", "per", "stage"))),
        "text": _one_or_more(described(wording, fields.TEXT)),
    }
    return {name: {**shape, "description": fields.CHECKS[name]} for name, shape in shapes.items()}


def schema_of_tests() -> Schema:
    """The schema of a whole file of tests."""
    guards: Schema = {
        "anyOf": [
            {"enum": ["on", "off", *GUARDS]},
            {"type": "boolean"},
            {"type": "array", "items": {"enum": list(GUARDS)}},
        ]
    }
    again: Schema = {"type": "array", "minItems": 1, "items": _step({}), "description": fields.HAPPENS["steps"]}
    case: dict[str, Schema] = {
        "name": _TEXT,
        "given": {"type": "object", "examples": [{"ada.merged_before": 5}]},
        "guards": guards,
        "steps": {"type": "array", "minItems": 1, "items": _step({"steps": again, **_checks()})},
    }
    shapes: dict[str, Schema] = {
        "rules": {**_WORDS, "examples": ["payments.yml", "catalog/knowledge"]},
        "start": _MOMENT,
        "history": {**_LENGTH, "examples": ["400d"]},
        "guards": guards,
        **{name: _section(name) for name in SHAPES},
        "calendar": _CALENDAR,
        "default_manager": _TEXT,
        "programme": described({"contact": _TEXT}, fields.MORE),
        "cases": {"type": "array", "minItems": 1, "items": described(case, fields.CASE, ("name", "steps"))},
    }
    return {
        "$schema": "https://json-schema.org/draft/2020-12/schema",
        "title": "Tests of Sparekey rules",
        **described(shapes, fields.FILE, ("rules", "start", "cases")),
    }
