"""A real server and a real client: what is refused, what is acknowledged, and when."""

import asyncio
import hashlib
import hmac
from collections.abc import Awaitable, Callable, Collection, Sequence
from contextlib import suppress
from dataclasses import dataclass, field
from pathlib import Path

import aiohttp
import pytest

from connectors.base import Identify, Ignored
from connectors.errors import ConfigError
from connectors.github.normalise import events
from connectors.github.signature import verified
from rules.model.accounts import Account
from rules.model.events import Event
from worker.http.deliveries import Connection
from worker.http.server import Server
from worker.ports import Arrived, Origin, StoreAway

FIXTURES = Path(__file__).resolve().parents[1] / "fixtures" / "github-webhooks"
BODY = (FIXTURES / "pull_request.opened.00.json").read_bytes()
SECRETS = ("the new secret", "the old secret")


@dataclass
class Kept:
    """An intake in memory. `away`: it cannot commit; `gate`: commits wait for it."""

    events: dict[str, Event] = field(default_factory=dict)
    letters: list[tuple[str, str, bytes | None]] = field(default_factory=list)
    away: bool = False
    gate: asyncio.Event | None = None

    def identify(self, account: Account) -> str:
        return account.id or "other"

    async def receive(self, events: Sequence[Event], origin: Origin) -> Arrived:
        if self.gate is not None:
            await self.gate.wait()
        if self.away:
            raise StoreAway("the disk is full")
        new = [event for event in events if event.id not in self.events]
        self.events.update({event.id: event for event in new})
        return Arrived(len(new), len(events) - len(new))

    async def dead_letter(self, stage: str, source: str, ref: str, error: str, payload: bytes | None) -> str:
        if self.away:
            raise StoreAway("the disk is full")
        self.letters.append((ref, error, payload))
        return f"D-{len(self.letters)}"


def connection(name: str = "gh", most: int = 100_000, normalise: object = events, **more: object) -> Connection:
    given = {"repositories": frozenset(), **more}
    return Connection(
        name, "github", SECRETS, workspace="main", verify=verified, events=normalise, most_bytes=most, **given
    )  # type: ignore[arg-type]


def signed(body: bytes, secret: str = SECRETS[0], name: str = "pull_request") -> dict[str, str]:
    mac = hmac.new(secret.encode(), body, hashlib.sha256).hexdigest()
    return {"X-Hub-Signature-256": f"sha256={mac}", "X-GitHub-Event": name, "X-GitHub-Delivery": "d-1"}


Talk = Callable[[aiohttp.ClientSession, str, Kept], Awaitable[None]]


def served(talk: Talk, *connections: Connection, ready: str = "", body_seconds: float = 5.0) -> Kept:
    """Talks to a server of its own, and gives what was kept."""
    kept = Kept()

    async def run() -> None:
        known = {one.name: one for one in connections or (connection(),)}
        server = Server(known, kept, lambda: ready, body_seconds)
        await server.start("127.0.0.1", 0)
        try:
            async with aiohttp.ClientSession() as session:
                await talk(session, f"http://127.0.0.1:{server.port}", kept)
        finally:
            await server.stop()

    asyncio.run(run())
    return kept


async def post(
    session: aiohttp.ClientSession, url: str, body: object, headers: dict[str, str], path: str = "/webhooks/github"
) -> tuple[int, str]:
    async with session.post(url + path, data=body, headers=headers) as answer:
        return answer.status, await answer.text()


def answers(body: bytes, headers: dict[str, str], *connections: Connection, **more: object) -> tuple[int, str, Kept]:
    found: list[tuple[int, str]] = []

    async def talk(session: aiohttp.ClientSession, url: str, kept: Kept) -> None:
        kept.away = bool(more.get("away"))
        found.append(await post(session, url, body, headers, str(more.get("path", "/webhooks/github"))))

    kept = served(talk, *connections)
    return (*found[0], kept)


# what is taken --------------------------------------------------------------------------------------------------


