"""Deliveries of GitHub that mean harm: forged signatures, bytes that are no JSON, fields that cannot be."""

import hashlib
import hmac
import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import msgspec
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from connectors.base import Ignored
from connectors.errors import BadPayload
from connectors.github.normalise import events, name_of
from connectors.github.signature import verified
from rules.model.accounts import OTHER, Account
from rules.model.events import KINDS, Event

FIXTURES = Path(__file__).resolve().parents[2] / "fixtures" / "github-webhooks"
PULL = json.loads((FIXTURES / "pull_request.opened.00.json").read_bytes())
REVIEW = json.loads((FIXTURES / "pull_request_review.submitted.00.json").read_bytes())
PLANTED = "zq-planted-words"


def people(account: Account) -> str:
    return f"{account.source}:{account.id}" if account.id else OTHER


def said(base: dict[str, Any], **parts: Any) -> bytes:
    """A delivery with other parts; a part that is an object is laid over the one that was there."""
    laid = {key: {**base[key], **part} if isinstance(base.get(key), dict) and isinstance(part, dict) else part
            for key, part in parts.items()}  # fmt: skip
    return json.dumps({**base, **laid}).encode()


def pull(action: str = "opened", **fields: Any) -> bytes:
    return said(PULL, action=action, pull_request=fields)


def review(**fields: Any) -> bytes:
    return said(REVIEW, review=fields)


def one(body: bytes, name: str = "pull_request") -> Event:
    found = events(name, body, people, "main")
    assert isinstance(found, list)
    (event,) = found
    return event


# who sent it ----------------------------------------------------------------------------------------------------


def mac(secret: str, body: bytes) -> str:
    return "sha256=" + hmac.new(secret.encode(), body, hashlib.sha256).hexdigest()


words = st.text(st.characters(exclude_categories=["Cs"]), min_size=1, max_size=40)


@given(st.lists(words, max_size=2), words, st.binary(max_size=200))
def test_a_signature_is_right_under_a_listed_secret_only(secrets: list[str], secret: str, body: bytes) -> None:
    """HMAC pads a key with zeros: keys that differ in trailing NULs only are one key."""
    listed = {one.rstrip("\0") for one in secrets}
    assert verified(secrets, mac(secret, body), body) is (secret.rstrip("\0") in listed)


@given(st.binary(max_size=60), st.integers(0, 70), st.characters())
def test_a_signature_with_one_other_character_is_wrong(body: bytes, place: int, other: str) -> None:
    right = mac("secret", body)
    wrong = right[:place] + other + right[place + 1 :]
    assert verified(["secret"], wrong, body) is (wrong == right)


@pytest.mark.parametrize("turn", [str.upper, str.strip, lambda text: f" {text}", lambda text: text.removeprefix("sha256=")])  # fmt: skip
def test_the_signature_has_one_shape(turn: Any) -> None:
    header = mac("secret", b"body")
    assert verified(["secret"], turn(header), b"body") is (turn(header) == header)


def test_every_secret_is_tried_although_the_first_was_right() -> None:
    """Else the time of the answer would tell which of the two is in use."""
    tried: list[str] = []

    class Watched(tuple[str, ...]):
        __slots__ = ()

        def __iter__(self) -> Iterator[str]:
            for secret in tuple.__iter__(self):
                tried.append(secret)
                yield secret

    assert verified(Watched(("new", "old")), mac("new", b""), b"")
    assert tried == ["new", "old"]


# what means harm ------------------------------------------------------------------------------------------------

PLAIN = json.dumps(PULL).encode()


