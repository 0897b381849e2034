"""Cases: one open story per area, told by one task.

Owns when a finding opens or joins a case, when a case closes, and the order among cases. A finding belongs to a case
if it asks for a task. A case with one finding of low confidence waits for a second signal.
"""

from hashlib import blake2b

from rules.engine.facts import areas
from rules.engine.facts.rows import Facts
from rules.engine.state import State
from rules.language.rule import Rule
from rules.model.cases import Case
from rules.model.findings import Finding
from rules.model.times import DAY, Instant

MOMENTS_ONLY = 90 * DAY
SILENT_AFTER_NO = 180 * DAY


def subject_of(rule: Rule, key: tuple[str, ...], area: str | None) -> str:
    """The area; without one, the finding's own rule and key: a start or a move is a case of its own."""
    return f"area:{area}" if area is not None else ":".join((rule.id, *key))


def open_case(state: State, subject: str) -> Case | None:
    found = state.cases.get(subject)
    return found if found is not None and found.status != "closed" else None


def silenced(state: State, subject: str, at: Instant) -> bool:
    """Whether a person answered 'no' or 'known until' about this subject, and that still holds."""
    found = state.cases.get(subject)
    return found is not None and at < found.silent_until


def join(state: State, subject: str, finding: Finding, held: bool) -> tuple[Case, bool]:
    """Puts a finding into the subject's case. True: it is the one that makes the case ask for its task."""
    at = finding.opened_at
    case = open_case(state, subject)
    if case is None:
        ordinal = f"{state.workspace}\x1f{subject}\x1f{at}"
        id_ = "C-" + blake2b(ordinal.encode(), digest_size=5).hexdigest()
        case = state.cases[subject] = Case(id=id_, subject=subject, opened_at=at, status="waiting")
    case.findings = [*case.findings[-49:], finding.id]
    case.rules = list(dict.fromkeys([*case.rules, finding.rule]))
    case.open_findings = [*case.open_findings, finding.id]
    case.held = case.held or held
    opens = case.status == "waiting" and (finding.confidence != "low" or len(case.rules) > 1)
    if opens:
        case.status = "open"
    return case, opens


def leave(state: State, finding: Finding, at: Instant) -> Case | None:
    """Takes a resolved finding out; gives the case if that closed it."""
    case = next((found for found in state.cases.values() if finding.id in found.open_findings), None)
    if case is None:
        return None
    case.open_findings = [id_ for id_ in case.open_findings if id_ != finding.id]
    still_held = any(state.findings[id_].held for id_ in case.open_findings if id_ in state.findings)
    if case.held and not still_held:
        close(case, at)
        return case
    return None


def close(case: Case, at: Instant) -> None:
    case.status, case.closed_at = "closed", at


def due_to_close(case: Case) -> Instant | None:
    """A case of moments only ends after 90 days."""
    return None if case.held or case.status == "closed" else case.opened_at + MOMENTS_ONLY


def consequence(facts: Facts, case: Case, at: Instant) -> tuple[int, int, int, int, str]:
    """Sort key, most urgent first: a planned absence of the carrier, incidents in 90 days, tier, change volume."""
    area = case.subject.removeprefix("area:") if case.subject.startswith("area:") else ""
    row = facts.area.get(area)
    incidents = sum(1 for then in row.incidents if then > at - areas.INCIDENTS) if row else 0
    carrier = areas.carriers_of(facts, area, at).carrier if area else None
    person = facts.person.get(carrier) if carrier else None
    absent = bool(person and any(at < end and start < at + MOMENTS_ONLY for start, end in person.absences))
    volume = sum(len(holding.changes) for holding in facts.ledger.units.get(area, {}).values())
    return (-absent, -incidents, facts.configured.area(area).tier, -volume, case.subject)
