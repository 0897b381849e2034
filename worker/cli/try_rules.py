"""The part of `try` about rules: what they would have filed, what would wait, and how near the rest was.

Owns its wording. One line a case, because one case is one task.
"""

from collections.abc import Iterator

from rules.engine.explain import explain
from rules.engine.survey import WINDOW
from rules.model.findings import Finding
from rules.model.times import DAY
from rules.speech.amounts import count, day, month
from rules.speech.evidence import counted
from rules.speech.harmless import plain
from worker.cli.clause_words import ended, near
from worker.cli.say import Say, days_between
from worker.cli.study import Study
from worker.cli.try_question import FEW_CHANGES

RULE = "area-single-carrier"
MOST_CASES, MOST_NEAR = 8, 3


def would_have(study: Study, say: Say) -> Iterator[str]:
    yield f"WHAT THE RULES WOULD HAVE DONE, had they run since {month(study.since)}   ({study.rules_from})"
    opened = study.rehearsal.findings
    cases = _cases(opened)
    filed = [case for case in cases if not all(_joins(one) for one in case)]
    waiting = [case for case in cases if case not in filed]
    yield f"  {_filed_line(len(filed), days_between(study.since, study.at))}"
    yield from _lines(filed, study, say)
    if waiting:
        yield f"  {count(len(waiting), 'signal')} of low confidence would wait on the map for a second one"
        yield from _lines(waiting, study, say)
    nudges = sum(1 for one in opened for action in one.actions if action.verb == "nudge")
    yield f"  {count(nudges, 'nudge')}" + ("" if nudges else ": they need open pull requests, a roster or a pair")
    if not cases:
        yield from _how_near(study, say)
    out = study.left_out
    yield (
        f"  Left out in {WINDOW // DAY} days: {count(out.bot, 'bot change')}, {out.mechanical:,} mechanical"
        + (f", {count(out.anonymous, 'change')} by somebody unknown" if out.anonymous else "")
    )
    for line in study.history.mailmap if say.named else ():
        yield f"    one person, two addresses? a line for .mailmap:  {plain(line, 90)}"


def _cases(opened: list[Finding]) -> list[list[Finding]]:
    """Findings that ask for a task, by case, in the order of opening."""
    found: dict[str | None, list[Finding]] = {}
    for one in opened:
        if any(action.verb == "task" for action in one.actions):
            found.setdefault(one.case, []).append(one)
    return list(found.values())


def _joins(finding: Finding) -> bool:
    return all(action.joins for action in finding.actions if action.verb == "task")


def _filed_line(tasks: int, days: int) -> str:
    if not tasks:
        return "No task would have been filed."
    pace = f" (one every {count(max(1, round(days / 7 / tasks)), 'week')})" if tasks > 1 else ""
    return f"{count(tasks, 'task')} for a manager{pace}"


def _lines(cases: list[list[Finding]], study: Study, say: Say) -> Iterator[str]:
    for case in cases[:MOST_CASES]:
        first = case[0]
        said = "; ".join(dict.fromkeys(_share(one, study) for one in case))
        yield f"    {day(first.opened_at)}  {say.area(first.area or first.key[0])}: {said}"
        rules = ", ".join(dict.fromkeys(one.rule for one in case))
        yield f"        {rules}: confidence {_best(case)}, {_state(case)}"
    if len(cases) > MOST_CASES:
        yield f"    and {len(cases) - MOST_CASES} more: `--json` has them all"


def _share(finding: Finding, study: Study) -> str:
    rule = study.book.rules[finding.rule]
    counts = finding.evidence.counts[0] if finding.evidence.counts else None
    return counted(counts, rule) if counts else rule.title


def _best(case: list[Finding]) -> str:
    return max((one.confidence for one in case), key=("low", "medium", "high").index)


def _state(case: list[Finding]) -> str:
    if any(one.status == "open" for one in case):
        return "still so"
    last = max(case, key=lambda one: one.resolved_at)
    why = ended(last)
    return f"no longer so since {day(last.resolved_at)}" + (f": {why}" if why else "")


def _how_near(study: Study, say: Say) -> Iterator[str]:
    """With nothing found: the thinnest parts, and what was missing."""
    rule = study.book.rules.get(RULE)
    for part in [part for part in study.parts if part.changes >= FEW_CHANGES][:MOST_NEAR] if rule else ():
        found = explain(study.rehearsal.state, study.book.program, RULE, (part.area,), study.at)
        if rule is not None:
            yield f"    {say.area(part.area)}: {near(found, rule)}"
