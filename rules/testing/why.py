"""Why a rule stands where it stands for a key: how far it came, the clause or reason that stopped it, in one sentence.

Owns the account, in the stages that a test can ask for. Everything that arrived is folded once more with a trace: the
engine's own explanation and chain say what happened.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from rules.engine.chain import Waiting, chain
from rules.engine.explain import Explanation, explain, known_keys
from rules.engine.frame import Key
from rules.engine.trace import Step, Trace
from rules.model.events import order_key
from rules.model.times import Instant
from rules.testing.moments import clause, when
from rules.testing.past import Past
from rules.testing.playing import Play

STOPS = ("when", "left out", "no key")
"""Steps of an event that did not get into the rule."""


@dataclass(frozen=True, slots=True)
class Account:
    """`stage` is one of `reading.STAGES`; `clause` the condition that did not hold, `reason` why nothing opened."""

    stage: str
    text: str
    clause: str = ""
    reason: str = ""


def account(play: Play, rule: str, per: Key) -> Account:
    """As of the clock of this play."""
    plan = play.program.rules.get(rule)
    if plan is None:
        return Account("never asked", f"{rule} is off")
    trace = Trace(rule, per)
    with play.bench.watch.paused():
        past = _again(play, trace)
        found = explain(past.state, play.program, rule, per, play.now, trace)
        waiting = chain(past.state, plan, per, play.now, trace).waiting
    if waiting is not None:
        return Account("waiting", _waiting(found, waiting, play.document.zone))
    return _account(found, next((one for one in reversed(trace.steps) if one.what in STOPS), None), play)


def keys_met(play: Play, rule: str) -> list[Key]:
    """Keys that the rule remembers, and those of events that did not get into it."""
    if rule not in play.program.rules:
        return []
    trace = Trace(rule)
    with play.bench.watch.paused():
        past = _again(play, trace)
    return sorted({*trace.met, *known_keys(past.state, play.program, rule)})


def _again(play: Play, trace: Trace) -> Past:
    """Everything that arrived, in order, up to the clock."""
    past = Past(play.program, play.first_at, trace)
    for event in sorted(play.past.journal, key=order_key):
        past.arrive(event)
    past.pass_time(play.now)
    return past


def _account(found: Explanation, stop: Step | None, play: Play) -> Account:
    zone, asked = play.document.zone, found.asked
    note = found.notes[-1] if found.notes else None
    newest = max([one.at for one in (note, asked) if one is not None], default=None)
    if found.finding is not None:
        return Account("open", f"it is open since {when(found.finding.opened_at, zone)}")
    if stop is not None and (newest is None or stop.at > newest):
        return _stopped(stop, zone)
    if note is not None and note.what != "waiting" and (asked is None or note.at >= asked.at):
        return _noted(note.what, note.at, zone)
    if asked is None:
        text = f"{found.rule} was never asked about {', '.join(found.key)}: no event that it listens to had this key"
        return Account("never asked", text)
    failed = next((one for one in asked.clauses if one.held is not True), None)
    if failed is None:
        return Account("hold", _held(found, zone))
    near = dict(zip((one.text for one in found.clauses), found.near, strict=True)).get(failed.text, "")
    said = clause(failed.text, failed.values, failed.held) + (f"   {near}" if near else "")
    return Account("fire", f"{when(asked.at, zone)} {said}", failed.text)


def _stopped(stop: Step, zone: str) -> Account:
    at = f"{when(stop.at, zone)} {stop.kind}"
    failed = next((one for one in stop.clauses if one.held is not True), None)
    if failed is not None:
        return Account("when", f"{at}: {clause(failed.text, failed.values, failed.held)}", failed.text)
    how = "left out" if stop.what == "left out" else "without"
    return Account(stop.what, f"{at} is {how}: {stop.detail}", reason=stop.detail)


def _noted(what: str, at: Instant, zone: str) -> Account:
    if what == "opened":
        return Account("fired", f"it fired at {when(at, zone)}")
    if what == "cancelled":
        return Account("cancelled", f"{when(at, zone)} the wait was cancelled by an event of 'unless'")
    return Account("suppressed", f"{when(at, zone)} suppressed: {what}", reason=what)


def _held(found: Explanation, zone: str) -> str:
    since = found.held_since if found.held_since is not None else found.at
    return f"true since {when(since, zone)}, and has to stay so until {when(found.holds_at, zone)}"


def _waiting(found: Explanation, waiting: Waiting, zone: str) -> str:
    days = f" ({_days(waiting)})" if waiting.days else ""
    return f"{when(waiting.since, zone)} waiting for {', '.join(found.key)}: due {when(waiting.dues[0], zone)}{days}"


def _days(waiting: Waiting) -> str:
    """'2wd: Mon 06, Tue 07; away: Fri 03'."""
    counting, away = ([day for day, counts in waiting.days if counts is word] for word in (True, False))
    return f"{len(counting)}wd: {_dates(counting)}" + (f"; away: {_dates(away)}" if away else "")


def _dates(days: Sequence[date]) -> str:
    shown = [f"{one:%a %d}" for one in days]
    return ", ".join(shown if len(shown) <= 6 else [*shown[:3], "…", shown[-1]])
