"""A real server and a real client: what is refused, what is acknowledged, and when."""

import asyncio
import gzip
import hashlib
import hmac
import io
from collections.abc import Awaitable, Callable, Collection, Sequence
from contextlib import suppress
from dataclasses import dataclass, field, replace
from pathlib import Path

import aiohttp
import pytest
import structlog

from connectors.base import Identify, Ignored
from connectors.errors import ConfigError
from connectors.github.normalise import events
from connectors.github.signature import verified
from rules.model.accounts import Account
from rules.model.events import Event
from worker import metrics
from worker.http.bodies import MOST_BODIES, MOST_BYTES
from worker.http.deliveries import Connection, again
from worker.http.server import Server
from worker.ports import Arrived, Origin, StoreAway
from worker.wiring.connections import GITHUB_BYTES

FIXTURES = Path(__file__).resolve().parents[1] / "fixtures" / "github-webhooks"
BODY = (FIXTURES / "pull_request.opened.00.json").read_bytes()
SECRETS = ("the new secret", "the old secret")


@dataclass
class Kept:
    """An intake in memory. `away`: it cannot commit; `gate`: commits wait for it; `fault`: what breaks in it."""

    events: dict[str, Event] = field(default_factory=dict)
    letters: list[tuple[str, str, bytes | None]] = field(default_factory=list)
    away: bool = False
    gate: asyncio.Event | None = None
    fault: Exception | None = None
    arrivals: int = 0
    unknown_people: bool = True

    def identify(self, account: Account) -> str:
        if self.away and not self.unknown_people:
            raise StoreAway("the disk is full")
        return account.id or "other"

    async def receive(self, events: Sequence[Event], origin: Origin) -> Arrived:
        self.arrivals += 1
        if self.gate is not None:
            await self.gate.wait()
        if self.fault is not None:
            raise self.fault
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
    given = {"repositories": frozenset(), "verify": verified, **more}
    return Connection(name, "github", SECRETS, workspace="main", events=normalise, most_bytes=most, **given)  # type: ignore[arg-type]


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
    data = io.BytesIO(body) if isinstance(body, bytes) else body  # aiohttp warns of large bytes
    async with session.post(url + path, data=data, headers=headers) as answer:
        return answer.status, await answer.text()


def answers(body: bytes, headers: dict[str, str], *connections: Connection, **more: object) -> tuple[int, str, Kept]:
    found: list[tuple[int, str]] = []

    async def talk(session: aiohttp.ClientSession, url: str, kept: Kept) -> None:
        kept.away = bool(more.get("away"))
        found.append(await post(session, url, body, headers, str(more.get("path", "/webhooks/github"))))

    kept = served(talk, *connections)
    return (*found[0], kept)


async def raw(url: str, *pieces: bytes) -> bytes:
    """What is answered to these bytes, however wrong they are."""
    reader, writer = await asyncio.open_connection("127.0.0.1", int(url.rpartition(":")[2]))
    answer = b""
    with suppress(ConnectionError):  # the server may answer and close before everything is sent
        for piece in pieces:
            writer.write(piece)
            await writer.drain()
    with suppress(ConnectionError):
        answer = await asyncio.wait_for(reader.read(10_000), 10)
    writer.transport.abort()
    return answer


async def until(is_so: Callable[[], bool]) -> None:
    async with asyncio.timeout(10):
        while not is_so():
            await asyncio.sleep(0.005)


async def is_taken(port: int) -> bool:
    """Whether a new connection is."""
    try:
        _, writer = await asyncio.open_connection("127.0.0.1", port)
    except ConnectionError:
        return False
    writer.transport.abort()
    return True


HEAD = b"POST /webhooks/github HTTP/1.1\r\nHost: localhost\r\n"


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
        await until(lambda: kept.arrivals == 20)
        assert not any(one.done() for one in asked)
        kept.gate.set()
        assert {status for status, _ in await asyncio.gather(*asked)} == {202}

    served(talk)


def test_an_ignored_delivery_says_why_and_is_counted_by_that() -> None:
    async def talk(session: aiohttp.ClientSession, url: str, kept: Kept) -> None:
        assert await post(session, url, b"{}", signed(b"{}", name="ping")) == (
            202,
            "ignored: ping: no rule listens to it\n",
        )
        async with session.get(url + "/metrics") as answer:
            text = await answer.text()
        assert 'sparekey_events_ignored_total{reason="ping: no rule listens to it",source="github"}' in text

    served(talk)


