"""JSON for scripts: versioned, in a stable order, without names unless asked for.

Owns the shapes that PRODUCT promises for `try` and `demo`.
"""

import json
from collections.abc import Mapping, Sequence

import msgspec

from rules.engine.survey import Part
from rules.model.actions import Suggestion
from rules.model.findings import Finding
from rules.model.times import iso
from worker.cli.say import Say

SCHEMA = 1


def dump(document: Mapping[str, object]) -> str:
    return json.dumps({"schema": SCHEMA, **document}, ensure_ascii=False, indent=2)


def parts(found: Sequence[Part], say: Say) -> list[dict[str, object]]:
    return [
        {
            "area": part.area,
            "state": part.state,
            "changes": part.changes,
            "carriers": len(part.carriers),
            "carrier": say.person(part.carriers[0]) if part.carriers else None,
            "carrier_percent": part.carrier_percent,
            "carrier_last_change": iso(part.carrier_last) if part.carrier_last else None,
            "nearest": [{"person": say.person(person), "changes": n} for person, n in part.nearest[:5]],
            "days_since_docs_change": part.docs_days,
        }
        for part in found
    ]


def question(part: Part, found: Suggestion, say: Say) -> dict[str, object]:
    return {
        "area": part.area,
        "learner": say.person(found.learner) if found.learner else None,
        "mentor": say.person(found.mentor) if found.mentor else None,
    }


def finding(one: Finding, say: Say) -> dict[str, object]:
    """People in keys and measures are shown as `say` allows; ids of events and links stand as they are."""
    evidence = msgspec.to_builtins(one.evidence)
    return {
        "id": one.id,
        "rule": one.rule,
        "subject": [_word(part, say) for part in one.key],
        "case": one.case,
        "confidence": one.confidence,
        "status": one.status,
        "opened_at": iso(one.opened_at),
        "resolved_at": iso(one.resolved_at) if one.resolved_at else None,
        "ended_by": one.ended_by or None,
        "evidence": named(evidence, say),
    }


def actions(found: Sequence[Finding], verb: str, say: Say) -> list[dict[str, object]]:
    return [
        {
            "key": action.key,
            "finding": one.id,
            "case": one.case,
            "template": action.template,
            "to": [say.person(person) for person in action.to],
            "joins": action.joins,
        }
        for one in found
        for action in one.actions
        if action.verb == verb
    ]


def suppressed(counts: Mapping[tuple[str, str], int]) -> dict[str, dict[str, int]]:
    found: dict[str, dict[str, int]] = {}
    for (rule, reason), times in sorted(counts.items()):
        found.setdefault(rule, {})[reason] = times
    return found


def named(value: object, say: Say) -> object:
    """The same with people as `say` allows."""
    if isinstance(value, dict):
        return {name: named(one, say) for name, one in value.items()}
    if isinstance(value, list | tuple):
        return [named(one, say) for one in value]
    return _word(value, say) if isinstance(value, str) else value


def _word(text: str, say: Say) -> str:
    return say.person(text) if say.named and say.people.knows(text) else text
