"""The screen of `try`: what is thin, the one question, what the rules would have done, what was not seen.

Owns its wording, density and order. Never an empty table: with nothing found, the thinnest parts and how near they were.
"""

from collections.abc import Iterator

from rules.engine.explain import explain
from rules.engine.facts import people
from rules.engine.survey import WINDOW, Part
from rules.knowledge.ledger import NEWEST_REVIEWS
from rules.knowledge.matching import suggest
from rules.model.actions import Suggestion, Value
from rules.model.findings import Finding
from rules.model.times import DAY, Instant
from rules.speech.harmless import plain
from worker.cli.say import Say, ago, count, day, days_between, listed, month
from worker.cli.study import Study
from worker.cli.tasks import counted

MOST_PARTS = 8
RULE = "area-single-carrier"
STALE_DAYS = 30


def screen(study: Study, say: Say, since: Instant, now: Instant, command: str) -> Iterator[str]:
    """Lines, without their ends."""
    yield from _head(study, say, now)
    yield ""
    yield from _table(study, say)
    yield ""
    yield from _question(study, say)
    yield ""
    yield from _would_have(study, say, since)
    yield ""
    yield from _next(study, say, command)


# what was read ------------------------------------------------------------------------------------------------


def _head(study: Study, say: Say, now: Instant) -> Iterator[str]:
    history = study.history
    yield (
        f"{count(history.commits, 'change')} read in {study.read_seconds:.1f} s, decided in "
        f"{study.seconds - study.read_seconds:.1f} s · nothing stored, nothing sent"
    )
    yield (
        "Names are shown to you only. --pseudonyms to hide."
        if say.named
        else "People are pseudonyms of this run; --names shows names."
    )
    seen = ["changes", "co-authors"] + ["renames"] * bool(history.renames) + ["review trailers"] * bool(history.reviews)
    missing = "chat, calls" if history.reviews else "reviews (no trailers here), chat, calls"
    yield f"Seen: {', '.join(seen)}.  Not seen: {missing}."
    if days_between(study.at, now) > STALE_DAYS:
        yield f"The history ends on {day(study.at)}; everything here is as of that day."
    if history.shallow:
        yield "This clone is shallow: what came before is not seen, so shares may be wrong. `git fetch --unshallow` helps."
    if history.backwards:
        yield f"{count(history.backwards, 'change')} dated before the one they follow; read in the order of their dates."
    for place, reason in history.malformed[:3]:
        yield f"Not read: {place}: {reason}"
    if len(history.malformed) > 3:
        yield f"Not read: {len(history.malformed) - 3} more lines; `sparekey events preview` lists them."
    yield _areas_line(study)


def _areas_line(study: Study) -> str:
    choice = study.choice
    others = [
        f"{one.proposal.name} {one.findings_a_year}" for one in choice.measured if one.proposal.name != choice.name
    ]
    chosen = next((one for one in choice.measured if one.proposal.name == choice.name), None)
    if chosen is None:
        return f"Parts: {choice.about}."
    raised = f"{count(chosen.findings_a_year, 'finding')} in the last year"
    return (
        f"Parts: {choice.about} ({raised}; with --areas {', '.join(others)})." if others else f"Parts: {choice.about}."
    )


# the table ----------------------------------------------------------------------------------------------------


def _table(study: Study, say: Say) -> Iterator[str]:
    active = [part for part in study.parts if part.state != "quiet"]
    thin = [part for part in active if part.state in ("single", "orphaned") and part.changes]
    title = "IF SOMEBODY WERE AWAY TOMORROW"
    yield f"{title:<42}last {WINDOW // DAY} days, {count(len(active), 'part')}"
    shown = thin[:MOST_PARTS] or [part for part in active if part.changes][:MOST_PARTS]
    if not shown:
        yield "  No part changed in this time: everything here is quiet."
        return
    if not thin:
        yield "  Every part that changed can be carried by two people or more. The thinnest first:"
    yield from _rows(study, shown, say)
    rest = [part for part in active if part not in shown]
    covered = sum(1 for part in rest if part.state == "covered")
    if len(thin) > len(shown):
        yield f"  {len(thin) - len(shown)} more with one carrier or none: `sparekey knowledge map {study.history.path}`"
    if covered and thin:
        yield f"  {covered} more {'is' if covered == 1 else 'are'} carried by two or more: `sparekey knowledge map {study.history.path}`"


