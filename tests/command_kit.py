"""A team that commands can be tried on: a clone with four parts that one person carries each, read into a store.

Owns the clone, copies of the folder, and a terminal at which somebody answers.
"""

import copy
import json
import os
import pty
import select
import shutil
import subprocess
import sys
import tempfile
import time
from pathlib import Path

import pytest
from git_kit import Repository
from service_kit import ROOT, SETTINGS, Shop

DAY = 24 * 60
CARRIED = {"billing": "Ana Ruiz <ana@example.org>", "search": "Ben Oz <ben@example.org>",
           "infra": "Cem Ay <cem@example.org>", "mail": "Dee Ek <dee@example.org>"}  # fmt: skip
PEOPLE = "people:\n  mona: {mail: mona@example.org}\n" + "".join(
    f"  {who}: {{accounts: {{git: {who}@example.org}}}}\n" for who in ("ana", "ben", "cem", "dee")
)
SECRETS_OF_NAMES = ("Ana", "Ruiz", "ana@", "Ben Oz", "Cem Ay", "Dee Ek")


def team(folder: Path, typist: "Typist") -> "Team":
    """Everybody changes `web`; each of the four other parts has one carrier. It ends yesterday, and began long ago."""
    shop = Team(folder)
    shop.typist = typist
    settings = SETTINGS.format(listen="").replace(
        "history: {kind: files, path: history.jsonl}", "clone: {kind: git, path: clone}"
    )
    (folder / "sparekey.yml").write_text(settings)
    (folder / "people.yml").write_text(PEOPLE)
    (folder / "history.jsonl").unlink()
    _clone(folder / "clone")
    return shop


def _clone(path: Path) -> None:
    yesterday = int(time.time() // 60) - DAY - 1_700_000_000 // 60
    clone = Repository(path)
    for n in range(40):
        who = list(CARRIED.values())[n % 4]
        clone.commit(f"web {n}", {f"web/{n}.py": str(n)}, author=who, at=yesterday - (39 - n) * 9 * DAY - 60)
    for n in range(12):
        for part, who in CARRIED.items():
            clone.commit(f"{part} {n}", {f"{part}/{n}.py": str(n)}, author=who, at=yesterday - (11 - n) * 16 * DAY)


def copied(shop: "Team", folder: Path) -> "Team":
    """The same folder for a test that changes it."""
    shutil.copytree(shop.folder, folder, symlinks=True)
    again = copy.copy(shop)
    again.folder = folder
    return again


class Typist:
    """Runs commands as `python -m worker.cli.main` does, without its second of imports each time."""

    def __init__(self) -> None:
        self._server = subprocess.Popen(
            [sys.executable, str(ROOT / "tests" / "typist.py")],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            text=True,
        )

    def run(self, shop: Shop, words: tuple[str, ...]) -> tuple[int, str, str]:
        """(exit code, standard output, standard error)."""
        assert self._server.stdin is not None
        assert self._server.stdout is not None
        with tempfile.NamedTemporaryFile("r") as out, tempfile.NamedTemporaryFile("r") as err:
            asked = {"words": words, "folder": str(shop.folder), "environment": shop.environment(), "input": os.devnull}
            self._server.stdin.write(json.dumps({**asked, "out": out.name, "err": err.name}) + "\n")
            self._server.stdin.flush()
            return int(self._server.stdout.readline()), out.read(), err.read()

    def stop(self) -> None:
        for pipe in (self._server.stdin, self._server.stdout):
            assert pipe is not None
            pipe.close()
        self._server.wait(30)


class Team(Shop):
    """A shop whose commands a typist types."""

    typist: Typist

    def sparekey(self, *words: str, code: int = 0) -> str:
        ended, out, err = self.typist.run(self, words)
        assert ended == code, f"{words}: exit {ended}\n{out}\n{err}"
        return out + (err if code else "")


class Terminal:
    """A command at a terminal. `until` waits for what it says, `type` answers. Left behind, it is ended."""

    def __init__(self, shop: Shop, *words: str, editor: str = "") -> None:
        self.seen = ""
        self._main, other = pty.openpty()
        self.process = subprocess.Popen(
            [sys.executable, "-m", "worker.cli.main", *words], cwd=shop.folder, stdin=other, stdout=other, stderr=other,
            env={**shop.environment(), "EDITOR": editor, "VISUAL": editor, "TERM": "dumb"}, start_new_session=True,
        )  # fmt: skip
        os.close(other)
        self._read_up_to = 0

    def __enter__(self) -> "Terminal":
        return self

    def __exit__(self, *_: object) -> None:
        if self.process.poll() is None:
            self.process.kill()
            self.process.wait(30)

    def until(self, text: str, seconds: float = 60) -> str:
        """What came up to this text, since the last time."""
        end = time.monotonic() + seconds
        while text not in self.seen[self._read_up_to :]:
            if time.monotonic() > end or not self._more():
                pytest.fail(f"'{text}' did not come: {self.seen}")
        place = self.seen.index(text, self._read_up_to) + len(text)
        said, self._read_up_to = self.seen[self._read_up_to : place], place
        return said

    def type(self, text: str) -> None:
        os.write(self._main, text.encode())

    def end(self) -> int:
        while self._more():
            pass
        os.close(self._main)
        return self.process.wait(60)

    def _more(self) -> bool:
        """False at the end: a terminal whose other side is closed gives an error."""
        if not select.select([self._main], [], [], 60)[0]:
            return False
        try:
            found = os.read(self._main, 65_536)
        except OSError:
            return False
        self.seen += found.decode("utf-8", "replace").replace("\r\n", "\n")
        return bool(found)
