"""GitHub's deliveries: who sent them, what they become, and that nothing in them can do harm."""

import hashlib
import hmac
import json
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from connectors.base import Ignored
from connectors.errors import BadPayload
from connectors.github.normalise import events, name_of
from connectors.github.signature import verified
from rules.model.accounts import OTHER, Account
from rules.model.events import KINDS, Event
from rules.model.times import iso

FIXTURES = Path(__file__).resolve().parents[2] / "fixtures" / "github-webhooks"


def delivery(name: str) -> bytes:
    return (FIXTURES / f"{name}.json").read_bytes()


def people(account: Account) -> str:
    return f"{account.source}:{account.id}" if account.id else OTHER


def changed(name: str, **fields: Any) -> bytes:
    """A delivery whose pull request says something else."""
    said = json.loads(delivery(name))
    said["pull_request"].update(fields)
    return json.dumps(said).encode()


def one(name: str, body: bytes) -> Event:
    found = events(name, body, people, "main")
    assert isinstance(found, list)
    (event,) = found
    return event


# who sent it ----------------------------------------------------------------------------------------------------


def test_a_known_answer_of_the_signature() -> None:
    """GitHub's own example."""
    header = "sha256=757107ea0eb2509fc211221cce984b8a37570b6d7586c22c46f4379c8b043e17"
    assert verified(["It's a Secret to Everybody"], header, b"Hello, World!")


def test_either_of_two_secrets_is_right_while_one_is_being_replaced() -> None:
    body = b'{"a": 1}'
    header = "sha256=" + hmac.new(b"old", body, hashlib.sha256).hexdigest()
    assert verified(["new", "old"], header, body)
    assert verified(["old"], header, body)
    assert not verified(["new"], header, body)


@pytest.mark.parametrize("header", ["", "sha256=", "sha1=abc", "sha256=" + "0" * 64, "sha256=ähm", "\0", "x" * 10_000])
def test_anything_else_is_no_signature(header: str) -> None:
    assert not verified(["secret"], header, b"body")
    assert not verified([], header, b"body")


def test_the_raw_bytes_are_signed_and_nothing_less() -> None:
    body = b'{"a": 1}'
    header = "sha256=" + hmac.new(b"secret", body, hashlib.sha256).hexdigest()
    assert not verified(["secret"], header, body + b" ")
    assert not verified(["secret"], header[:-1], body)


# what it becomes ------------------------------------------------------------------------------------------------


def test_an_opened_pull_request() -> None:
    event = one("pull_request", delivery("pull_request.opened.00"))
    assert (event.id, event.kind, iso(event.at)) == (
        "github:pull_request:279147437:opened",
        "pull_request.opened",
        "2019-05-15T15:20:33Z",
    )
    assert event.actor == "github:21031067"
    assert event.repository == "Codertocat/Hello-World"
    assert event.link == "https://github.com/Codertocat/Hello-World/pull/2"
    assert event.paths is None
    change = event.pull_request
    assert change is not None
    assert (change.id, change.author, change.draft, change.files) == (
        "Codertocat/Hello-World#2", "github:21031067", False, 1,
    )  # fmt: skip
    assert change.authors is None


def test_merged_and_closed_are_two_things() -> None:
    closed = one("pull_request", delivery("pull_request.closed.03"))
    assert (closed.kind, closed.id) == ("pull_request.closed", "github:pull_request:279147437:closed:1557933678")
    merger = {"login": "mo", "id": 7, "type": "User"}
    body = changed("pull_request.closed.03", merged_at="2019-05-15T15:21:18Z", merged_by=merger)
    merged = one("pull_request", body)
    assert (merged.kind, merged.id) == ("pull_request.merged", "github:pull_request:279147437:merged")
    assert merged.actor == "github:7"


def test_ready_and_updates_have_their_time_or_commit_in_the_id() -> None:
    """They can happen again: the second time is another event."""
    ready = one("pull_request", delivery("pull_request.ready_for_review.15"))
    later = one("pull_request", changed("pull_request.ready_for_review.15", updated_at="2030-01-01T00:00:00Z"))
    assert ready.kind == later.kind == "pull_request.ready"
    assert ready.id != later.id
    assert one("pull_request", delivery("pull_request.labeled.08")).kind == "pull_request.updated"


def test_a_review_and_what_is_known_of_it() -> None:
    event = one("pull_request_review", delivery("pull_request_review.submitted.00"))
    assert event.kind == "review.submitted"
    assert event.review is not None
    assert (event.review.state, event.review.substantive) == ("commented", None)
    assert event.pull_request is not None
    assert event.pull_request.additions is None


def test_a_review_that_asks_for_changes_is_substantive() -> None:
    said = json.loads(delivery("pull_request_review.submitted.00"))
    said["review"]["state"] = "changes_requested"
    found = one("pull_request_review", json.dumps(said).encode())
    assert found.review is not None
    assert found.review.substantive is True


def test_a_delivery_again_gives_the_same_event() -> None:
    for file in sorted(FIXTURES.glob("*.json")):
        body = file.read_bytes()
        assert one(name_of(body), body) == one(name_of(body), body)


def test_bots_are_marked_and_deleted_accounts_are_nobody_in_particular() -> None:
    bot = one("pull_request", changed("pull_request.opened.00", user={"login": "x", "id": 5, "type": "Bot"}))
    assert bot.automated
    ghost = one("pull_request", changed("pull_request.opened.00", user=None))
    assert ghost.pull_request is not None
    assert ghost.pull_request.author == OTHER


