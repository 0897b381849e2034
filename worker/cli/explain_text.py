"""The screen of `explain`: every clause with its values, how near it was, and what stood in the way.

Owns its wording. People appear as `say` allows.
"""

from collections.abc import Iterator

from rules.engine.explain import Explanation
from rules.language.rule import Rule
from rules.model.actions import Value
from rules.model.times import Instant
from rules.speech.amounts import count, day
from rules.speech.evidence import counted, evidence
from worker.cli.say import Say

_STAGES = {
    "open": "a finding is open",
    "waiting": "waiting",
    "never asked": "never asked",
    "fire": "did not fire: not every condition holds",
    "suppressed": "true, but nothing opens",
    "hold": "true, but not long enough yet",
    "fired": "true",
}
_EARLIER = {"warming up": "true before the rules were switched on"}


def screen(found: Explanation, rule: Rule, say: Say) -> Iterator[str]:
    pack = f"@{rule.pack}" if rule.pack else ""
    subject = ", ".join(say.area(part) for part in found.key)
    yield f"{rule.id}{pack} (meaning {rule.meaning[:4]}) about {subject}, as of {day(found.at)}: {_STAGES[found.stage]}"
    yield f"  {rule.title}"
    if found.finding is not None:
        open_one = found.finding
        yield f"  opened {day(open_one.opened_at)}, confidence {open_one.confidence}, case {open_one.case or 'none'}"
        yield f"  then: {evidence(open_one, rule, say)}"
    yield from _clauses(found, say)
    for one in found.counts:
        yield f"  {one.name}: {counted(one, rule)}" + (f", from {day(one.first)} to {day(one.last)}" if one.n else "")
    yield from _after(found, rule)
    out = found.left_out
    yield f"  left out: {count(out.bot, 'bot event')}, {out.mechanical} mechanical"
    unknown = [name for clause in found.clauses for name, value in clause.values.items() if value is None]
    yield f"  unknown: {', '.join(dict.fromkeys(unknown)) or 'nothing'}"


def _clauses(found: Explanation, say: Say) -> Iterator[str]:
    wide = max((len(clause.text) for clause in found.clauses), default=0)
    for clause, near in zip(found.clauses, found.near, strict=True):
        values = ", ".join(f"{_value(value, say)}" for value in clause.values.values())
        held = {True: "true", False: "FALSE", None: "UNKNOWN"}[clause.held]
        yield f"  {clause.text:<{wide}}   {values:<12} {held:<7} {near}".rstrip()
    if found.asked is not None:
        why = f"{found.asked.kind} {found.asked.event}" if found.asked.event else "time that passed"
        yield f"  last asked {day(found.asked.at)}, because of {why}"


def _value(value: Value, say: Say) -> str:
    if value is None:
        return "?"
    return say.person(value) if isinstance(value, str) and say.people.knows(value) else str(value)


def _after(found: Explanation, rule: Rule) -> Iterator[str]:
    if found.held_since is not None:
        yield f"  held: true since {day(found.held_since)}"
    if found.waiting_until is not None:
        yield f"  waiting: due {day(found.waiting_until)}"
    if found.reason and found.finding is None:
        yield f"  in the way: {found.reason}" + _cooldown(found, rule)
    for reason, times, last in found.suppressed:
        yield f"  earlier: {_EARLIER.get(reason, reason)}, {count(times, 'time')}, last on {day(last)}"
    for note in found.notes[-6:]:
        yield f"  {day(note.at)}: {_EARLIER.get(note.what, note.what)} {note.event}".rstrip()
    if found.last_opened is not None and found.finding is None:
        yield f"  last finding: {day(found.last_opened)}"


def _cooldown(found: Explanation, rule: Rule) -> str:
    span: Instant | None = rule.cooldown.span.span if rule.cooldown and rule.cooldown.span else None
    if found.reason != "cooldown" or span is None or found.last_opened is None:
        return ""
    return f" until {day(found.last_opened + span)}"
