"""The screen of `explain`: every clause with its values, how near it was, the chain, and what stood in the way.

Owns its order and wording. People appear as `say` allows.
"""

from collections.abc import Iterator, Sequence

from rules.engine.explain import Explanation
from rules.language.rule import Rule
from rules.model.findings import Finding
from rules.model.times import DAY, HOUR, Instant, Span
from rules.speech.amounts import count, day, day_time
from rules.speech.evidence import confidence
from rules.speech.harmless import plain
from worker.cli.clause_words import ended
from worker.cli.explain_answer import Answer
from worker.cli.explain_chain_text import chain_lines, clause_line
from worker.cli.explain_subject import Listing
from worker.cli.explain_words import STAGES, change, happened, left_out, reason, unknown_line, with_values
from worker.cli.findings_text import told
from worker.cli.say import Say, cut

MOST_SUBJECTS = 20
MOST_NOTES = 6


def screen(answer: Answer, say: Say, now: Instant) -> Iterator[str]:
    rule, shown = answer.rule, answer.shown
    yield from _header(answer, say)
    if answer.secret:
        yield "  What stands behind it is told to nobody but them: policy."
    if answer.personal:
        yield "  It is about a person: the events behind it are told to them alone."
    if not answer.opened and shown.asked is not None:
        asked = shown.asked
        yield f"  last asked {day_time(asked.at, say.zone)}, because {happened(asked)}"
    if answer.opened is not None:
        yield from chain_lines(answer, say)
        yield from _clauses(shown, rule, say)
    else:
        yield from _clauses(shown, rule, say)
        yield from chain_lines(answer, say)
    yield from _clocks(shown, rule, say.zone)
    if answer.opened is not None and answer.finding is not None:
        yield from _since_then(answer.finding, answer.now, say.zone)
    else:
        yield from _in_the_way(shown, say.zone)
        yield from _not_reached(shown, rule)
    yield from _earlier(answer, say.zone)
    yield from _story(answer, say, now)
    yield f"  left out: {left_out(shown)}"
    yield from _unknown(shown, say)
    if answer.watched_since is not None:
        yield f"  Events before {day(answer.watched_since, say.zone)} were not looked at again: the journal is long."


def _header(answer: Answer, say: Say) -> Iterator[str]:
    rule, shown = answer.rule, answer.shown
    pack = f"@{rule.pack}" if rule.pack else ""
    subject = ", ".join(say.area(part) for part in shown.key)
    name = f"{rule.id}{pack} (meaning {rule.meaning[:4]}) about {subject}"
    if answer.opened is None or answer.finding is None:
        yield f"{name}, as of {day_time(shown.at, say.zone)}: {STAGES[shown.stage]}"
    else:
        sure = confidence(answer.finding)
        yield f"{name}, {answer.finding.id} opened {day_time(shown.at, say.zone)}, confidence {sure}"
    yield f"  {plain(rule.title)}"
    if answer.opened is None and shown.finding is not None:
        one = shown.finding
        yield f"  {one.id} opened {day_time(one.opened_at, say.zone)}, confidence {confidence(one)}"


def _clauses(found: Explanation, rule: Rule, say: Say) -> Iterator[str]:
    wide = max((len(clause.text) for clause in found.clauses), default=0)
    values = max((len(with_values(clause, rule, say)) for clause in found.clauses), default=0)
    for clause, near in zip(found.clauses, found.near, strict=True):
        line = clause_line(clause, rule, say, wide, values)
        yield f"  {line:<{wide + values + 13}}   {near}".rstrip()


# clocks ----------------------------------------------------------------------------------------------------------


def _clocks(found: Explanation, rule: Rule, zone: str) -> Iterator[str]:
    if found.held_since is not None and rule.hold is not None:
        since = day_time(found.held_since, zone)
        if found.finding is not None:
            opened = day_time(found.finding.opened_at, zone)
            yield f"  held {span_text(rule.hold)}: true from {since}, still true at {opened}"
        else:
            yield f"  held: true since {since}; {span_text(rule.hold)} would be full on {day_time(found.holds_at, zone)}"
    if found.cooling_until and found.finding is None:
        yield f"  cooldown: until {day_time(found.cooling_until, zone)}"


