"""A delivery of GitHub becomes events, or a reason why not.

Owns that meaning. Pure: bytes in, events out. Ids follow from GitHub's own ids and the transition, so that a webhook,
its redelivery, polling and a backfill give the same ones. Titles and texts are judged here and dropped. A webhook
names no paths and no co-authors: those stay unknown until somebody asks the API.
"""

import re
from collections.abc import Collection
from datetime import UTC, datetime
from typing import TypeVar

import msgspec

from connectors.base import Identify, Ignored
from connectors.errors import BadPayload
from connectors.github import payloads
from connectors.judgement import is_bot, is_mechanical
from rules.model import entities as e
from rules.model.accounts import Account
from rules.model.events import Event
from rules.model.times import Instant, instant

MOST_LABELS, LONGEST_LABEL, LONGEST_NAME, LONGEST_LINK = 300, 100, 200, 500
_UPDATES = frozenset({"reopened", "synchronize", "labeled", "unlabeled", "edited", "converted_to_draft"})
_STATES = frozenset({"approved", "changes_requested", "commented", "dismissed"})
_GHOST = 10137
"""The account `ghost`, in whose name GitHub shows whatever deleted accounts did."""
_BESIDE = {
    "review": "pull_request_review",
    "comment": "pull_request_review_comment",
    "thread": "pull_request_review_thread",
}
"""What stands beside a pull request in a delivery, and the event that it belongs to."""
_STAMPS = frozenset({
    "1", "approve", "approved", "cool", "fine", "good", "great", "it", "lgtm", "lg", "looks", "me", "nice", "ok",
    "okay", "sgtm", "ship", "shipit", "thank", "thanks", "thx", "to", "ty", "very", "you",
})  # fmt: skip
"""A review in these words only, or in none, says no more than that somebody pressed a button."""
Shape = TypeVar("Shape")


def events(
    name: str, body: bytes, identify: Identify, workspace: str, repositories: Collection[str] = ()
) -> list[Event] | Ignored:
    """`name` is the header X-GitHub-Event; `repositories` the only ones that are ours, if any are named.

    Raises BadPayload for what is malformed or not ours.
    """
    outline = _decoded(payloads.Outline, body)
    what = f"{name[:60]}.{outline.action[:60]}" if outline.action else name[:60]
    if outline.repository is not None and repositories:
        _check_ours(outline.repository.full_name, repositories)
    if name == "pull_request" and outline.action in ("opened", "ready_for_review", "closed", *_UPDATES):
        delivery = _decoded(payloads.PullRequestDelivery, body)
        return [_Reading(delivery.pull_request, delivery.repository.full_name, identify, workspace).changed(delivery)]
    if name == "pull_request_review" and outline.action == "submitted":
        review = _decoded(payloads.ReviewDelivery, body)
        return [_Reading(review.pull_request, review.repository.full_name, identify, workspace).reviewed(review.review)]
    return Ignored(f"{what if name else 'not about a pull request'}: no rule listens to it")


def name_of(body: bytes) -> str:
    """What the header said, for a delivery saved without it; '' where it is of no pull request. Raises BadPayload."""
    outline = _decoded(payloads.Outline, body)
    if not bytes(outline.pull_request):
        return ""
    return next((name for part, name in _BESIDE.items() if bytes(getattr(outline, part))), "pull_request")


def _decoded(shape: type[Shape], body: bytes) -> Shape:
    try:
        return msgspec.json.decode(body, type=shape)
    except msgspec.ValidationError as error:
        raise BadPayload(str(error)) from None
    except (msgspec.DecodeError, UnicodeDecodeError) as error:
        raise BadPayload(f"not JSON: {error}") from None
    except RecursionError:
        raise BadPayload("not JSON: nested too deep") from None


def _check_ours(repository: str, ours: Collection[str]) -> None:
    if repository.lower() not in {one.lower() for one in ours}:
        raise BadPayload(f"not ours: repository {repository[:LONGEST_NAME]}")


