"""Every action and state of GitHub's deliveries, and what comes twice or for the second time."""

import csv
import json
from collections import Counter
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from connectors.base import Ignored
from connectors.github.normalise import events
from rules.model import entities as e
from rules.model.accounts import OTHER, Account
from rules.model.events import Event

FIXTURES = Path(__file__).resolve().parents[2] / "fixtures" / "github-webhooks"
PULL = json.loads((FIXTURES / "pull_request.opened.00.json").read_bytes())
REVIEW = json.loads((FIXTURES / "pull_request_review.submitted.00.json").read_bytes())
PLANTED = "zq-planted-words"
SECOND = 1_000_000


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


# every action and state -----------------------------------------------------------------------------------------

LATER = {"updated_at": "2019-05-15T16:00:00Z", "head": {"sha": "c0ffee"}}
AT_LATER = 1_557_936_000


@pytest.mark.parametrize(
    ("action", "fields", "kind", "transition", "at"),
    [
        ("opened", {}, "opened", "opened", 1_557_933_633),
        ("ready_for_review", {}, "ready", f"ready:{AT_LATER}", AT_LATER),
        ("reopened", {}, "updated", f"reopened:{AT_LATER}", AT_LATER),
        ("synchronize", {}, "updated", "synchronize:c0ffee", AT_LATER),
        ("labeled", {}, "updated", f"labeled:{AT_LATER}", AT_LATER),
        ("unlabeled", {}, "updated", f"unlabeled:{AT_LATER}", AT_LATER),
        ("edited", {}, "updated", f"edited:{AT_LATER}", AT_LATER),
        ("converted_to_draft", {}, "updated", f"converted_to_draft:{AT_LATER}", AT_LATER),
        ("closed", {"closed_at": "2019-05-15T15:59:59Z"}, "closed", f"closed:{AT_LATER - 1}", AT_LATER - 1),
        ("closed", {"closed_at": None}, "closed", f"closed:{AT_LATER}", AT_LATER),
        ("closed", {"merged_at": "2019-05-15T15:59:58Z"}, "merged", "merged", AT_LATER - 2),
    ],
)
def test_each_action_has_its_kind_its_id_and_the_time_of_the_source(
    action: str, fields: dict[str, Any], kind: str, transition: str, at: int
) -> None:
    event = one(pull(action, **LATER, **fields))
    assert (event.kind, event.id) == (f"pull_request.{kind}", f"github:pull_request:279147437:{transition}")
    assert event.at == at * SECOND


@pytest.mark.parametrize("action", ["assigned", "locked", "review_requested", "auto_merge_enabled", "dequeued", "x"])
def test_any_other_action_is_ignored_by_its_name(action: str) -> None:
    assert events("pull_request", pull(action), people, "main") == Ignored(
        f"pull_request.{action}: no rule listens to it"
    )


@pytest.mark.parametrize("action", ["dismissed", "edited"])
def test_a_review_counts_when_it_is_submitted_only(action: str) -> None:
    assert isinstance(events("pull_request_review", said(REVIEW, action=action), people, "main"), Ignored)


@pytest.mark.parametrize(
    ("state", "body", "substantive"),
    [
        ("APPROVED", None, None),
        ("approved", " \n\t", None),
        ("approved", "Looks right to me", True),
        ("commented", "", None),
        ("commented", "Why not a set?", True),
        ("changes_requested", None, True),
        ("dismissed", None, None),
        ("approved", "LGTM", None),
        ("approved", "Looks good to me, thanks! :+1:", None),
        ("commented", "\N{THUMBS UP SIGN}\N{PARTY POPPER}", None),
        ("approved", "LGTM, but rename the flag", True),
        ("approved", " " * 5000 + "LGTM " * 5000, None),
        ("changes_requested", "LGTM", True),
    ],
)
def test_a_review_is_substantive_by_its_state_or_its_words(state: str, body: str | None, substantive: bool) -> None:
    """Without words of its own it is unknown, never False: a webhook does not tell the comments on lines."""
    found = one(review(state=state, body=body), "pull_request_review").review
    assert found is not None
    assert (found.state, found.substantive) == (state.lower(), substantive)


def test_what_a_review_does_not_tell_of_its_pull_request_is_unknown_and_never_nothing() -> None:
    """A zero or a no would be folded over what the pull request's own deliveries said."""
    found = one(json.dumps(REVIEW).encode(), "pull_request_review").pull_request
    assert found is not None
    assert (found.draft, found.additions, found.files, found.mechanical, found.authors) == (None,) * 5


def test_a_whole_merge_with_nothing_in_it_that_was_not_asked_for() -> None:
    body = pull(
        "closed", merged_at="2019-05-15T15:59:58Z", merged_by={"login": "mo", "id": 7}, labels=[{"name": "bug"}],
        title=PLANTED, body=PLANTED, additions=12, changed_files=3,
    )  # fmt: skip
    assert one(body) == Event(
        id="github:pull_request:279147437:merged",
        kind="pull_request.merged",
        at=(AT_LATER - 2) * SECOND,
        source="github",
        workspace="main",
        actor="github:7",
        repository="Codertocat/Hello-World",
        link="https://github.com/Codertocat/Hello-World/pull/2",
        pull_request=e.PullRequest(
            id="Codertocat/Hello-World#2", author="github:21031067", draft=False, additions=12, files=3,
            labels=("bug",), opened_at=1_557_933_633 * SECOND,
        ),
    )  # fmt: skip


