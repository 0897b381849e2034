"""Reading a clone beside a bare `git log` of the same output, in the same run, on a generated repository."""

import json
import os
import resource
import subprocess
import tempfile
import time
from pathlib import Path

from connectors.git.client import _FORMAT, _arguments, _environment, probe
from connectors.git.source import read
from worker.people.directory import RunDirectory

COMMITS = 100_000 if os.environ.get("SPAREKEY_LONG") else 20_000


def generate(path: Path, commits: int) -> None:
    """A mainline of small changes by 200 people in 40 folders, fed to git fast-import."""
    subprocess.run(["git", "init", "-q", "--bare", str(path)], check=True)
    parts = []
    for n in range(commits):
        who = f"Person {n % 197} <p{n % 197}@example.org> {1_500_000_000 + n * 1800} +0000"
        message = f"Change {n}\n\nReviewed-by: Person {n % 89} <p{n % 89}@example.org>\n".encode()
        parts.append(
            f"commit refs/heads/main\nmark :{n + 1}\nauthor {who}\ncommitter {who}\ndata {len(message)}\n".encode()
            + message
        )
        parts += [f"from :{n}\n".encode()] if n else []
        for k in range(1 + n % 5):
            text = f"{n} {k}\n".encode()
            parts.append(f"M 100644 inline d{(n + k) % 40}/s{k}/f{n % 300}.py\ndata {len(text)}\n".encode() + text)
        parts.append(b"\n")
    subprocess.run(["git", "-C", str(path), "fast-import", "--quiet"], input=b"".join(parts), check=True)
    subprocess.run(["git", "-C", str(path), "symbolic-ref", "HEAD", "refs/heads/main"], check=True)


def main() -> None:
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "clone"
        generate(path, COMMITS)
        words = (
            "log",
            "--first-parent",
            "--diff-merges=first-parent",
            "--reverse",
            "-z",
            "--numstat",
            "-M",
            "--no-ext-diff",
            "--no-textconv",
            f"--format={_FORMAT}",
            "HEAD",
        )
        bare = ours = float("inf")
        for _ in range(3):
            started = time.perf_counter()
            subprocess.run(_arguments(path, *words), env=_environment(), stdout=subprocess.DEVNULL, check=True)
            bare = min(bare, time.perf_counter() - started)
            started = time.perf_counter()
            events = sum(1 for _ in read(path, RunDirectory().person, clone=probe(path)))
            ours = min(ours, time.perf_counter() - started)
        beyond = (ours - bare) / COMMITS * 10_000
        print(
            json.dumps(
                {
                    "name": f"git: {COMMITS:,} commits to {events:,} events",
                    "value": round(ours, 2),
                    "unit": "s",
                    "floor": round(bare, 2),
                    "ratio": round(ours / bare, 2),
                }
            )
        )
        print(
            json.dumps(
                {
                    "name": "git: beyond bare git log, per 10,000 commits",
                    "value": round(beyond, 2),
                    "unit": "s",
                    "at_least": 2.5,
                }
            )
        )
        print(
            json.dumps(
                {
                    "name": "git: peak memory of reading",
                    "value": round(resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024),
                    "unit": "MB",
                    "at_least": 300,
                }
            )
        )


main()
