"""areas.yml: which paths, components, services, labels and repositories belong to which area, and who manages it.

Owns the file's model and its way into the model's AreaMap.
"""

from typing import Annotated

from pydantic import BaseModel, ConfigDict, Field

from rules.language.problems import Problem
from rules.model.areas import AreaMap, AreaSettings, ServiceSettings
from worker.config.validate import Flag, Int, Words, validated


class Area(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True)

    paths: Words = ()
    components: Words = ()
    services: Words = ()
    repositories: Words = ()
    labels: Words = ()
    docs: Words = ()
    manager: str | None = None
    team: str | None = None
    domain: str = ""
    tier: Annotated[Int, Field(ge=1, le=5, description="from 1 (first) to 5")] = 3
    archived: Flag = False
    codeowners: Words = ()


class Unit(BaseModel):
    """A service or a component where it needs more than its area gives."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    manager: str | None = None
    team: str | None = None
    rota_people: Annotated[Int, Field(ge=0)] = 0
    default_assignee: str | None = None


class AreasFile(BaseModel):
    """`otherwise: folders-2`: a path that no area claims belongs to the area named by its first folders."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    areas: dict[str, Area] = Field(default={}, max_length=2000)
    services: dict[str, Unit] = {}
    components: dict[str, Unit] = {}
    otherwise: Annotated[str | None, Field(pattern=r"^folders-[1-4]$", description="folders-1 to folders-4")] = None


def load_areas(text: str, file: str = "areas.yml") -> tuple[AreaMap | None, tuple[Problem, ...]]:
    found, problems = validated(AreasFile, text, file)
    return (_area_map(found) if found else None), problems


def _area_map(found: AreasFile) -> AreaMap:
    return AreaMap(
        areas=tuple(AreaSettings(id=name, **area.model_dump()) for name, area in found.areas.items()),
        services=tuple(ServiceSettings(id=name, **unit.model_dump()) for name, unit in found.services.items()),
        components=tuple(ServiceSettings(id=name, **unit.model_dump()) for name, unit in found.components.items()),
        fallback_depth=int(found.otherwise[-1]) if found.otherwise else 0,
    )
