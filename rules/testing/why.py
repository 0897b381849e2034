"""Why a rule stands where it stands for a key: how far it came, the clause or reason that stopped it, in one sentence.

Owns the account. Everything that arrived is folded once more, with a trace and with clauses that tell; the engine's own
explanation is the source of all that it knows.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import date, timedelta
from zoneinfo import ZoneInfo

from rules.engine import guards
from rules.engine.calendars import add_working_days, calendar_of
from rules.engine.credit import areas_of, credited
from rules.engine.explain import Explanation, explain, known_keys
from rules.engine.frame import Frame, Key
from rules.engine.matches import find
from rules.engine.plans import EachPlan, ListenPlan, RulePlan
from rules.engine.state import State, Wait
from rules.engine.trace import Trace
from rules.model.entities import FindingSeen
from rules.model.events import Event, order_key
from rules.model.times import Instant, moment
from rules.testing.moments import clause, when
from rules.testing.past import Past
from rules.testing.playing import Play
from rules.testing.watching import Heard, Watch


@dataclass(frozen=True, slots=True)
class Account:
    """`stage` is one of `reading.STAGES`; `clause` the condition that did not hold, `reason` why nothing opened."""

    stage: str
    at: Instant
    text: str
    clause: str = ""
    reason: str = ""


@dataclass(slots=True)
class _Stopped:
    """An event of the key that did not get into the rule: a guard left it out, or a condition of `on` or `when`."""

    at: Instant
    kind: str
    left_out: str
    heard: tuple[Heard, ...]


def account(play: Play, rule: str, per: Key) -> Account:
    """As of the clock of this play."""
    plan = play.program.rules.get(rule)
    if plan is None:
        return Account("never asked", play.now, f"{rule} is off")
    trace = Trace(rule, per)
    past = Past(play.program, play.first_at, trace)
    watch = play.bench.watch
    watch.mode = "listen"
    try:
        stopped = list(_stops(past, play, plan, per, watch))
        found = explain(past.state, play.program, rule, per, play.now, trace)
    finally:
        watch.mode = "count"
        watch.heard.clear()
    return _account(found, stopped[-1] if stopped else None, past.state, play)


def keys_met(play: Play, rule: str) -> list[Key]:
    """Keys that the rule remembers, and those of events that did not get into it."""
    plan = play.program.rules.get(rule)
    if plan is None:
        return []
    past, watch = Past(play.program, play.first_at), play.bench.watch
    found: list[Key] = []
    watch.mode = "off"
    for event in sorted(play.past.journal, key=order_key):
        past.arrive(event)
        found += _keys(past.state, plan, event)
    watch.mode = "count"
    return list(dict.fromkeys([*found, *known_keys(past.state, play.program, rule)]))


def _stops(past: Past, play: Play, plan: RulePlan, per: Key, watch: Watch) -> Iterator[_Stopped]:
    """Everything once more, in order; each event of the key that did not get into the rule."""
    for event in sorted(play.past.journal, key=order_key):
        yield from _passed(past, event.at - 1, plan, per, watch)
        watch.heard.clear()
        past.arrive(event)
        yield from _stopped_at(past, event, plan, per, watch)
    yield from _passed(past, play.now, plan, per, watch)


def _passed(past: Past, until: Instant, plan: RulePlan, per: Key, watch: Watch) -> Iterator[_Stopped]:
    """What the engine makes itself on the way: findings, and tasks that are checked again."""
    since, known = past.state.watermark, set(past.findings)
    watch.heard.clear()
    past.pass_time(until)
    for finding in (one for id_, one in past.findings.items() if id_ not in known):
        seen = FindingSeen(id=finding.id, rule=finding.rule, area=finding.area, person=finding.person)
        event = Event(finding.id, "finding.opened", finding.opened_at, "engine", finding=seen)
        yield from _stopped_at(past, event, plan, per, watch)
    for id_, row in past.state.facts.task.items():
        if since <= row.recheck_at <= until:
            event = Event(id_, "task.recheck_due", row.recheck_at, "engine", task=past.state.facts.seen.task.get(id_))
            yield from _stopped_at(past, event, plan, per, watch)


def _stopped_at(past: Past, event: Event, plan: RulePlan, per: Key, watch: Watch) -> Iterator[_Stopped]:
    if event.kind not in plan.on or per not in _keys(past.state, plan, event):
        return
    doubt = guards.doubt(past.program, past.state.facts, event)
    left_out = doubt.reason(plan.rule.guards) if doubt is not None else ""
    asked = [one for one in watch.heard if one.spot.rule == plan.rule.id and one.spot.stage in ("on", "when")]
    false = tuple(one for one in asked if one.held is not True)
    if left_out or false:
        yield _Stopped(event.at, event.kind, left_out, false)


def _keys(state: State, plan: RulePlan, event: Event) -> list[Key]:
    """What this event would be about, whatever the rule's conditions say."""
    frame = Frame(state.facts, event, event.at)
    frame.areas, frame.credited = areas_of(state.facts, event), credited(state.facts, event)
    return [match.key for listen in plan.on.get(event.kind, ()) for match in find(_unasked(listen), frame).matches]


