"""What a backtest or a diff is asked to read, and its opening: a store's journal, a clone, or event files.

Owns choosing between them, and the rules that go with each. Reads only.
"""

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from sqlalchemy import select

from connectors.errors import ConfigError
from rules.language.problems import nearest
from rules.model.times import Instant, Span, iso
from worker import clock
from worker.backtest.past import Past, of_events, of_journal
from worker.cli.areas_choice import area_event, choose_areas
from worker.cli.desk import directory_of
from worker.cli.options import LOOK_BACK
from worker.cli.progress import Bars
from worker.cli.say import Named
from worker.config.between_files import SPAREKEY
from worker.config.load import Configuration
from worker.people.settings import people_with_ids
from worker.runtimes import opening
from worker.store import heads
from worker.store.database import Store
from worker.store.heads import Head
from worker.store.schema import workspaces
from worker.wiring.histories import read_together


@dataclass(frozen=True, slots=True)
class Since:
    """A day, or so long before the end; neither: 180 days."""

    at: Instant | None = None
    before: Span = LOOK_BACK

    def of(self, past: Past) -> Instant:
        at = past.ends_at - self.before if self.at is None else self.at
        if at > past.ends_at:
            raise ConfigError(f"--since is after the end of this history, {iso(past.ends_at)[:10]}")
        return max(at, past.starts_at)


@dataclass(frozen=True, slots=True)
class Asked:
    """One workspace to decide; it can be sent to another process. `files` empty: the journal of `workspace`."""

    name: str
    files: tuple[Path, ...] = ()
    folder: Path = Path()
    workspace: str = ""
    areas: str | None = None
    since: Since = Since()


@dataclass(frozen=True, slots=True)
class Opened:
    """`configuration`: of the store's folder; None where a history is read from files."""

    past: Past
    people: Named
    warnings: tuple[str, ...]
    configuration: Configuration | None = None


def asked(
    files: Sequence[Path], folder: Path, names: Sequence[str], areas: str | None, since: Since, apart: bool
) -> list[Asked]:
    """The workspaces that a command line means. Raises ConfigError where its words do not go together."""
    if files:
        if names:
            raise ConfigError("--workspace is for the store", "files and clones are one workspace, or --apart several")
        if not apart:
            return [Asked(_named(files), tuple(files), folder, areas=areas, since=since)]
        return [Asked(_named([one]), (one,), folder, areas=areas, since=since) for one in files]
    if not (folder / SPAREKEY).is_file():
        raise ConfigError(
            f"nothing to read: there is no {SPAREKEY} in {folder}", "--in CLONE, or --events FILE, gives a history"
        )
    if areas or apart:
        raise ConfigError(
            f"--{'areas' if areas else 'apart'} is for --in and --events", "the store has areas of its own"
        )
    return [Asked(name, (), folder, name, since=since) for name in _workspaces(folder, names)]


def _named(files: Sequence[Path]) -> str:
    return ", ".join(one.resolve().name.partition(".")[0] or str(one) for one in files)


def _workspaces(folder: Path, names: Sequence[str]) -> list[str]:
    """Those of the store that are asked for; else the configured one."""
    with opening.read(folder) as (configuration, store, _):
        if not names:
            return [configuration.settings.workspace]
        with store.reading() as connection:
            known = [str(name) for (name,) in connection.execute(select(workspaces.c.name).order_by(workspaces.c.name))]
    for name in names:
        if name not in known and name != "all":
            raise ConfigError(f"the store knows no workspace '{name}'", nearest(name, known) or ", ".join(known))
    return known if "all" in names else list(dict.fromkeys(names))


@contextmanager
def opened(one: Asked, bars: Bars) -> Iterator[Opened]:
    """Raises ConfigError where there is nothing to read."""
    if one.files:
        yield _of_files(one, bars)
        return
    with opening.read(one.folder) as (configuration, store, own):
        yield _of_store(configuration, store, own, one.workspace)


def _of_files(one: Asked, bars: Bars) -> Opened:
    history = read_together(one.files, lambda more, total: bars.tell("reading", more, total))
    choice = choose_areas(history, one.areas)
    past = of_events(one.name, history.events, area_event(choice.area_map, history.events))
    parts = f"Parts: {choice.about}; --areas takes another choice."
    return Opened(past, history.people, (*history.warnings(), parts))


def _of_store(configuration: Configuration, store: Store, own: Head, name: str) -> Opened:
    directory = directory_of(configuration, store)
    with store.reading() as connection:
        head = own if own.name == name else heads.load(connection, name)
    assert head is not None  # its name was read from the store
    people = people_with_ids(configuration.people, directory.of_handle)
    contact = people.programme_contact or people.default_manager or ""
    past = of_journal(store, head, configuration.settings, contact, directory.members, clock.now())
    if not past.total:
        raise ConfigError(f"the journal of '{name}' is empty", "`sparekey backfill` reads history into it")
    return Opened(past, _Nobody(), (), configuration)


class _Nobody:
    """A store's people are counted here, never named."""

    def name(self, person: str) -> str:
        return person

    def knows(self, person: str) -> bool:
        return False
