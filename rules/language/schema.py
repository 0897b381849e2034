"""JSON Schema of rules files, and the vocabulary as data, made from the same tables that the loader reads.

Owns their shape (draft 2020-12). What a schema cannot see is left to `rules check`: decision 0016 says what is where.
"""

from collections.abc import Mapping

from rules.language import fields
from rules.language.actions import RECIPIENTS
from rules.language.counts import MAX_LAST
from rules.language.durations import PATTERN
from rules.language.listens import LISTENABLE
from rules.language.settings import KEYS as DEFAULTS
from rules.language.waiting import MAX_TIMES
from rules.model.events import KINDS
from rules.model.kinds import ABOUT
from rules.model.vocabulary import ENTITIES, FUNCTIONS

Schema = dict[str, object]
_TEXT: Schema = {"type": "string", "minLength": 1}
_FLAG: Schema = {"type": "boolean"}
_WORDS: Schema = {"anyOf": [_TEXT, {"type": "array", "items": _TEXT, "minItems": 1}]}
_NUMBER: Schema = {"anyOf": [{"type": "integer", "minimum": 1}, _TEXT]}


def _lengths(pattern: str, said: str, *examples: str) -> Schema:
    return {"type": "string", "pattern": pattern, "patternErrorMessage": said, "examples": list(examples)}


_PLAIN = PATTERN.strip("^$")
_SAID = "a length of time: 30m 12h 10d 2w 5wd"
_LENGTH = _lengths(f"^{_PLAIN}$", _SAID, "7d", "12h", "2w")
_WAIT = _lengths(rf"^({_PLAIN}|.*\(.*)$", f"{_SAID}, or days(…)", "1wd", "7d", "days(2 * pair.cadence_days)")
_COOLDOWN = _lengths(rf"^(once|{_PLAIN}|.*\(.*)$", f"{_SAID}, days(…), or once", "90d", "once")


def described(shapes: Mapping[str, Schema], about: Mapping[str, str], required: tuple[str, ...] = ()) -> Schema:
    """A map with exactly these keys, each with what the tables say of it."""
    properties = {name: {**shape, "description": about[name]} for name, shape in shapes.items()}
    found: Schema = {"type": "object", "properties": properties, "additionalProperties": False}
    return {**found, "required": list(required)} if required else found


def words(about: Mapping[str, str]) -> Schema:
    """One of these words, each with what it means."""
    return {"type": "string", "enum": list(about), "markdownEnumDescriptions": list(about.values())}


def kind_about(kind: str) -> str:
    spec = KINDS[kind]
    return f"{ABOUT[kind]} (about: {', '.join(spec.entities)}; from: {', '.join(spec.sources)})"


def _shared(name: str) -> Schema:
    return {"$ref": f"#/$defs/{name}"}


def _definitions() -> Schema:
    alternative = {"kind": _shared("kind"), "when": _shared("clauses"), "by": _WORDS}
    one: list[object] = [
        _shared("kind"),
        {"title": "kind, when, by", **described(alternative, fields.LISTEN, ("kind",))},
    ]
    clause: Schema = {"type": ["string", "boolean"], "examples": ["pull_request.rounds >= min_rounds"]}
    return {
        "kind": words({kind: kind_about(kind) for kind in KINDS if kind in LISTENABLE}),
        "listen": {"anyOf": [*one, {"type": "array", "items": {"anyOf": one}, "minItems": 1}]},
        "clauses": {"anyOf": [clause, {"type": "array", "items": clause}]},
    }


def _each() -> Schema:
    return {"type": "object", "additionalProperties": _TEXT, "examples": [{"area": "event.areas"}]}


def _measure(name: str, *keys: str) -> Schema:
    shapes = {"of": _TEXT, **dict.fromkeys(keys, _NUMBER)}
    whole = {"title": f"of, {', '.join(keys)}", **described(shapes, fields.MEASURE, ("of",))}
    return whole if name == "percentile" else {"anyOf": [_TEXT, whole]}


def _count() -> Schema:
    last: Schema = {"anyOf": [{"type": "integer", "minimum": 1, "maximum": MAX_LAST}, _TEXT]}
    entries: dict[str, Schema] = {
        "on": _shared("listen"),
        "each": _each(),
        "when": _shared("clauses"),
        "by": _WORDS,
        "of": _WORDS,
        "for": {**_LENGTH, "examples": ["180d", "90d"]},
        "last": last,
        "until": _shared("kind"),
        "one_per": _WORDS,
        "top": _measure("top", "people"),
        "distinct": _measure("distinct", "at_least"),
        "percentile": _measure("percentile", "rank"),
        "matching": {**_TEXT, "examples": ["review.substantive"]},
    }
    lasting = [{"required": [name]} for name in ("for", "last", "until")]
    one: Schema = {**described(entries, fields.COUNT), "anyOf": lasting}
    return {"type": "object", "additionalProperties": one, "examples": [{"changes": {"for": "180d"}}]}


def _after() -> Schema:
    shapes: dict[str, Schema] = {
        "for": {"anyOf": [_WAIT, {"type": "array", "items": _WAIT, "minItems": 1}]},
        "from": {**_TEXT, "examples": ["change.starts_at"]},
        "calendar": {**_TEXT, "examples": ["pull_request.author"]},
        "again": _WAIT,
        "times": {"anyOf": [{"type": "integer", "minimum": 1, "maximum": MAX_TIMES}, _TEXT]},
    }
    whole = {"title": "for, from, calendar, again, times", **described(shapes, fields.AFTER, ("for",))}
    return {"anyOf": [_WAIT, whole]}


