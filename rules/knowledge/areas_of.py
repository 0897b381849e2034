"""Which areas an event touches, by path, component, service, label and repository.

Owns the fast look-up over one area map. All areas whose patterns match own a path; only where none does and the map
has a fallback depth, the path's first folders name the area. A file in the root folder then belongs to '.'.
"""

from collections.abc import Callable, Iterable
from functools import lru_cache

from rules.model.areas import AreaMap, AreaSettings, pattern

ROOT = "."
_REMEMBERED_PATHS = 200_000
_FIELDS = ("components", "services", "labels", "repositories")


class AreaIndex:
    """Made once per area map. A path that was seen before costs one dictionary look-up."""

    def __init__(self, area_map: AreaMap) -> None:
        self._depth = area_map.fallback_depth
        self._patterns = [(pattern(text), area.id) for area in area_map.areas for text in area.paths]
        self._by = {field: _by_value(area_map.areas, field) for field in _FIELDS}
        self._of_path: Callable[[str], tuple[str, ...]] = lru_cache(_REMEMBERED_PATHS)(self._areas_of_path)

    def areas_of(
        self,
        paths: Iterable[str],
        components: Iterable[str] = (),
        services: Iterable[str] = (),
        labels: Iterable[str] = (),
        repository: str = "",
    ) -> tuple[str, ...]:
        """Area ids, sorted, each once."""
        found: set[str] = set()
        for path in paths:
            found.update(self._of_path(path))
        for field, values in zip(_FIELDS, (components, services, labels, (repository,)), strict=True):
            by = self._by[field]
            if by:
                for value in values:
                    found.update(by.get(value, ()))
        return tuple(sorted(found))

    def _areas_of_path(self, path: str) -> tuple[str, ...]:
        found = tuple({area for expression, area in self._patterns if expression.fullmatch(path)})
        if found or not self._depth:
            return found
        folders = path.split("/")[:-1]
        return ("/".join(folders[: self._depth]) if folders else ROOT,)


def _by_value(areas: tuple[AreaSettings, ...], field: str) -> dict[str, tuple[str, ...]]:
    found: dict[str, tuple[str, ...]] = {}
    for area in areas:
        for value in getattr(area, field):
            found[value] = (*found.get(value, ()), area.id)
    return found
