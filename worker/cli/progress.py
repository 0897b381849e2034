"""Progress bars for people, on standard error, and only where somebody watches.

Owns their look. Scripts and files see nothing of them.
"""

import sys
from collections.abc import Iterator
from contextlib import contextmanager

from rich.console import Console
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeElapsedColumn


class Bars:
    """Bars by name, made when first told of."""

    def __init__(self, progress: Progress | None) -> None:
        self._progress = progress
        self._tasks: dict[str, object] = {}

    def tell(self, name: str, more: int, total: int | None) -> None:
        if self._progress is None:
            return
        if name not in self._tasks:
            self._tasks[name] = self._progress.add_task(name, total=total)
        self._progress.update(self._tasks[name], advance=more, total=total)  # type: ignore[arg-type]  # rich's own id


@contextmanager
def bars(quiet: bool = False) -> Iterator[Bars]:
    """Bars that vanish when the work is done."""
    if quiet or not sys.stderr.isatty():
        yield Bars(None)
        return
    columns = (TextColumn("{task.description:<10}"), BarColumn(24), MofNCompleteColumn(), TimeElapsedColumn())
    with Progress(*columns, console=Console(stderr=True), transient=True) as progress:
        yield Bars(progress)