class _Reading:
    """One pull request of one delivery."""

    def __init__(self, said: payloads.PullRequest, repository: str, identify: Identify, workspace: str) -> None:
        self._said = said
        self._repository = repository[:LONGEST_NAME]
        self._identify = identify
        self._workspace = workspace
        self._author = said.user

    def changed(self, delivery: payloads.PullRequestDelivery) -> Event:
        said = self._said
        kind, transition, at = _transition(delivery.action, said, delivery.label)
        return Event(
            id=f"github:pull_request:{said.id}:{transition}",
            kind=f"pull_request.{kind}",
            at=at,
            source="github",
            workspace=self._workspace,
            actor=self._person(said.merged_by if kind == "merged" and said.merged_by else delivery.sender),
            automated=_is_bot(self._author),
            repository=self._repository,
            link=_link(said.html_url),
            pull_request=self._pull_request(),
        )

    def reviewed(self, review: payloads.Review) -> Event:
        state = review.state.lower()
        if state not in _STATES:
            raise BadPayload(f"an unknown state of a review: {state[:40]!r}")
        if review.submitted_at is None:
            raise BadPayload("a submitted review without submitted_at")
        id_ = f"github:pull_request_review:{review.id}"
        reviewer = self._person(review.user)
        return Event(
            id=f"{id_}:submitted",
            kind="review.submitted",
            at=_instant(review.submitted_at),
            source="github",
            workspace=self._workspace,
            actor=reviewer,
            automated=_is_bot(review.user),
            repository=self._repository,
            link=_link(review.html_url),
            pull_request=self._pull_request(),
            review=e.Review(id=id_, author=reviewer, state=state, substantive=_substantive(state, review.body)),
        )

    def _pull_request(self) -> e.PullRequest:
        said = self._said
        files = said.changed_files
        return e.PullRequest(
            id=f"{self._repository}#{said.number}",
            author=self._person(self._author),
            draft=said.draft,
            additions=said.additions,
            files=files,
            labels=tuple(label.name[:LONGEST_LABEL] for label in said.labels[:MOST_LABELS]),
            opened_at=_instant(said.created_at),
            mechanical=is_mechanical(said.title, (), files or 0) or None,  # without paths only a yes is certain
        )

    def _person(self, user: payloads.User | None) -> str:
        """A deleted account is a bare name: it may be anybody."""
        if user is None or user.id == _GHOST:
            return self._identify(Account("github", "", "ghost"))
        return self._identify(Account("github", str(user.id), user.login[:LONGEST_NAME], _is_bot(user)))


def _transition(action: str, said: payloads.PullRequest, label: payloads.Label | None) -> tuple[str, str, Instant]:
    """(kind, the end of its id, its time). What can happen again has its time in the id."""
    if action == "opened":
        return "opened", "opened", _instant(said.created_at)
    if action == "closed" and said.merged_at is not None:
        return "merged", "merged", _instant(said.merged_at)
    if action == "closed":
        at = _instant(said.closed_at or said.updated_at)
        return "closed", f"closed:{at // 1_000_000}", at
    at = _instant(said.updated_at)
    if action == "ready_for_review":
        return "ready", f"ready:{at // 1_000_000}", at
    head = said.head.sha[:40] if action == "synchronize" else ""
    which = f":{label.id}" if label is not None else ""  # two labels of one second are two deliveries
    return "updated", f"{action}:{head or at // 1_000_000}{which}", at


def _substantive(state: str, body: str | None) -> bool | None:
    """Asking for changes is; words are. Any other may have comments on lines that a webhook does not tell: unknown,
    so that whoever asks the API can still say yes or no.
    """
    words = re.findall(r"\w+", (body or "").strip()[:200].lower())
    return True if state == "changes_requested" or not _STAMPS.issuperset(words) else None


def _is_bot(user: payloads.User | None) -> bool:
    return user is not None and (user.type == "Bot" or is_bot(user.login))


def _instant(at: datetime) -> Instant:
    try:
        return instant(at.astimezone(UTC))
    except OverflowError:
        raise BadPayload("a time that no calendar has") from None


def _link(url: str) -> str:
    return url if url.startswith("https://") and len(url) <= LONGEST_LINK else ""
