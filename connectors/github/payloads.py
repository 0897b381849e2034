"""The few fields of GitHub's deliveries that are read, and nothing else of them.

Owns the shapes. Whatever is not named here is never decoded.
"""

from datetime import datetime
from typing import Annotated

import msgspec

Id = Annotated[int, msgspec.Meta(ge=0, le=(1 << 63) - 1)]
Time = Annotated[datetime, msgspec.Meta(tz=True)]


class User(msgspec.Struct, frozen=True):
    login: str
    id: Id
    type: str = "User"


class Label(msgspec.Struct, frozen=True):
    name: str
    id: Id = 0


class Head(msgspec.Struct, frozen=True):
    sha: str = ""


class PullRequest(msgspec.Struct, frozen=True):
    """A review's copy lacks `merged`, `additions` and `changed_files`."""

    id: Id
    number: Id
    user: User | None
    created_at: Time
    updated_at: Time
    title: str = ""
    draft: bool | None = None
    merged_at: Time | None = None
    closed_at: Time | None = None
    merged_by: User | None = None
    additions: Id | None = None
    changed_files: Id | None = None
    labels: tuple[Label, ...] = ()
    html_url: str = ""
    head: Head = Head()


class Review(msgspec.Struct, frozen=True):
    id: Id
    user: User | None
    state: str
    submitted_at: Time | None = None
    body: str | None = None
    html_url: str = ""


class Repository(msgspec.Struct, frozen=True):
    full_name: str


class PullRequestDelivery(msgspec.Struct, frozen=True):
    action: str
    pull_request: PullRequest
    repository: Repository
    sender: User | None = None
    label: Label | None = None  # of labeled and unlabeled


class ReviewDelivery(msgspec.Struct, frozen=True):
    action: str
    pull_request: PullRequest
    review: Review
    repository: Repository


class Outline(msgspec.Struct, frozen=True):
    """Enough of any delivery to say why it is ignored, and what it is where no header says so."""

    action: str = ""
    repository: Repository | None = None
    pull_request: msgspec.Raw = msgspec.Raw()
    review: msgspec.Raw = msgspec.Raw()
    comment: msgspec.Raw = msgspec.Raw()
    thread: msgspec.Raw = msgspec.Raw()
