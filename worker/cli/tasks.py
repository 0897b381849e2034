"""A follow-up task as a manager would read it, composed from a finding and its template.

Owns the order of its parts: why now, evidence, suggestion, goal, what follows, how to answer.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass

from rules.engine.cases import MOMENTS_ONLY
from rules.language.rule import Rule
from rules.model.actions import Action, Suggestion, Value
from rules.model.findings import CountSeen, Finding
from rules.model.times import DAY
from rules.model.vocabulary import element
from rules.speech.templates import Template, fill, types
from worker.cli.say import Say, count, day, month

ANSWERS = "yes · other: @mentor with @learner · later 30d · known until DATE · no · wrong: what"
_WHAT = {
    "pull_request.merged": ("change", "changes"),
    "reviewed": ("reviewed change", "reviewed changes"),
    "review.submitted": ("review", "reviews"),
    "incident.resolved": ("incident", "incidents"),
    "issue.done": ("issue", "issues"),
}
MOST_LINKS = 5


@dataclass(frozen=True, slots=True)
class TaskText:
    """Lines by heading, in the order of reading."""

    title: str
    lines: tuple[tuple[str, str], ...]


def words(finding: Finding, action: Action, rule: Rule, template: Template, say: Say) -> dict[str, str]:
    """Every placeholder of a template as harmless words."""
    known = types(template, rule)
    found = {name: _word(value, known.get(name, "str"), say) for name, value in action.values.items()}
    counts = finding.evidence.counts
    if counts and counts[0].first:
        found["since"] = month(counts[0].first)
    windows = [one.window for one in rule.counts if one.window]
    found["window_days"] = str(windows[0] // DAY) if windows else "180"
    return found


def _word(value: Value, type_: str, say: Say) -> str:
    if value is None:
        return "…"
    if isinstance(value, tuple):
        return ", ".join(_word(one, element(type_), say) for one in value[:5])
    if isinstance(value, bool):
        return "yes" if value else "no"
    if isinstance(value, int):
        return day(value) if type_ == "time" else f"{value:,}"
    return say.person(value) if type_ == "person" else say.area(value)


def task_text(
    finding: Finding, action: Action, rule: Rule, template: Template, say: Say, joined: Sequence[str] = ()
) -> TaskText:
    """`joined`: sentences about other findings of the same case."""
    said = words(finding, action, rule, template, say)
    parts = {heading: fill(text, said) for heading, text in template.parts.items()}
    recheck = action.recheck_days or MOMENTS_ONLY // DAY
    lines = [("Why now", " ".join([parts.get("Why now", ""), *joined]))]
    if finding.evidence.counts:
        lines += [("Evidence", evidence(finding, rule)), ("Confidence", confidence(finding))]
    if action.suggestion:
        lines.append(("Suggestion", suggestion(action.suggestion, say)))
    lines += [(name, parts[name]) for name in ("Goal", "First three sessions", "Success") if parts.get(name)]
    due = f"due {count(action.due_days, 'day')} after it is filed, " if action.due_days else ""
    lines.append(("Then", f"{due}checked again {count(recheck, 'day')} after it is filed"))
    lines.append(("Answer", ANSWERS))
    return TaskText(fill(template.title, said), tuple(lines))


def evidence(finding: Finding, rule: Rule) -> str:
    """Counts, the newest events, and what was left out."""
    said = [f"{counted(one, rule)}" for one in finding.evidence.counts if one.n]
    newest = [_short(event) for one in finding.evidence.counts[:1] for event in one.events[-MOST_LINKS:]]
    out = finding.evidence.left_out
    said += [f"newest: {', '.join(newest)}"] if newest else []
    said += [f"left out: {count(out.bot, 'bot change')}, {count(out.mechanical, 'mechanical one')}"]
    return ". ".join(said)


def counted(one: CountSeen, rule: Rule) -> str:
    """'36 reviews, 30 by one person, 3 by the next'."""
    kind = next((listen.kind for own in rule.counts if own.name == one.name for listen in own.on or rule.on), "")
    single, many = _WHAT.get(one.name) or _WHAT.get(kind, (one.name, one.name))
    top, second = one.measures.get("top.n"), one.measures.get("second.n")
    said = count(one.n, single, many)
    if isinstance(top, int) and top:
        said += f", {top} by one person" + (f", {second} by the next" if isinstance(second, int) and second else "")
    return said + (" (the oldest are cut)" if one.truncated else "")


def _short(event: str) -> str:
    """The part of an event id that a person can look up: a commit or a number."""
    words = event.split(":")
    return words[-2][:12] if len(words) > 1 else event[:24]


def confidence(finding: Finding) -> str:
    seen = finding.evidence
    why = (
        "reviews are known; chat and calls are not"
        if seen.reviews_known
        else "no review data; chat and calls are not seen"
    )
    if seen.reviewers_only:
        more = f"{count(seen.reviewers_only, 'person', 'people')} review here without changing anything"
        why += f". {more}: could a reviewer ship a fix alone?"
    return f"{finding.confidence} ({why})"


_REASONS: dict[str, Callable[[str | int], str]] = {
    "changes_here": lambda n: (
        f"changed it {'once' if n == 1 else f'{n} or more times' if n == 2 else f'{n} times'} in a year"
    ),
    "reviews_here": lambda n: f"reviewed {count(int(n), 'change')}{' or more' if n == 5 else ''} here",
    "works_in": lambda area: f"works in {area}",
}


def suggestion(found: Suggestion, say: Say) -> str:
    if not found.learner:
        return "nobody near is seen; who would like to learn it?"
    reasons = [_REASONS[kind](say.area(value) if isinstance(value, str) else value) for kind, value in found.reasons]
    because = f": {', '.join(reasons)}" if reasons else ""
    mentor = f" with {say.person(found.mentor)}" if found.mentor else ""
    other = f". Or {say.person(found.alternative)}." if found.alternative else "."
    return f"{say.person(found.learner)}{mentor}{because}{other} Nobody was asked about wishes or time yet"
