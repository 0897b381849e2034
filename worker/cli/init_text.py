"""What `init` says: where areas and people came from, what became of each file, what is wrong, what comes next.

Owns the screen and the JSON. People are counts here.
"""

from collections.abc import Iterator, Sequence
from pathlib import Path

from connectors.git import client
from rules.language.problems import Problem
from rules.speech.amounts import count
from rules.speech.harmless import plain
from worker.cli.init_files import GITIGNORE, Outcome, lines_to_add
from worker.cli.init_reading import Derived
from worker.cli.say import typed

Command = tuple[str, list[str], str]
NEXT: tuple[Command, ...] = (
    ("doctor", [], "what can fire, and what is missing"),
    ("backfill", ["git"], "400 days of history into the store; nothing is sent"),
    ("run", [], "the service; drafts wait for you in `sparekey review`"),
)
MOST_WRONG = 20
MOST = 300


def screen(folder: Path, found: Derived, files: Sequence[Outcome], problems: Sequence[Problem]) -> Iterator[str]:
    yield f"{count(found.changes, 'change') if found.changes else 'No history'} read; nothing was sent."
    yield from _areas(found, files)
    yield _people(found)
    yield from (plain(note, MOST) for note in found.notes)
    yield ""
    yield from (f"  {_state(one):<9} {one.file:<28} {_about(one)}".rstrip() for one in files)
    yield from _ignored(folder)
    yield from _wrong(found, problems)
    yield ""
    yield "Next" if folder.resolve() == Path.cwd() else f"Next, in {plain(str(folder), MOST)}"
    commands = [(typed(name, options), about) for name, options, about in _next(found)]
    wide = max(len(command) for command, _ in commands)
    yield from (f"  {command:<{wide}}   {about}" for command, about in commands)


def _next(found: Derived) -> list[Command]:
    """Without a clone there is nothing to load yet."""
    return [one for one in NEXT if found.changes or one[0] != "backfill"]


def _areas(found: Derived, files: Sequence[Outcome]) -> Iterator[str]:
    written = f", {count(found.areas, 'area')}" if found.areas else ""
    yield f"Areas: {found.choice}{written}." + (
        " Two to six findings a year are a good start." if found.measured else ""
    )
    there = any(one.file == "areas.yml" and one.state != "differs" for one in files)
    for one in found.measured:
        mark = "  ← areas.yml" if there and one.proposal.name == found.choice else ""
        raised = count(one.findings_a_year, "finding")
        yield f"  {one.proposal.name:<11}{count(one.areas, 'area'):>10} changed in the last year,{raised:>12}{mark}"
    if len(found.measured) > 1:
        yield "  For another choice delete areas.yml and say --areas CHOICE."


def _people(found: Derived) -> str:
    places = ", ".join(f"{n:,} from {plain(where, 60)}" for where, n in found.found.items() if n)
    teams = f", {count(found.teams, 'team')}" if found.teams else ""
    return f"People: {found.people:,}{f' ({places})' if places else ''}{teams}. Handles and accounts only, no names."


def _state(one: Outcome) -> str:
    return {"differs": "kept", "added": "added to"}.get(one.state, one.state)


def _about(one: Outcome) -> str:
    if one.file == GITIGNORE and one.state == "differs":
        return f"is a link: add to it yourself: {lines_to_add()}"
    if one.state == "differs":
        return "would differ; --force writes it anew"
    return {GITIGNORE: lines_to_add(), "people.yml": "git ignores it"}.get(one.file, "") if one.state != "kept" else ""


def _ignored(folder: Path) -> Iterator[str]:
    """Whether git really leaves people.yml out: a file that is tracked already is not ignored."""
    code, _ = client.run(folder, "check-ignore", "-q", "people.yml")
    if code == 1:
        yield "  git does NOT ignore people.yml: if it is tracked, `git rm --cached people.yml`."


def _wrong(found: Derived, problems: Sequence[Problem]) -> Iterator[str]:
    said = [f"{one.place.file}:{one.place.line}: {one.message}" for one in found.not_read]
    said += [str(one) for one in problems]
    if said:
        yield ""
        yield f"{count(len(said), 'thing')} to mend:"
        yield from (f"  {plain(line, MOST)}" for line in said[:MOST_WRONG])
    if len(said) > MOST_WRONG:
        yield f"  and {count(len(said) - MOST_WRONG, 'more', 'more')}; --json has them all"


def document(folder: Path, found: Derived, files: Sequence[Outcome], problems: Sequence[Problem]) -> dict[str, object]:
    return {
        "folder": str(folder),
        "files": [{"file": one.file, "state": one.state} for one in files],
        "areas": {
            "choice": found.choice,
            "written": found.areas,
            "choices": [
                {"name": one.proposal.name, "areas": one.areas, "findings_a_year": one.findings_a_year}
                for one in found.measured
            ],
        },
        "people": found.people,
        "teams": found.teams,
        "people_from": found.found,
        "notes": found.notes,
        "problems": [
            {
                "file": one.place.file,
                "line": one.place.line,
                "column": one.place.column,
                "message": one.message,
                "hint": one.hint,
            }
            for one in (*found.not_read, *problems)
        ],
        "next": [typed(name, options) for name, options, _ in _next(found)],
    }
