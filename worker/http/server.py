"""The HTTP server: routes, limits, and an end in order.

Owns what concerns sockets and bodies. What a delivery becomes is `deliveries.py`'s.
"""

import asyncio
from collections.abc import Callable, Mapping

from aiohttp import web
from prometheus_client import CONTENT_TYPE_LATEST

from connectors.errors import ConfigError
from worker import clock, metrics
from worker.http.deliveries import Answer, Connection, refused, take
from worker.ports import Intake

BODY_SECONDS = 30.0
STOP_SECONDS = 10.0
MOST_BODIES = 64
"""Bodies that are in memory at once; more are asked to come again."""
_CHUNK = 1 << 16


class Server:
    """`ready` gives why nothing can be committed now, or ''."""

    def __init__(
        self,
        connections: Mapping[str, Connection],
        intake: Intake,
        ready: Callable[[], str],
        body_seconds: float = BODY_SECONDS,
    ) -> None:
        self._connections = connections
        self._intake = intake
        self._ready = ready
        self._body_seconds = body_seconds
        self._bodies = 0
        self._runner: web.AppRunner | None = None
        self.port = 0

    async def start(self, host: str, port: int) -> None:
        """Raises ConfigError where the address cannot be had."""
        application = web.Application()
        application.add_routes(
            [
                web.get("/healthz", self._healthz),
                web.get("/readyz", self._readyz),
                web.get("/metrics", self._metrics),
                web.post("/webhooks/github", self._webhook),
                web.post("/webhooks/github/{connection}", self._webhook),
            ]
        )
        self._runner = web.AppRunner(application, access_log=None, shutdown_timeout=STOP_SECONDS)
        await self._runner.setup()
        try:
            await web.TCPSite(self._runner, host, port).start()
        except OSError as error:
            await self._runner.cleanup()
            raise ConfigError(
                f"http.listen: {host}:{port} cannot be had: {error.strerror or error}", "another port, or '' for none"
            ) from None
        self.port = self._runner.addresses[0][1]

    async def stop(self) -> None:
        """Takes nothing new, and lets what is under way come to its answer."""
        if self._runner is not None:
            await self._runner.cleanup()
            self._runner = None

    # health and metrics ---------------------------------------------------------------------------------------

    async def _healthz(self, request: web.Request) -> web.Response:
        return web.Response(text="alive\n")

    async def _readyz(self, request: web.Request) -> web.Response:
        why = self._ready()
        return web.Response(status=503, text=f"{why}\n") if why else web.Response(text="ready\n")

    async def _metrics(self, request: web.Request) -> web.Response:
        return web.Response(body=metrics.exposed(), headers={"Content-Type": CONTENT_TYPE_LATEST})

    # webhooks -------------------------------------------------------------------------------------------------

    async def _webhook(self, request: web.Request) -> web.Response:
        connection = self._connection(request.match_info.get("connection", ""))
        if connection is None:
            return web.Response(status=404, text="there is no such connection; name it: /webhooks/github/NAME\n")
        if self._bodies >= MOST_BODIES:
            return _response(refused(connection, Answer(503, "busy", {"Retry-After": "5"})))
        started = clock.elapsed()
        self._bodies += 1
        try:
            answer = await self._answer(connection, request)
        finally:
            self._bodies -= 1
        metrics.webhook_seconds.labels(source=connection.kind).observe(clock.elapsed() - started)
        return _response(answer)

    def _connection(self, name: str) -> Connection | None:
        """The one that is named; without a name the only one there is."""
        found = [one for one in self._connections.values() if one.kind == "github" and name in ("", one.name)]
        return found[0] if len(found) == 1 else None

    async def _answer(self, connection: Connection, request: web.Request) -> Answer:
        if request.headers.get("Content-Encoding", "identity").lower() != "identity":
            return refused(connection, Answer(415, "send it uncompressed"))
        if (request.content_length or 0) > connection.most_bytes:
            return refused(connection, Answer(413, f"more than {connection.most_bytes} bytes"))
        try:
            body = await asyncio.wait_for(_body(request, connection.most_bytes), self._body_seconds)
        except TimeoutError:
            return refused(connection, Answer(408, "the body took too long"))
        if body is None:
            return refused(connection, Answer(413, f"more than {connection.most_bytes} bytes"))
        return await take(connection, request.headers, body, self._intake)


async def _body(request: web.Request, most: int) -> bytes | None:
    """None where it is larger than it may be: the rest is not read."""
    parts: list[bytes] = []
    size = 0
    async for part in request.content.iter_chunked(_CHUNK):
        size += len(part)
        if size > most:
            return None
        parts.append(part)
    return b"".join(parts)


def _response(answer: Answer) -> web.Response:
    text = f"{answer.text}\n" if answer.text else ""
    response = web.Response(status=answer.status, text=text, headers=dict(answer.headers))
    if answer.status in (401, 408, 413, 415):
        response.force_close()
    return response