@pytest.mark.parametrize(
    "body",
    [
        b"\xef\xbb\xbf" + PLAIN,
        PLAIN.decode().encode("utf-16"),
        PLAIN + b"{}",
        PLAIN.replace(b'"additions": 1', b'"additions": NaN'),
        PLAIN.replace(b'"Codertocat"', b'"\\ud800"'),
        PLAIN.replace(b'"Codertocat"', b'"Coder\xfftocat"'),
        b'{"x":' + b"[" * 5_000_000 + b"]" * 5_000_000 + b"}",
        b'{"pull_request":' + b'{"x":' * 1_000_000 + b"1" + b"}" * 1_000_000 + b"}",
    ],
    ids=["mark", "utf-16", "two", "nan", "surrogate", "not utf-8", "deep", "deep and kept"],
)
def test_what_is_not_json_is_said_to_be_none(body: bytes) -> None:
    """The server answers 400 for these and keeps nothing; the depth must not end the process."""
    with pytest.raises(BadPayload, match="^not JSON: "):
        events("pull_request", body, people, "main")


@pytest.mark.parametrize(
    ("fields", "why"),
    [
        ({"created_at": "2019-13-01T00:00:00Z"}, "$.pull_request.created_at"),
        ({"created_at": "2019-05-15T25:00:00Z"}, "$.pull_request.created_at"),
        ({"created_at": "2016-12-31T23:59:60Z"}, "$.pull_request.created_at"),
        ({"created_at": "0000-01-01T00:00:00Z"}, "$.pull_request.created_at"),
        ({"created_at": 1_557_933_633}, "$.pull_request.created_at"),
        ({"created_at": None}, "$.pull_request.created_at"),
        ({"additions": -1}, "$.pull_request.additions"),
        ({"additions": 1 << 63}, "$.pull_request.additions"),
        ({"changed_files": 1.5}, "$.pull_request.changed_files"),
        ({"id": True}, "$.pull_request.id"),
        ({"number": "2"}, "$.pull_request.number"),
        ({"user": {"login": None, "id": 1}}, "$.pull_request.user.login"),
        ({"labels": [{"name": 1}]}, "$.pull_request.labels[0].name"),
        ({"head": None}, "$.pull_request.head"),
    ],
)
def test_a_field_that_cannot_be_is_named_by_its_path(fields: dict[str, Any], why: str) -> None:
    with pytest.raises(BadPayload) as caught:
        events("pull_request", pull(**fields), people, "main")
    assert f"`{why}`" in caught.value.reason


@pytest.mark.parametrize(
    ("fields", "why"),
    [
        ({"state": "pending"}, "an unknown state of a review: 'pending'"),
        ({"state": "x\n\u202e" * 100}, "an unknown state of a review"),
        ({"submitted_at": None}, "without submitted_at"),
        ({"id": -1}, "`$.review.id`"),
    ],
)
def test_a_review_that_cannot_be_says_why_in_one_short_line(fields: dict[str, Any], why: str) -> None:
    with pytest.raises(BadPayload) as caught:
        events("pull_request_review", review(**fields), people, "main")
    assert why in caught.value.reason
    assert len(caught.value.reason) < 300 and "\n" not in caught.value.reason


def test_an_allow_list_lets_nothing_through_that_names_no_repository() -> None:
    for repository in (None, {}, "acme/billing"):
        with pytest.raises(BadPayload, match="repository"):
            events("pull_request", json.dumps({**PULL, "repository": repository}).encode(), people, "main", ["acme/x"])


@pytest.mark.parametrize("title", ["Fix\0 " + PLANTED, "\u202e" + PLANTED, PLANTED * 100_000, "{{" + PLANTED + "}}"])
def test_no_title_and_no_text_is_kept(title: str) -> None:
    for body, name in (
        (pull(title=title, body=title), "pull_request"),
        (said(REVIEW, review={"body": title}, pull_request={"title": title}), "pull_request_review"),
    ):
        assert PLANTED not in repr(one(body, name))


@pytest.mark.parametrize("url", ["http://github.com/x", "javascript:alert(1)", "//x", "", "https://x/" + "y" * 500])
def test_a_link_that_is_not_https_or_too_long_is_left_out(url: str) -> None:
    assert one(pull(html_url=url)).link == ""


