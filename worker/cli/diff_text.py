"""The screen of `rules diff`: what was changed in each rule, and which findings that gains, loses and moves, and why.

Owns its wording. Nobody is named.
"""

from collections.abc import Iterator

from rules.language.numbers import named_in
from rules.language.rule import Rule
from rules.model.findings import ClauseSeen
from rules.speech.amounts import count, day
from rules.speech.harmless import plain
from worker.backtest.difference import HOWS, Change, RuleDifference
from worker.backtest.why import Why
from worker.cli.backtest_text import sent_in_all, subject
from worker.cli.diff_fields import changed
from worker.cli.diff_run import Compared, Side
from worker.cli.policy import POLICY
from worker.cli.say import Say

MOST_SHOWN = 5
_LONGEST = 110


def screen(found: Compared, say: Say) -> Iterator[str]:
    yield f"{count(found.events, 'event')}, {day(found.since)} to {day(found.until)}. Nothing stored, nothing sent."
    yield from (plain(line, 200) for line in found.warnings)
    yield ""
    told = [one for one in found.rules if one.status != "same" or one.changes]
    for one in told:
        yield from _rule(one, found, say)
    same = len(found.rules) - len(told)
    yield f"{count(same, 'rule')} {'is' if same == 1 else 'are'} as before." if told else "Nothing is different."
    yield ""
    yield from _sums(found)


def _rule(one: RuleDifference, found: Compared, say: Say) -> Iterator[str]:
    parts = [f"{n:,} {how}" for how in HOWS if (n := one.count(how))]
    parts += [f"{one.same:,} as before"] if one.same or not parts else []
    yield f"{plain(one.id, 60)}  {'' if one.status == 'same' else one.status + ': '}{', '.join(parts)}"
    old, new = found.old.rules.get(one.id), found.new.rules.get(one.id)
    if old is not None and new is not None:
        for field in changed(old, new):
            before, after = plain(field.old, _LONGEST) or "nothing", plain(field.new, _LONGEST) or "nothing"
            yield f"    {field.field}: {before} -> {after}"
    for change in one.changes[:MOST_SHOWN]:
        yield from _change(change, found, say)
    if len(one.changes) > MOST_SHOWN:
        yield f"    and {len(one.changes) - MOST_SHOWN:,} more: --json has them all"
    yield ""


def _change(change: Change, found: Compared, say: Say) -> Iterator[str]:
    rules = found.new.rules if change.new is not None else found.old.rules
    about = subject(change.finding, rules.get(change.finding.rule), say)
    if change.old is not None and change.new is not None:
        yield f"    moved   {about}: {day(change.old.opened_at)} -> {day(change.new.opened_at)}"
    else:
        yield f"    {change.how:<7} {about}, {day(change.at)}"
    why = found.why(change)
    if why is not None:
        side = found.old if change.silent_side == "old" else found.new
        word = "before" if change.silent_side == "old" else "now"
        yield from (f"            {word}: {line}" for line in _why(why, side.rules.get(change.finding.rule), change))


def _why(why: Why, rule: Rule | None, change: Change) -> Iterator[str]:
    if why.reason:
        yield plain(why.reason, 80) + (f", last on {day(why.asked_at)}" if _is_earlier(why, change) else "")
        return
    for clause in why.failed:
        word = POLICY if clause.stage == POLICY else "unknown" if clause.held is None else "false"
        yield f"{plain(clause.text, _LONGEST)}   {values(clause, rule)}   {word}"


def _is_earlier(why: Why, change: Change) -> bool:
    return 0 < why.asked_at < change.at and why.reason == "it was not asked then"


def values(clause: ClauseSeen, rule: Rule | None) -> str:
    """'changes.n 8, min_changes 12': what it read, and the numbers it names. Texts may be ids of people: left out."""
    read = [f"{name} {'?' if value is None else value}" for name, value in clause.values.items() if _is_amount(value)]
    numbers = rule.numbers if rule is not None else {}
    return ", ".join([*read, *(f"{name} {numbers[name]}" for name in named_in(clause.text, numbers))])


def _is_amount(value: object) -> bool:
    return value is None or isinstance(value, int | bool)


def _sums(found: Compared) -> Iterator[str]:
    parts = [f"{sum(one.count(how) for one in found.rules):,} {how}" for how in HOWS]
    yield f"Findings: {found.old.findings:,} -> {found.new.findings:,} ({', '.join(parts)})."
    yield f"What people would have got: {_got(found.old)} -> {_got(found.new)}."
    worst = [side.summary.spread("tasks").worst for side in (found.old, found.new)]
    yield f"Tasks for one manager in the worst week: {worst[0]} -> {worst[1]}."


def _got(side: Side) -> str:
    sent = sent_in_all(side.summary)
    return f"{count(sent['task'], 'task')}, {count(sent['nudge'], 'nudge')}, {count(sent['digest'], 'digest')}"
