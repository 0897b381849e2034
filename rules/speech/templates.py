"""Templates: a title, parts, and `{path}` placeholders. No logic.

Owns the format: the first line is the title; a task has the headings of TASK_PARTS, a nudge is one paragraph. Optional
headings `## junior`, `## mid`, `## senior` give a nudge's text for that level. `{{` and `}}` are literal braces.
"""

import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from difflib import get_close_matches

from rules.language.counts import measures
from rules.language.listens import with_each
from rules.language.names import measured_roots, roots_of
from rules.language.rule import Rule
from rules.model.actions import Verb
from rules.model.vocabulary import ENTITIES, element

TASK_PARTS = ("Why now", "Goal", "First three sessions", "Success")
LEVELS = ("junior", "mid", "senior")
OWN_WORDS = {"since": "time", "window_days": "int"}
"""Placeholders that every finding with a count can give: its oldest entry, and how far the count looks back."""
_PLACEHOLDER = re.compile(r"\{\{|\}\}|\{([^{}]*)\}")
_ODD, _CLOSES = re.compile(r"``|\\`"), re.compile(r"`(?!`)")
_NAME = re.compile(r"^[a-z_][a-z_0-9]*(\.[a-z_][a-z_0-9]*)*$")


@dataclass(frozen=True, slots=True)
class Template:
    """`parts` by heading for a task; `body` is what stands before the first heading; `levels` are other bodies."""

    name: str
    title: str
    body: str
    parts: dict[str, str] = field(default_factory=dict)

    @property
    def placeholders(self) -> tuple[str, ...]:
        """Every path it prints, in the order of first appearance."""
        texts = (self.title, self.body, *self.parts.values())
        return tuple(dict.fromkeys(found[1] for text in texts for found in _PLACEHOLDER.finditer(text) if found[1]))

    @property
    def is_broken(self) -> bool:
        """A brace that is neither doubled nor around a name."""
        texts = (self.title, self.body, *self.parts.values())
        whole = (_PLACEHOLDER.sub(lambda found: "" if found[1] != "" else "{", text) for text in texts)
        return any("{" in text or "}" in text for text in whole)

    def body_for(self, level: str) -> str:
        return self.parts.get(level) or self.body


def parse(name: str, text: str) -> Template:
    """Never fails: what is wrong with a template, `check` says."""
    title, _, rest = text.strip().partition("\n")
    body, *sections = re.split(r"^## ", rest, flags=re.MULTILINE)
    parts = {}
    for section in sections:
        heading, _, content = section.partition("\n")
        parts[heading.strip()] = " ".join(content.split()) if heading.strip() in LEVELS else content.strip()
    return Template(name, title.lstrip("# ").strip(), " ".join(body.split()), parts)


def paths_of(template: Template) -> tuple[str, ...]:
    """The placeholders that the engine must capture, i.e. all but the words every finding has."""
    return tuple(path for path in template.placeholders if path not in OWN_WORDS)


def captured(rules: Iterable[Rule], templates: Mapping[str, Template]) -> dict[tuple[str, str], list[str]]:
    """(rule, template) → the paths whose values are kept when a finding opens, because its text prints them."""
    return {
        (rule.id, do.template): [
            path
            for path in paths_of(templates[do.template])
            if path in types(templates[do.template], rule) and path not in rule.numbers
        ]
        for rule in rules
        for do in rule.do
        if do.template in templates
    }


def types(template: Template, rule: Rule) -> dict[str, str]:
    """Placeholder → type, for those that this rule can give."""
    found = dict(OWN_WORDS)
    for path in paths_of(template):
        type_ = _type(path, rule)
        if type_ is not None:
            found[path] = type_
    return found