def test_names_are_bounded_wherever_they_go() -> None:
    seen: list[Account] = []
    body = said(PULL, repository={"full_name": "o/" + "r" * 10_000}, sender={"login": "\u202e" * 10_000})
    (event,) = events("pull_request", body, lambda account: seen.append(account) or "p", "main")
    assert len(event.repository) == 200
    assert event.pull_request is not None and len(event.pull_request.id) < 230
    assert max(len(account.name) for account in seen) == 200
    with pytest.raises(BadPayload) as caught:
        events("pull_request", body, people, "main", ["acme/billing"])
    assert len(caught.value.reason) < 300


def test_a_saved_delivery_tells_what_it_is_or_that_it_does_not() -> None:
    assert name_of(json.dumps(PULL).encode()) == "pull_request"
    assert name_of(json.dumps(REVIEW).encode()) == "pull_request_review"
    assert name_of(b'{"action": "created", "zen": "Design for failure."}') == ""
    assert events("", b'{"action": "created"}', people, "main") == Ignored(
        "not about a pull request: no rule listens to it"
    )


@pytest.mark.parametrize("part", ["comment", "thread"])
def test_an_edited_comment_is_not_taken_for_an_edited_pull_request(part: str) -> None:
    """Both have a pull request and an action; without the header only what stands beside it tells them apart."""
    body = json.dumps({**PULL, "action": "edited", part: {"id": 1}}).encode()
    assert name_of(body) == f"pull_request_review_{part}"
    assert events(name_of(body), body, people, "main") == Ignored(
        f"pull_request_review_{part}.edited: no rule listens to it"
    )


HOSTILE = st.one_of(
    st.none(), st.booleans(), st.integers(), st.sampled_from([-1, 1 << 63, 1 << 64, 10**400]), st.floats(),
    st.text(max_size=30),
    st.sampled_from(["\0", "\u202e", "0001-01-01T00:00:00Z", "9999-12-31T23:59:59Z", "x" * 100_000, "@all <b>"]),
    st.just([]), st.just({}), st.just([{"name": "y" * 1000}] * 1000),
)  # fmt: skip
READ = [
    "action", "sender", "sender.login", "repository", "repository.full_name", "review", "review.id", "review.user",
    "review.state", "review.submitted_at", "review.html_url", "pull_request", *(f"pull_request.{field}" for field in (
        "id", "number", "user", "user.id", "user.login", "user.type", "created_at", "updated_at", "closed_at", "draft",
        "merged_at", "merged_by", "additions", "changed_files", "labels", "html_url", "head", "head.sha",
    )),
]  # fmt: skip


def put(into: dict[str, Any], path: str, value: Any) -> None:
    *way, last = path.split(".")
    for step in way:
        inner = into.get(step)
        into[step] = into = dict(inner) if isinstance(inner, dict) else {}
    into[last] = value


@given(st.sampled_from([PULL, REVIEW]), st.dictionaries(st.sampled_from(READ), HOSTILE, min_size=1, max_size=4),
       st.sampled_from(["opened", "closed", "synchronize", "labeled", "submitted"]))  # fmt: skip
@settings(max_examples=400, deadline=None)
def test_whatever_a_field_holds_the_outcome_is_one_of_three_and_small(
    base: dict[str, Any], changes: dict[str, Any], action: str
) -> None:
    """Bytes that change at random seldom stay JSON; this changes the fields that are read, one by one."""
    body = {**base, "action": action}
    put(body, "pull_request.title", PLANTED)
    for path, value in changes.items():
        put(body, path, value)
    raw = json.dumps(body).encode()
    for name in ("pull_request", "pull_request_review"):
        try:
            found = events(name, raw, people, "main")
        except BadPayload as error:
            assert len(error.reason) < 400 and PLANTED not in error.reason
            continue
        if isinstance(found, Ignored):
            assert len(found.reason) < 200
            continue
        (event,) = found
        written = msgspec.json.encode(event)
        assert event.kind in KINDS and KINDS[event.kind].role == "fact"
        assert msgspec.json.decode(written, type=Event) == event
        assert len(written) < 35_000 and PLANTED.encode() not in written
