"""docs/examples is what the commands print today, docs/reference what the code says of itself."""

import os
import re
import subprocess
import sys
from pathlib import Path

import pytest
from examples import make as examples
from reference import pages

ROOT = Path(__file__).resolve().parents[2]


def test_the_examples_have_not_drifted(tmp_path: Path) -> None:
    made = examples.make(tmp_path)
    for name in made:
        assert (tmp_path / name).read_text() == (ROOT / "docs" / "examples" / name).read_text(), (
            f"{name}: run `make examples`"
        )
    if len(made) == 1:
        pytest.skip("the shared histories are not here: only the demo was compared")


@pytest.fixture(scope="module")
def reference(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Made by a process of its own: in this one other tests may have called commands, which then remember their help."""
    out = tmp_path_factory.mktemp("reference")
    words = [sys.executable, str(ROOT / "tests" / "reference" / "pages.py"), str(out)]
    subprocess.run(words, env={**os.environ, "PYTHONPATH": str(ROOT)}, check=True, capture_output=True)
    return out


@pytest.mark.parametrize("page", pages.PAGES)
def test_the_reference_has_not_drifted(reference: Path, page: str) -> None:
    kept = (ROOT / "docs" / "reference" / page).read_text("utf-8")
    assert kept == (reference / page).read_text("utf-8"), "run `make examples`"


def test_the_screen_in_the_readme_is_an_excerpt_of_the_example() -> None:
    shown = (ROOT / "README.md").read_text("utf-8").split("```\n$ sparekey try")[1].split("```")[0]
    whole = (ROOT / "docs" / "examples" / "try-kv_engine.txt").read_text("utf-8").splitlines()
    lines = [re.sub(r"\d+\.\d s", "… s", line) for line in shown.splitlines()[1:] if line.strip() not in ("", "...")]
    assert len(lines) > 8
    assert [line for line in lines if line not in whole] == []
