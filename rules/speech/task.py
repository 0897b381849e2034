"""A follow-up task as a manager reads it, composed from a finding and its template.

Owns the order of its parts: why now, evidence, suggestion, goal, what follows, how to answer. Screens and sinks
share it.
"""

from collections.abc import Callable, Sequence

from rules.engine.cases import MOMENTS_ONLY
from rules.language.rule import Rule
from rules.model.actions import Action, Suggestion, Value
from rules.model.findings import Finding
from rules.model.times import DAY, Instant
from rules.model.vocabulary import element
from rules.speech.amounts import count, day, month
from rules.speech.evidence import confidence, counted, evidence
from rules.speech.templates import Template, fill, types
from rules.speech.voice import Text, Voice

ANSWERS = "yes · other: @mentor with @learner · later 30d · known until DATE · no · wrong: what"
MOST_VALUES = 5


def words(finding: Finding, action: Action, rule: Rule, template: Template, voice: Voice) -> dict[str, str]:
    """Every placeholder of a template as harmless words."""
    known = types(template, rule)
    found = {name: _word(value, known.get(name, "str"), voice) or "…" for name, value in action.values.items()}
    found |= {name: f"{said:,}" if isinstance(said, int) else voice.safe(said) for name, said in rule.numbers.items()}
    counts = finding.evidence.counts
    if counts and counts[0].first:
        found["since"] = month(counts[0].first, voice.zone)
    windows = [one.window for one in rule.counts if one.window]
    found["window_days"] = str(windows[0] // DAY) if windows else "180"
    return found


def _word(value: Value, type_: str, voice: Voice) -> str:
    if value is None:
        return "…"
    if isinstance(value, tuple):
        return ", ".join(_word(one, element(type_), voice) for one in value[:MOST_VALUES])
    if isinstance(value, bool):
        return "yes" if value else "no"
    if isinstance(value, int):
        return day(value, voice.zone) if type_ == "time" else f"{value:,}"
    return voice.person(value) if type_ == "person" else voice.area(value)


def filler(finding: Finding, action: Action, rule: Rule, template: Template, voice: Voice) -> Callable[[str], str]:
    """Fills any text of the template with what this finding says."""
    said = words(finding, action, rule, template, voice)
    quoted = words(finding, action, rule, template, voice.quoted())
    return lambda text: fill(text, said, quoted)


def headline(finding: Finding, action: Action, rule: Rule, template: Template, voice: Voice) -> str:
    """The title alone: the subject of what is said later about the same task, or its line in a digest."""
    return filler(finding, action, rule, template, voice)(template.title)


def task_text(
    finding: Finding,
    action: Action,
    rule: Rule,
    template: Template,
    voice: Voice,
    joined: Sequence[str] = (),
    filed_at: Instant | None = None,
    answer: str = "",
) -> Text:
    """`joined`: sentences about other findings of the same case. `filed_at`: dates stand for numbers of days.
    `answer`: the id that `sparekey answer` takes."""
    filled = filler(finding, action, rule, template, voice)
    parts = {heading: filled(text) for heading, text in template.parts.items()}
    lines = [("Why now", " ".join([parts.get("Why now", ""), *joined]))]
    if finding.evidence.counts and action.evidence != "none":
        said = evidence(finding, rule, voice, newest=action.evidence == "full")
        lines += [("Evidence", said), ("Confidence", confidence(finding))]
    if action.suggestion:
        lines.append(("Suggestion", suggestion(action.suggestion, voice)))
    lines += [(name, parts[name]) for name in ("Goal", "First three sessions", "Success") if parts.get(name)]
    lines.append(("Then", _then(action, voice, filed_at)))
    return Text(filled(template.title), tuple(lines), answers(answer))


def _then(action: Action, voice: Voice, filed_at: Instant | None) -> str:
    recheck = action.recheck_days or MOMENTS_ONLY // DAY
    if filed_at is not None:
        due = f"Due {day(filed_at + action.due_days * DAY, voice.zone)}. " if action.due_days else ""
        return f"{due}Checked again on {day(filed_at + recheck * DAY, voice.zone)}."
    due = f"due {count(action.due_days, 'day')} after it is filed, " if action.due_days else ""
    return f"{due}checked again {count(recheck, 'day')} after it is filed"


def answers(answer: str) -> str:
    """The ways to answer a task, and with its id what to type. No answer means no reminder."""
    if not answer:
        return ANSWERS
    first, *others = ANSWERS.split(" · ")
    return f"`sparekey answer {answer} {first}`\nIn place of {first}: " + " · ".join(f"`{one}`" for one in others)


def also(finding: Finding, rule: Rule, voice: Voice) -> str:
    """One sentence about another finding of the same case."""
    counts = finding.evidence.counts
    return f"Also {counted(counts[0], rule)}." if counts else f"Also: {voice.safe(rule.title)}."


_REASONS: dict[str, Callable[[str | int], str]] = {
    "changes_here": lambda n: (
        f"changed it {'once' if n == 1 else f'{n} or more times' if n == 2 else f'{n} times'} in a year"
    ),
    "reviews_here": lambda n: f"reviewed {count(int(n), 'change')}{' or more' if n == 5 else ''} here",
    "works_in": lambda area: f"works in {area}",
}


def suggestion(found: Suggestion, voice: Voice) -> str:
    if not found.learner:
        return "nobody near is seen; who would like to learn it?"
    reasons = [_REASONS[kind](voice.area(value) if isinstance(value, str) else value) for kind, value in found.reasons]
    because = f": {', '.join(reasons)}" if reasons else ""
    mentor = f" with {voice.person(found.mentor)}" if found.mentor else ""
    other = f". Or {voice.person(found.alternative)}." if found.alternative else "."
    return f"{voice.person(found.learner)}{mentor}{because}{other} Nobody was asked about wishes or time yet"
