"""No log line holds a secret, whatever somebody passes to it."""

import io
import json
import logging
import sys
from collections.abc import Iterator

import pytest
import structlog

from worker.config import secrets
from worker.log import MOST, MOST_INSIDE, configure

PLANTED = "s3cret-value-of-a-webhook"


@pytest.fixture
def lines(monkeypatch: pytest.MonkeyPatch) -> Iterator[io.StringIO]:
    yield from planted(io.StringIO(), monkeypatch)


class Terminal(io.StringIO):
    def isatty(self) -> bool:
        return True


@pytest.fixture
def shown(monkeypatch: pytest.MonkeyPatch) -> Iterator[io.StringIO]:
    yield from planted(Terminal(), monkeypatch)


def planted(stream: io.StringIO, monkeypatch: pytest.MonkeyPatch) -> Iterator[io.StringIO]:
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


def test_a_secret_that_begins_another_hides_none_of_it(lines: io.StringIO, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("A_LONGER_SECRET", f'{PLANTED}-with-a-"tail"\\')
    longer = secrets.read(["A_LONGER_SECRET"], [], "test")[0].reveal()
    structlog.get_logger().info("said", whole=longer, quoted=repr(longer), inside=KeyError(longer))
    assert "tail" not in lines.getvalue()
    assert json.loads(lines.getvalue())["whole"] == "[secret]"


def test_a_secret_is_hidden_in_tracebacks(lines: io.StringIO) -> None:
    log = structlog.get_logger()
    try:
        raise RuntimeError(f"login with {PLANTED} failed")
    except RuntimeError:
        log.exception("broke")
    assert PLANTED not in lines.getvalue()
    assert "RuntimeError" in lines.getvalue()


def test_a_secret_is_hidden_in_every_part_of_a_traceback(lines: io.StringIO) -> None:
    """Causes, notes and the members of a group are lines of their own."""
    log = structlog.get_logger()
    try:
        try:
            raise KeyError(PLANTED)
        except KeyError as error:
            error.add_note(f"with {PLANTED}")
            raise ExceptionGroup("several", [ValueError(PLANTED), RuntimeError("another")]) from error
    except ExceptionGroup:
        log.exception("broke")
    said = json.loads(lines.getvalue())["exception"]
    assert PLANTED not in said
    assert [word in said for word in ("KeyError", "ValueError", "another", "with [secret]")] == [True] * 4


def test_a_secret_is_hidden_in_the_event_its_keys_and_what_is_bound(lines: io.StringIO) -> None:
    structlog.get_logger().bind(said=PLANTED).info(f"with {PLANTED}", parts={PLANTED: 1}, raw=PLANTED.encode())
    said = json.loads(lines.getvalue())
    assert (said["event"], said["said"], said["parts"]) == ("with [secret]", "[secret]", {"[secret]": 1})
    assert said["raw"] == "b'[secret]'"


@pytest.mark.parametrize("cut", [1, len(PLANTED) // 2, len(PLANTED) - 1])
def test_a_secret_that_is_cut_is_hidden_before(lines: io.StringIO, cut: int) -> None:
    structlog.get_logger().info("said", text="x" * (MOST - 1 - cut) + PLANTED)
    assert PLANTED[:cut] not in json.loads(lines.getvalue())["text"]


KEYS = ["token", "GITHUB_TOKEN", "webhook_secret", "password", "authorization", "x_signature", "Cookie", "api_key"]


@pytest.mark.parametrize("key", KEYS)
def test_what_is_called_like_a_secret_is_hidden_at_any_depth(lines: io.StringIO, key: str) -> None:
    structlog.get_logger().info("said", **{key: "whatever", "headers": [{key: "whatever", "n": 1}]})
    said = json.loads(lines.getvalue())
    assert (said[key], said["headers"]) == ("[secret]", [{key: "[secret]", "n": 1}])


def test_keys_of_actions_and_rules_are_no_secrets(lines: io.StringIO) -> None:
    structlog.get_logger().info("said", action_key="a1", key="k", rule="r")
    assert json.loads(lines.getvalue())["action_key"] == "a1"


def test_what_libraries_tell_comes_the_same_way(lines: io.StringIO) -> None:
    """asyncio tells of forgotten exceptions so, with whatever was in them."""
    try:
        raise RuntimeError(PLANTED)
    except RuntimeError:
        logging.getLogger("some.library").exception("with %s", PLANTED)
    logging.getLogger("some.library").info("not told")
    said = json.loads(lines.getvalue())
    assert (said["event"], said["library"], said["level"]) == ("with [secret]", "some.library", "error")
    assert "RuntimeError: [secret]" in said["exception"]


def test_a_terminal_shows_the_same_and_obeys_nothing_of_it(shown: io.StringIO) -> None:
    log = structlog.get_logger()
    log.info(f"\x1b[2J {PLANTED}", token="whatever", title="\x1b]0;owned\x07 \u202e", parts={"password": "whatever"})
    try:
        raise RuntimeError(f"\x1b[31m {PLANTED}")
    except RuntimeError:
        log.exception("broke")
    text = shown.getvalue()
    assert not set(text) & {"\x1b", "\x07", "\u202e"}
    assert PLANTED not in text
    assert "whatever" not in text
    assert "RuntimeError" in text


def test_a_value_that_cannot_be_told_takes_nobody_along(lines: io.StringIO) -> None:
    class Silent:
        def __str__(self) -> str:
            raise RuntimeError("no words")

    endless: list[object] = []
    endless.append(endless)
    structlog.get_logger().info("said", thing=Silent(), endless=endless, many=list(range(1_000)))
    said = json.loads(lines.getvalue())
    assert said["thing"] == "<Silent>"
    assert len(said["many"]) == MOST_INSIDE


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