def test_a_signed_delivery_is_taken_once_however_often_it_comes() -> None:
    async def talk(session: aiohttp.ClientSession, url: str, kept: Kept) -> None:
        assert await post(session, url, BODY, signed(BODY)) == (202, "accepted: 1 new, 0 known\n")
        assert await post(session, url, BODY, signed(BODY, SECRETS[1])) == (202, "accepted: 0 new, 1 known\n")
        assert await post(session, url, BODY, signed(BODY), "/webhooks/github/gh") == (
            202,
            "accepted: 0 new, 1 known\n",
        )

    assert list(served(talk).events) == ["github:pull_request:279147437:opened"]


def test_nothing_is_acknowledged_before_it_is_committed() -> None:
    async def talk(session: aiohttp.ClientSession, url: str, kept: Kept) -> None:
        kept.gate = asyncio.Event()
        asked = [asyncio.create_task(post(session, url, BODY, signed(BODY))) for _ in range(20)]
        done, _ = await asyncio.wait(asked, timeout=0.3)
        assert not done
        kept.gate.set()
        assert {status for status, _ in await asyncio.gather(*asked)} == {202}

    served(talk)


def test_an_ignored_delivery_says_why() -> None:
    assert answers(b"{}", signed(b"{}", name="ping"))[:2] == (202, "ignored: ping: no rule listens to it\n")


# what is refused ------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "headers",
    [{}, signed(BODY, "another secret"), signed(BODY + b" "), {**signed(BODY), "X-Hub-Signature-256": "sha256=abc"}],
)
def test_a_forged_delivery_gets_a_bare_401_and_nothing_is_kept(headers: dict[str, str]) -> None:
    status, text, kept = answers(BODY, {"X-GitHub-Event": "pull_request", **headers})
    assert (status, text, kept.events, kept.letters) == (401, "", {}, [])


def test_no_event_name_and_no_json_are_400() -> None:
    headers = signed(BODY)
    del headers["X-GitHub-Event"]
    assert answers(BODY, headers)[:2] == (400, "the header X-GitHub-Event is missing\n")
    assert answers(b"{", signed(b"{"))[:2] == (400, "the body is not JSON\n")


def test_a_malformed_delivery_is_kept_for_a_person() -> None:
    body = BODY.replace(b'"number": 2', b'"number": "two"')
    status, text, kept = answers(body, signed(body))
    assert (status, text.startswith("kept as dead letter D-1: Expected `int`")) == (202, True)
    assert kept.letters[0][0] == "pull_request:d-1"
    assert kept.letters[0][2] == body


def test_a_foreign_repository_is_kept_as_not_ours() -> None:
    status, text, kept = answers(BODY, signed(BODY), connection(repositories=frozenset(["acme/billing"])))
    assert (status, "not ours" in text, len(kept.letters), kept.events) == (202, True, 1, {})


def test_a_delivery_that_breaks_its_reader_takes_no_neighbour_along() -> None:
    def broken(
        name: str, body: bytes, identify: Identify, workspace: str, ours: Collection[str]
    ) -> list[Event] | Ignored:
        if b"poison" in body:
            raise ZeroDivisionError("in the reader")
        return events(name, body, identify, workspace, ours)

    async def talk(session: aiohttp.ClientSession, url: str, kept: Kept) -> None:
        poison = b'{"poison": 1}'
        results = await asyncio.gather(
            post(session, url, BODY, signed(BODY)), post(session, url, poison, signed(poison))
        )
        assert results[0] == (202, "accepted: 1 new, 0 known\n")
        assert results[1][1].startswith("kept as dead letter D-1: ZeroDivisionError")

    served(talk, connection(normalise=broken))


def test_our_own_trouble_is_503_and_never_a_4xx() -> None:
    status, text, _ = answers(BODY, signed(BODY), away=True)
    assert (status, text) == (503, "the store cannot be written now\n")
    bad = BODY.replace(b'"number": 2', b'"number": "two"')
    assert answers(bad, signed(bad), away=True)[0] == 503


