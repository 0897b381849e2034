"""Whom an event credits, which areas it touches, and what it adds to the ledger.

Owns the derived names `event.areas` and `event.credited`, and the two moments of crediting: scores before rules are
asked, lifetime counts after ('first time in this area' must be answerable).
"""

from rules.engine.facts import areas, people
from rules.engine.facts.rows import Facts
from rules.engine.facts.work import author_of
from rules.model.accounts import OTHER
from rules.model.events import Event

NAMED_AREA = ("pair", "task", "finding", "ownership")
"""Entities that name their area themselves."""


def areas_of(facts: Facts, event: Event) -> tuple[str, ...]:
    """Areas by path, component, service, label and repository, or the one that the entity names."""
    for entity in NAMED_AREA:
        named = getattr(event, entity)
        if named is not None:
            seen = getattr(facts.seen, entity).get(named.id, named)
            return (seen.area,) if seen.area else ()
    if event.area is not None:
        return (event.area.id,)
    components: tuple[str, ...] = ()
    labels: tuple[str, ...] = ()
    services: tuple[str, ...] = ()
    if event.issue is not None:
        issue = facts.seen.issue.get(event.issue.id, event.issue)
        components, labels = issue.components or (), issue.labels or ()
    if event.incident is not None:
        incident = facts.seen.incident.get(event.incident.id, event.incident)
        services = incident.services or ((incident.service,) if incident.service else ())
    if event.postmortem is not None:
        services = facts.seen.postmortem.get(event.postmortem.id, event.postmortem).services or ()
    paths = event.paths or ()
    if not (paths or components or services or labels or event.repository):
        return ()
    return facts.configured.areas_of(paths, components, services, labels, event.repository)


def credited(event: Event) -> tuple[str, ...]:
    """Authors and co-authors, reviewer, resolver, assignee: who did the work that the event tells of."""
    kind = event.kind
    if event.review is not None:
        return (event.review.author,) if event.review.author else ()
    if event.comment is not None:
        return (event.comment.author,) if event.comment.author else ()
    if event.pull_request is not None:
        pull_request = event.pull_request
        return pull_request.authors or ((pull_request.author,) if pull_request.author else ())
    if event.incident is not None:
        if kind == "incident.responded":
            return event.incident.responders or ()
        return (event.incident.resolver,) if event.incident.resolver else ()
    if event.issue is not None:
        return (event.issue.assignee,) if event.issue.assignee else ()
    if event.thread is not None:
        return (event.thread.answerer,) if event.thread.answerer else ()
    if event.postmortem is not None:
        return (event.postmortem.author,) if event.postmortem.author else ()
    return ()


def score(facts: Facts, event: Event, touched: tuple[str, ...], who: tuple[str, ...]) -> None:
    """What a change, a review, an issue or an incident adds before rules are asked. Not for guarded events."""
    people.note_activity(facts, who, event.at)
    kind = event.kind
    if kind == "pull_request.merged":
        areas.note_change(facts, touched, event.paths or (), event.at)
        for area in touched:
            for person in who:
                facts.ledger.change(area, person, event.at)
    elif kind == "review.submitted":
        if _substantive(facts, event):
            for area in touched:
                for person in who:
                    facts.ledger.review(area, person, event.at)
    elif kind == "incident.opened":
        areas.note_incident(facts, touched, event.at)
    elif kind == "issue.opened":
        areas.note_demand(facts, touched, event.at)


def count_lifetime(facts: Facts, event: Event, touched: tuple[str, ...], who: tuple[str, ...]) -> None:
    """What the same event adds after rules were asked. Not for guarded events."""
    if event.kind == "pull_request.merged":
        for person in who:
            if person != OTHER:
                people.row(facts, person).merged += 1
            for area in touched:
                facts.ledger.count_change(area, person)
    elif event.kind == "review.submitted":
        for person in who:
            if person != OTHER:
                people.row(facts, person).reviewed += 1
        if _substantive(facts, event):
            for area in touched:
                for person in who:
                    facts.ledger.count_review(area, person)


def _substantive(facts: Facts, event: Event) -> bool:
    review = event.review
    return bool(review and review.substantive and review.author and review.author != author_of(facts, event))