def test_every_real_delivery_is_accepted_or_ignored(shared: Path) -> None:
    """All samples of GitHub, under the names of their files: none is malformed, none is refused."""
    paths = sorted((shared / "github-webhooks").glob("*.json"))
    assert len(paths) > 300

    async def talk(session: aiohttp.ClientSession, url: str, kept: Kept) -> None:
        for path in paths:
            body = path.read_bytes()
            status, text = await post(session, url, body, signed(body, name=path.name.partition(".")[0]))
            assert (status, text.partition(":")[0]) in ((202, "accepted"), (202, "ignored")), path.name

    kept = served(talk, connection(most=GITHUB_BYTES))
    assert kept.events
    assert kept.letters == []


# what is refused ------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "headers",
    [{}, signed(BODY, "another secret"), signed(BODY + b" "), {**signed(BODY), "X-Hub-Signature-256": "sha256=abc"}],
)
def test_a_forged_delivery_gets_a_bare_401_and_nothing_is_kept(headers: dict[str, str]) -> None:
    status, text, kept = answers(BODY, {"X-GitHub-Event": "pull_request", **headers})
    assert (status, text, kept.events, kept.letters) == (401, "", {}, [])


def test_a_secret_opens_its_own_connection_only() -> None:
    """The workspace comes from the route and its secret; nothing in a payload leads anywhere else."""
    workspaces: list[str] = []

    def normalise(name: str, body: bytes, identify: Identify, workspace: str, ours: Collection[str]) -> list[Event]:
        workspaces.append(workspace)
        return []

    async def talk(session: aiohttp.ClientSession, url: str, kept: Kept) -> None:
        headers = signed(BODY, "the secret of a")
        assert (await post(session, url, BODY, headers, "/webhooks/github/b"))[0] == 401
        assert workspaces == []
        assert (await post(session, url, BODY, headers, "/webhooks/github/a"))[0] == 202

    both = [
        replace(connection(name, normalise=normalise), workspace=f"of {name}", secrets=(f"the secret of {name}",))
        for name in ("a", "b")
    ]
    served(talk, *both)
    assert workspaces == ["of a"]


def test_what_is_told_of_a_forged_delivery_holds_nothing_of_it() -> None:
    headers = {"X-Hub-Signature-256": "sha256=f0f0f0", "X-GitHub-Event": "made_up", "X-GitHub-Delivery": "d-77"}
    with structlog.testing.capture_logs() as said:
        answers(b"a body", headers)
    assert said == [{"event": "delivery refused", "log_level": "warning", "connection": "gh", "status": 401}]


def test_no_event_name_and_no_json_are_400() -> None:
    headers = signed(BODY)
    del headers["X-GitHub-Event"]
    assert answers(BODY, headers)[:2] == (400, "the header X-GitHub-Event is missing\n")
    odd = {**headers, "X-GitHub-Event": "pull_request:opened"}
    assert answers(BODY, odd)[:2] == (400, "the header X-GitHub-Event names no event\n")
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


@pytest.mark.parametrize(
    "trouble",
    [{"away": True}, {"away": True, "unknown_people": False}, {"fault": ZeroDivisionError("in a commit")}],
    ids=["no commit", "nobody can be looked up", "a fault"],
)
def test_our_own_trouble_is_503_and_never_a_4xx(trouble: dict[str, object]) -> None:
    async def talk(session: aiohttp.ClientSession, url: str, kept: Kept) -> None:
        for name, value in trouble.items():
            setattr(kept, name, value)
        async with session.post(url + "/webhooks/github", data=BODY, headers=signed(BODY)) as answer:
            assert (answer.status, answer.headers["Retry-After"]) == (503, "30")
            assert await answer.text() == "the store cannot be written now\n"

    kept = served(talk)
    assert (kept.events, kept.letters) == ({}, [])


def test_a_dead_letter_that_cannot_be_kept_is_503_too() -> None:
    bad = BODY.replace(b'"number": 2', b'"number": "two"')
    assert answers(bad, signed(bad), away=True)[0] == 503


def test_whoever_tries_a_delivery_again_hears_that_nothing_was_kept() -> None:
    """Else a dead letter would count as taken while the disk is full."""
    with pytest.raises(StoreAway):
        asyncio.run(again(connection(), "pull_request:d-1", BODY, Kept(away=True)))


OUTCOMES = ("accepted", "ignored", "malformed", "refused", "away")


def counted() -> dict[str, float]:
    labels = [{"source": "github", "outcome": outcome} for outcome in OUTCOMES]
    return {one["outcome"]: metrics.registry.get_sample_value("sparekey_webhooks_total", one) or 0 for one in labels}


