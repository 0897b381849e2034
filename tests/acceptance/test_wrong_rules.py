"""Files with every mistake that we know, and exactly what `rules check` says of each.

After a change look at what it says now: `sparekey rules check NAME.yml > NAME.txt`, in tests/fixtures/wrong-rules.
"""

from pathlib import Path

import pytest
from click.testing import CliRunner

from worker.cli.main import cli

FILES = Path(__file__).resolve().parents[1] / "fixtures" / "wrong-rules"


@pytest.mark.parametrize("name", sorted(file.stem for file in FILES.glob("*.yml")))
def test_every_mistake_of_the_file_is_told_at_its_place(name: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(FILES)
    found = CliRunner().invoke(cli, ["rules", "check", f"{name}.yml"])
    assert found.stdout == (FILES / f"{name}.txt").read_text(encoding="utf-8")
    assert found.exit_code == 2