def _rows(study: Study, shown: list[Part], say: Say) -> Iterator[str]:
    wide = min(max([len(say.area(part.area)) for part in shown] + [12]), 34)
    who = min(max([len(_carriers(part, say)) for part in shown] + [14]), 34)
    yield f"  {'part':<{wide}}  changes  {'could carry it':<{who}}  {'next nearest':<26}  last docs"
    for part in shown:
        area, carriers = _cut(say.area(part.area), wide), _cut(_carriers(part, say), who)
        nearest = _cut(_nearest(part, say), 26)
        yield f"  {area:<{wide}}  {part.changes:>7,}  {carriers:<{who}}  {nearest:<26}  {ago(part.docs_days)}"


def _carriers(part: Part, say: Say) -> str:
    if not part.carriers:
        return "nobody present"
    return ", ".join(say.person(person) for person in part.carriers[:2]) + (
        f" +{len(part.carriers) - 2}" if len(part.carriers) > 2 else ""
    )


def _nearest(part: Part, say: Say) -> str:
    if not part.nearest:
        return "nobody"
    return ", ".join(f"{say.person(person)} ({count(n, 'change')})" for person, n in part.nearest[:2])


def _cut(text: str, width: int) -> str:
    return text if len(text) <= width else text[: width - 1] + "…"


# the question -------------------------------------------------------------------------------------------------


def _question(study: Study, say: Say) -> Iterator[str]:
    yield "THE QUESTION WORTH ASKING THIS MONTH"
    part = _worth_asking(study)
    if part is None:
        yield "  Nothing changed lately, so there is nothing to ask of you."
        return
    area = say.area(part.area)
    found = _suggestion(study, part)
    mentor = say.person(found.mentor) if found.mentor else ""
    if found.learner and mentor:
        yield f"  Could {say.person(found.learner)} ship the next change to {area} while {mentor} watches?"
    elif found.learner:
        yield f"  Nobody present could carry {area}. Could {say.person(found.learner)} be the one who learns it?"
    elif mentor:
        yield f"  If {mentor} were away for a month: who could ship a fix to {area}, and from what notes?"
    else:
        yield f"  Who could ship a fix to {area} today?"
    because = _because(study, part, found, say)
    if because:
        yield f"  {because}"
    yield "  Estimates like this are right about half the time. You know more: is it so?"


def _worth_asking(study: Study) -> Part | None:
    """A part with an open finding first, then the thinnest one that changes most."""
    open_areas = {finding.area for finding in study.rehearsal.findings if finding.status == "open"}
    asked = [part for part in study.parts if part.changes]
    order = {"orphaned": 0, "single": 0, "covered": 1, "quiet": 2}
    asked.sort(key=lambda part: (part.area not in open_areas, order[part.state], len(part.carriers), -part.changes))
    return asked[0] if asked else None


def _suggestion(study: Study, part: Part) -> Suggestion:
    facts, at = study.rehearsal.state.facts, study.at
    return suggest(facts.ledger.units, part.area, at, lambda person: people.present(facts, person, at))


def _at_least(n: int, kept: int) -> str:
    """The ledger keeps the newest few only."""
    return f"{n} or more" if n >= kept else str(n)


