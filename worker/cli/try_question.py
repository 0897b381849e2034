"""The one question that `try` asks: about which part, to whom, and why. Owns its choice and wording."""

from collections.abc import Iterator
from dataclasses import dataclass

from rules.engine.facts import people
from rules.engine.survey import Part
from rules.knowledge.ledger import NEWEST_REVIEWS
from rules.knowledge.matching import suggest
from rules.model.actions import Suggestion
from rules.model.times import DAY
from rules.speech.amounts import ago, listed, times
from worker.cli.say import Say, days_between
from worker.cli.study import Study

FEW_CHANGES = 3
"""A part that changed less often is no story."""
LONG_QUIET = 90 * DAY


@dataclass(frozen=True, slots=True)
class Question:
    part: Part
    suggestion: Suggestion


def worth_asking(study: Study) -> Question | None:
    """A part with an open finding first, then the thinnest one that changes most; None where nothing is worth it."""
    open_areas = {one.area for one in study.rehearsal.findings if one.status == "open"}
    order = {"orphaned": 0, "single": 0, "covered": 1, "quiet": 2}
    asked = [part for part in study.parts if part.changes >= FEW_CHANGES]
    asked.sort(key=lambda part: (part.area not in open_areas, order[part.state], len(part.carriers), -part.changes))
    if not asked:
        return None
    facts, at = study.rehearsal.state.facts, study.at
    area = asked[0].area
    return Question(asked[0], suggest(facts.ledger.units, area, at, lambda one: people.present(facts, one, at)))


def question(study: Study, say: Say) -> Iterator[str]:
    yield "THE QUESTION WORTH ASKING THIS MONTH"
    asked = worth_asking(study)
    if asked is None:
        yield "  Nothing worth asking this month: no part was changed three times by people."
        return
    part, found = asked.part, asked.suggestion
    speaks = any(one.status == "open" and one.area == part.area for one in study.rehearsal.findings)
    if part.state == "covered" and not speaks:
        yield "  Nothing has to be asked: whatever changed three times or more has two people who could carry it."
        yield f"  The thinnest is {say.area(part.area)}, with {listed([say.person(one) for one in part.carriers[:5]])}."
        return
    area, mentor = say.area(part.area), say.person(found.mentor) if found.mentor else ""
    if found.learner and mentor:
        yield f"  Could {say.person(found.learner)} ship the next change to {area} while {mentor} watches?"
    elif found.learner:
        yield f"  Nobody could carry {area}. Could {say.person(found.learner)} be the one who learns it?"
    elif mentor:
        yield f"  If {mentor} were away for a month: who could ship a fix to {area}, and from what notes?"
    else:
        yield f"  Who could ship a fix to {area} today?"
    because = _because(part, found, say)
    if because:
        yield f"  {because}"
    if mentor and part.carrier_quiet(study.at) > LONG_QUIET:
        last = ago(days_between(part.carrier_last, study.at))
        yield f"  {mentor} changed it last {last} ago: are they still with you?"
    yield "  Estimates like this are right about half the time. You know more: is it so?"


def _because(part: Part, found: Suggestion, say: Say) -> str:
    said = []
    changes = dict(part.by).get(found.learner or "", 0)
    if changes:
        said.append(f"changed it {times(changes)}")
    reasons = dict(found.reasons)
    if reasons.get("reviews_here"):
        said.append(f"reviewed {_at_least(int(reasons['reviews_here']), NEWEST_REVIEWS)} changes there")
    near = reasons.get("works_in")
    if isinstance(near, str):
        beside = dict(part.beside).get(near, 0)
        also = f", which changed with it in {beside} of {part.changes} cases" if beside else ""
        said.append(f"work in {say.area(near)}{also}")
    return f"They {listed(said)}." if said else ""


def _at_least(n: int, kept: int) -> str:
    """The ledger keeps the newest few only."""
    return f"{n} or more" if n >= kept else str(n)