def test_titles_are_judged_and_dropped() -> None:
    event = one("pull_request", changed("pull_request.opened.00", title="Bump lodash from 4.17.20 to 4.17.21"))
    assert event.pull_request is not None
    assert event.pull_request.mechanical is True
    assert "lodash" not in repr(event)


# what is not taken ----------------------------------------------------------------------------------------------


def test_what_no_rule_listens_to_is_ignored_with_its_name() -> None:
    found = events(
        "pull_request", delivery("pull_request.opened.00").replace(b'"opened"', b'"assigned"'), people, "main"
    )
    assert found == Ignored("pull_request.assigned: no rule listens to it")
    assert events("ping", b"{}", people, "main") == Ignored("ping: no rule listens to it")


def test_another_repository_is_not_ours() -> None:
    body = delivery("pull_request.opened.00")
    assert isinstance(events("pull_request", body, people, "main", ["codertocat/hello-world"]), list)
    with pytest.raises(BadPayload, match="not ours: repository Codertocat/Hello-World"):
        events("pull_request", body, people, "main", ["acme/billing"])


@pytest.mark.parametrize(
    ("body", "why"),
    [
        (b"", "not JSON"),
        (b"{", "not JSON"),
        (b"[" * 100_000, "Expected `object`"),
        (b'{"x":' * 100_000, "not JSON"),
        (b"\xff", "not JSON"),
        (b"[]", "Expected `object`"),
        (b'{"action": "opened"}', "pull_request"),
        (changed("pull_request.opened.00", created_at="2019-02-30T00:00:00Z"), "created_at"),
        (
            changed("pull_request.opened.00", created_at="2019-02-03T00:00:00"),
            "timezone component - at `\\$.pull_request.created_at`",
        ),
        (changed("pull_request.opened.00", id=10**30), "id"),
        (changed("pull_request.opened.00", labels="bug"), "labels"),
    ],
)
def test_a_malformed_delivery_says_what_is_wrong(body: bytes, why: str) -> None:
    with pytest.raises(BadPayload, match=why):
        events("pull_request", body, people, "main")


def test_hostile_names_are_bounded_and_links_are_https_only() -> None:
    user = {"login": "x" * 10_000 + "\u202e", "id": 5, "type": "User"}
    body = changed(
        "pull_request.opened.00", user=user, html_url="javascript:alert(1)", labels=[{"name": "y" * 1000}] * 1000
    )
    seen: list[Account] = []
    found = events("pull_request", body, lambda account: seen.append(account) or "p", "main")
    assert isinstance(found, list)
    assert found[0].link == ""
    assert found[0].pull_request is not None
    assert len(found[0].pull_request.labels or ()) == 300
    assert all(len(account.name) <= 200 for account in seen)


SAMPLES = [file.read_bytes() for file in sorted(FIXTURES.glob("*.json"))]


@given(st.sampled_from(SAMPLES), st.data())
@settings(max_examples=150, deadline=None)
def test_every_mutation_is_an_event_ignored_or_malformed(body: bytes, data: st.DataObject) -> None:
    place = data.draw(st.integers(0, len(body) - 1))
    cut = data.draw(st.integers(0, 40))
    mutated = body[:place] + data.draw(st.binary(max_size=20)) + body[place + cut :]
    for name in ("pull_request", "pull_request_review", "push"):
        try:
            found = events(name, mutated, people, "main")
        except BadPayload:
            continue
        assert isinstance(found, Ignored) or found[0].kind in KINDS


def test_all_published_examples_are_taken_or_ignored(shared: Path) -> None:
    counts: dict[str, int] = {}
    for file in sorted((shared / "github-webhooks").glob("*.json")):
        found = events(file.name.partition(".")[0], file.read_bytes(), people, "main")
        kind = "ignored" if isinstance(found, Ignored) else found[0].kind
        counts[kind] = counts.get(kind, 0) + 1
    assert counts == {
        "ignored": 304, "pull_request.updated": 10, "pull_request.opened": 4, "pull_request.ready": 3,
        "review.submitted": 3, "pull_request.closed": 2,
    }  # fmt: skip


def test_published_examples_without_their_header_are_known_for_what_they_are(shared: Path) -> None:
    found = {file.name: name_of(file.read_bytes()) for file in (shared / "github-webhooks").glob("*.json")}
    assert {file: name for file, name in found.items() if name} == {
        file: file.partition(".")[0] for file in found if file.startswith("pull_request")
    }


@pytest.mark.parametrize("at", ["0001-01-01T00:00:00+23:59", "9999-12-31T23:59:59-23:59"])
def test_a_time_at_the_edge_of_the_calendar_is_malformed(at: str) -> None:
    with pytest.raises(BadPayload, match="no calendar"):
        events("pull_request", changed("pull_request.opened.00", created_at=at), people, "main")


def test_two_labels_of_one_second_are_two_events() -> None:
    said = json.loads(delivery("pull_request.labeled.08"))
    ids = [one("pull_request", json.dumps({**said, "label": {"name": "x", "id": n}}).encode()).id for n in (1, 2, 2)]
    assert len(set(ids)) == 2


def test_a_secret_may_be_any_bytes() -> None:
    header = "sha256=" + hmac.new(b"\xff", b"body", hashlib.sha256).hexdigest()
    assert verified(["\udcff"], header, b"body")
