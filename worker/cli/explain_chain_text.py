"""The chain of `explain`, event by event, in words: counts, what was left out, waits, what `when` stopped.

Owns its wording. Who an event counts for is said as 'one person' or 'one other', except where names may be shown.
"""

from collections.abc import Iterator
from datetime import date

from rules.engine.chain import Chain, CountChain, Waiting
from rules.engine.trace import Counted, Step
from rules.language.rule import Rule
from rules.model.accounts import OTHER
from rules.model.findings import ClauseSeen, CountSeen
from rules.model.times import Instant
from rules.speech.amounts import count, day, day_time, listed
from rules.speech.evidence import counted
from worker.cli.explain_answer import Answer
from worker.cli.explain_words import happened, with_values
from worker.cli.say import Say

_STEPS = {
    "when": "stopped by `when`",
    "left out": "left out",
    "no key": "no key",
    "started": "the wait began",
    "restarted": "the wait began again",
    "cancelled": "the wait was cancelled",
    "asked": "asked",
    "true": "true from then on",
    "not true": "not true",
}
_WHO = ("one person", "one other", "somebody unknown")


def chain_lines(answer: Answer, say: Say) -> Iterator[str]:
    seen = {one.name: one for one in answer.shown.counts}
    for links in answer.chain.counts:
        if links.name in seen:
            yield from _count(links, seen[links.name], answer, say)
    yield from _steps(answer, say)
    if answer.chain.waiting is not None:
        yield from _waiting(answer.chain.waiting, say.zone)
    for why, times in answer.chain.loose:
        yield f"  {count(times, 'match', 'matches')} without a subject: {why}"


# counts ----------------------------------------------------------------------------------------------------------


def _count(links: CountChain, seen: CountSeen, answer: Answer, say: Say) -> Iterator[str]:
    span = f", from {day(seen.first, say.zone)} to {day(seen.last, say.zone)}" if seen.n else ""
    yield f"  {links.name}: {counted(seen, answer.rule)}{span}"
    if links.earlier:
        yield f"    and {links.earlier:,} earlier"
    top = seen.measures.get("top.value")
    for one in links.counted:
        yield f"    {_dated(one.at, say.zone)}  {happened(one)}{_by(one, top, say)}"
    yield from _out_of(links, say.zone)


def _dated(at: Instant, zone: str) -> str:
    return f"{day(at, zone):<15}" if at else "day not kept   "


def _by(one: Counted, top: object, say: Say) -> str:
    """Names where they may be shown; else whether it is the one person who has most, or another."""
    if not one.who:
        return ""
    if say.named:
        return f", by {listed([say.person(person) for person in one.who])}"
    said = {
        "one person" if person == top else "somebody unknown" if person == OTHER else "one other" for person in one.who
    }
    return f", by {listed([word for word in _WHO if word in said])}"


def _out_of(links: CountChain, zone: str) -> Iterator[str]:
    for one in links.left_out:
        name = f"  {happened(one)}" if one.event else ""
        yield f"    {_dated(one.at, zone)}{name}  left out: {one.left_out}"
    if links.more_left_out:
        yield f"    and {links.more_left_out:,} earlier left out"
    if links.gone:
        yield f"    {links.gone:,} counted before, and gone from it since: too old, replaced or ended"
    if links.leaves_at:
        yield f"    the oldest leaves it on {day(links.leaves_at, zone)}"


# steps -----------------------------------------------------------------------------------------------------------


def _steps(answer: Answer, say: Say) -> Iterator[str]:
    chain: Chain = answer.chain
    if chain.steps:
        yield "  what happened:" + (f" the newest, and {chain.earlier_steps:,} earlier" if chain.earlier_steps else "")
    for step in chain.steps:
        yield from _step(step, answer.rule, say)


def _step(step: Step, rule: Rule, say: Say) -> Iterator[str]:
    why = happened(step)
    what = _STEPS.get(step.what, step.what)
    detail = f": {step.detail}" if step.detail else ", and every condition holds" if step.what == "asked" else ""
    if step.what == "asked" and step.detail not in ("", "policy"):
        detail = f", and {step.detail} did not hold"
    yield f"    {day_time(step.at, say.zone)}  {why}: {what}{detail}"
    if step.what == "when":
        for clause in step.clauses:
            yield f"        {clause_line(clause, rule, say)}"


def clause_line(clause: ClauseSeen, rule: Rule, say: Say, wide: int = 0, wide_values: int = 0) -> str:
    held = "policy" if clause.stage == "policy" else {True: "true", False: "FALSE", None: "UNKNOWN"}[clause.held]
    values = with_values(clause, rule, say)
    return f"{clause.text:<{wide}}   {values:<{wide_values}}   {held}"


# waits -----------------------------------------------------------------------------------------------------------


def _waiting(found: Waiting, zone: str) -> Iterator[str]:
    since = happened(found)
    yield f"  waiting since {day_time(found.since, zone)}, because {since}: due {day_time(found.dues[0], zone)}{_days(found)}"
    if len(found.dues) > 1:
        yield f"    then {listed([day_time(due, zone) for due in found.dues[1:]])}"
    if found.times_left:
        yield f"    and again {count(found.times_left, 'time')} after that, unless something cancels it"


def _days(found: Waiting) -> str:
    """'(2wd: Mon 6 Oct, Tue 7 Oct; away: Fri 3 Oct)'."""
    if not found.days:
        return ""
    worked = [_day(one) for one, counts in found.days if counts]
    away = [_day(one) for one, counts in found.days if not counts]
    return f" ({len(worked)}wd: {', '.join(worked)}" + (f"; away: {', '.join(away)}" if away else "") + ")"


def _day(one: date) -> str:
    return f"{one:%a} {one.day} {one:%b}"
