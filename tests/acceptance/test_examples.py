"""docs/examples is what the commands print today."""

from pathlib import Path

import pytest
from examples import make as examples

ROOT = Path(__file__).resolve().parents[2]


def test_the_examples_have_not_drifted(tmp_path: Path) -> None:
    made = examples.make(tmp_path)
    for name in made:
        assert (tmp_path / name).read_text() == (ROOT / "docs" / "examples" / name).read_text(), (
            f"{name}: run `make examples`"
        )
    if len(made) == 1:
        pytest.skip("the shared histories are not here: only the demo was compared")
