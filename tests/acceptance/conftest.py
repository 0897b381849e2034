"""A team whose history is in a store, made once: tests that change it get a copy."""

from collections.abc import Iterator
from pathlib import Path

import pytest
from command_kit import Team, Typist, copied, team


@pytest.fixture(scope="session")
def typist() -> Iterator[Typist]:
    found = Typist()
    yield found
    found.stop()


@pytest.fixture(scope="session")
def read(tmp_path_factory: pytest.TempPathFactory, typist: Typist) -> Team:
    """Four drafts wait. Nobody changes it."""
    shop = team(tmp_path_factory.mktemp("read") / "s", typist)
    shop.sparekey("backfill", "git")
    return shop


@pytest.fixture
def shop(read: Team, tmp_path: Path) -> Team:
    return copied(read, tmp_path / "s")