@pytest.mark.parametrize(
    ("author", "merger", "automated"),
    [
        ({"login": "renovate[bot]", "id": 1}, {"login": "mo", "id": 7}, True),
        ({"login": "helper", "id": 1, "type": "Bot"}, {"login": "mo", "id": 7}, True),
        ({"login": "ada", "id": 1}, {"login": "mergify[bot]", "id": 7, "type": "Bot"}, False),
        (None, {"login": "mo", "id": 7}, False),
    ],
)
def test_a_merge_is_automated_when_its_author_is_a_bot_whoever_merged(
    author: dict[str, Any] | None, merger: dict[str, Any], automated: bool
) -> None:
    event = one(pull("closed", merged_at="2019-05-15T15:59:58Z", user=author, merged_by=merger))
    assert (event.automated, event.actor) == (automated, "github:7")


def test_a_review_by_a_bot_is_automated_though_a_person_wrote_the_change() -> None:
    event = one(review(user={"login": "x", "id": 5, "type": "Bot"}), "pull_request_review")
    assert event.automated and event.actor == "github:5"
    assert one(review(user=None), "pull_request_review").actor == OTHER


def test_deleted_accounts_are_not_one_busy_person() -> None:
    """GitHub sends no user, or its account `ghost`, which all of them share. A living `ghosty` is somebody."""
    ghost = {"login": "ghost", "id": 10137, "type": "User"}
    body = said(PULL, action="closed", pull_request={"user": ghost, "merged_at": LATER["updated_at"]}, sender=ghost)
    event = one(body)
    assert event.pull_request is not None
    assert (event.pull_request.author, event.actor, event.automated) == (OTHER, OTHER, False)
    found = one(review(user=ghost), "pull_request_review").review
    assert found is not None and found.author == OTHER
    assert one(review(user={"login": "ghosty", "id": 10138}), "pull_request_review").actor == "github:10138"


def test_the_directory_is_told_the_number_that_stays_and_the_name_of_today() -> None:
    seen: list[Account] = []
    events("pull_request", pull(user=None), lambda account: seen.append(account) or "p", "main")
    assert set(seen) == {Account("github", "", "ghost"), Account("github", "21031067", "Codertocat")}


# what comes again -----------------------------------------------------------------------------------------------


def test_a_life_with_repetitions_gives_as_many_events_and_each_redelivery_none() -> None:
    def at(minute: int) -> dict[str, str]:
        return {"updated_at": f"2019-05-15T16:{minute:02}:00Z", "closed_at": f"2019-05-15T16:{minute:02}:00Z"}

    actions = "opened converted_to_draft ready_for_review converted_to_draft ready_for_review closed reopened closed"
    life = [pull(action, **at(minute)) for minute, action in enumerate(actions.split())]
    life += [pull("synchronize", head={"sha": sha}) for sha in ("a" * 40, "b" * 40)]
    life.append(pull("closed", merged_at="2019-05-15T17:00:00Z"))
    assert len({one(body).id for body in life}) == len(life)
    assert [one(body) for body in life] == [one(body) for body in life]


def test_order_of_keys_and_white_space_mean_nothing() -> None:
    for base, name in ((PULL, "pull_request"), (REVIEW, "pull_request_review")):
        turned = json.dumps(dict(reversed(base.items())), indent=3).encode()
        assert one(turned, name) == one(json.dumps(base).encode(), name)


def test_a_later_merge_copy_with_more_fields_has_the_same_id_and_time() -> None:
    merged = {"merged_at": "2019-05-15T15:59:58Z"}
    bare = one(pull("closed", **merged, additions=None, changed_files=None, updated_at="2019-05-15T16:00:00Z"))
    rich = one(pull("closed", **merged, additions=5, changed_files=2, updated_at="2024-01-01T00:00:00Z"))
    assert (bare.id, bare.at) == (rich.id, rich.at)


def rows(folder: Path, name: str) -> Iterator[Any]:
    with (folder / "github-api" / f"github___raw_github_api_{name}.csv").open(encoding="utf-8") as stream:
        yield from (json.loads(row["data"]) for row in csv.DictReader(stream))


def test_recorded_answers_of_the_api_read_as_deliveries(shared: Path) -> None:
    """No published example is merged, and each asks for nothing. Among these, which happened, are both."""
    kinds: Counter[str] = Counter()
    states: Counter[str | None] = Counter()
    for row in rows(shared, "pull_requests"):
        whole = {"action": "closed", "pull_request": row, "repository": row["base"]["repo"], "sender": row["user"]}
        event = one(json.dumps(whole).encode())
        assert event.id.startswith(f"github:pull_request:{row['id']}:")
        kinds[event.kind] += 1
    for row in rows(shared, "pull_request_reviews"):
        event = one(said(REVIEW, review=row), "pull_request_review")
        assert event.review is not None
        states[event.review.state] += 1
    assert kinds == {"pull_request.merged": 27, "pull_request.closed": 23}
    assert states == {"commented": 28, "changes_requested": 3}
