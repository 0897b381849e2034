"""No log line holds a secret, whatever somebody passes to it."""

import io
import json
import sys

import pytest
import structlog

from worker.config import secrets
from worker.log import MOST, configure

PLANTED = "s3cret-value-of-a-webhook"


@pytest.fixture
def lines(monkeypatch: pytest.MonkeyPatch) -> io.StringIO:
    stream = io.StringIO()
    monkeypatch.setattr(sys, "stderr", stream)
    monkeypatch.setenv("A_PLANTED_SECRET", PLANTED)
    secrets.read(["A_PLANTED_SECRET"], [], "test")
    configure({"SPAREKEY_LOG": "debug"})
    yield stream
    monkeypatch.undo()
    configure()


def test_a_secret_is_hidden_by_its_value_wherever_it_stands(lines: io.StringIO) -> None:
    log = structlog.get_logger()
    log.info("asked", url=f"https://x/?k={PLANTED}", parts=[PLANTED, ("a", PLANTED)], thing=ValueError(PLANTED))
    assert PLANTED not in lines.getvalue()
    assert json.loads(lines.getvalue())["url"] == "https://x/?k=[secret]"


def test_a_secret_is_hidden_in_tracebacks(lines: io.StringIO) -> None:
    log = structlog.get_logger()
    try:
        raise RuntimeError(f"login with {PLANTED} failed")
    except RuntimeError:
        log.exception("broke")
    assert PLANTED not in lines.getvalue()
    assert "RuntimeError" in lines.getvalue()


@pytest.mark.parametrize("key", ["token", "GITHUB_TOKEN", "webhook_secret", "password", "authorization", "x_signature"])
def test_what_is_called_like_a_secret_is_hidden(lines: io.StringIO, key: str) -> None:
    structlog.get_logger().info("said", **{key: "whatever"})
    assert json.loads(lines.getvalue())[key] == "[secret]"


def test_no_value_is_longer_than_it_may_be(lines: io.StringIO) -> None:
    structlog.get_logger().info("said", text="x" * 10_000, n=3, none=None)
    said = json.loads(lines.getvalue())
    assert len(said["text"]) == MOST
    assert (said["n"], said["none"]) == (3, None)


def test_a_secret_shows_itself_only_when_it_is_asked_for() -> None:
    secret = secrets.Secret(PLANTED, "$X")
    assert PLANTED not in f"{secret} {secret!r}"
    assert secret.reveal() == PLANTED


def test_a_secret_that_is_empty_or_unreadable_is_told_by_its_name(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("NOT_SET", raising=False)
    with pytest.raises(secrets.ConfigError, match=r"sources: gh: \$NOT_SET is empty"):
        secrets.read(["NOT_SET"], [], "sources: gh")
    with pytest.raises(secrets.ConfigError, match="cannot be read"):
        secrets.read([], ["no/such/file"], "sources: gh")