def test_every_outcome_is_counted_under_its_name() -> None:
    def normalise(name: str, body: bytes, identify: Identify, workspace: str, ours: Collection[str]) -> object:
        return Ignored("nobody listens") if name == "ping" else events(name, body, identify, workspace, ours)

    bad = BODY.replace(b'"number": 2', b'"number": "two"')

    async def talk(session: aiohttp.ClientSession, url: str, kept: Kept) -> None:
        await post(session, url, BODY, signed(BODY))
        await post(session, url, BODY, signed(BODY, name="ping"))
        await post(session, url, bad, signed(bad))
        await post(session, url, BODY, {})
        kept.away = True
        await post(session, url, BODY, signed(BODY))

    before = counted()
    served(talk, connection(normalise=normalise))
    assert {name: n - before[name] for name, n in counted().items()} == dict.fromkeys(OUTCOMES, 1)


# limits ---------------------------------------------------------------------------------------------------------


def test_a_body_of_26_megabytes_is_refused_before_it_is_hashed() -> None:
    hashed: list[int] = []

    def verify(secrets: Sequence[str], header: str, body: bytes) -> bool:
        hashed.append(len(body))
        return verified(secrets, header, body)

    async def talk(session: aiohttp.ClientSession, url: str, kept: Kept) -> None:
        announced = await raw(url, HEAD + b"Content-Length: 26000000\r\n\r\n")  # nothing of it is waited for
        chunk = b"186a0\r\n" + b"x" * 100_000 + b"\r\n"
        chunked = await raw(url, HEAD + b"Transfer-Encoding: chunked\r\n\r\n", *[chunk] * 260)
        assert [one.split(b" ", 2)[:2] for one in (announced, chunked)] == [[b"HTTP/1.1", b"413"]] * 2
        assert hashed == []
        assert (await post(session, url, b"x" * GITHUB_BYTES, {}))[0] == 401
        assert hashed == [GITHUB_BYTES]

    served(talk, connection(most=GITHUB_BYTES, verify=verify))


def nothing(name: str, body: bytes, identify: Identify, workspace: str, ours: Collection[str]) -> list[Event]:
    return []


