"""Pull requests: what their events add up to, and what an event about one leaves out because an earlier one said it.

Owns their folds and reads. A review names no paths and a merge may name no author: both are the pull request's.
"""

from collections.abc import Callable

from rules.engine.facts.rows import Facts, PullRequestFacts
from rules.model.accounts import OTHER
from rules.model.actions import Value
from rules.model.entities import PullRequest
from rules.model.events import Event
from rules.model.times import Instant

MAX_TOPICS = 50


def row(facts: Facts, id_: str) -> PullRequestFacts:
    found = facts.pull_request.get(id_)
    if found is None:
        found = facts.pull_request[id_] = PullRequestFacts()
    return found


# what an event may leave out ----------------------------------------------------------------------------------


def known(facts: Facts, event: Event) -> PullRequest | None:
    """The pull request of an event, with all that was said of it; after 60 days only what this event says."""
    said = event.pull_request
    return said and facts.seen.pull_request.get(said.id, said)


def authors_of(facts: Facts, event: Event) -> tuple[str, ...]:
    """Authors and co-authors of the pull request; empty where nobody said them."""
    seen = known(facts, event)
    if seen is None:
        return ()
    return seen.authors or ((seen.author,) if seen.author else ())


def paths_of(facts: Facts, event: Event) -> tuple[str, ...]:
    """Its own paths, else those last said of its pull request."""
    if event.paths is not None or event.pull_request is None:
        return event.paths or ()
    found = facts.pull_request.get(event.pull_request.id)
    return found.paths if found else ()


def files_of(facts: Facts, event: Event) -> int:
    """Files of the change, by whatever source said most."""
    seen = known(facts, event)
    return max((seen.files or 0) if seen else 0, event.path_count, len(paths_of(facts, event)))


def doer_of(facts: Facts, event: Event) -> str | None:
    """Whose doing it is. Of a merge that is the author: who pressed the button may well be a bot."""
    if event.review is not None:
        return event.review.author
    if event.comment is not None:
        return event.comment.author
    seen = known(facts, event)
    return seen.author if seen else event.actor


def by_bot(facts: Facts, event: Event) -> bool:
    bots = facts.configured.bots
    return event.automated or bool(bots and doer_of(facts, event) in bots)


# folds --------------------------------------------------------------------------------------------------------


def fold_opened(facts: Facts, event: Event) -> None:
    if event.pull_request is not None and event.paths is not None:
        row(facts, event.pull_request.id).paths = event.paths


def fold_updated(facts: Facts, event: Event) -> None:
    fold_opened(facts, event)
    if event.pull_request is not None:
        row(facts, event.pull_request.id).awaiting_push = False


def fold_closed(facts: Facts, event: Event) -> None:
    fold_opened(facts, event)
    if event.pull_request is not None:
        row(facts, event.pull_request.id).closed = True
        facts.lifetimes.close("pull_request", event.pull_request.id, event.at)


def fold_review(facts: Facts, event: Event) -> None:
    fold_opened(facts, event)
    review = event.review
    if review is None or event.pull_request is None or by_bot(facts, event):
        return
    facts.reviews_at = event.at
    found = row(facts, event.pull_request.id)
    found.comments += review.comments or 0
    if review.state == "changes_requested" and not found.awaiting_push:
        found.rounds += 1
        found.awaiting_push = True
    if review.topics and len(found.topics) < MAX_TOPICS:
        found.topics = tuple(sorted({*found.topics, *review.topics}))[:MAX_TOPICS]
    if review.author and review.substantive and review.author not in authors_of(facts, event):
        found.reviews[review.author] = found.reviews.get(review.author, 0) + 1


def fold_comment(facts: Facts, event: Event) -> None:
    if event.pull_request is not None and not by_bot(facts, event):
        row(facts, event.pull_request.id).comments += 1


# reads --------------------------------------------------------------------------------------------------------

_NOTHING = PullRequestFacts()


def _folded(facts: Facts, id_: str) -> PullRequestFacts | None:
    """Its folded facts; zeros where nothing was folded, None where they were dropped."""
    if facts.forgotten("pull_request", id_):
        return None
    return facts.pull_request.get(id_, _NOTHING)


def _top_reviewer(facts: Facts, id_: str, at: Instant) -> Value:
    found = _folded(facts, id_)
    if found is None or not found.reviews:
        return None
    best = min(found.reviews.items(), key=lambda item: (-item[1], item[0]))[0]
    return None if best == OTHER else best


def _last_seen(name: str, zero: Value) -> Callable[[Facts, str, Instant], Value]:
    """A payload field that stays true between events, with a zero where no event said it."""

    def read(facts: Facts, id_: str, at: Instant) -> Value:
        seen = facts.seen.pull_request.get(id_)
        value: Value = getattr(seen, name) if seen else None
        if value is None and not facts.forgotten("pull_request", id_):
            return zero
        return value

    return read


PULL_REQUEST_READS = {
    "closed": lambda facts, id_, at: found.closed if (found := _folded(facts, id_)) else None,
    "additions": _last_seen("additions", 0),
    "files": _last_seen("files", 0),
    "labels": _last_seen("labels", ()),
    "reviewers": lambda facts, id_, at: tuple(sorted(found.reviews)) if (found := _folded(facts, id_)) else None,
    "top_reviewer": _top_reviewer,
    "rounds": lambda facts, id_, at: found.rounds if (found := _folded(facts, id_)) else None,
    "human_comments": lambda facts, id_, at: found.comments if (found := _folded(facts, id_)) else None,
    "topics": lambda facts, id_, at: found.topics if (found := _folded(facts, id_)) else None,
}
