"""Every command of docs/first-hour.md and docs/operations.md, typed in their order in a clone with a history.

Words in capitals are what a reader puts in: PATH-TO-A-CLONE, AREA, FILE.
"""

import re
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest
from git_kit import Repository
from service_kit import ROOT, Shop

DOCS = ROOT / "docs"
LONG_RUNNING = "sparekey run"


def commands(page: str) -> list[str]:
    """Lines of the page's blocks that begin with `sparekey`, without what is said behind them."""
    blocks = re.findall(r"```\n(.*?)```", (DOCS / page).read_text("utf-8"), re.DOTALL)
    lines = [line.split("#")[0].strip() for block in blocks for line in block.splitlines()]
    return [line for line in lines if line.startswith("sparekey ")]


class Reader:
    """Somebody who types what a page says."""

    def __init__(self, folder: Path, words: dict[str, str]) -> None:
        self.folder = folder
        self.words = words
        self.said: dict[str, str] = {}

    def type(self, line: str) -> None:
        words = [self.words.get(word, word) for word in line.split()[1:]]
        if line == LONG_RUNNING:
            self.said[line] = self._run()
            return
        done = subprocess.run(
            [sys.executable, "-m", "worker.cli.main", *words], cwd=self.folder, capture_output=True, text=True,
            env=Shop.environment(), stdin=subprocess.DEVNULL, check=False, timeout=120,
        )  # fmt: skip
        assert done.returncode == 0, f"{line}: exit {done.returncode}\n{done.stdout}\n{done.stderr}"
        self.said[line] = done.stdout

    def _run(self) -> str:
        running = subprocess.Popen(
            [sys.executable, "-m", "worker.cli.main", "run"], cwd=self.folder, stderr=subprocess.PIPE, text=True,
            env={**Shop.environment(), "SPAREKEY_LOG": "info"},
        )  # fmt: skip
        end = time.monotonic() + 30
        while not (self.folder / "sparekey.db.sock").exists() and time.monotonic() < end:
            time.sleep(0.05)
        running.send_signal(signal.SIGTERM)
        _, said = running.communicate(timeout=60)
        assert running.returncode == 0, said
        return said


@pytest.fixture
def clone(tmp_path: Path) -> Path:
    """One person changes `billing` all the time until yesterday; two share `web`."""
    repository = Repository(tmp_path / "clone")
    now = int(time.time())
    for n in range(60):
        who = "Ada <ada@example.org>" if n % 2 else ("Ben <ben@example.org>", "Cy <cy@example.org>")[n // 2 % 2]
        files = {("billing/a.py" if n % 2 else "web/b.py"): f"{n}\n"}
        when = now - 86_400 * (300 - 5 * n) - 1_700_000_000
        repository.commit(f"change {n}", files, author=who, at=when // 60)
    return repository.path


def test_the_first_hour_as_it_is_written(clone: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    reader = Reader(clone, {"PATH-TO-A-CLONE": ".", "AREA": "billing"})
    lines = commands("first-hour.md")
    assert [line.split()[1] for line in lines] == [
        "try", "init", "doctor", "backfill", "findings", "explain", "rules", "rules", "review", "run",
    ]  # fmt: skip
    for line in lines:
        if line == LONG_RUNNING:
            settings = clone / "sparekey.yml"
            settings.write_text(settings.read_text().replace("127.0.0.1:8350", ""))  # another test may have the port
        reader.type(line)
    assert "billing" in reader.said["sparekey findings"]
    assert "Second pair of hands for `billing`" in reader.said["sparekey review"]
    assert "stopped" in reader.said[LONG_RUNNING]


def test_the_commands_of_operations_as_they_are_written(tmp_path: Path) -> None:
    shop = Shop(tmp_path / "s")
    reader = Reader(shop.folder, {"FILE": str(tmp_path / "saved.db")})
    lines = commands("operations.md")
    assert len(lines) == 7
    for line in lines:
        reader.type(line)
    assert "can fire" in reader.said["sparekey doctor"]