def _type(path: str, rule: Rule) -> str | None:
    """The type a dotted name leads to in this rule, or None. With `hold` no single event is 'the' event."""
    named = measured_roots({count.name: measures(count) for count in rule.counts})
    if rule.hold is not None and path.partition(".")[0] not in {*(count.name for count in rule.counts), *rule.numbers}:
        key = next((one for one in rule.per if path == one.text or path.startswith(one.text + ".")), None)
        return None if key is None else _walk(key.type, path[len(key.text) + 1 :])
    roots = {**with_each(roots_of([listen.kind for listen in rule.on]), rule.each), **_numbers(rule)}
    known = max((name for name in named if path == name or path.startswith(name + ".")), key=len, default="")
    type_, rest = (
        (named[known], path[len(known) + 1 :]) if known else (roots.get(path.partition(".")[0]), path.partition(".")[2])
    )
    return None if type_ is None else _walk(type_, rest)


def _walk(type_: str, rest: str) -> str | None:
    """The type that typed fields lead to from here."""
    for word in rest.split(".") if rest else ():
        fields = ENTITIES.get(type_)
        if fields is None or word not in fields:
            return None
        type_ = fields[word].type
    return type_


def _numbers(rule: Rule) -> dict[str, str]:
    return {name: "int" if isinstance(value, int) else "str" for name, value in rule.numbers.items()}


@dataclass(frozen=True, slots=True)
class Flaw:
    """Something wrong with a template, as a sentence. `at`: the piece of its text that it is about, '' = all of it."""

    text: str
    at: str = ""

    def __str__(self) -> str:
        return self.text


def check(template: Template, rule: Rule, verb: Verb) -> list[Flaw]:
    """What is wrong with this template for this rule and verb."""
    flaws = list(_placeholders(template, rule))
    if template.is_broken:
        flaws.append(Flaw("a brace without a name: write {path}, or {{ and }} for braces"))
    allowed = TASK_PARTS if verb == "task" else LEVELS
    flaws += [
        Flaw(f"no such heading '## {one}' here{_meant(one, allowed)}", f"## {one}")
        for one in template.parts
        if one not in allowed
    ]
    if not template.title:
        flaws.append(Flaw("the first line must be a title"))
    if verb == "task":
        flaws += [Flaw(f"the part '## {part}' is missing") for part in TASK_PARTS if not template.parts.get(part)]
    elif not template.body:
        flaws.append(Flaw("there is no text"))
    if _titles_a_person(template, rule):
        flaws.append(Flaw("the title names a person: it is about the work"))
    return flaws


def _placeholders(template: Template, rule: Rule) -> Iterator[Flaw]:
    known = types(template, rule)
    for path in template.placeholders:
        if not _NAME.match(path):
            yield Flaw(f"'{{{path}}}' is not a name: templates hold names only", f"{{{path}}}")
        elif path not in known:
            yield Flaw(f"'{{{path}}}' is nothing that rule '{rule.id}' can give", f"{{{path}}}")


def _meant(heading: str, allowed: Sequence[str]) -> str:
    near = get_close_matches(heading, allowed, n=1)
    return f" (did you mean '## {near[0]}'?)" if near else f": there are {', '.join(allowed)}"


def _titles_a_person(template: Template, rule: Rule) -> bool:
    known = types(template, rule)
    names = [found[1] for found in _PLACEHOLDER.finditer(template.title) if found[1]]
    return any(element(known.get(name, "")) == "person" for name in names)


def fill(text: str, words: Mapping[str, str], quoted: Mapping[str, str] | None = None) -> str:
    """Puts words (already harmless) where the placeholders stand; '…' where a word is missing.

    `quoted`: the words for a placeholder that fills a pair of backticks, where other marks have a meaning than outside.
    """

    def word(found: re.Match[str]) -> str:
        if found[0] in ("{{", "}}"):
            return found[0][0]
        known = words if quoted is None or not _is_quoted(text, found) else quoted
        return known.get(found[1], "…")

    return _PLACEHOLDER.sub(word, text)


def _is_quoted(text: str, found: re.Match[str]) -> bool:
    """Alone between two backticks, after lines of whole pairs. In doubt not: better escaped too much."""
    *lines, line = text[: found.start()].split("\n")
    whole = not any(one.count("`") % 2 for one in lines) and line.count("`") % 2 == 1 and line.endswith("`")
    return whole and not _ODD.search(text, 0, found.start()) and bool(_CLOSES.match(text, found.end()))
