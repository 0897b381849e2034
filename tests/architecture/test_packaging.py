"""What is installed: one owner for each top-level name, nothing that shadows it, every data file in the wheel."""

import importlib
import subprocess
import sys
import zipfile
from importlib.metadata import distribution, packages_distributions
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]
PACKAGES = ("worker", "connectors", "rules")


@pytest.mark.parametrize("name", PACKAGES)
def test_package_has_one_owner(name: str) -> None:
    """The names exist on public indexes too. An editable install lists no packages, so none or ours is right."""
    assert set(packages_distributions().get(name, [])) <= {"sparekey"}


@pytest.mark.parametrize("name", PACKAGES)
def test_package_is_one_folder_beside_its_siblings(name: str) -> None:
    """A second folder of that name on the path would be merged silently if ours lacked its `__init__.py`."""
    folders = {Path(importlib.import_module(one).__path__[0]).parent for one in PACKAGES}
    package = importlib.import_module(name)
    assert len(package.__path__) == 1
    assert package.__file__ is not None
    assert len(folders) == 1


def test_upload_is_refused_by_classifier() -> None:
    """Public indexes refuse this classifier: an upload by mistake cannot happen."""
    assert "Private :: Do Not Upload" in (distribution("sparekey").metadata.get_all("Classifier") or [])


def test_no_package_hides_under_tests() -> None:
    """`tests/rules/__init__.py` would be imported in place of `rules`."""
    assert [str(path.relative_to(ROOT)) for path in (ROOT / "tests").rglob("__init__.py")] == []


def test_wheel_holds_every_file_of_the_packages(tmp_path: Path) -> None:
    """Catalogue, templates, the demo's history: a wheel without one fails only at a user's."""
    subprocess.run(
        [
            sys.executable,
            "-m",
            "pip",
            "wheel",
            "--quiet",
            "--no-deps",
            "--no-build-isolation",
            "--wheel-dir",
            tmp_path,
            ROOT,
        ],
        check=True,
        stdin=subprocess.DEVNULL,
    )
    (wheel,) = tmp_path.glob("sparekey-*.whl")
    packed = {name for name in zipfile.ZipFile(wheel).namelist() if name.split("/")[0] in PACKAGES}
    assert packed == _files_of_the_packages()


def _files_of_the_packages() -> set[str]:
    paths = (path for name in PACKAGES for path in (ROOT / name).rglob("*") if path.is_file())
    return {path.relative_to(ROOT).as_posix() for path in paths if "__pycache__" not in path.parts}