def _do() -> Schema:
    rest: dict[str, Schema] = {
        "or": {"anyOf": [_TEXT, {"type": "array", "items": _WORDS}], "examples": [["area.carrier"]]},
        "template": {**_TEXT, "examples": ["second-pair-of-hands"]},
        "suggest": words(fields.SUGGEST),
        "due": {**_LENGTH, "examples": ["10d"]},
        "recheck": {**_LENGTH, "examples": ["90d"]},
        "evidence": {**words(fields.EVIDENCE), "default": "full"},
    }
    goes_to: dict[str, str] = {
        verb: f"{fields.DO[verb]}; goes to a {' or '.join(to)}" for verb, to in RECIPIENTS.items()
    }
    # One shape a verb: "exactly one of them" gives an editor nothing to say of the word that is wrong.
    each: list[object] = [
        {"title": verb, **described({verb: _WORDS, **rest}, fields.DO | goes_to, (verb, "template"))}
        for verb in RECIPIENTS
    ]
    return {"anyOf": [*each, {"type": "array", "items": {"anyOf": each}, "minItems": 1}]}


def _guards() -> Schema:
    inner: dict[str, Schema] = {"max_files": {"type": "integer", "minimum": 0, "default": 60}}
    people: dict[str, Schema] = {"people": {"type": "integer", "minimum": 0, "default": 3}}
    files = {"max_files": "changes of more files than this are mechanical"}
    few = {"people": "quiet about teams of fewer active people than this"}
    shapes: dict[str, Schema] = {
        **{name: {**_FLAG, "default": True} for name in ("bots", "warm_up", "open_task")},
        "mechanical": {"anyOf": [_FLAG, {"title": "max_files", **described(inner, files)}]},
        "small": {"anyOf": [_FLAG, {"title": "people", **described(people, few)}]},
        "new_area": {"anyOf": [_FLAG, _LENGTH], "default": "60d"},
    }
    return {"title": ", ".join(fields.GUARDS), **described(shapes, fields.GUARDS)}


def _settings() -> dict[str, Schema]:
    scope = {"title": ", ".join(fields.SCOPE), **described(dict.fromkeys(fields.SCOPE, _WORDS), fields.SCOPE)}
    return {
        "mode": {**words(fields.MODES), "default": "ask"},
        "owner": {**_TEXT, "examples": ["programme.contact"]},
        "only": {**scope, "examples": [{"areas": ["billing"]}]},
        "except": {**scope, "examples": [{"areas": ["docs"]}]},
        "send": words(fields.SENDS),
        "good_for": {**_LENGTH, "examples": ["2wd"]},
        "guards": _guards(),
    }


def _operators() -> dict[str, Schema]:
    key = {"type": "array", "items": _TEXT, "minItems": 1, "maxItems": 4}
    numbers = {"type": "object", "additionalProperties": {"type": ["integer", "string"]}}
    per = {"for": _COOLDOWN, "per": _WORDS}
    return {
        "on": {**_shared("listen"), "examples": ["pull_request.merged"]},
        "each": _each(),
        "when": _shared("clauses"),
        "per": {"anyOf": [_TEXT, key], "examples": ["pull_request", ["area", "person"]]},
        "with": {**numbers, "examples": [{"min_changes": 8}]},
        "count": _count(),
        "after": _after(),
        "unless": {**_shared("listen"), "examples": ["pull_request.closed"]},
        "fire": _shared("clauses"),
        "hold": {**_LENGTH, "examples": ["7d", "0d"]},
        "cooldown": {"anyOf": [_COOLDOWN, {"title": "for, per", **described(per, fields.COOLDOWN, ("for",))}]},
        "do": _do(),
    }


def rules_schema() -> Schema:
    """The schema of a whole rules file. `rules check` asks for required fields: an override may leave them out."""
    title: Schema = {**_TEXT, "maxLength": 300}
    rule = {"title": title, **_operators(), **_settings(), "and_when": _shared("clauses")}
    ids: Schema = {
        "type": "object",
        "propertyNames": {"pattern": "^[a-z0-9][a-z0-9-]{0,63}$"},
        "additionalProperties": described(rule, {**fields.OPERATORS, **fields.SETTINGS}),
    }
    defaults = described({name: _settings()[name] for name in DEFAULTS}, fields.SETTINGS)
    shapes: dict[str, Schema] = {
        "pack": {**_TEXT, "examples": ["payments@1"]},
        "extends": {**_WORDS, "examples": [["catalog/start-small@1"]]},
        "pick": {"anyOf": [_TEXT, {"type": "array", "items": _TEXT}], "examples": [["area-single-carrier"]]},
        "defaults": {**defaults, "examples": [{"mode": "ask"}]},
        "rules": {"anyOf": [ids, {"type": "null"}]},
    }
    about = f"A rule needs {', '.join(fields.REQUIRED)}; the rest is optional."
    return {
        "$schema": "https://json-schema.org/draft/2020-12/schema",
        "title": "Sparekey rules",
        "description": about,
        **described(shapes, fields.FILE),
        "$defs": _definitions(),
    }


def vocabulary() -> Schema:
    """Every kind, entity, field and function that rules can name."""
    return {
        "kinds": {
            kind: {"from": spec.sources, "entities": spec.entities, "role": spec.role, "about": ABOUT.get(kind, "")}
            for kind, spec in KINDS.items()
        },
        "entities": {
            entity: {name: {"type": one.type, "origin": one.origin, "about": one.about} for name, one in found.items()}
            for entity, found in ENTITIES.items()
        },
        "functions": {name: {"takes": takes, "gives": gives} for name, (takes, gives) in FUNCTIONS.items()},
    }
