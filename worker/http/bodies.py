"""Reading bodies within limits: the size of one, the memory of all together, the time one may take.

Owns what is held in memory before anybody knows who sent it. Nothing is looked at here.
"""

import asyncio
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field

from aiohttp import web
from aiohttp.http_exceptions import HttpProcessingError

from worker.http.deliveries import Answer

MOST_BODIES = 256
MOST_BYTES = 64_000_000
"""Of all bodies that are in memory at once; more are asked to come again."""
_CHUNK = 1 << 16
_BUSY = Answer(503, "busy", {"Retry-After": "5"})


@dataclass(slots=True)
class Room:
    """What bodies take now, all together."""

    bodies: int = 0
    size: int = 0

    @contextmanager
    def body(self) -> Iterator["Body"]:
        """One body's place, until its answer is known."""
        body = Body(self)
        self.bodies += 1
        try:
            yield body
        finally:
            self.bodies -= 1
            self.size -= body.size


@dataclass(slots=True)
class Body:
    room: Room
    size: int = 0
    raw: bytes = b""
    _parts: list[bytes] = field(default_factory=list)

    async def read(self, request: web.Request, most: int, seconds: float) -> Answer | None:
        """Fills `raw`; or says why not, and leaves the rest where it is."""
        if self.room.bodies > MOST_BODIES:
            return _BUSY
        if request.headers.get("Content-Encoding", "identity").lower() != "identity":
            return Answer(415, "send it uncompressed")
        if (request.content_length or 0) > most:
            return _too_large(most)
        try:
            async with asyncio.timeout(seconds):
                return await self._read(request, most)
        except TimeoutError:
            return Answer(408, "the body took too long")
        except (ConnectionError, web.RequestPayloadError, HttpProcessingError):
            return Answer(400, "the body broke off")

    async def _read(self, request: web.Request, most: int) -> Answer | None:
        async for part in request.content.iter_chunked(_CHUNK):
            self.size += len(part)
            self.room.size += len(part)
            if self.size > most:
                return _too_large(most)
            if self.room.size > MOST_BYTES:
                return _BUSY
            self._parts.append(part)
        self.raw = b"".join(self._parts)
        self._parts.clear()
        return None


def _too_large(most: int) -> Answer:
    return Answer(413, f"more than {most} bytes")