def test_a_large_body_is_refused_before_it_is_hashed() -> None:
    async def chunks() -> object:
        for _ in range(50):
            yield b"x" * 10_000

    async def talk(session: aiohttp.ClientSession, url: str, kept: Kept) -> None:
        assert (await post(session, url, b"x" * 200_001, signed(b"")))[0] == 413
        with suppress(aiohttp.ClientError):  # the server may answer and close before everything is sent
            assert (await post(session, url, chunks(), signed(b"")))[0] == 413

    served(talk)


def test_compressed_bodies_slow_bodies_and_other_paths() -> None:
    async def slow() -> object:
        yield b"{"
        await asyncio.sleep(1.5)
        yield b"}"

    async def talk(session: aiohttp.ClientSession, url: str, kept: Kept) -> None:
        assert (await post(session, url, BODY, {**signed(BODY), "Content-Encoding": "gzip"}))[0] in (400, 415)
        assert (await post(session, url, slow(), signed(b"{}")))[0] == 408
        assert (await post(session, url, BODY, signed(BODY), "/webhooks/github/other"))[0] == 404
        assert (await post(session, url, BODY, signed(BODY), "/webhooks/jira"))[0] == 404
        async with session.get(url + "/webhooks/github") as answer:
            assert answer.status == 405

    served(talk, body_seconds=0.2)


def test_the_bare_path_serves_one_connection_only() -> None:
    assert answers(BODY, signed(BODY), connection("a"), connection("b"))[0] == 404
    assert answers(BODY, signed(BODY), connection("a"), connection("b"), path="/webhooks/github/b")[0] == 202


def test_garbage_on_the_socket_harms_nobody() -> None:
    async def talk(session: aiohttp.ClientSession, url: str, kept: Kept) -> None:
        host, port = "127.0.0.1", int(url.rpartition(":")[2])
        for garbage in (
            b"\x00\xff\x16\x03\x01 nonsense\r\n\r\n",
            b"POST / HTTP/1.1\r\nA: " + b"x" * 200_000 + b"\r\n\r\n",
        ):
            reader, writer = await asyncio.open_connection(host, port)
            writer.write(garbage)
            await asyncio.wait_for(reader.read(100_000), 5)
            writer.close()
        assert (await post(session, url, BODY, signed(BODY)))[0] == 202

    served(talk)


# health, metrics, the end ---------------------------------------------------------------------------------------


def test_health_readiness_and_metrics() -> None:
    async def talk(session: aiohttp.ClientSession, url: str, kept: Kept) -> None:
        async with session.get(url + "/healthz") as answer:
            assert answer.status == 200
        async with session.get(url + "/readyz") as answer:
            assert (answer.status, await answer.text()) == (503, "the disk is full\n")
        async with session.get(url + "/metrics") as answer:
            text = await answer.text()
            assert "# HELP sparekey_webhooks_total" in text
            assert "Codertocat" not in text

    served(talk, ready="the disk is full")


def test_a_stop_lets_what_is_under_way_come_to_its_answer() -> None:
    async def run() -> int:
        kept = Kept(gate=asyncio.Event())
        server = Server({"gh": connection()}, kept, lambda: "")
        await server.start("127.0.0.1", 0)
        url = f"http://127.0.0.1:{server.port}"
        async with aiohttp.ClientSession() as session:
            asked = asyncio.create_task(post(session, url, BODY, signed(BODY)))
            await asyncio.sleep(0.2)
            stopping = asyncio.create_task(server.stop())
            await asyncio.sleep(0.1)
            kept.gate.set()
            status, _ = await asked
            await stopping
        return status

    assert asyncio.run(run()) == 202


def test_an_address_that_is_taken_is_an_error_with_a_hint() -> None:
    async def run() -> None:
        first = Server({}, Kept(), lambda: "")
        await first.start("127.0.0.1", 0)
        try:
            with pytest.raises(ConfigError, match="cannot be had"):
                await Server({}, Kept(), lambda: "").start("127.0.0.1", first.port)
        finally:
            await first.stop()

    asyncio.run(run())
