"""What tests share: where the public data is, when it is there."""

import os
from pathlib import Path

import pytest
from hypothesis import settings

from worker.log import configure

configure()  # as a command does: only warnings are told

settings.register_profile("repeatable", derandomize=True, deadline=None)
settings.register_profile("search", deadline=None)
settings.load_profile("search" if os.environ.get("SPAREKEY_LONG") else "repeatable")
"""The same examples for everybody, so that a commit fails or passes; the long form looks for new ones."""

ROOT = Path(__file__).resolve().parents[1]


@pytest.fixture(scope="session")
def shared() -> Path:
    """The folder of public data: SPAREKEY_SHARED, else ../shared beside the repository."""
    found = Path(os.environ.get("SPAREKEY_SHARED", ROOT.parent / "shared"))
    if not (found / "data").is_dir():
        pytest.skip("the folder of public data (SPAREKEY_SHARED) is not here")
    return found / "data"


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Long forms run with SPAREKEY_LONG=1."""
    if os.environ.get("SPAREKEY_LONG"):
        return
    for item in items:
        if "long" in item.keywords:
            item.add_marker(pytest.mark.skip(reason="a long form: SPAREKEY_LONG=1 runs it"))
