"""Writing first files: never over one that is there, unless told to; each whole or not at all.

Owns the writing and what became of each file. Links are never followed out of the folder.
"""

import os
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Literal

from connectors.errors import ConfigError
from worker.config.starting import IGNORED, ignoring

State = Literal["written", "kept", "differs", "added"]
PRIVATE = "people.yml"
GITIGNORE = ".gitignore"


@dataclass(frozen=True, slots=True)
class Outcome:
    """'kept': it is what would have been written; 'differs': kept too, but it is not."""

    file: str
    state: State


def write(folder: Path, texts: Mapping[str, str], force: bool) -> list[Outcome]:
    """.gitignore first: people.yml is never there without it. Raises ConfigError where a file cannot be written."""
    done: list[Outcome] = []
    for name in (GITIGNORE, *texts):
        try:
            path = folder / name
            path.parent.mkdir(parents=True, exist_ok=True)
            done.append(_ignored(path) if name == GITIGNORE else _written(path, name, texts[name].encode(), force))
        except OSError as error:
            before = ", ".join(one.file for one in done if one.state in ("written", "added"))
            hint = f"written before that: {before}" if before else "nothing was written"
            raise ConfigError(f"cannot write {folder / name}: {error.strerror}", hint) from None
    return done


def _ignored(path: Path) -> Outcome:
    if path.is_symlink():
        return Outcome(GITIGNORE, "differs")
    held = path.read_bytes() if path.exists() else b""
    more = ignoring(held)
    if more:
        with path.open("ab") as stream:
            stream.write(more)
    return Outcome(GITIGNORE, "kept" if not more else "added" if held else "written")


def _written(path: Path, name: str, text: bytes, force: bool) -> Outcome:
    there = path.exists() or path.is_symlink()
    if there and path.is_file() and path.read_bytes() == text:
        return Outcome(name, "kept")
    if there and not force:
        return Outcome(name, "differs")
    if there and name == PRIVATE:
        path.replace(path.with_name(f"{PRIVATE}.old"))
    _replace(path, text, 0o600 if name == PRIVATE else 0o666)
    return Outcome(name, "written")


def _replace(path: Path, text: bytes, mode: int) -> None:
    """Beside it first, then in its place: whoever reads meanwhile sees a whole file."""
    fresh = path.with_name(f".{path.name}.new")
    fresh.unlink(missing_ok=True)
    try:
        with open(os.open(fresh, os.O_WRONLY | os.O_CREAT | os.O_EXCL, mode), "wb") as stream:  # noqa: PTH123
            stream.write(text)
        fresh.replace(path)
    finally:
        fresh.unlink(missing_ok=True)


def lines_to_add() -> str:
    return ", ".join(IGNORED)
