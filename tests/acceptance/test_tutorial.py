"""docs/rules.md, typed as it says: the files, the fault that the test finds, what is shown."""

import os
import re
from pathlib import Path

import pytest
from command_kit import Typist

ROOT = Path(__file__).resolve().parents[2]
PAGE = (ROOT / "docs" / "rules.md").read_text("utf-8").split("## The fields")[0]
BLOCKS = re.findall(r"```(?:yaml)?\n(.*?)```", PAGE, re.DOTALL)
FIRST, WORDS, SLIP, TESTS, FAILED, SECOND, BACKTEST, DIFF, EXPLAINED = BLOCKS
HISTORY = Path(os.environ.get("SPAREKEY_SHARED", ROOT.parent / "shared")) / "data" / "histories" / "kv_engine.jsonl.xz"


class Desk:
    """A folder with the page's files, and a command line in it."""

    def __init__(self, folder: Path, typist: Typist) -> None:
        self.folder = folder
        self._typist = typist
        self.write("rules", FIRST)
        (folder / "rules" / "waking.test.yml").write_text(TESTS)

    def write(self, name: str, rules: str) -> None:
        (self.folder / name / "templates").mkdir(parents=True, exist_ok=True)
        (self.folder / name / "waking.yml").write_text(rules)
        (self.folder / name / "templates" / "waking-up.md").write_text(WORDS)

    @staticmethod
    def environment() -> dict[str, str]:
        return {**os.environ, "PYTHONPATH": str(ROOT)}

    def types(self, *words: str, code: int = 0) -> list[str]:
        ended, out, err = self._typist.run(self, words)  # type: ignore[arg-type]  # a folder and an environment
        assert ended == code, out + err
        return out.splitlines()


@pytest.fixture
def desk(tmp_path: Path, typist: Typist) -> Desk:
    return Desk(tmp_path, typist)


def lines_of(block: str) -> list[str]:
    """What is shown, without the command above it."""
    return [line for line in block.splitlines() if line and not line.startswith("$ ")]


def test_a_slip_of_the_pen_is_told_as_shown(desk: Desk) -> None:
    desk.types("rules", "check", "rules")
    desk.write("rules", FIRST.replace("age_days", "age_day"))
    assert desk.types("rules", "check", "rules", code=2)[:3] == lines_of(SLIP)


def test_the_test_finds_the_fault_and_passes_when_it_is_mended(desk: Desk) -> None:
    assert desk.types("rules", "test", "rules", code=1)[: len(lines_of(FAILED))] == lines_of(FAILED)
    desk.write("rules", SECOND)
    assert "3 passed, 0 failed" in desk.types("rules", "test", "rules", "--strict", "--shuffle")


def test_history_says_what_is_shown(desk: Desk) -> None:
    if not HISTORY.exists():
        pytest.skip("the shared histories are not here")
    desk.write("old", SECOND)
    played = desk.types("rules", "backtest", "old", "--events", str(HISTORY))
    assert [line for line in lines_of(BACKTEST) if line not in played] == []
    desk.write("rules", SECOND.replace("180d", "365d"))
    differs = desk.types("rules", "diff", "old", "rules", "--events", str(HISTORY))
    assert [line for line in lines_of(DIFF) if line not in differs] == []
    explained = desk.types("explain", "waking-up", "etc", "--rules", "old", "--in", str(HISTORY))
    assert explained[:5] == lines_of(EXPLAINED)
