"""What a finding's people would read, for a test to look at.

Owns nothing of the wording: templates and `rules/speech` do. People are called by their ids.
"""

from collections.abc import Callable, Mapping

from rules.language.rule import Rule
from rules.model.findings import Finding
from rules.speech.nudge import nudge_text
from rules.speech.task import headline, task_text
from rules.speech.templates import Template
from rules.speech.voice import Speaker, Text


def texts_of(
    finding: Finding, rule: Rule, templates: Mapping[str, Template], zone: str, level: Callable[[str], str]
) -> list[Text]:
    """One an action, of a nudge one for each receiver's `level`; actions whose template has no text give none."""
    voice = Speaker(name=lambda person: person, zone=zone)
    found = []
    for action in finding.actions:
        template = templates.get(action.template)
        if template is None:
            continue
        if action.verb == "task":
            found.append(task_text(finding, action, rule, template, voice))
        elif action.verb == "nudge":
            levels = dict.fromkeys(level(person) for person in action.to) or ("",)
            found += [nudge_text(finding, action, rule, template, voice, one) for one in levels]
        else:
            found.append(Text(headline(finding, action, rule, template, voice), ()))
    return found


def whole(text: Text) -> str:
    """Title, parts and last line as one text, spaces as they fall."""
    parts = [f"{heading} {body}".strip() for heading, body in text.parts]
    return "\n".join(one for one in (text.title, *parts, text.footer) if one)
