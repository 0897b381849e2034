"""The screen of `try`: what was read, what is thin, the one question, what the rules would have done, what next.

Owns the head, the table and the order. Never an empty table: with nothing found, the thinnest parts that changed.
"""

from collections.abc import Iterator

from rules.engine.survey import WINDOW, Part
from rules.model.times import DAY, Instant
from rules.speech.amounts import ago, count, day
from worker.cli.say import Say, cut, days_between, typed
from worker.cli.study import Study
from worker.cli.try_question import FEW_CHANGES, LONG_QUIET, question
from worker.cli.try_rules import RULE, would_have

MOST_PARTS = 8
STALE_DAYS = 30
WIDEST_PART, WIDEST_WHO, WIDEST_NEAR = 34, 34, 26


def screen(study: Study, say: Say, now: Instant, options: list[str]) -> Iterator[str]:
    """Lines, without their ends. `options`: what has to be typed again to see the same parts."""
    yield from _head(study, say, now)
    yield ""
    yield from _table(study, say, options)
    yield ""
    yield from question(study, say)
    yield ""
    yield from would_have(study, say)
    yield ""
    yield from _next(study, say, options)


# what was read ------------------------------------------------------------------------------------------------


def _head(study: Study, say: Say, now: Instant) -> Iterator[str]:
    history = study.history
    yield (
        f"{count(history.commits, 'change')} read in {study.read_seconds:.1f} s, decided in "
        f"{study.seconds - study.read_seconds:.1f} s · nothing stored, nothing sent"
    )
    yield say.who_is_named()
    seen = ["changes", "co-authors"] + ["renames"] * bool(history.renames) + ["review trailers"] * bool(history.reviews)
    missing = "chat, calls" if history.reviews else "reviews (no trailers here), chat, calls"
    yield f"Seen: {', '.join(seen)}.  Not seen: {missing}."
    if days_between(study.at, now) > STALE_DAYS:
        yield f"The history ends on {day(study.at)}; everything here is as of that day."
    yield from study.history.warnings()
    yield _areas_line(study)


def _areas_line(study: Study) -> str:
    choice = study.choice
    chosen = next((one for one in choice.measured if one.proposal.name == choice.name), None)
    others = [f"{one.proposal.name} {one.findings_a_year}" for one in choice.measured if one is not chosen]
    if chosen is None or not others:
        return f"Parts: {choice.about}."
    nearest = ", nearest to 2 to 6" if any(one.findings_a_year for one in choice.measured) else ""
    raised = f"{count(chosen.findings_a_year, 'part')} with one carrier in the last year{nearest}"
    return f"Parts: {choice.about} ({raised}; with --areas {', '.join(others)})."


# the table ----------------------------------------------------------------------------------------------------


def _table(study: Study, say: Say, options: list[str]) -> Iterator[str]:
    active = [part for part in study.parts if part.state != "quiet" and part.changes]
    told = [part for part in active if part.changes >= FEW_CHANGES]
    thin = [part for part in told if part.state in ("single", "orphaned")]
    title = "IF SOMEBODY WERE AWAY TOMORROW"
    yield f"{title:<42}last {WINDOW // DAY} days, {count(len(active), 'part')}"
    if study.history.shallow:
        yield "  Of a shallow clone: too little history to be sure of any of this."
    shown = (thin or told or active)[:MOST_PARTS]
    if not shown:
        yield f"  {_nothing(study)}"
        return
    if not thin:
        yield "  Whatever changed three times or more can be carried by two people or more. The thinnest first:"
    yield from _rows(study, shown, say)
    yield from _rest([part for part in active if part not in shown], typed("knowledge map", options))


def _nothing(study: Study) -> str:
    out = study.left_out
    if out.bot or out.mechanical:
        return f"No person changed anything in this time: {count(out.bot, 'change')} by bots, {out.mechanical:,} mechanical."
    return "No part changed in this time: everything here is quiet."


def _rest(rest: list[Part], command: str) -> Iterator[str]:
    few = [part for part in rest if part.changes < FEW_CHANGES]
    more = [part for part in rest if part.changes >= FEW_CHANGES]
    covered = sum(1 for part in more if part.state == "covered")
    said = [f"{len(more) - covered} more with one carrier or none"] if len(more) > covered else []
    said += [f"{covered} carried by two or more"] if covered else []
    said += [f"{len(few)} that changed once or twice"] if few else []
    if said:
        yield f"  {', '.join(said)}: `{command}`"


def _rows(study: Study, shown: list[Part], say: Say) -> Iterator[str]:
    who_carries = [_carriers(part, say, study.at) for part in shown]
    wide = min(max([len(say.area(part.area)) for part in shown] + [12]), WIDEST_PART)
    who = min(max([len(one) for one in who_carries] + [14]), WIDEST_WHO)
    yield f"  {'part':<{wide}}  changes  {'could carry it':<{who}}  {'next nearest':<{WIDEST_NEAR}}  docs changed"
    for part, carriers in zip(shown, who_carries, strict=True):
        area, nearest = cut(say.area(part.area), wide), _nearest(part, say)
        yield (
            f"  {area:<{wide}}  {part.changes:>7,}  {cut(carriers, who):<{who}}  {nearest:<{WIDEST_NEAR}}  "
            f"{ago(part.docs_days)}"
        )


def _carriers(part: Part, say: Say, at: Instant) -> str:
    if not part.carriers:
        return "nobody"
    if len(part.carriers) == 1 and part.carrier_quiet(at) > LONG_QUIET:
        return f"{say.person(part.carriers[0])} (last {ago(days_between(part.carrier_last, at))} ago)"
    more = f" +{len(part.carriers) - 2}" if len(part.carriers) > 2 else ""
    return ", ".join(say.person(person) for person in part.carriers[:2]) + more


def _nearest(part: Part, say: Say) -> str:
    """Whole names only: the second where it fits."""
    said = [f"{say.person(person)} ({count(n, 'change')})" for person, n in part.nearest[:2]]
    both = ", ".join(said)
    return (both if len(both) <= WIDEST_NEAR else cut(said[0], WIDEST_NEAR)) if said else "nobody"


# what next ----------------------------------------------------------------------------------------------------


def _next(study: Study, say: Say, options: list[str]) -> Iterator[str]:
    shown = [part for part in study.parts if part.changes >= FEW_CHANGES] or [p for p in study.parts if p.changes]
    if shown and RULE in study.book.rules:
        why = typed(f"explain {RULE}", [*options[1:], "--in", options[0]], say.area(shown[0].area))
        yield f"Try      {why}     why it did or did not fire"
    yield f"{'Try' if not shown else '':<9}{typed('knowledge map', options)}     every part"
