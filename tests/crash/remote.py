"""A remote of its own file, which outlives the processes that write to it: slow to list, sometimes silent, sometimes away.

Owns what it does to whom, by the key of the action and how often it was asked: the same in every run.
"""

import sqlite3
from collections.abc import Callable
from hashlib import blake2b
from pathlib import Path

from connectors.base import Markup, Message, Told
from connectors.errors import Ambiguous, RetryLater
from rules.model.times import Instant

LAG = 30_000_000
"""What was written is listed this much later, in microseconds."""


class Remote:
    markup: Markup = "plain"
    takes: frozenset[Told] = frozenset(("task", "nudge", "digest"))
    lists = True
    timeout = 5.0

    def __init__(self, path: Path, now: Callable[[], Instant]) -> None:
        self._path = path
        self._now = now
        self._run("CREATE TABLE IF NOT EXISTS written (n INTEGER PRIMARY KEY, key, what, person, at, closed DEFAULT 0)")
        self._run("CREATE TABLE IF NOT EXISTS asked (key PRIMARY KEY, times)")

    def _run(self, statement: str, *values: object) -> list[tuple[object, ...]]:
        with sqlite3.connect(self._path, isolation_level=None) as connection:
            connection.execute("PRAGMA synchronous=OFF")  # it is the process that dies, not the machine
            found = connection.execute(statement, values).fetchall()
        connection.close()
        return found

    def send(self, message: Message) -> str:
        self._run("INSERT INTO asked VALUES (?, 1) ON CONFLICT (key) DO UPDATE SET times = times + 1", message.key)
        ((times,),) = self._run("SELECT times FROM asked WHERE key = ?", message.key)
        mood = blake2b(message.key.encode(), digest_size=1).digest()[0] % 10
        if times == 1 and mood == 0:
            raise RetryLater("busy", 60)
        if times == 1 and mood == 1:
            raise Ambiguous("no answer, and nothing happened")
        for one in message.to:
            self._run(
                "INSERT INTO written (key, what, person, at) VALUES (?, ?, ?, ?)",
                message.key, message.what, one.person, self._now(),
            )  # fmt: skip
        if times == 1 and mood == 2:
            raise Ambiguous("no answer, and it happened")
        return message.key

    def find(self, key: str, since: Instant) -> list[str]:
        rows = self._run(
            "SELECT n FROM written WHERE key = ? AND at <= ? AND closed = 0 ORDER BY n", key, self._now() - LAG
        )
        return [str(n) for (n,) in rows]

    def note(self, remote: str, message: Message) -> None:
        """Notes are not counted."""

    def close(self, remote: str, message: Message) -> None:
        if remote.isdigit():
            self._run("UPDATE written SET closed = 1 WHERE n = ?", int(remote))

    def describe(self) -> str:
        return "a file"

    # what it came to ------------------------------------------------------------------------------------------

    def duplicates(self) -> int:
        rows = self._run("SELECT key, person FROM written WHERE closed = 0 GROUP BY key, person HAVING count(*) > 1")
        return len(rows)

    def sent(self) -> list[tuple[str, str, str, Instant]]:
        """(what, person, key, at) of everything that was written."""
        return [
            (str(w), str(p), str(k), int(str(a)))
            for w, p, k, a in self._run("SELECT what, person, key, at FROM written")
        ]