def span_text(span: Span) -> str:
    """'7 d', '12 h'."""
    return f"{span // DAY} d" if span % DAY == 0 else f"{span // HOUR} h"


def _in_the_way(found: Explanation, zone: str) -> Iterator[str]:
    if not found.reason or found.finding is not None:
        return
    until = f", until {day_time(found.until, zone)}" if found.until else ""
    how = change(found.reason)
    yield f"  in the way: {reason(found.reason)}{until}" + (f"   to change it: {how}" if how else "")


def _not_reached(found: Explanation, rule: Rule) -> Iterator[str]:
    """What comes after conditions that do not hold."""
    later = ["hold"] * (rule.hold is not None) + ["guards"] + ["cooldown"] * (rule.cooldown is not None)
    if found.stage == "fire":
        yield f"  not reached: {', '.join(later)}"


def _since_then(finding: Finding, now: Explanation, zone: str) -> Iterator[str]:
    if finding.status == "withdrawn":
        yield "  taken back: what came late showed that it never was so"
    elif finding.status == "resolved" and finding.held:
        why = ended(finding)
        yield f"  no longer so since {day_time(finding.resolved_at, zone)}" + (f": {plain(why)}" if why else "")
    elif finding.status == "open" and finding.held:
        nearest = next((f"; {near}" for near in now.near if near), "")
        yield f"  still so on {day_time(now.at, zone)}{nearest}"


def _earlier(answer: Answer, zone: str) -> Iterator[str]:
    found = answer.now
    for why, times, last in found.suppressed:
        yield f"  earlier: {reason(why)}, {count(times, 'time')}, last on {day(last, zone)}"
    for note in [one for one in found.notes if one.what == "opened"][-MOST_NOTES:]:
        yield f"  {day_time(note.at, zone)}: {note.what} {note.event}"
    if found.last_opened is not None and found.finding is None and answer.finding is None:
        yield f"  last finding: {day(found.last_opened, zone)}"


# what became of it -----------------------------------------------------------------------------------------------


def _story(answer: Answer, say: Say, now: Instant) -> Iterator[str]:
    case = answer.now.case
    if answer.finding is not None and answer.finding.case and (case is None or case.id != answer.finding.case):
        yield f"  case {answer.finding.case} is closed"
    elif case is not None:
        waits = " waits for a second sign" if case.status == "waiting" else f" is {case.status}"
        task = f", task {case.task}" if case.task else ""
        silent = f", silent until {day(case.silent_until, say.zone)}" if case.silent_until > answer.now.at else ""
        yield f"  case {case.id}{waits}{task}{silent}"
    became = answer.became
    if became is None:
        return
    for row in became.rows:
        yield f"  {told(row, became, say.zone, now)}"
    if any(row.status == "draft" for row in became.rows):
        yield "  a draft waits for a person: `sparekey review`"
    why = became.why_nothing()
    if why:
        yield f"  {why}"


def _unknown(found: Explanation, say: Say) -> Iterator[str]:
    if not found.unknown:
        yield "  unknown: nothing"
    for one in found.unknown:
        yield f"  unknown: {unknown_line(one, say)}"


# a rule alone ----------------------------------------------------------------------------------------------------


def listing(found: Listing, near: Sequence[str]) -> Iterator[str]:
    """Subjects, nearest first, a line each; `near` says of each what is missing."""
    met = found.met
    yield f"{found.rule.id}: {count(len(met), 'subject')} met, as of {day_time(found.at, found.zone)}; nearest first"
    for one, words in zip(met[:MOST_SUBJECTS], near, strict=False):
        stage = STAGES[one.found.stage].partition(":")[0]
        said = "" if one.found.finding is not None else words
        yield f"  {cut(one.typed, 32):<32}  {stage:<30}  {said}".rstrip()
    if len(met) > MOST_SUBJECTS:
        yield f"  and {len(met) - MOST_SUBJECTS:,} more: `--json` has them all"
