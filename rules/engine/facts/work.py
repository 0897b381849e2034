"""Pull requests, reviews, comments, issues and incidents: what their events add up to.

Owns their folds and reads. Knowledge that they leave behind is folded by `credit.py`.
"""

from collections.abc import Callable

from rules.engine.calendars import working_days_between
from rules.engine.facts.rows import Facts, IssueFacts, PullRequestFacts
from rules.model.accounts import OTHER
from rules.model.actions import Value
from rules.model.events import Event
from rules.model.times import Instant

MAX_TOPICS = 50
MAX_CONTRIBUTORS = 200


def pull_request_row(facts: Facts, id_: str) -> PullRequestFacts:
    found = facts.pull_request.get(id_)
    if found is None:
        found = facts.pull_request[id_] = PullRequestFacts()
    return found


def author_of(facts: Facts, event: Event) -> str | None:
    seen = event.pull_request and facts.seen.pull_request.get(event.pull_request.id)
    return seen.author if seen else None


# folds --------------------------------------------------------------------------------------------------------


def fold_updated(facts: Facts, event: Event) -> None:
    if event.pull_request is not None:
        pull_request_row(facts, event.pull_request.id).awaiting_push = False


def fold_closed(facts: Facts, event: Event) -> None:
    if event.pull_request is not None:
        found = pull_request_row(facts, event.pull_request.id)
        if not found.closed:
            facts.close("pull_request", event.pull_request.id, event.at)
        found.closed = True


def fold_review(facts: Facts, event: Event) -> None:
    review = event.review
    if review is None or event.pull_request is None:
        return
    facts.reviews_at = event.at
    found = pull_request_row(facts, event.pull_request.id)
    found.comments += review.comments or 0
    if review.state == "changes_requested" and not found.awaiting_push:
        found.rounds += 1
        found.awaiting_push = True
    if review.topics and len(found.topics) < MAX_TOPICS:
        found.topics = tuple(sorted({*found.topics, *review.topics}))[:MAX_TOPICS]
    if review.author and review.substantive and review.author != author_of(facts, event):
        found.reviews[review.author] = found.reviews.get(review.author, 0) + 1


def fold_comment(facts: Facts, event: Event) -> None:
    if event.pull_request is not None:
        pull_request_row(facts, event.pull_request.id).comments += 1


def fold_issue(facts: Facts, event: Event) -> None:
    if event.issue is None:
        return
    id_ = event.issue.id
    found = facts.issue.get(id_)
    if found is None:
        found = facts.issue[id_] = IssueFacts()
    if event.kind == "issue.started" and not found.started_at:
        found.started_at = event.at
    seen = facts.seen.issue.get(id_)
    assignee = seen.assignee if seen else None
    if assignee and assignee not in found.contributors and len(found.contributors) < MAX_CONTRIBUTORS:
        found.contributors = (*found.contributors, assignee)
    if event.kind == "issue.done":
        found.done = True
        if found.started_at:
            found.cycle_days = working_days_between(facts.people_map.calendar, found.started_at, event.at)
        facts.close("issue", id_, event.at)
    elif event.kind == "issue.reopened":
        found.done = False


def fold_incident_resolved(facts: Facts, event: Event) -> None:
    if event.incident is not None:
        facts.close("incident", event.incident.id, event.at)


def fold_postmortem(facts: Facts, event: Event) -> None:
    if event.postmortem is not None and event.kind == "postmortem.published":
        facts.close("postmortem", event.postmortem.id, event.at)


def fold_action_item_done(facts: Facts, event: Event) -> None:
    if event.action_item is not None:
        facts.close("action_item", event.action_item.id, event.at)


# reads --------------------------------------------------------------------------------------------------------

_NO_PULL_REQUEST = PullRequestFacts()
_NO_ISSUE = IssueFacts()


def _pull_request(facts: Facts, id_: str) -> PullRequestFacts | None:
    """Its folded facts; zeros where nothing was folded, None where they were dropped."""
    if facts.forgotten("pull_request", id_):
        return None
    return facts.pull_request.get(id_, _NO_PULL_REQUEST)


def _top_reviewer(facts: Facts, id_: str, at: Instant) -> Value:
    found = _pull_request(facts, id_)
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
    "closed": lambda facts, id_, at: found.closed if (found := _pull_request(facts, id_)) else None,
    "additions": _last_seen("additions", 0),
    "files": _last_seen("files", 0),
    "labels": _last_seen("labels", ()),
    "reviewers": lambda facts, id_, at: tuple(found.reviews) if (found := _pull_request(facts, id_)) else None,
    "top_reviewer": _top_reviewer,
    "rounds": lambda facts, id_, at: found.rounds if (found := _pull_request(facts, id_)) else None,
    "human_comments": lambda facts, id_, at: found.comments if (found := _pull_request(facts, id_)) else None,
    "topics": lambda facts, id_, at: found.topics if (found := _pull_request(facts, id_)) else None,
}


def _issue(facts: Facts, id_: str) -> IssueFacts | None:
    return None if facts.forgotten("issue", id_) else facts.issue.get(id_, _NO_ISSUE)


def _days_in_progress(facts: Facts, id_: str, at: Instant) -> Value:
    found = _issue(facts, id_)
    if found is None:
        return None
    return working_days_between(facts.people_map.calendar, found.started_at, at) if found.started_at else 0


ISSUE_READS = {
    "started_at": lambda facts, id_, at: (found.started_at or None) if (found := _issue(facts, id_)) else None,
    "days_in_progress": _days_in_progress,
    "cycle_days": lambda facts, id_, at: found.cycle_days if (found := _issue(facts, id_)) else None,
    "contributors": lambda facts, id_, at: found.contributors if (found := _issue(facts, id_)) else None,
}
