"""Areas proposed for a repository that nobody described: by CODEOWNERS, by packages, by folders.

Owns the proposals and the choice among them. How many findings each would raise is measured by the caller; how large
areas are decides how many findings there are. A good default gives a team two to six a year.
"""

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from rules.model.areas import AreaMap, AreaSettings

FEWEST, MOST = 2, 6
"""Findings a year that a proposal should raise."""

MANIFESTS = frozenset(
    {
        "pyproject.toml",
        "setup.py",
        "package.json",
        "go.mod",
        "pom.xml",
        "Cargo.toml",
        "build.gradle",
        "build.gradle.kts",
        "CMakeLists.txt",
        "composer.json",
        "mix.exs",
        "BUILD.bazel",
    }
)
MAX_AREAS = 400
MAX_PATTERN = 300
"""Characters, as in areas.yml: a stranger's line of a megabyte takes seconds to compile."""

_COMMENT = re.compile(r"(^|\s)#.*$")


@dataclass(frozen=True, slots=True)
class Proposal:
    """`name` is what `--areas` takes; `about` says in words what an area is."""

    name: str
    about: str
    area_map: AreaMap


@dataclass(frozen=True, slots=True)
class Measured:
    """A proposal and what it would have raised: areas with a finding in the last year, areas with recent changes."""

    proposal: Proposal
    findings_a_year: int
    areas: int


def proposals(paths: Iterable[str], codeowners: str = "") -> list[Proposal]:
    """Everything that can be proposed from these changed paths, in the order of preference."""
    changed = set(paths)
    found = [
        Proposal("codeowners", "one part a line of CODEOWNERS", _from_codeowners(codeowners)),
        Proposal("packages", "one part a folder with a package manifest", _from_packages(changed)),
        Proposal("folders-1", "one part a top folder", AreaMap(fallback_depth=1)),
        Proposal("folders-2", "parts two folders deep", AreaMap(fallback_depth=2)),
        Proposal("folders-3", "parts three folders deep", AreaMap(fallback_depth=3)),
    ]
    deepest = max((path.count("/") for path in changed), default=0)
    wanted = {"codeowners": 2, "packages": 2}
    return [
        one
        for one in found
        if (one.name in wanted and len(one.area_map.areas) >= wanted[one.name])
        or (one.name.startswith("folders") and (one.area_map.fallback_depth <= max(deepest, 1)))
    ]


def choose(measured: Sequence[Measured]) -> Measured:
    """Two to six findings a year, best in the middle; among equals the one named first. Needs at least one."""
    middle = (FEWEST + MOST) // 2
    return min(
        enumerate(measured),
        key=lambda item: (_distance(item[1]), abs(item[1].findings_a_year - middle), item[0]),
    )[1]


def _distance(one: Measured) -> int:
    if one.areas < 2:
        return 1000
    if one.findings_a_year < FEWEST:
        return FEWEST - one.findings_a_year
    return max(0, one.findings_a_year - MOST)


def _from_codeowners(text: str) -> AreaMap:
    """The last matching line wins in CODEOWNERS; here every line is an area, and a path may be in several."""
    areas: dict[str, AreaSettings] = {}
    for line in text.splitlines()[:5000]:
        pattern, *owners = _COMMENT.sub("", line).split()[:50] or [""]
        name = pattern.strip("/").removesuffix("/**").removesuffix("/*")
        if not owners or not name.strip("*/") or pattern.startswith(("!", "[", "^[")) or len(pattern) > MAX_PATTERN:
            continue
        areas[name] = AreaSettings(id=name, paths=(pattern,), codeowners=tuple(owners))
    return AreaMap(areas=tuple(areas.values())[:MAX_AREAS], fallback_depth=1)


def _from_packages(paths: set[str]) -> AreaMap:
    """Folders that hold a manifest. A package inside another is an area of its own, and of the outer one too."""
    folders = sorted({path.rpartition("/")[0] for path in paths if path.rpartition("/")[2] in MANIFESTS} - {""})
    areas = tuple(AreaSettings(id=folder, paths=(f"/{folder}/",)) for folder in folders[:MAX_AREAS])
    return AreaMap(areas=areas, fallback_depth=1)
