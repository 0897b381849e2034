"""Which areas an event touches, by path, component, service, label and repository.

Owns the fast look-up over one area map. All areas whose patterns match own a path; only where none does and the map
has a fallback depth, the path's first folders name the area. A file in the root folder then belongs to '.'.
"""

import re
from collections.abc import Callable, Iterable
from functools import lru_cache

from rules.model.areas import DOC_PATTERNS, AreaMap, AreaSettings, pattern

Paths = tuple[str, ...]
ROOT = "."
_REMEMBERED_PATHS = 100_000
_REMEMBERED_LISTS = 4096
_FIELDS = ("components", "services", "labels", "repositories")


class AreaIndex:
    """Made once per area map. A list of paths that was seen before costs one look-up."""

    def __init__(self, area_map: AreaMap) -> None:
        self._depth = area_map.fallback_depth
        self._patterns = [(pattern(text), area.id) for area in area_map.areas for text in area.paths]
        self._docs = [(pattern(text), area.id) for area in area_map.areas for text in area.docs]
        self._own_docs = frozenset(area.id for area in area_map.areas if area.docs)
        self._by = {field: _by_value(area_map.areas, field) for field in _FIELDS}
        self._any = any(self._by.values())
        self.of_path: Callable[[str], tuple[str, ...]] = lru_cache(_REMEMBERED_PATHS)(self._of_path)
        self.of_paths: Callable[[Paths], tuple[str, ...]] = lru_cache(_REMEMBERED_LISTS)(self._of_paths)
        self.documented: Callable[[Paths], frozenset[str]] = lru_cache(_REMEMBERED_LISTS)(self._documented)

    def areas_of(
        self,
        paths: Paths,
        components: Iterable[str] = (),
        services: Iterable[str] = (),
        labels: Iterable[str] = (),
        repository: str = "",
    ) -> tuple[str, ...]:
        """Area ids, sorted, each once."""
        by_path = self.of_paths(paths)
        if not self._any:
            return by_path
        found = set(by_path)
        for field, values in zip(_FIELDS, (components, services, labels, (repository,)), strict=True):
            for value in values:
                found.update(self._by[field].get(value, ()))
        return tuple(sorted(found))

    def _of_path(self, path: str) -> tuple[str, ...]:
        found = tuple({area for expression, area in self._patterns if expression.fullmatch(path)})
        if found or not self._depth:
            return found
        folders = path.split("/")[:-1]
        return ("/".join(folders[: self._depth]) if folders else ROOT,)

    def _of_paths(self, paths: Paths) -> tuple[str, ...]:
        return tuple(sorted({area for path in paths for area in self.of_path(path)}))

    def _documented(self, paths: Paths) -> frozenset[str]:
        """Areas whose documentation these paths change: their own doc paths, else documents inside the area."""
        found = {area for expression, area in self._docs for path in paths if expression.fullmatch(path)}
        documents = [path for path in paths if _is_document(path)]
        found.update(area for path in documents for area in self.of_path(path) if area not in self._own_docs)
        return frozenset(found)


_DOCUMENT = re.compile("|".join(f"(?:{pattern(text).pattern})" for text in DOC_PATTERNS), re.DOTALL)


@lru_cache(_REMEMBERED_PATHS)
def _is_document(path: str) -> bool:
    return _DOCUMENT.fullmatch(path) is not None


def _by_value(areas: tuple[AreaSettings, ...], field: str) -> dict[str, tuple[str, ...]]:
    found: dict[str, tuple[str, ...]] = {}
    for area in areas:
        for value in getattr(area, field):
            found[value] = (*found.get(value, ()), area.id)
    return found
