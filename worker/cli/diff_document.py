"""The JSON of `rules diff`. Owns its shape."""

from rules.model.findings import ClauseSeen, Finding
from rules.model.times import iso
from worker.backtest.difference import HOWS, Change, RuleDifference
from worker.cli import documents
from worker.cli.backtest_document import managers
from worker.cli.diff_fields import changed
from worker.cli.diff_run import Compared, Side
from worker.cli.policy import guarded_finding
from worker.cli.say import Say


def document(found: Compared, names: bool) -> dict[str, object]:
    say = Say(found.people, names)
    return {
        "events": found.events,
        "seconds": round(found.seconds, 2),
        "since": iso(found.since),
        "until": iso(found.until),
        "warnings": list(found.warnings),
        "summary": {how: sum(one.count(how) for one in found.rules) for how in HOWS},
        "old": _side(found.old),
        "new": _side(found.new),
        "rules": {one.id: _rule(one, found) for one in found.rules},
        "findings": {
            how: [_change(change, found, say) for one in found.rules for change in one.changes if change.how == how]
            for how in HOWS
        },
    }


def _side(side: Side) -> dict[str, object]:
    return {"rules": len(side.rules), "findings": side.findings, "managers": managers(side.summary)}


def _rule(one: RuleDifference, found: Compared) -> dict[str, object]:
    old, new = found.old.rules.get(one.id), found.new.rules.get(one.id)
    both = changed(old, new) if old is not None and new is not None else []
    return {
        "status": one.status,
        "same": one.same,
        **{how: one.count(how) for how in HOWS},
        "meaning_changed": bool(old and new and old.meaning != new.meaning),
        "fields": {field.field: {"old": field.old, "new": field.new} for field in both},
    }


def _change(change: Change, found: Compared, say: Say) -> dict[str, object]:
    why = found.why(change)
    return {
        "rule": change.finding.rule,
        "old": _finding(change.old, found.old, say),
        "new": _finding(change.new, found.new, say),
        "why": None
        if why is None
        else {
            "silent": change.silent_side,
            "reason": why.reason or None,
            "asked_at": iso(why.asked_at) if why.asked_at else None,
            "clauses": [_clause(clause, say) for clause in why.clauses],
        },
    }


def _finding(one: Finding | None, side: Side, say: Say) -> dict[str, object] | None:
    return None if one is None else documents.finding(guarded_finding(one, side.rules.get(one.rule)), say)


def _clause(clause: ClauseSeen, say: Say) -> dict[str, object]:
    values = documents.named(clause.values, say)
    return {"text": clause.text, "stage": clause.stage, "held": clause.held, "values": values}
