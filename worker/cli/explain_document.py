"""`explain` as JSON: the object behind the screen. Owns its shape; times are RFC 3339, people as `say` allows."""

import msgspec

from rules.engine.explain import Explanation
from rules.model.times import iso
from worker.cli import documents
from worker.cli.explain_answer import Answer
from worker.cli.explain_subject import Listing, Met
from worker.cli.findings_text import actions
from worker.cli.say import Say

_TIMES = frozenset(
    [
        "at",
        "since",
        "until",
        "first",
        "last",
        "leaves_at",
        "held_since",
        "waiting_until",
        "last_opened",
        "cooling_until",
        "holds_at",
        "opened_at",
        "closed_at",
        "resolved_at",
        "silent_until",
    ]
)


def document(answer: Answer, say: Say) -> dict[str, object]:
    rule, shown = answer.rule, answer.shown
    became = answer.became
    built = {field: getattr(shown, field) for field in Explanation.__slots__}
    told = {field: documents.named(_timed(msgspec.to_builtins(one), field), say) for field, one in built.items()}
    return {
        **told,
        "title": rule.title,
        "pack": rule.pack,
        "meaning": rule.meaning,
        "mode": answer.mode,
        "fired": answer.finding is not None or shown.fired,
        "status": answer.finding.status if answer.finding is not None else None,
        "suppressed": _suppressed(shown),
        "chain": documents.named(_timed(msgspec.to_builtins(answer.chain)), say),
        "watched_since": iso(answer.watched_since) if answer.watched_since is not None else None,
        "actions": actions(became) if became is not None else None,
        "told_by": became.task.action if became is not None and became.task is not None else None,
        "why_nothing": (became.why_nothing() or None) if became is not None else None,
    }


def listing(found: Listing) -> dict[str, object]:
    """Never with a person: rules about people list nothing."""
    return {"rule": found.rule.id, "at": iso(found.at), "subjects": [_met(one) for one in found.met]}


def _met(one: Met) -> dict[str, object]:
    found = one.found
    return {
        "subject": one.typed,
        "key": list(found.key),
        "stage": found.stage,
        "clauses": _timed(msgspec.to_builtins(found.clauses)),
        "near": list(found.near),
        "reason": found.reason or None,
    }


def _suppressed(found: Explanation) -> list[dict[str, object]]:
    return [{"reason": why, "times": times, "last": iso(last)} for why, times, last in found.suppressed]


def _timed(value: object, name: str = "") -> object:
    """Times by their names; 0 is none."""
    if isinstance(value, dict):
        return {key: _timed(one, str(key)) for key, one in value.items()}
    if isinstance(value, list | tuple):
        return [_timed(one, "at" if name == "dues" else "") for one in value]
    if name in _TIMES and isinstance(value, int) and not isinstance(value, bool):
        return iso(value) if value else None
    return value
