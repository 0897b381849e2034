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
    """A path pattern as a linear regular expression, with the meaning of CODEOWNERS.

    A leading or inner slash anchors to the root; a trailing slash means everything below; '*' stays within one
    folder, '**' crosses folders. Source: gitignore(5), 'PATTERN FORMAT', without negation and classes.
    """
    anchored = "/" in text.rstrip("/")
    body = text.strip("/") if text != "/" else ""
    parts: list[str] = []
    for piece in re.split(r"(\*+)", body):
        if piece.startswith("**"):
            parts.append(".*")
        elif piece == "*":
            parts.append("[^/]*")
        else:
            parts.append(re.escape(piece).replace(r"\?", "[^/]"))
    expression = "".join(parts).replace(".*/", "(?:.*/)?")
    tail = "/.*" if text.endswith("/") and body else "(?:/.*)?" if body else ".*"
    return re.compile(("" if anchored else "(?:.*/)?") + expression + tail, re.DOTALL)
