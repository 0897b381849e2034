"""A folder that a service can run in: a configuration, and a history whose findings are known. Owns calling commands there."""

import json
import os
import signal
import subprocess
import sys
import time
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[1]

SETTINGS = """
workspace: shop
default_manager: mona
http: {{listen: '{listen}'}}
calendar: {{days: [mon, tue, wed, thu, fri, sat, sun], hours: 0-24}}
reserve: {{megabytes: 1, percent: 0}}
sources:
  history: {{kind: files, path: history.jsonl}}
  gh: {{kind: github, secret_env: SPAREKEY_TEST_SECRET}}
sinks:
  outbox: {{kind: files, path: outbox}}
"""
SECRET = "a-secret-of-tests"


def history(path: Path) -> None:
    """`billing` is changed by one person all the time, `web` by two; it ends a few days ago."""
    now, lines = datetime.now(UTC), []
    for n in range(20):
        lines.append(_merged(n, "ada", now - timedelta(days=190 - n * 9.7), "billing/x.py"))
    for n in range(30):
        lines.append(_merged(100 + n, ("ben", "cyd")[n % 2], now - timedelta(days=300 - n * 9.7), "web/y.py"))
    lines.sort(key=lambda line: str(line["at"]))
    path.write_text("".join(json.dumps(line) + "\n" for line in lines))


def _merged(n: int, who: str, at: datetime, path: str) -> dict[str, object]:
    change = {"id": f"app#{n}", "author": who, "authors": [who], "files": 1, "additions": 10, "mechanical": False}
    return {
        "id": f"t:{n}:merged", "kind": "pull_request.merged", "at": at.isoformat(), "source": "git", "actor": who,
        "paths": [path], "pull_request": change,
    }  # fmt: skip


class Shop:
    """The folder. `sparekey` runs a command in it, as somebody would type it."""

    def __init__(self, folder: Path, listen: str = "") -> None:
        self.folder = folder
        folder.mkdir(exist_ok=True)
        (folder / "rules").mkdir()
        (folder / "sparekey.yml").write_text(SETTINGS.format(listen=listen))
        (folder / "areas.yml").write_text("otherwise: folders-1\n")
        (folder / "people.yml").write_text("people:\n  mona: {mail: mona@example.org}\n  ben: {}\n  cyd: {}\n")
        self.rules("extends: [catalog/core@1]\n")
        history(folder / "history.jsonl")

    def rules(self, text: str) -> None:
        (self.folder / "rules" / "team.yml").write_text(text)

    @staticmethod
    def environment() -> dict[str, str]:
        kept = {**os.environ, "SPAREKEY_TEST_SECRET": SECRET, "PYTHONPATH": str(ROOT), "USER": "mona"}
        return {name: value for name, value in kept.items() if name != "SUDO_USER"}

    def sparekey(self, *words: str, code: int = 0) -> str:
        """What it printed; fails where it ended otherwise."""
        done = subprocess.run(
            [sys.executable, "-m", "worker.cli.main", *words],
            cwd=self.folder, env=self.environment(), capture_output=True, text=True, check=False, timeout=120,
        )  # fmt: skip
        assert done.returncode == code, f"{words}: exit {done.returncode}\n{done.stdout}\n{done.stderr}"
        return done.stdout + (done.stderr if code else "")

    def json(self, *words: str, code: int = 0) -> dict[str, object]:
        found: dict[str, object] = json.loads(self.sparekey(*words, "--json", code=code))
        return found

    def start(self) -> "Running":
        return Running(self)

    def drafts(self) -> list[dict[str, str]]:
        found = self.json("review")["drafts"]
        assert isinstance(found, list)
        return found


class Running:
    """`sparekey run`, until it is stopped or killed."""

    def __init__(self, shop: Shop) -> None:
        self.log = shop.folder / "run.log"
        with self.log.open("a") as log:
            self.process = subprocess.Popen(
                [sys.executable, "-m", "worker.cli.main", "run"], cwd=shop.folder,
                env={**shop.environment(), "SPAREKEY_LOG": "info"}, stdout=log, stderr=log,
            )  # fmt: skip
        self.until(lambda: (shop.folder / "sparekey.db.sock").exists())

    def until(self, true: object, seconds: float = 30) -> None:
        """Waits for something that comes by itself."""
        end = time.monotonic() + seconds
        while time.monotonic() < end:
            if self.process.poll() is not None:
                pytest.fail(f"it ended: {self.log.read_text()[-2000:]}")
            if true():  # type: ignore[operator]  # a callable
                return
            time.sleep(0.05)
        pytest.fail(f"it did not come: {self.log.read_text()[-2000:]}")

    def told(self, text: str) -> bool:
        return text in self.log.read_text()

    def stop(self) -> int:
        self.process.send_signal(signal.SIGTERM)
        return self.process.wait(60)

    def kill(self) -> None:
        self.process.kill()
        self.process.wait(10)
