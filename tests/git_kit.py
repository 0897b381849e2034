"""A git repository made by a test, commit by commit. Owns how git is called; no configuration of the machine counts."""

import os
import subprocess
from pathlib import Path

from connectors.git.source import Seen, read
from rules.model.events import Event
from worker.people.directory import RunDirectory


class Repository:
    """A repository whose commits are a minute apart."""

    def __init__(self, path: Path) -> None:
        self.path = path
        self.minutes = 0
        path.mkdir()
        self.git("init", "-q", "-b", "main")

    def git(self, *words: str, author: str = "Ada <ada@example.org>", at: int | None = None, stdin: bytes = b"") -> str:
        name, _, mail = author.partition(" <")
        self.minutes += 1
        when = f"{1_700_000_000 + 60 * (self.minutes if at is None else at)} +0000"
        given = {
            "GIT_AUTHOR_NAME": name, "GIT_AUTHOR_EMAIL": mail.rstrip(">"), "GIT_AUTHOR_DATE": when,
            "GIT_COMMITTER_NAME": name, "GIT_COMMITTER_EMAIL": mail.rstrip(">"), "GIT_COMMITTER_DATE": when,
            "GIT_CONFIG_GLOBAL": os.devnull, "GIT_CONFIG_NOSYSTEM": "1", "PATH": os.environ["PATH"], "HOME": str(self.path),
        }  # fmt: skip
        return subprocess.run(
            ["git", *words], cwd=self.path, env=given, input=stdin, check=True, capture_output=True
        ).stdout.decode(errors="replace")

    def commit(self, message: str, files: dict[str, str] | None = None, **more: object) -> str:
        for name, text in ({"a/x.py": message + str(self.minutes)} if files is None else files).items():
            target = self.path / name
            target.parent.mkdir(parents=True, exist_ok=True)
            target.write_text(text)
        self.git("add", "-A")
        self.git("commit", "-q", "--allow-empty", "-m", message, **more)  # type: ignore[arg-type]
        return self.git("rev-parse", "HEAD").strip()

    def events(self) -> tuple[list[Event], RunDirectory, Seen]:
        people, seen = RunDirectory(), Seen()
        return list(read(self.path, people.person, seen=seen)), people, seen
