"""The way from a command to the running process: a socket that only its owner can open, one JSON object a line.

Owns the socket and the protocol. A request names an operation and its arguments; answers are progress, then one
result or error. What operations do is `operations.py`'s.
"""

import asyncio
import json
import os
import socket
from collections.abc import Iterator
from pathlib import Path

import structlog

from connectors.errors import ConfigError
from worker.ports import StoreAway
from worker.runtimes.operations import OPERATIONS, Asked, Told
from worker.runtimes.service import Service

log = structlog.get_logger()

MOST_PATH = 103
"""Bytes that an address of a socket may have on every system."""
MOST_REQUEST = 1_000_000
MOST_ANSWER = 64_000_000


class Control:
    """Serves operations, one after the other for each caller."""

    def __init__(self, service: Service, path: Path) -> None:
        self._service = service
        self._path = path
        self._server: asyncio.Server | None = None

    async def start(self) -> None:
        if len(os.fsencode(self._path)) > MOST_PATH:
            raise ConfigError(
                f"{self._path} is too long for a socket", "keep the store in a folder with a shorter path"
            )
        self._path.unlink(missing_ok=True)
        before = os.umask(0o177)
        try:
            self._server = await asyncio.start_unix_server(self._serve, self._path, limit=MOST_REQUEST)
        finally:
            os.umask(before)

    async def stop(self) -> None:
        if self._server is not None:
            self._server.close()
            self._path.unlink(missing_ok=True)

    async def _serve(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        def told(more: dict[str, object]) -> None:
            writer.write(json.dumps({"progress": more}).encode() + b"\n")

        try:
            request = json.loads(await reader.readline())
            answer = await answered(self._service, request["operation"], request["arguments"], told)
        except (ValueError, KeyError, TypeError, asyncio.LimitOverrunError) as error:
            answer = {"error": f"not understood: {error}", "hint": "is this the same version of sparekey?"}
        try:
            writer.write(json.dumps(answer).encode() + b"\n")
            await writer.drain()
            writer.close()
        except ConnectionError:
            log.warning("a command went away before its answer")


async def answered(service: Service, operation: str, arguments: Asked, told: Told) -> dict[str, object]:
    """What an operation came to, as the socket tells it."""
    run = OPERATIONS.get(operation)
    if run is None:
        return {"error": f"there is no operation '{operation}'", "hint": "is this the same version of sparekey?"}
    try:
        return {"result": await run(service, arguments, told)}
    except (ConfigError, StoreAway) as error:
        return {"error": str(error), "hint": getattr(error, "hint", "")}


def ask(path: Path, operation: str, arguments: Asked) -> Iterator[dict[str, object]]:
    """Sends a request to the running process and gives its answers as they come. Raises ConnectionError where none
    runs.
    """
    with socket.socket(socket.AF_UNIX, socket.SOCK_STREAM) as line:
        line.connect(str(path))
        line.sendall(json.dumps({"operation": operation, "arguments": arguments}).encode() + b"\n")
        with line.makefile("rb") as answers:
            while said := answers.readline(MOST_ANSWER):
                yield json.loads(said)