@pytest.mark.parametrize(
    ("size", "most"), [(MOST_BYTES // 3, 3), (10, MOST_BODIES)], ids=["many bytes", "many deliveries"]
)
def test_more_bodies_than_memory_has_room_for_are_asked_to_come_again(size: int, most: int) -> None:
    async def talk(session: aiohttp.ClientSession, url: str, kept: Kept) -> None:
        kept.gate = asyncio.Event()
        body = b" " * size
        async with aiohttp.ClientSession(connector=aiohttp.TCPConnector(limit=0)) as many:
            asked = [asyncio.create_task(post(many, url, body, signed(body))) for _ in range(most)]
            await until(lambda: kept.arrivals == most)
            async with session.post(url + "/webhooks/github", data=b"  ", headers=signed(b"  ")) as answer:
                assert (answer.status, answer.headers["Retry-After"]) == (503, "5")
            kept.gate.set()
            assert {status for status, _ in await asyncio.gather(*asked)} == {202}
        assert (await post(session, url, body, signed(body)))[0] == 202

    served(talk, connection(most=GITHUB_BYTES, normalise=nothing))


@pytest.mark.parametrize("body", [gzip.compress(BODY), BODY], ids=["compressed", "not what it says"])
def test_a_compressed_body_is_refused_and_never_unpacked(body: bytes) -> None:
    with structlog.testing.capture_logs() as said:
        assert answers(body, {**signed(body), "Content-Encoding": "gzip"})[:2] == (415, "send it uncompressed\n")
    assert [one["event"] for one in said] == ["delivery refused"]


def test_a_body_that_does_not_come_and_one_that_breaks_off() -> None:
    async def talk(session: aiohttp.ClientSession, url: str, kept: Kept) -> None:
        assert (await raw(url, HEAD + b"Content-Length: 2\r\n\r\n{")).startswith(b"HTTP/1.1 408 ")
        chunks = HEAD + b"Transfer-Encoding: chunked\r\n\r\n1\r\n{\r\n"
        assert b" 400 " in (await raw(url, chunks, b"QQ\r\n}\r\n")).partition(b"\r\n")[0]
        _, writer = await asyncio.open_connection("127.0.0.1", int(url.rpartition(":")[2]))
        writer.write(HEAD + b"Content-Length: 2\r\n\r\n{")
        await writer.drain()
        writer.transport.abort()
        assert (await post(session, url, BODY, signed(BODY)))[0] == 202

    with structlog.testing.capture_logs() as said:
        served(talk, body_seconds=0.2)
    assert {one["log_level"] for one in said} <= {"debug", "info", "warning"}  # a sender's fault is none of ours


@pytest.mark.parametrize("path", ["/webhooks/github/other", "/webhooks/jira", "/", "/webhooks/github/a/b"])
def test_what_is_not_there_is_404(path: str) -> None:
    assert answers(BODY, signed(BODY), path=path)[0] == 404


def test_a_wrong_method_is_405() -> None:
    async def talk(session: aiohttp.ClientSession, url: str, kept: Kept) -> None:
        async with session.get(url + "/webhooks/github") as answer:
            assert answer.status == 405
        assert (await post(session, url, b"", {}, "/healthz"))[0] == 405

    served(talk)


def test_the_bare_path_serves_one_connection_only() -> None:
    several = answers(BODY, signed(BODY), connection("a"), connection("b"))
    assert several[:2] == (404, "there is no such connection; name it: /webhooks/github/NAME\n")
    assert answers(BODY, signed(BODY), connection("a"), connection("b"), path="/webhooks/github/b")[0] == 202


@pytest.mark.parametrize(
    "garbage",
    [
        b"\x00\xff\x16\x03\x01 nonsense\r\n\r\n",
        HEAD + b"A: " + b"x" * 1_000_000 + b"\r\n\r\n",
        HEAD + b"Authorization: Bearer s3cr3t\x00\r\n\r\n",
        HEAD + b"Content-Length: s3cr3t\r\n\r\n",
        HEAD + b"X-GitHub-Event: \x1b[2Js3cr3t\r\nContent-Length: 0\r\n\r\n",
    ],
    ids=["no HTTP", "a header of a megabyte", "a NUL", "no length", "a control sequence"],
)
def test_garbage_on_the_socket_harms_nobody(garbage: bytes, capfd: pytest.CaptureFixture[str]) -> None:
    """Nor does the library that reads it write what it read into our log."""

    async def talk(session: aiohttp.ClientSession, url: str, kept: Kept) -> None:
        assert (await raw(url, garbage)).startswith((b"HTTP/1.0 400 ", b"HTTP/1.1 400 "))
        assert (await post(session, url, BODY, signed(BODY)))[0] == 202

    with structlog.testing.capture_logs() as said:
        served(talk)
    assert "s3cr3t" not in repr(said)
    assert capfd.readouterr().err == ""


def test_what_a_sender_calls_its_delivery_is_bounded_and_harmless() -> None:
    def bad(name: str, body: bytes, identify: Identify, workspace: str, ours: Collection[str]) -> list[Event]:
        raise ZeroDivisionError("in the reader")

    headers = {**signed(b"{}"), "X-GitHub-Delivery": "d\u202e1" + "x" * 5_000}
    _, _, kept = answers(b"{}", headers, connection(normalise=bad))
    assert kept.letters[0][0] == f"pull_request:d1{'x' * 97}…"


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


def test_readiness_is_200_while_nothing_is_in_the_way() -> None:
    async def talk(session: aiohttp.ClientSession, url: str, kept: Kept) -> None:
        async with session.get(url + "/readyz") as answer:
            assert (answer.status, await answer.text()) == (200, "ready\n")

    served(talk)


def test_a_stop_lets_what_is_under_way_come_to_its_answer() -> None:
    async def run() -> int:
        kept = Kept(gate=asyncio.Event())
        server = Server({"gh": connection()}, kept, lambda: "")
        await server.start("127.0.0.1", 0)
        url = f"http://127.0.0.1:{server.port}"
        async with aiohttp.ClientSession() as session:
            asked = asyncio.create_task(post(session, url, BODY, signed(BODY)))
            await until(lambda: kept.arrivals == 1)
            stopping = asyncio.create_task(server.stop())
            while await is_taken(server.port):
                pass
            assert not asked.done()
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
            for port in (first.port, 99_999):
                with pytest.raises(ConfigError, match="cannot be had") as error:
                    await Server({}, Kept(), lambda: "").start("127.0.0.1", port)
                assert error.value.hint
        finally:
            await first.stop()

    asyncio.run(run())


def test_a_stop_without_a_start_and_a_second_one_do_nothing() -> None:
    async def run() -> None:
        server = Server({}, Kept(), lambda: "")
        await server.stop()
        await server.start("127.0.0.1", 0)
        await server.stop()
        await server.stop()

    asyncio.run(run())


def test_a_fault_of_ours_is_told_to_the_log_and_not_to_the_sender() -> None:
    def broken() -> str:
        raise ZeroDivisionError("of ours")

    async def run() -> tuple[int, str]:
        server = Server({}, Kept(), broken)
        await server.start("127.0.0.1", 0)
        try:
            async with (
                aiohttp.ClientSession() as session,
                session.get(f"http://127.0.0.1:{server.port}/readyz") as answer,
            ):
                return answer.status, await answer.text()
        finally:
            await server.stop()

    with structlog.testing.capture_logs() as said:
        status, text = asyncio.run(run())
    assert (status, "of ours" in text) == (500, False)
    assert [(one["event"], one["log_level"], repr(one["exc_info"])) for one in said] == [
        ("a request failed", "error", "ZeroDivisionError('of ours')")
    ]
