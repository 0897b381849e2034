"""The screen of the demo. Owns its wording and order, and the * on every line that depends on the script."""

from collections import Counter
from collections.abc import Iterator

from rules.model.actions import Action
from rules.model.findings import Finding
from rules.model.times import DAY
from rules.speech.amounts import count, day, short_day
from rules.speech.lint import FOOTER
from rules.speech.nudge import nudge_text
from rules.speech.task import also, task_text
from worker.cli.clause_words import ended as ended_because
from worker.cli.clause_words import near
from worker.cli.say import Say
from worker.demo import story
from worker.demo.played import Moment, Played

SHOWN = 40 * DAY
"""Findings of the last weeks before the shown morning."""
_SCRIPTED_RULES = {
    "new-person",
    "first-change-in-carried-area",
    "newcomer-waiting",
    "pair-trial-pulse",
    "second-person-active",
}
WIDE = 13


def screen(played: Played, say: Say) -> Iterator[str]:
    yield f"Real: {played.changes:,} changes and {played.reviews:,} reviews (kv_engine, 2020 to 2022), {played.postmortems} public postmortems."
    yield "Scripted and marked *: a roster, one open pull request, one pair, two incidents. Nothing leaves this machine."
    yield f"{played.events:,} events read and decided in {played.seconds:.1f} s. It is {day(played.week.at)}."
    yield _states(played.week)
    yield ""
    cases = _cases(played.week)
    for number, findings in enumerate(cases[:2], start=1):
        yield from _task(played, findings, number, len(cases), say)
        yield ""
    yield from _nudges(played, say)
    yield ""
    yield from _silent(played, cases, say)
    yield ""
    yield from _later(played, say)
    yield ""
    yield "Next:  .venv/bin/sparekey try PATH            your own clone: no token, nothing stored"
    yield "       .venv/bin/sparekey explain -h          why something did or did not speak"
    yield "       .venv/bin/sparekey rules check PATH    your own rules, every error with its place"


def _states(moment: Moment) -> str:
    states = Counter(part.state for part in moment.parts)
    active = sum(states.values()) - states["quiet"]
    return (
        f"{count(active, 'part')} of the system: {states['covered']} covered, {states['single']} carried by one person, "
        f"{states['orphaned']} by nobody."
    )


# tasks --------------------------------------------------------------------------------------------------------


def _cases(moment: Moment) -> list[list[Finding]]:
    """Open stories that ask for a task, most urgent first, each with its findings in order."""
    found: dict[str, list[Finding]] = {}
    for finding in moment.findings.values():
        if finding.case and finding.status == "open" and finding.opened_at > moment.at - SHOWN:
            found.setdefault(finding.case, []).append(finding)
    order = [moment.case_ids[subject] for subject in moment.urgent]
    told = [findings for findings in found.values() if len(findings) > 1 or findings[0].confidence != "low"]
    return sorted(told, key=lambda findings: order.index(findings[0].case or ""))


def _task(played: Played, findings: list[Finding], number: int, total: int, say: Say) -> Iterator[str]:
    first, *others = findings
    rule = played.book.rules[first.rule]
    action = next(one for one in first.actions if one.verb == "task")
    template = played.book.templates[action.template]
    joined = [also(one, played.book.rules[one.rule], say) for one in others if one.evidence.counts]
    text = task_text(first, action, rule, template, say, joined)
    scripted = first.rule in _SCRIPTED_RULES
    incidents = first.area == story.AREA
    to = f"would go to the manager of {say.area(first.area)}" if first.area else "would go to the team's manager*"
    why = "why first: 2 incidents in 90 days*" if incidents else ""
    yield f"TASK {number} of {total}{'*' * scripted}, {to:<56} {why}".rstrip()
    yield f"  {text.title}"
    for heading, line in (*text.parts, ("Answer", text.answers)):
        shown = line.replace("\n- ", "\n").removeprefix("- ")
        for position, part in enumerate(shown.split("\n")):
            label = {"First three sessions": "Sessions"}.get(heading, heading)
            for piece_number, piece in enumerate(_wrapped(part)):
                yield f"  {label if not position and not piece_number else '':<{WIDE}}{piece}"


