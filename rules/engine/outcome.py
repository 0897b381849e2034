"""From a rule that is true to a finding: evidence, confidence, recipients, actions, case.

Owns what a finding says about itself. Whether it may open was decided before (`decide.py`).
"""

from hashlib import blake2b

from msgspec.structs import replace

from rules.engine import cases
from rules.engine.confidence import confidence
from rules.engine.facts import people
from rules.engine.frame import Frame, Key
from rules.engine.plans import DoPlan, RulePlan
from rules.engine.readers import Get
from rules.engine.state import State
from rules.engine.tally import Tally
from rules.knowledge.matching import suggest
from rules.language.rule import Count, Do, Duration, Rule
from rules.model.accounts import OTHER
from rules.model.actions import Action, Suggestion, Value
from rules.model.findings import MAX_EVIDENCE, ClauseSeen, CountSeen, Evidence, Finding, LeftOut
from rules.model.times import DAY, Instant

_WORKING_DAYS_A_WEEK = 5


def open_finding(state: State, plan: RulePlan, frame: Frame, ordinal: int, since: Instant) -> Finding:
    """Makes the finding and lets it join its case. The frame is asked at the moment of opening."""
    rule, key = plan.rule, frame.key
    area = area_of(state, rule, key)
    sure, reviewers = confidence(plan, frame, area)
    finding = Finding(
        id=_identity("F", state.workspace, rule.id, *key, str(ordinal)),
        rule=rule.id,
        meaning=rule.meaning,
        key=key,
        per=tuple(path.text for path in rule.per),
        ordinal=ordinal,
        opened_at=frame.at,
        confidence=sure,
        evidence=_evidence(state, plan, frame, area, since, reviewers),
        area=area,
        person=_person_of(plan, frame),
        held=rule.hold is not None,
        mode=rule.mode,
    )
    return _with_actions(state, plan, frame, finding)


def area_of(state: State, rule: Rule, key: Key) -> str | None:
    """The area that a key is about: named, or given by areas.yml to its service or component."""
    for path, part in zip(rule.per, key, strict=True):
        if path.type == "area":
            return part
        if path.type in ("service", "component"):
            field = "services" if path.type == "service" else "components"
            found = state.facts.configured.area_of_unit(field, part)
            if found is not None:
                return found
    return None


def team_of(state: State, rule: Rule, key: Key) -> str | None:
    """The team of the key's area, service, component, team or person, where one is known."""
    facts = state.facts
    for path, part in zip(rule.per, key, strict=True):
        if path.type == "team":
            return part
        found = people.team_of(facts, part) if path.type == "person" else None
        area = area_of(state, rule, key)
        found = found or (facts.configured.area(area).team if area else None)
        if found:
            return found
    return None


def _identity(prefix: str, *parts: str) -> str:
    return f"{prefix}-{blake2b(chr(31).join(parts).encode(), digest_size=5).hexdigest()}"


def _person_of(plan: RulePlan, frame: Frame) -> str | None:
    """`top.value` of the first count with a person top, else the person in the key."""
    for count in plan.counts:
        top = count.count.top
        if top is not None and top.of.type in ("person", "list(person)"):
            tally = count.standing(frame)
            value = tally.read("top.value") if tally is not None else None
            return value if isinstance(value, str) else None
    for path, part in zip(plan.rule.per, frame.key, strict=True):
        if path.type == "person":
            return part
    return None


# evidence -----------------------------------------------------------------------------------------------------


def _evidence(state: State, plan: RulePlan, frame: Frame, area: str | None, since: Instant, reviewers: int) -> Evidence:
    facts = state.facts
    counts, left_out = counts_seen(plan, frame)
    return Evidence(
        event=frame.event.id if frame.event else "",
        counts=counts,
        clauses=clauses_seen(plan, frame),
        left_out=left_out,
        since=since,
        reviewers_only=reviewers,
        reviews_known=bool(facts.reviews_at) and frame.at - facts.reviews_at <= 180 * DAY,
        team_size=people.active_people(facts, team_of(state, plan.rule, frame.key) or "", frame.at),
    )


def clauses_seen(plan: RulePlan, frame: Frame) -> tuple[ClauseSeen, ...]:
    """Every clause of `fire` with its values, also after the first that does not hold."""
    seen = []
    for clause, reads in zip(plan.rule.fire, plan.fire_reads, strict=True):
        values = {name: get(frame) for name, get in reads.items()}
        answer = clause.test(*values.values())  # the names stand in the order of its arguments
        seen.append(ClauseSeen(clause.text, answer if isinstance(answer, bool) else None, values))
    return tuple(seen)


