"""Webhooks of a real process: 27 KB each, 500 a second, signed; from the first byte to the answer, which comes after the commit.

Idle, and while a history of 60,000 events is read into the same store and decided. Floors in the same run: the signature of the same
body, and one commit of one row.
"""

import asyncio
import hashlib
import hmac
import json
import os
import socket
import sqlite3
import subprocess
import sys
import tempfile
import time
from pathlib import Path

import aiohttp
from measure import histories, say

ROOT = Path(__file__).resolve().parents[2]
SECRET = "a-secret-of-benchmarks"
RATE, SECONDS = 500, 8
BYTES = 27_000

SETTINGS = """
workspace: bench
default_manager: mona
http: {{listen: '127.0.0.1:{port}'}}
sources:
  gh: {{kind: github, secret_env: BENCH_SECRET}}
sinks:
  outbox: {{kind: files, path: outbox}}
"""


def body(number: int) -> bytes:
    now = time.strftime("%Y-%m-%dT%H:%M:%SZ", time.gmtime())
    user = {"login": f"user{number % 50}", "id": number % 50 + 1, "type": "User"}
    said = {
        "action": "opened",
        "pull_request": {
            "id": number, "number": number, "user": user, "created_at": now, "updated_at": now, "title": "A change",
            "additions": 3, "changed_files": 1, "labels": [], "draft": False, "html_url": "https://example.org/1",
        },
        "repository": {"full_name": "acme/app"},
        "sender": user,
    }  # fmt: skip
    said["rest"] = {"key": "x" * (BYTES - len(json.dumps(said)))}
    return json.dumps(said).encode()


def signature(data: bytes) -> str:
    return "sha256=" + hmac.new(SECRET.encode(), data, hashlib.sha256).hexdigest()


def free_port() -> int:
    with socket.socket() as found:
        found.bind(("127.0.0.1", 0))
        return int(found.getsockname()[1])


async def load(url: str, first: int, seconds: float) -> list[float]:
    """Milliseconds of every delivery, sent at its time whatever became of the ones before."""
    bodies = [body(first + n) for n in range(int(RATE * seconds))]
    headers = [{"X-Hub-Signature-256": signature(one), "X-GitHub-Event": "pull_request"} for one in bodies]
    took: list[float] = []

    async def one(session: aiohttp.ClientSession, number: int) -> None:
        started = time.perf_counter()
        async with session.post(url, data=bodies[number], headers=headers[number]) as answer:
            await answer.read()
            assert answer.status == 202, await answer.text()
        took.append(1000 * (time.perf_counter() - started))

    async with aiohttp.ClientSession(connector=aiohttp.TCPConnector(limit=64)) as session:
        started, tasks = time.perf_counter(), []
        for number in range(len(bodies)):
            await asyncio.sleep(max(0.0, started + number / RATE - time.perf_counter()))
            tasks.append(asyncio.create_task(one(session, number)))
        await asyncio.gather(*tasks)
    return sorted(took)


def at(took: list[float], share: float) -> float:
    return took[min(len(took) - 1, int(share * len(took)))]


def floors(folder: Path) -> None:
    data = body(1)
    started = time.perf_counter()
    for _ in range(1000):
        signature(data)
    say("floor: signature of 27 KB", 1000 * (time.perf_counter() - started), "µs")
    with sqlite3.connect(folder / "floor.db", isolation_level=None) as connection:
        connection.execute("PRAGMA journal_mode=WAL")
        connection.execute("PRAGMA synchronous=FULL")
        connection.execute("CREATE TABLE t (n INTEGER PRIMARY KEY, b BLOB)")
        started = time.perf_counter()
        for _ in range(300):
            connection.execute("INSERT INTO t (b) VALUES (?)", (b"x" * 300,))
        say("floor: one commit of one row", (time.perf_counter() - started) / 300 * 1000, "ms")
    connection.close()


def write_history(path: Path, count: int = 60_000) -> None:
    """Changes of the last year, at even distances."""
    _, events = next(iter(histories()))
    now, year = time.time(), 365 * 86_400
    with path.open("w") as out:
        for n in range(count):
            event = events[n % len(events)]
            when = time.strftime("%Y-%m-%dT%H:%M:%SZ", time.gmtime(now - year + n * year / count))
            change = {"id": f"h#{n}", "author": event.actor, "authors": [event.actor], "files": 1, "mechanical": False}
            line = {
                "id": f"h:{n}", "kind": "pull_request.merged", "at": when, "source": "git", "actor": event.actor,
                "paths": list(event.paths or ()), "pull_request": change,
            }  # fmt: skip
            out.write(json.dumps(line) + "\n")


def main() -> None:
    with tempfile.TemporaryDirectory() as tmp:
        folder, port = Path(tmp), free_port()
        floors(folder)
        (folder / "rules").mkdir()
        (folder / "rules" / "team.yml").write_text("extends: [catalog/core@1]\n")
        (folder / "areas.yml").write_text("otherwise: folders-1\n")
        (folder / "people.yml").write_text("people: {mona: {}}\n")
        (folder / "sparekey.yml").write_text(SETTINGS.format(port=port))
        write_history(folder / "history.jsonl")
        environment = {**os.environ, "BENCH_SECRET": SECRET, "PYTHONPATH": str(ROOT)}
        words = [sys.executable, "-m", "worker.cli.main"]
        service = subprocess.Popen([*words, "run"], cwd=folder, env=environment, stderr=subprocess.DEVNULL)
        try:
            while not (folder / "sparekey.db.sock").exists():
                time.sleep(0.05)
            url = f"http://127.0.0.1:{port}/webhooks/github"
            asyncio.run(load(url, 1, 1))
            idle = asyncio.run(load(url, 10_000, SECONDS))
            say(f"webhook at {RATE}/s, idle, p50", at(idle, 0.5), "ms")
            say(f"webhook at {RATE}/s, idle, p99", at(idle, 0.99), "ms", at_least=10)
            backfill = subprocess.Popen(
                [*words, "backfill", "files", "history.jsonl"], cwd=folder, env=environment, stdout=subprocess.DEVNULL
            )
            time.sleep(0.7)
            busy = asyncio.run(load(url, 100_000, SECONDS))
            say("still reading or deciding at the end", float(backfill.poll() is None), "yes")
            say(f"webhook at {RATE}/s, during a backfill, p50", at(busy, 0.5), "ms")
            say(f"webhook at {RATE}/s, during a backfill, p99", at(busy, 0.99), "ms", at_least=50)
            backfill.wait(120)
        finally:
            service.terminate()
            service.wait(60)


main()
