"""What a traced fold writes down about one subject: events that `when` or a guard stopped, what entered each count,
waits, and when `fire` became true or stopped being so.

Owns the watching; it is called only where a trace follows a subject, and changes nothing that decides.
"""

from collections.abc import Iterator, Sequence

from rules.engine import outcome
from rules.engine.frame import Frame, Key
from rules.engine.matches import MAX_COMBINATIONS, Found
from rules.engine.plans import CountPlan, RulePlan
from rules.engine.readers import Get, Reader
from rules.engine.state import RuleState, Wait
from rules.engine.tally import Entry
from rules.engine.trace import Asked, Counted, Step, Trace
from rules.engine.unknown import unknowns
from rules.language.rule import Clause, Count, Each, Listen
from rules.model.accounts import OTHER
from rules.model.events import KINDS, Event
from rules.model.findings import ClauseSeen
from rules.model.vocabulary import element

# step 6: what became of an event that the rule listens to --------------------------------------------------------


def looked(trace: Trace, plan: RulePlan, frame: Frame, found: Found, guard: str) -> None:
    """Writes down which keys the event is about, and why it did not get to the subject: a guard, a clause of `when`, a
    missing part of the key."""
    event = frame.event
    assert event is not None  # `on` is asked at events
    if found.too_many:
        trace.loose["too many"] += 1
    trace.met.update(match.key for match in found.matches)
    matched = any(match.key == trace.subject for match in found.matches)
    for listen in plan.rule.on if guard or not matched else ():
        if listen.kind == event.kind:
            step = next(_looked(trace, plan, frame, listen, event, guard if matched else ""), None)
            if step is not None:
                trace.step(step)
                return


def _looked(trace: Trace, plan: RulePlan, frame: Frame, listen: Listen, event: Event, guard: str) -> Iterator[Step]:
    reader = Reader({one.name: element(one.over.type) for one in plan.rule.each})
    paths = listen.by or plan.rule.per
    for _ in _combinations(plan.rule.each, reader, frame):
        key = tuple(_part(reader.get(path.text), frame) for path in paths)
        missing = [path.text for path, part in zip(paths, key, strict=True) if not part]
        if not missing:
            trace.met.add(key)
        if not _may_be(key, trace.subject):
            continue
        clauses = _asked(listen, plan, reader, frame)
        if not missing:
            yield _step(event, "left out", guard) if guard else _step(event, "when", "", clauses)
        elif all(one.held is True for one in clauses):
            trace.loose[f"no key: {missing[0]}"] += 1
            if any(key):
                yield _step(event, "no key", missing[0])


def _may_be(key: Key, subject: Key | None) -> bool:
    """Whether the parts there are, are the subject's."""
    if subject is None or len(key) != len(subject):
        return False
    return all(not part or part == wanted for part, wanted in zip(key, subject, strict=True))


def _combinations(each: Sequence[Each], reader: Reader, frame: Frame) -> Iterator[None]:
    """Sets `frame.bound` to one combination after the other, at most MAX_COMBINATIONS."""
    every: list[dict[str, str]] = [{}]
    for one in each:
        every = [{**bound, one.name: value} for bound in every for value in _values(one, reader, frame, bound)]
        del every[MAX_COMBINATIONS:]
    for bound in every:
        frame.bound = bound
        yield


def _values(one: Each, reader: Reader, frame: Frame, bound: dict[str, str]) -> list[str]:
    frame.bound = bound
    value = reader.get(one.over.text)(frame)
    return [part for part in (value if isinstance(value, tuple) else (value,)) if isinstance(part, str) and part]


def _part(get: Get, frame: Frame) -> str:
    value = get(frame)
    return value if isinstance(value, str) and value != OTHER else ""


def _asked(listen: Listen, plan: RulePlan, reader: Reader, frame: Frame) -> tuple[ClauseSeen, ...]:
    return tuple(_seen(clause, reader, frame) for clause in (*listen.when, *plan.rule.when))


def _seen(clause: Clause, reader: Reader, frame: Frame) -> ClauseSeen:
    values = {name: reader.get(name)(frame) for name in clause.reads}
    answer = clause.test(*values.values())
    return ClauseSeen(clause.text, answer if isinstance(answer, bool) else None, values, "when")


def _step(event: Event, what: str, detail: str = "", clauses: tuple[ClauseSeen, ...] = ()) -> Step:
    return Step(event.at, what, event.id, event.kind, event.link, about(event), detail, clauses)


def about(event: Event) -> str:
    """The id of what people would look up: of a review its pull request, else the primary entity; never a person."""
    entities = KINDS[event.kind].entities
    first = "pull_request" if "pull_request" in entities else entities[0] if entities else ""
    found = getattr(event, first, None)
    return str(found.id) if found is not None and first not in ("person", "change", "nudge") else ""


# step 5: counts --------------------------------------------------------------------------------------------------


def counted(trace: Trace, plan: RulePlan, own: RuleState, event: Event) -> None:
    """Writes down what the event added to the counts of the subject, or what a guard kept out of them."""
    for count in plan.counts:
        name = count.count.name
        tally = own.tallies.get(name, {}).get(trace.subject or ())
        if tally is None:
            continue
        if tally.entries and tally.entries[-1].event == event.id and _is_new(trace, name, tally.entries[-1]):
            entry = tally.entries[-1]
            trace.count(name, Counted(entry.at, entry.event, event.kind, entry.link, about(event), who(count, entry)))
        if tally.left_out and tally.left_out[-1].at == event.at and _is_new(trace, f"{name}-", tally.left_out[-1]):
            guard = tally.left_out[-1].guard
            trace.count(name, Counted(event.at, event.id, event.kind, event.link, about(event), (), guard))


def _is_new(trace: Trace, name: str, entry: object) -> bool:
    new = trace.newest.get(name) is not entry
    trace.newest[name] = entry
    return new


def who(count: CountPlan, entry: Entry) -> tuple[str, ...]:
    """The people that an entry counts for, where the count measures people."""
    place = count.shape.place.get("top")
    if place is None or not of_people(count.count):
        return ()
    return tuple(one for one in entry.inputs[place] if isinstance(one, str))


def of_people(count: Count) -> bool:
    return count.top is not None and element(count.top.of.type) == "person"


# waits and asks --------------------------------------------------------------------------------------------------


def waits(trace: Trace, wait: Wait, again: bool) -> None:
    trace.step(_step(wait.event, "restarted" if again else "started"))


def cancelled(trace: Trace, event: Event) -> None:
    trace.step(_step(event, "cancelled"))


def asked(trace: Trace, plan: RulePlan, frame: Frame) -> None:
    """The newest ask of a key; of the subject also each change of the answer."""
    event, key = frame.event, frame.key
    clauses = outcome.clauses_seen(plan, frame)
    named = (event.link, about(event)) if event else ("", "")
    said = (frame.at, event.id if event else "", event.kind if event else "", clauses, *named)
    if trace.subject is None:
        trace.asked[key] = Asked(*said)
        return
    trace.asked[key] = Asked(*said, unknowns(plan, frame, clauses), outcome.counts_seen(plan, frame)[0])
    failed = next((one.text for one in clauses if one.held is not True), "")
    if plan.rule.hold is None or trace.truth is not (not failed):
        what = "asked" if plan.rule.hold is None else "not true" if failed else "true"
        trace.step(Step(frame.at, what, said[1], said[2], *named, failed, clauses if plan.rule.hold is None else ()))
    trace.truth = not failed
