"""JSON Schema of rules files, and the vocabulary as data, made from the same tables that the loader reads.

Owns their shape (draft 2020-12). Expressions are texts to a schema: `rules check` looks inside.
"""

from rules.language.actions import EVIDENCE, RECIPIENTS, SUGGEST
from rules.language.durations import PATTERN
from rules.language.fields import OPERATORS, REQUIRED, SETTINGS
from rules.language.listens import LISTENABLE
from rules.language.settings import MODES, SENDS
from rules.model.events import KINDS
from rules.model.vocabulary import ENTITIES, FUNCTIONS

Schema = dict[str, object]
_TEXT: Schema = {"type": "string"}
_WORDS: Schema = {"anyOf": [_TEXT, {"type": "array", "items": _TEXT}]}
_LENGTH: Schema = {
    "anyOf": [
        {"type": "string", "pattern": PATTERN, "description": "30m 12h 10d 2w 5wd (working days)"},
        {
            "type": "string",
            "pattern": r"\(",
            "description": "an expression, such as days(2 * pair.cadence_days)",
        },
    ],
    "examples": ["7d", "1wd", "12h"],
}
_CLAUSES: Schema = {
    "anyOf": [
        _TEXT,
        {"type": "boolean"},
        {"type": "array", "items": {"anyOf": [_TEXT, {"type": "boolean"}]}},
    ],
    "description": "CEL, the expression language; several must all hold",
    "examples": ["pull_request.rounds >= min_rounds"],
}


def _object(properties: Schema, required: tuple[str, ...] = ()) -> Schema:
    found: Schema = {"type": "object", "properties": properties, "additionalProperties": False}
    return {**found, "required": list(required)} if required else found


def _kind() -> Schema:
    about = {
        kind: f"{kind}: about {', '.join(spec.entities)}; from {', '.join(spec.sources)}"
        for kind, spec in KINDS.items()
        if kind in LISTENABLE
    }
    return {"type": "string", "enum": list(about), "markdownEnumDescriptions": list(about.values())}


def _listen() -> Schema:
    alternative = _object({"kind": _kind(), "when": _CLAUSES, "by": _WORDS}, ("kind",))
    one: Schema = {"anyOf": [_kind(), alternative]}
    return {"anyOf": [*one["anyOf"], {"type": "array", "items": one}]}  # type: ignore[misc]  # a list, as built above


def _count() -> Schema:
    number: Schema = {"anyOf": [{"type": "integer", "minimum": 1}, _TEXT]}
    measure: Schema = {
        "anyOf": [
            _TEXT,
            _object({"of": _TEXT, "people": number, "at_least": number, "rank": number}, ("of",)),
        ]
    }
    entries: Schema = {
        "on": _listen(),
        "each": {"type": "object", "additionalProperties": _TEXT},
        "when": _CLAUSES,
        "by": _WORDS,
        "of": _WORDS,
        "for": _LENGTH,
        "last": number,
        "until": _kind(),
        "one_per": _WORDS,
        "matching": _TEXT,
        **dict.fromkeys(("top", "distinct", "percentile"), measure),
    }
    return {"type": "object", "additionalProperties": _object(entries)}


def _after() -> Schema:
    waits: Schema = {"anyOf": [_LENGTH, {"type": "array", "items": _LENGTH}]}
    whole = _object(
        {
            "for": waits,
            "from": _TEXT,
            "calendar": _TEXT,
            "again": _LENGTH,
            "times": {"type": ["integer", "string"]},
        },
        ("for",),
    )
    return {"anyOf": [_LENGTH, whole]}


def _do() -> Schema:
    entries: Schema = {
        verb: {**_WORDS, "description": f"goes to a {' or '.join(to)}"} for verb, to in RECIPIENTS.items()
    }
    entries |= {
        "or": {"type": "array", "items": _WORDS, "description": "paths to try next"},
        "template": {"type": "string", "description": "a file in templates/, without .md"},
        "suggest": {"enum": list(SUGGEST)},
        "due": _LENGTH,
        "recheck": _LENGTH,
        "evidence": {"enum": list(EVIDENCE)},
    }
    one = _object(entries, ("template",))
    one["oneOf"] = [{"required": [verb]} for verb in RECIPIENTS]
    return {"anyOf": [one, {"type": "array", "items": one, "minItems": 1}]}


def _rule() -> Schema:
    scope = _object(dict.fromkeys(("areas", "teams", "repositories", "labels"), _WORDS))
    shapes: Schema = {
        "on": _listen(),
        "each": {"type": "object", "additionalProperties": _TEXT, "examples": [{"area": "event.areas"}]},
        "when": _CLAUSES,
        "per": {"anyOf": [_TEXT, {"type": "array", "items": _TEXT, "minItems": 1, "maxItems": 4}]},
        "with": {
            "type": "object",
            "additionalProperties": {"type": ["integer", "string"]},
            "examples": [{"min_changes": 8}],
        },
        "count": _count(),
        "after": _after(),
        "unless": _listen(),
        "fire": _CLAUSES,
        "hold": _LENGTH,
        "cooldown": {
            "anyOf": [
                {"const": "once"},
                _LENGTH,
                _object({"for": {"anyOf": [{"const": "once"}, _LENGTH]}, "per": _WORDS}, ("for",)),
            ]
        },
        "do": _do(),
        "title": {"type": "string", "maxLength": 300},
        "mode": {"enum": list(MODES)},
        "owner": _TEXT,
        "only": scope,
        "except": scope,
        "send": {"enum": list(SENDS)},
        "good_for": _LENGTH,
        "guards": {"type": "object"},
        "and_when": _CLAUSES,
    }
    about = {**OPERATORS, **SETTINGS}
    return _object({name: {**shape, "description": about[name]} for name, shape in shapes.items()})  # type: ignore[dict-item]  # schemas are dicts


def rules_schema() -> Schema:
    """The schema of a whole rules file. `rules check` asks for required fields: an override may leave them out."""
    ids: Schema = {
        "type": "object",
        "propertyNames": {"pattern": "^[a-z0-9][a-z0-9-]{0,63}$"},
        "additionalProperties": _rule(),
    }
    defaults: Schema = {name: {} for name in ("mode", "owner", "only", "except", "send", "good_for", "guards")}
    return {
        "$schema": "https://json-schema.org/draft/2020-12/schema",
        "title": "Sparekey rules",
        "description": f"A rule needs {', '.join(REQUIRED)}; the rest is optional.",
        **_object(
            {
                "pack": {"type": "string", "examples": ["payments@1"]},
                "extends": {
                    **_WORDS,
                    "description": "packs by name; later ones win",
                    "examples": [["catalog/start-small@1"]],
                },
                "pick": {**_WORDS, "description": "keep only these inherited rules"},
                "defaults": _object(dict(defaults)),
                "rules": ids,
            }
        ),
    }


def vocabulary() -> Schema:
    """Every kind, entity, field and function that rules can name."""
    return {
        "kinds": {
            kind: {"from": spec.sources, "entities": spec.entities, "role": spec.role} for kind, spec in KINDS.items()
        },
        "entities": {
            entity: {name: {"type": one.type, "origin": one.origin, "about": one.about} for name, one in fields.items()}
            for entity, fields in ENTITIES.items()
        },
        "functions": {name: {"takes": takes, "gives": gives} for name, (takes, gives) in FUNCTIONS.items()},
    }
