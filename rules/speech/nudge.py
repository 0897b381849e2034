"""A nudge as one person reads it: one ask, why it came to them, and how to answer or stop it.

Owns the words beside a nudge's template. They count for the limit of `lint`: where 'why you' does not fit,
it stays out.
"""

from rules.language.rule import Rule
from rules.model.actions import Action
from rules.model.findings import Finding
from rules.speech.lint import FOOTER, NUDGE_WORDS
from rules.speech.lint import words as number_of_words
from rules.speech.task import filler
from rules.speech.templates import Template
from rules.speech.voice import Text, Voice

ANSWERS = "[yes] [not now] [not useful] [stop these]"
HELP = "`help`"
"""In a text: help is one of its answers."""
WHY_YOU = "Why you"

_WHY: dict[str, tuple[str, str]] = {
    "buddy": ("buddy", "you are the buddy of the person concerned"),
    "mentor": ("pair", "the two of you are a pair"),
    "mentee": ("pair", "the two of you are a pair"),
    "people": ("pair", "the two of you are a pair"),
    "pull_request.author": ("your change", "it is your change"),
    "postmortem.author": ("your postmortem", "you wrote the postmortem"),
    "author": ("you wrote", "you wrote it"),
    "top_reviewer": ("you review", "you reviewed it most"),
    "carrier": ("you know", "you know this part best"),
    "assignee": ("assigned", "it is assigned to you"),
    "owner": ("your task", "the task was yours"),
}
"""By the path that found the receiver, or its last name: what the text says where it says so itself, and the reason."""


def nudge_text(
    finding: Finding,
    action: Action,
    rule: Rule,
    template: Template,
    voice: Voice,
    level: str = "",
    answer: str = "",
) -> Text:
    """`level`: the receiver's, which may have a text of its own. `answer`: the id that `sparekey answer` takes."""
    filled = filler(finding, action, rule, template, voice)
    body = filled(template.body_for(level))
    why = why_you(action.via, body)
    fits = number_of_words(f"{body} {WHY_YOU} {why} {FOOTER}") <= NUDGE_WORDS
    parts = (("", body), (WHY_YOU, why)) if why and fits else (("", body),)
    return Text(filled(template.title), parts, answers(answer, HELP in body), FOOTER)


def why_you(via: str, body: str) -> str:
    """One sentence; '' where the text says it already, or where the path says nothing to a person."""
    found = [_WHY.get(path) or _WHY.get(path.rpartition(".")[2]) for path in via.split(", ")]
    if any(one is None or one[0] in body for one in found):
        return ""
    said = ", or ".join(dict.fromkeys(one[1] for one in found if one))
    return f"{said[0].upper()}{said[1:]}."


def answers(answer: str, offers_help: bool = False) -> str:
    """The ways to answer a nudge, and with its id what to type."""
    shown = ANSWERS.replace("[stop", "[help] [stop") if offers_help else ANSWERS
    if not answer:
        return shown
    more = " · ".join(f"`{one}`" for one in ("not-now", "not-useful", *(["help"] if offers_help else []), "stop"))
    return f"{shown}\n`sparekey answer {answer} yes`\nIn place of yes: {more}"