def counts_seen(plan: RulePlan, frame: Frame) -> tuple[tuple[CountSeen, ...], LeftOut]:
    """Every count as it stands for the key, and what guards kept out of it."""
    standing = [(count.count, count.standing(frame)) for count in plan.counts]
    found = [(count, tally) for count, tally in standing if tally is not None]
    seen = tuple(_seen(count, tally, frame) for count, tally in found)
    return seen, _left_out([tally for _, tally in found])


def _seen(count: Count, tally: Tally, frame: Frame) -> CountSeen:
    entries = tally.living()
    newest = entries[-MAX_EVIDENCE:]
    return CountSeen(
        name=count.name,
        n=tally.n,
        first=entries[0].at if entries else 0,
        last=entries[-1].at if entries else 0,
        measures=measures_of(count, tally),
        events=tuple(entry.event for entry in newest),
        links=tuple(dict.fromkeys(entry.link for entry in newest if entry.link)),
        truncated=tally.truncated(frame.at),
    )


def measures_of(count: Count, tally: Tally) -> dict[str, Value]:
    names: list[str] = []
    if count.top:
        names += ["top.value", "top.n", "top.percent"]
        names += [] if count.top.people else ["second.value", "second.n", "second.percent"]
    names += [name for name in ("distinct", "percentile", "matching") if getattr(count, name) is not None]
    return {name: tally.read(name) for name in names}


def _left_out(tallies: list[Tally]) -> LeftOut:
    """Of the count that lost most to a guard; counts of one rule often see the same events."""
    best = LeftOut()
    for tally in tallies:
        guards = [one.guard for one in tally.left_out]
        found = LeftOut(bot=guards.count("bot"), mechanical=guards.count("mechanical"))
        if found.bot + found.mechanical > best.bot + best.mechanical:
            best = found
    return best


# actions ------------------------------------------------------------------------------------------------------


def _with_actions(state: State, plan: RulePlan, frame: Frame, finding: Finding) -> Finding:
    has_task = any(do.verb == "task" for do in plan.rule.do)
    joins, case_id = False, None
    if has_task:
        subject = cases.subject_of(plan.rule, finding.key, finding.area)
        case, opens = cases.join(state, subject, finding, finding.held)
        joins, case_id = not opens, case.id
    actions = tuple(
        _action(
            do,
            made,
            frame,
            finding,
            case_id if do.verb == "task" else None,
            joins and do.verb == "task",
            plan,
        )
        for do, made in zip(plan.rule.do, plan.do, strict=True)
    )
    return replace(finding, case=case_id, actions=actions)


def _action(
    do: Do, made: DoPlan, frame: Frame, finding: Finding, case: str | None, joins: bool, plan: RulePlan
) -> Action:
    to, via = _recipients(made, frame)
    facts = frame.facts
    if not to and do.verb == "task" and facts.people_map.default_manager:
        to, via = (facts.people_map.default_manager,), "default_manager"
    return Action(
        key=_identity("A", case or finding.id, do.verb, do.template, *to),
        verb=do.verb,
        to=to,
        template=do.template,
        via=via,
        suggest=do.suggest,
        due_days=days_of(do.due),
        recheck_days=days_of(do.recheck),
        evidence=do.evidence,
        send=plan.rule.send,
        suggestion=_suggestion(frame, finding, do),
        joins=joins,
        values={path: get(frame) for path, get in made.values.items()},
    )


def _suggestion(frame: Frame, finding: Finding, do: Do) -> Suggestion | None:
    if not do.suggest or finding.area is None:
        return None
    facts = frame.facts
    return suggest(facts.ledger.units, finding.area, frame.at, lambda person: people.present(facts, person, frame.at))


def _recipients(made: DoPlan, frame: Frame) -> tuple[tuple[str, ...], str]:
    """The first attempt that gives anybody; nobody anonymous, nobody twice."""
    for gets, via in zip(made.to, made.vias, strict=True):
        found = [person for get in gets for person in _ids(get, frame)]
        if found:
            return tuple(dict.fromkeys(found)), via
    return (), ""


def _ids(get: Get, frame: Frame) -> tuple[str, ...]:
    value = get(frame)
    values = value if isinstance(value, tuple) else (value,)
    return tuple(one for one in values if isinstance(one, str) and one and one != OTHER)


def days_of(duration: Duration | None) -> int:
    """Calendar days; working days as five a week."""
    if duration is None:
        return 0
    if duration.working_days is not None:
        return -(-duration.working_days * 7 // _WORKING_DAYS_A_WEEK)
    return (duration.span or 0) // DAY