def _wrapped(text: str, width: int = 104) -> list[str]:
    lines, line = [], ""
    for word in text.split():
        if line and len(line) + len(word) + 1 > width:
            lines.append(line)
            line = word
        else:
            line = f"{line} {word}".strip()
    return [*lines, line] if line else lines


# nudges -------------------------------------------------------------------------------------------------------


def _nudges(played: Played, say: Say) -> Iterator[str]:
    """One in full; public data has no open pull requests, so it depends on the script."""
    found = [
        (finding, action)
        for finding in played.week.findings.values()
        for action in finding.actions
        if action.verb == "nudge" and finding.rule in _SCRIPTED_RULES and finding.opened_at > played.week.at - SHOWN
    ]
    for finding, action in found[:1]:
        yield from _nudge(played, finding, action, say)
    for finding, action in found[1:3]:
        yield f"NUDGE*, {day(finding.opened_at)}, to {_to(action, say)}: {played.book.templates[action.template].title.lower()}"


def _nudge(played: Played, finding: Finding, action: Action, say: Say) -> Iterator[str]:
    rule, template = played.book.rules[finding.rule], played.book.templates[action.template]
    body = nudge_text(finding, action, rule, template, say).parts[0][1]
    yield f"NUDGE*, private, to {_to(action, say)}, {day(finding.opened_at)}, in their next working hour"
    for line in _wrapped(f'"{body}"', 100):
        yield f"  {line}"
    yield f"  [yes] [not now] [stop these]      {FOOTER}"


def _to(action: Action, say: Say) -> str:
    return " and ".join(say.person(person) for person in action.to) or "you, because nobody else is named"


# what did not speak, and what came later ----------------------------------------------------------------------


def _silent(played: Played, cases: list[list[Finding]], say: Say) -> Iterator[str]:
    title = "DID NOT SPEAK"
    moment = played.week
    for one in moment.silent:
        yield f"{title:<16}{say.area(one.key[0])}: {near(one, played.book.rules[one.rule])}"
        title = ""
    told = {finding.id for findings in cases for finding in findings}
    earlier = [finding for finding in moment.findings.values() if finding.case and finding.id not in told]
    waiting = sum(1 for finding in earlier if finding.status == "open")
    past = sum(1 for finding in earlier if finding.status != "open")
    yield f"{title:<16}{count(past, 'earlier finding')} no longer true; {waiting} open with low confidence, waiting for a second signal."
    young = sum(n for (_, reason), n in moment.suppressed.items() if reason == "area young")
    open_ = sum(n for (_, reason), n in moment.suppressed.items() if reason == "still open")
    yield f"{'':<16}Not repeated: {open_} times a finding was open already, {young} times an area was younger than 60 days."


def _later(played: Played, say: Say) -> Iterator[str]:
    later = played.later
    part = next(part for part in later.parts if part.area == story.AREA)
    yield f"THREE MONTHS LATER, {day(later.at)}   (the changes are real; the answer and the pair are scripted*)"
    yield (
        f'  Filed* on {day(story.FILED)}; the manager answered* "{story.ANSWER}". The pair* began on '
        f"{short_day(story.PAIRED)}."
    )
    by = dict(part.by)
    others = [
        f"{say.person(person)} {by[person]}" for person in part.carriers if person != story.CARRIER and person in by
    ]
    yield f"  {story.AREA} can be carried by {count(len(part.carriers), 'person', 'people')} now. Own changes in 180 days: {', '.join(others)}."
    ended = [
        finding
        for finding in later.findings.values()
        if finding.area == story.AREA and finding.case and finding.status == "resolved"
    ]
    for finding in ended[:2]:
        yield f"  {played.book.rules[finding.rule].title}: no longer so since {short_day(finding.resolved_at)}: {ended_because(finding)}."
    pulses = sum(1 for finding in later.findings.values() if finding.rule == "pair-trial-pulse")
    thanks = [finding for finding in later.findings.values() if finding.rule == "second-person-active"]
    if thanks:
        active = thanks[0].evidence.clauses[0].values.get("touches.distinct")
        yield (
            f"  Re-check* on {day(thanks[0].opened_at)}: {active} people changed or reviewed it three times or more in "
            f"90 days. The task is closed, with thanks."
        )
    yield f"  The pair* was asked {count(pulses, 'time')}, on day 30 and day 60, how it goes; only the two saw the answers."
