"""What is said later about a task that was filed: that a signal joined it, or that it may be closed.

Owns these few sentences. Each is one comment; the title is the task's own (`task.headline`).
"""

from rules.language.rule import Rule
from rules.model.actions import Action
from rules.model.findings import Finding
from rules.speech.amounts import day
from rules.speech.evidence import counted
from rules.speech.task import filler
from rules.speech.templates import Template
from rules.speech.voice import Text, Voice

ENDED = {
    "area.carriers == 1": "a second person can carry it",
    "changes.n >= min_changes": "few changes there now",
    "changes.top.percent >= min_percent": "others change it too",
    "reviewed.n >= min_reviewed": "few reviewed changes there now",
    "reviewed.top.percent >= min_percent": "others review it too",
    "reviewed.second.percent < second_percent": "a second person reviews it",
}
"""By the condition that holds no more: why a finding ended, for a maintainer."""


def joined_text(title: str, finding: Finding, rule: Rule, voice: Voice) -> Text:
    """One more finding belongs to the task's case."""
    counts = finding.evidence.counts
    seen = counted(counts[0], rule) if counts else voice.safe(rule.title)
    return _note(
        title, f"One more sign of the same since then: {seen}. It belongs to this task, so nothing more is asked."
    )


def resolved_text(title: str, finding: Finding, voice: Voice) -> Text:
    """The task's last open finding is no longer so."""
    why = ENDED.get(finding.ended_by, "")
    since = f" since {day(finding.resolved_at, voice.zone)}" if finding.resolved_at else ""
    so = f"This is no longer so{since}{f': {why}' if why else ''}."
    return _note(title, f"{so} The task is closed, with thanks to everybody who made time.")


_ANSWERED = {
    "no": "It is left alone for half a year.",
    "known": "It is left alone as long as was said.",
    "wrong": "Somebody looks at the data. Thank you for saying so.",
    "done": "Thank you to everybody who made time.",
}


def answered_text(title: str, says: str) -> Text:
    """Somebody's answer ended the task."""
    return _note(title, f"Answered: {says}. The task is closed. {_ANSWERED.get(says, '')}".strip())


def withdrawn_text(title: str) -> Text:
    """Late events showed that the task's finding never was so."""
    not_so = "What became known later shows that this was not so."
    return _note(title, f"{not_so} The task is closed and needs nothing from you; sorry for the interruption.")


def template_text(title: str, finding: Finding, action: Action, rule: Rule, template: Template, voice: Voice) -> Text:
    """What a rule itself says when it closes a task."""
    return _note(title, filler(finding, action, rule, template, voice)(template.body))


def _note(title: str, said: str) -> Text:
    return Text(title, (("", said),))
