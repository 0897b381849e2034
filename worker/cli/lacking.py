"""What a rule needs that a configuration does not have: events, somebody to speak to, areas and teams it names.

Owns that judgement, for `doctor` and `rules check`. Must not know what is printed.
"""

from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass

from rules.language.problems import nearest
from rules.language.rule import Do, Rule, Scope
from rules.language.sources import needs
from rules.model.events import KINDS
from worker.config.load import Configuration
from worker.wiring.sources import READERS

SENT_HERE = frozenset({"github", *READERS})
"""Kinds of sources of which this version takes events."""

_MADE_HERE = frozenset({"answers", "engine", "configuration"})


@dataclass(frozen=True, slots=True)
class Lack:
    """`text` follows "needs"; `field` of the rule asks for it; `word` is what stands there, if one word does."""

    field: str
    text: str
    hint: str = ""
    word: str = ""


def lacks(rule: Rule, said: Configuration) -> Iterator[Lack]:
    yield from _events(rule, said)
    for do in rule.do:
        yield from _recipients(do, said)
    yield from _places("only", rule.only, said)


def misnamed(rule: Rule, said: Configuration) -> Iterator[Lack]:
    """What it leaves out and nobody knows: the rule does not need it, but a word is wrong."""
    yield from _places("except", rule.excluding, said)


def _events(rule: Rule, said: Configuration) -> Iterator[Lack]:
    kinds = {str(source.kind) for source in said.settings.sources.values()} & SENT_HERE
    if "files" in kinds:  # a file of events may hold any kind
        return
    for group in needs(rule):
        if not set(group) & (kinds | _MADE_HERE):
            word = next((one.kind for one in rule.on if KINDS[one.kind].sources == group), "")
            yield Lack("on", f"events of {' or '.join(group)}", "sources: in sparekey.yml", word)


def _recipients(do: Do, said: Configuration) -> Iterator[Lack]:
    """Recipients that nobody is configured to be. Who is only known from events may always be there."""
    paths = [path for group in do.to for path in group]
    last = {path.text.rpartition(".")[2] for path in paths}
    if not last or not last <= _CONFIGURED.keys() or any(_CONFIGURED[name](said) for name in last):
        return
    if do.verb == "task" and said.people.default_manager:
        return  # the last resort of a task
    who = " or ".join(sorted(last))
    where = [
        *sorted(_WHERE[name] for name in last),
        *(["default_manager: in sparekey.yml"] if do.verb == "task" else []),
    ]
    yield Lack("do", f"a {who}", ", or ".join(where), paths[0].text)


def _managers(said: Configuration) -> bool:
    people, areas = said.people, said.areas
    of_people = any(one.manager for one in people.people) or any(one.manager for one in people.teams)
    units = (*areas.services, *areas.components)
    return of_people or any(one.manager for one in areas.areas) or any(one.manager for one in units)


_CONFIGURED: dict[str, Callable[[Configuration], bool]] = {
    "buddy": lambda said: any(person.buddy for person in said.people.people),
    "manager": _managers,
    "contact": lambda said: bool(said.people.programme_contact),
    "codeowners": lambda said: any(area.codeowners for area in said.areas.areas),
}
"""Ends of a path that are known from configuration alone → whether there is one."""

_WHERE = {
    "buddy": "buddy: in people.yml",
    "manager": "manager: in people.yml or areas.yml",
    "contact": "programme: {contact: …} in sparekey.yml",
    "codeowners": "codeowners: in areas.yml",
}


def _places(field: str, scope: Scope, said: Configuration) -> Iterator[Lack]:
    """Names that no file has. `otherwise` in areas.yml makes areas of folders: any name may be one then."""
    areas = {area.id for area in said.areas.areas}
    teams = {*(team.id for team in said.people.teams), *(one.team for one in said.people.people if one.team)}
    if not said.areas.fallback_depth:
        yield from _unknown(field, "an area", scope.areas, areas, "areas.yml")
    yield from _unknown(field, "a team", scope.teams, teams, "people.yml")


def _unknown(field: str, what: str, named: Iterable[str], known: set[str], file: str) -> Iterator[Lack]:
    for name in named:
        if name not in known:
            yield Lack(field, f"{what} '{name}'", nearest(name, known) or f"there is none in {file}", name)