def _unasked(listen: ListenPlan) -> ListenPlan:
    return replace(listen, asks=(), each=tuple(EachPlan(one.name, one.values, ()) for one in listen.each))


# the account --------------------------------------------------------------------------------------------------


def _account(found: Explanation, stopped: _Stopped | None, state: State, play: Play) -> Account:
    zone = play.document.zone
    wait = state.rule(found.rule).waits.get(found.key)
    if wait is not None:
        return Account("waiting", wait.since, _waiting(found, wait, state, play))
    if found.finding is not None:
        return Account("open", found.finding.opened_at, f"it is open since {when(found.finding.opened_at, zone)}")
    note = found.notes[-1] if found.notes else None
    asked = found.asked
    newest = max([one.at for one in (note, asked) if one is not None], default=None)
    if stopped is not None and (newest is None or stopped.at > newest):
        return _stopped(stopped, zone)
    if note is not None and note.what != "waiting" and (asked is None or note.at >= asked.at):
        return _noted(note.what, note.at, zone)
    if asked is None:
        text = f"{found.rule} was never asked about {', '.join(found.key)}: no event that it listens to had this key"
        return Account("never asked", play.now, text)
    failed = next((one for one in asked.clauses if one.held is not True), None)
    if failed is None:
        return Account("hold", asked.at, _held(found, play, zone))
    near = dict(zip((one.text for one in found.clauses), found.near, strict=True)).get(failed.text, "")
    said = clause(failed.text, failed.values, failed.held) + (f"   {near}" if near else "")
    return Account("fire", asked.at, f"{when(asked.at, zone)} {said}", failed.text)


def _stopped(stopped: _Stopped, zone: str) -> Account:
    at = f"{when(stopped.at, zone)} {stopped.kind}"
    if stopped.left_out:
        return Account("left out", stopped.at, f"{at} is left out: {stopped.left_out}", reason=stopped.left_out)
    one = stopped.heard[0]
    return Account("when", stopped.at, f"{at}: {clause(one.spot.text, one.values, one.held)}", one.spot.text)


def _noted(what: str, at: Instant, zone: str) -> Account:
    if what == "opened":
        return Account("fired", at, f"it fired at {when(at, zone)}")
    if what == "cancelled":
        return Account("cancelled", at, f"{when(at, zone)} the wait was cancelled by an event of 'unless'")
    return Account("suppressed", at, f"{when(at, zone)} suppressed: {what}", reason=what)


def _held(found: Explanation, play: Play, zone: str) -> str:
    rule = play.program.rules[found.rule].rule
    since = found.held_since if found.held_since is not None else found.at
    until = since + (rule.hold or 0)
    return f"true since {when(since, zone)}, and has to stay so until {when(until, zone)}"


def _waiting(found: Explanation, wait: Wait, state: State, play: Play) -> str:
    zone = play.document.zone
    due, after = wait.dues[0], play.program.rules[found.rule].rule.after
    days = next((one.working_days for one in after.waits if one.working_days is not None), None) if after else None
    how = f" ({_working_days(state, wait, days)})" if days and days > 0 and len(wait.dues) == 1 else ""
    return f"{when(wait.since, zone)} waiting for {', '.join(found.key)}: due {when(due, zone)}{how}"


def _working_days(state: State, wait: Wait, days: int) -> str:
    """'2wd: Mon 06, Tue 07; away: Fri 03'."""
    hours, absences = calendar_of(state.facts, wait.calendar)
    zone = ZoneInfo(hours.zone)

    def day(at: Instant) -> date:
        return moment(at).astimezone(zone).date()

    ends = [day(add_working_days(hours, absences, wait.start, n)) for n in range(days + 1)]
    between = [day(wait.start) + timedelta(n) for n in range((ends[-1] - day(wait.start)).days)]
    away = [one for one in between if one.weekday() in hours.days and one not in ends]
    said = f"{days}wd: {_dates(ends[1:])}"
    return said + (f"; away: {_dates(away)}" if away else "")


def _dates(days: Sequence[date]) -> str:
    shown = [f"{one:%a %d}" for one in days]
    return ", ".join(shown if len(shown) <= 6 else [*shown[:3], "…", shown[-1]])
