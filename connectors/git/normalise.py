"""A commit on the mainline becomes a merged change, and each review trailer a review.

Owns that meaning. Pure: the title and the message are judged in memory and dropped.
"""

import re
from collections.abc import Iterable, Iterator, Sequence

from connectors.base import Identify
from connectors.git.client import MAX_PATHS, Commit
from connectors.judgement import is_bot, is_decision, is_mechanical
from rules.model.accounts import Account
from rules.model.entities import PullRequest, Review
from rules.model.events import Event

SECOND = 1_000_000
REVIEW_TRAILERS = ("reviewed-by",)
_TRAILER = re.compile(
    r"^([A-Za-z][A-Za-z-]{2,40}):[ \t]*([^<>\n]{0,200}?)[ \t]*<([^<>\s]{1,200})>[ \t]*$", re.MULTILINE
)
_NUMBER = re.compile(r"(?:\(#|pull request #|!)(\d{1,9})\b")
_TAIL = 20_000
"""Trailers stand at the end: only this much of a message is searched for them."""


def account(name: str, mail: str) -> Account:
    """A git identity. The address is what identifies; without one it is only a name."""
    return Account("git", mail.strip().lower(), name.strip(), is_bot(name, mail))


def events(
    commit: Commit,
    identify: Identify,
    workspace: str,
    brought: Sequence[tuple[str, str]] = (),
    review_trailers: Sequence[str] = REVIEW_TRAILERS,
) -> Iterator[Event]:
    """The reviews of a commit, then its merge. `brought`: authors of the commits that a merge brought."""
    title = commit.message.split("\n", 1)[0]
    trailers = list(_trailers(commit.message))
    by = [account(name, mail) for name, mail in brought or ((commit.name, commit.mail),)]
    by += [account(name, mail) for key, name, mail in trailers if key == "co-authored-by"]
    people = _people((one for one in by if not one.bot), identify)
    automated = by[0].bot or not people
    author = identify(by[0])
    at = commit.at * SECOND
    change = PullRequest(
        id=_id(commit, title),
        author=author,
        authors=people or (author,),
        additions=commit.additions,
        files=commit.files,
        mechanical=is_mechanical(title, commit.paths, commit.files, _only_moved(commit)),
        decision=is_decision(commit.paths),
    )
    reviewers = [account(name, mail) for key, name, mail in trailers if key in review_trailers]
    for number, reviewer in enumerate(_people((one for one in reviewers if not one.bot), identify)):
        if reviewer not in (change.authors or ()):
            yield _review(commit, change, reviewer, number, workspace, automated)
    yield Event(
        id=f"git:{commit.sha}:merged",
        kind="pull_request.merged",
        at=at,
        source="git",
        workspace=workspace,
        actor=author,
        automated=automated,
        authors_left_out=sum(one.bot for one in by),
        paths=commit.paths,
        path_count=commit.files if commit.files > MAX_PATHS else 0,
        pull_request=change,
    )


def _review(commit: Commit, change: PullRequest, reviewer: str, number: int, workspace: str, automated: bool) -> Event:
    """When it was given is not known: one second before the merge, so that it is decided before it."""
    id_ = f"git:{commit.sha}:review-{number}"
    review = Review(id=id_, author=reviewer, state="approved", substantive=True)
    return Event(
        id=id_,
        kind="review.submitted",
        at=(commit.at - 1) * SECOND,
        source="git",
        workspace=workspace,
        actor=reviewer,
        automated=automated,
        paths=commit.paths,
        path_count=commit.files if commit.files > MAX_PATHS else 0,
        pull_request=change,
        review=review,
    )


def _trailers(message: str) -> Iterator[tuple[str, str, str]]:
    for found in _TRAILER.finditer(message[-_TAIL:]):
        yield found[1].lower(), found[2], found[3]


def _people(accounts: Iterable[Account], identify: Identify) -> tuple[str, ...]:
    return tuple(dict.fromkeys(identify(one) for one in accounts))


def _id(commit: Commit, title: str) -> str:
    number = _NUMBER.search(title)
    return commit.sha[:12] + (f"#{number[1]}" if number else "")


def _only_moved(commit: Commit) -> bool:
    return commit.renames > 0 and commit.renames == commit.files and commit.additions == 0
