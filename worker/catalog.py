"""The shipped catalogue as texts: packs by name, templates by name.

Owns reading package data; what the texts mean is `rules/language`'s and `rules/speech`'s.
"""

from functools import cache
from importlib.resources import files

from rules.language.load import Source

PACKS = ("knowledge", "review", "growth", "issues", "postmortems", "pairs", "all", "core", "start-small")


@cache
def packs() -> dict[str, Source]:
    """'catalog/all' → its file and text."""
    folder = files("rules.catalog")
    return {
        f"catalog/{name}": Source(f"catalog/{name}.yml", (folder / f"{name}.yml").read_text(encoding="utf-8"))
        for name in PACKS
    }


@cache
def templates() -> dict[str, str]:
    """Template name → its text."""
    folder = files("rules.catalog") / "templates"
    found = sorted((one for one in folder.iterdir() if one.name.endswith(".md")), key=lambda one: one.name)
    return {one.name.removesuffix(".md"): one.read_text(encoding="utf-8") for one in found}
