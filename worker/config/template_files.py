"""Templates of one's own: files `templates/NAME.md` beside rules files, and what is wrong with any template.

Owns finding and bounding them, and the places of their flaws. What a template may say is `rules/speech`'s.
"""

import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from pathlib import Path

from rules.language.load import Source
from rules.language.problems import Problem, nearest
from rules.language.rule import Do, Place, Rule
from rules.speech import templates as speech
from rules.speech.lint import check_rendered
from rules.speech.templates import Flaw
from worker import catalog

FOLDER = "templates"
MAX_FILES = 500
MAX_BYTES = 16_000
_NAME = re.compile(r"[a-z0-9][a-z0-9-]{0,63}")
_CONTROL = re.compile(r"[\x00-\x08\x0b-\x1f\x7f\x80-\x9f\u2028\u2029\u202a-\u202e\u2066-\u2069]")
_QUOTED = re.compile(r"'([^']+)'")

Templates = Mapping[str, Source]
"""By name. Shipped ones have a file that is no path of this machine."""


def shipped() -> dict[str, Source]:
    return {name: Source(f"catalog/templates/{name}.md", text) for name, text in catalog.templates().items()}


def texts(found: Templates) -> dict[str, str]:
    return {name: source.text for name, source in found.items()}


def beside(rules: Iterable[Path]) -> list[Path]:
    """Files of templates beside these rules files, a little more than MAX_FILES at most."""
    folders = dict.fromkeys(file.parent / FOLDER for file in rules)
    found = [file for folder in folders if folder.is_dir() for file in sorted(folder.glob("*.md"))]
    return found[: MAX_FILES + 1]


def own(contents: Mapping[Path, bytes]) -> tuple[dict[str, Source], list[Problem]]:
    """Templates by name, and files that are none: of another name, too long, not plain text, twice."""
    found: dict[str, Source] = {}
    problems = []
    for file, held in contents.items():
        source = Source(str(file), held.decode("utf-8", "replace"))
        why, at = _refused(file, held, source.text, found)
        if why:
            problems.append(Problem(_place(source, at), why))
        else:
            found[file.stem] = source
    if len(contents) > MAX_FILES:
        problems.append(Problem(Place(str(next(iter(contents))), 1, 1), f"more than {MAX_FILES} templates"))
    return found, problems


def _refused(file: Path, held: bytes, text: str, found: Templates) -> tuple[str, str]:
    """Why a file is no template, and the piece of its text that is the reason; '' where it is one."""
    if not _NAME.fullmatch(file.stem):
        return "the name of a template has small letters, digits and dashes only", ""
    if len(held) > MAX_BYTES:
        return f"a template has at most {MAX_BYTES:,} bytes", ""
    if file.stem in found:
        return f"template '{file.stem}' is there twice: also {found[file.stem].file}", ""
    if "\ufffd" in text:
        return "this is not UTF-8", "\ufffd"
    if odd := _CONTROL.search(text):
        return "a control character has no place in a template", odd[0]
    return "", ""


def problems_of(rules: Sequence[Rule], templates: Templates) -> list[Problem]:
    """Templates that are missing, and those that do not fit the rule that names them."""
    found: dict[Problem, None] = {}
    for rule in rules:
        for do in rule.do:
            if do.template not in templates:
                found[_missing(do, templates)] = None
                continue
            source = templates[do.template]
            for flaw in _flaws(speech.parse(do.template, source.text), rule, do):
                found[_located(source, flaw, do)] = None
    return list(found)


def _missing(do: Do, templates: Templates) -> Problem:
    hint = nearest(do.template, templates) or f"a file {FOLDER}/NAME.md beside this one, or a shipped one"
    return Problem(do.place, f"there is no template '{do.template[:64]}'", hint)


def _flaws(template: speech.Template, rule: Rule, do: Do) -> Iterator[Flaw]:
    yield from speech.check(template, rule, do.verb)
    for why in check_rendered(template, rule, do.verb):
        word = _QUOTED.match(why)
        yield Flaw(why, word[1] if word else "")


def _located(source: Source, flaw: Flaw, do: Do) -> Problem:
    """In one's own template; in a shipped one nobody can mend anything, so where it is named."""
    if source.file.startswith("catalog/"):
        return Problem(do.place, f"template '{do.template}': {flaw}")
    return Problem(_place(source, flaw.at), flaw.text, length=len(flaw.at))


def _place(source: Source, at: str) -> Place:
    """Where a piece of the text stands first; the beginning where it is not there as written."""
    found = source.text.find(at) if at else 0
    before = source.text[: max(found, 0)]
    return Place(source.file, before.count("\n") + 1, len(before) - before.rfind("\n"))
