"""The area map: which paths, components, services, labels and repositories belong to which area.

Owns the shape that `areas.changed` journals and the matching of paths. Reading areas.yml is `worker/config`'s;
proposing areas for a repository is `rules/knowledge/propose`'s.
"""

import re
from functools import lru_cache

import msgspec


class AreaSettings(msgspec.Struct, frozen=True, omit_defaults=True):
    """One area. `paths` are gitignore-like patterns: 'src/billing/', '*.sql', 'docs/**/api.md'."""

    id: str
    paths: tuple[str, ...] = ()
    components: tuple[str, ...] = ()
    services: tuple[str, ...] = ()
    repositories: tuple[str, ...] = ()
    labels: tuple[str, ...] = ()
    docs: tuple[str, ...] = ()
    manager: str | None = None
    team: str | None = None
    domain: str = ""
    tier: int = 3
    archived: bool = False
    codeowners: tuple[str, ...] = ()


class ServiceSettings(msgspec.Struct, frozen=True, omit_defaults=True):
    """A service or a component where it needs more than its area gives."""

    id: str
    manager: str | None = None
    team: str | None = None
    rota_people: int = 0
    default_assignee: str | None = None


class AreaMap(msgspec.Struct, frozen=True, omit_defaults=True):
    """All areas at one moment; replaces what was said before. `fallback_depth` > 0: a path that no area claims
    belongs to the area named by its first that many folders (how `try` starts without configuration)."""

    areas: tuple[AreaSettings, ...] = ()
    services: tuple[ServiceSettings, ...] = ()
    components: tuple[ServiceSettings, ...] = ()
    fallback_depth: int = 0


DOC_PATTERNS = ("docs/**", "doc/**", "**/docs/**", "**/doc/**", "*.md", "*.rst", "*.adoc", "*.txt")
"""What counts as documentation where an area says nothing of its own."""


@lru_cache(maxsize=4096)
def pattern(text: str) -> re.Pattern[str]:
    """A path pattern as a regular expression whose time does not explode, with the meaning of CODEOWNERS.

    A leading or inner slash anchors to the root; a trailing slash means everything below; '*' and '?' stay within one
    folder, a folder '**' stands for any number of folders, 'docs/*' means the files right in it. Source: gitignore(5),
    'PATTERN FORMAT', and GitHub's page on code owners; without negation and classes.
    """
    folders = [_ANY if len(folder) > 1 and not folder.strip("*") else folder for folder in text.split("/") if folder]
    if not folders:
        return re.compile(".*" if text else "(?!)", re.DOTALL)
    if "/" not in text.rstrip("/"):
        folders.insert(0, _ANY)
    first, *others = _between(folders)
    parts = ["/".join(first) + "/" * bool(first)] if others else ["/".join(first)]
    # Between two '**' the leftmost place that fits is always right, so it need not be tried again: an atomic group.
    parts += [f"(?>(?:[^/]*/)*?{'/'.join(group)}/)" for group in others[:-1]]
    if others:
        parts.append(f"(?:[^/]*/)*{'/'.join(others[-1])}" if others[-1] else ".+")
    return re.compile("".join(parts) + _tail(text, folders), re.DOTALL)


_ANY = "**"


def _between(folders: list[str]) -> list[list[str]]:
    """The expressions of the folders between one '**' and the next; several in a row are one."""
    groups: list[list[str]] = [[]]
    for place, folder in enumerate(folders):
        if folder != _ANY:
            groups[-1].append(_folder(folder))
        elif place == 0 or folders[place - 1] != _ANY:
            groups.append([])
    return groups


def _folder(text: str) -> str:
    """One folder's expression. As between folders, what stands between two stars is taken at the leftmost place."""
    first, *others = [re.escape(piece).replace(r"\?", "[^/]") for piece in re.split(r"\*+", text)]
    if not others:
        return first
    return first + "".join(f"(?>[^/]*?{piece})" for piece in others[:-1]) + "[^/]*" + others[-1]


def _tail(text: str, folders: list[str]) -> str:
    if folders[-1] == _ANY:
        return ""
    if text.endswith("/"):
        return "/.+"
    return "" if folders[-1] == "*" and len(folders) > 1 and folders[0] != _ANY else "(?:/.*)?"
