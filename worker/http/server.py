"""The HTTP server: routes, what its library says, and an end in order.

Owns what concerns sockets. Limits of bodies are `bodies.py`'s, what a delivery becomes is `deliveries.py`'s.
"""

import logging
from collections.abc import Callable, Mapping

import structlog
from aiohttp import web
from aiohttp.http_exceptions import HttpProcessingError
from prometheus_client import CONTENT_TYPE_LATEST

from connectors.errors import ConfigError
from worker import clock, metrics
from worker.http.bodies import Room
from worker.http.deliveries import Answer, Connection, refused, take
from worker.ports import Intake

log = structlog.get_logger()

BODY_SECONDS = 30.0
STOP_SECONDS = 10.0


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
        self._room = Room()
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
        self._runner = web.AppRunner(
            application, access_log=None, shutdown_timeout=STOP_SECONDS, logger=_told_as_facts(), auto_decompress=False
        )
        await self._runner.setup()
        try:
            await web.TCPSite(self._runner, host.strip("[]"), port).start()
        except (OSError, OverflowError) as error:  # a port beyond 65535 overflows
            await self._runner.cleanup()
            why = getattr(error, "strerror", None) or error
            raise ConfigError(
                f"http.listen: {host}:{port} cannot be had: {why}", "another port, or '' for none"
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
        started = clock.elapsed()
        answer = await self._answer(connection, request)
        metrics.webhook_seconds.labels(source=connection.kind).observe(clock.elapsed() - started)
        return _response(answer)

    def _connection(self, name: str) -> Connection | None:
        """The one that is named; without a name the only one there is."""
        found = [one for one in self._connections.values() if one.kind == "github" and name in ("", one.name)]
        return found[0] if len(found) == 1 else None

    async def _answer(self, connection: Connection, request: web.Request) -> Answer:
        with self._room.body() as body:
            unread = await body.read(request, connection.most_bytes, self._body_seconds)
            if unread is not None:
                return refused(connection, unread)
            return await take(connection, request.headers, body.raw, self._intake)


def _response(answer: Answer) -> web.Response:
    text = f"{answer.text}\n" if answer.text else ""
    response = web.Response(status=answer.status, text=text, headers=dict(answer.headers))
    if answer.status in (401, 408, 413, 415):
        response.force_close()
    return response


def _told_as_facts() -> logging.Logger:
    """What aiohttp's server would write: with tracebacks, addresses and bytes of what it could not read."""
    logger = logging.Logger("http")
    logger.addFilter(_tell)
    return logger


def _tell(record: logging.LogRecord) -> bool:
    """Never passes a record on: a sender's fault is one fact without anything of the sender's, ours has a traceback."""
    error = record.exc_info[1] if record.exc_info else None
    if isinstance(error, HttpProcessingError | web.RequestPayloadError | ConnectionError):
        log.info("request not readable", why=type(error).__name__)
    elif record.levelno >= logging.WARNING:
        log.error("a request failed", exc_info=error)
    return False