def _because(study: Study, part: Part, found: Suggestion, say: Say) -> str:
    said = []
    changes = dict(part.by).get(found.learner or "", 0)
    if changes:
        said.append(f"changed it {'once' if changes == 1 else f'{changes} times'}")
    reasons = dict(found.reasons)
    if reasons.get("reviews_here"):
        said.append(f"reviewed {_at_least(int(reasons['reviews_here']), NEWEST_REVIEWS)} changes there")
    near = reasons.get("works_in")
    if isinstance(near, str):
        beside = dict(part.beside).get(near, 0)
        also = f", which changed with it in {beside} of {part.changes} cases" if beside else ""
        said.append(f"work in {say.area(near)}{also}")
    return f"They {listed(said)}." if said else ""


# what the rules would have done -------------------------------------------------------------------------------


def _would_have(study: Study, say: Say, since: Instant) -> Iterator[str]:
    yield f"WHAT THE RULES WOULD HAVE DONE, had they run since {month(since)}"
    opened = study.rehearsal.opened_since(since)
    yield f"  {_tasks_line(opened, days_between(since, study.at))}"
    for finding in [one for one in opened if _asks_for_task(one)][:8]:
        yield f"    {_finding_line(finding, study, say)}"
    nudges = sum(1 for one in opened for action in one.actions if action.verb == "nudge")
    yield f"  {count(nudges, 'nudge')}" + ("" if nudges else ": they need open pull requests, a roster or a pair")
    if not any(_asks_for_task(one) for one in opened):
        yield from _how_near(study, say)
    out = study.left_out
    yield (
        f"  Left out in {WINDOW // DAY} days: {count(out.bot, 'bot change')}, {out.mechanical:,} mechanical"
        + (f", {count(out.anonymous, 'change')} by somebody unknown" if out.anonymous else "")
    )
    for line in study.history.mailmap if say.named else ():
        yield f"    one person, two addresses? a line for .mailmap:  {plain(line, 90)}"


def _asks_for_task(finding: Finding) -> bool:
    return any(action.verb == "task" for action in finding.actions)


def _tasks_line(opened: list[Finding], days: int) -> str:
    cases = {finding.case for finding in opened if _asks_for_task(finding)}
    if not cases:
        return "No task would have been filed."
    weeks = max(1, round(days / 7 / len(cases)))
    waiting = sum(1 for one in opened if _asks_for_task(one) and one.confidence == "low")
    more = f"; {waiting} of low confidence would wait for a second signal" if waiting else ""
    return f"{count(len(cases), 'task')} for a manager (one every {count(weeks, 'week')}){more}"


def _finding_line(finding: Finding, study: Study, say: Say) -> str:
    rule = study.book.rules[finding.rule]
    counts = finding.evidence.counts[0] if finding.evidence.counts else None
    share = counted(counts, rule) if counts else rule.title
    state = "still so" if finding.status == "open" else f"no longer so since {day(finding.resolved_at)}"
    return f"{day(finding.opened_at)}  {say.area(finding.key[0])}: {share}; confidence {finding.confidence}, {state}"


def _how_near(study: Study, say: Say) -> Iterator[str]:
    """With nothing found: the thinnest parts, and what was missing."""
    for part in [part for part in study.parts if part.changes][:3]:
        found = explain(study.rehearsal.state, study.book.program, RULE, (part.area,), study.at)
        missing = [
            f"{clause.text} ({_values(clause.values)}{'; ' + near if near else ''})"
            for clause, near in zip(found.clauses, found.near, strict=True)
            if clause.held is not True
        ]
        yield f"    {say.area(part.area)}: " + (
            "; ".join(missing) if missing else f"true, and {found.reason or found.stage}"
        )


def _values(values: dict[str, Value]) -> str:
    return ", ".join(f"{value}" for value in values.values())


def _next(study: Study, say: Say, command: str) -> Iterator[str]:
    shown = [part for part in study.parts if part.changes]
    covered = next((part for part in shown if part.state == "covered"), shown[0] if shown else None)
    if covered is not None:
        yield f"Try      sparekey explain {RULE} '{say.area(covered.area)}' --in {command}     why it did or did not fire"
    yield f"         sparekey knowledge map {command}     every part"
