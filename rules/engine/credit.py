"""Whom an event credits, which areas it touches, and what it adds to the ledger.

Owns the derived names `event.areas` and `event.credited`, and the two moments of crediting: scores before rules are
asked, lifetime counts after ('first time in this area' must be answerable).
"""

from rules.engine.facts import areas, people
from rules.engine.facts.pulls import authors_of, paths_of
from rules.engine.facts.rows import Facts
from rules.model.accounts import OTHER
from rules.model.events import Event

NAMED_AREA = ("pair", "task", "finding", "ownership")
"""Entities that name their area themselves."""


def areas_of(facts: Facts, event: Event) -> tuple[str, ...]:
    """Areas by path, component, service, label and repository, or the one that the entity names."""
    if event.pull_request is not None:
        return facts.configured.areas_of(paths_of(facts, event), repository=event.repository)
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
    if event.action_item is not None:
        own = facts.seen.action_item.get(event.action_item.id, event.action_item).service
        services = (*services, own) if own else services
    return facts.configured.areas_of(event.paths or (), components, services, labels, event.repository)


def credited(facts: Facts, event: Event) -> tuple[str, ...]:
    """Authors and co-authors, reviewer, resolver, assignee: who did the work that the event tells of. Never a bot."""
    found, bots = _workers(facts, event), facts.configured.bots
    return found if bots.isdisjoint(found) else tuple(one for one in found if one not in bots)


def _workers(facts: Facts, event: Event) -> tuple[str, ...]:
    one: str | None = None
    if event.review is not None:
        one = event.review.author
    elif event.comment is not None:
        one = event.comment.author
    elif event.pull_request is not None:
        return authors_of(facts, event)
    elif event.incident is not None:
        incident = facts.seen.incident.get(event.incident.id, event.incident)
        if event.kind == "incident.responded":
            return incident.responders or ()
        one = incident.resolver
    elif event.issue is not None:
        one = facts.seen.issue.get(event.issue.id, event.issue).assignee
    elif event.thread is not None:
        one = event.thread.answerer
    elif event.postmortem is not None:
        one = event.postmortem.author
    return (one,) if one else ()


def score(facts: Facts, event: Event, touched: tuple[str, ...], who: tuple[str, ...]) -> None:
    """What a change, a review, an issue or an incident adds before rules are asked. Not for guarded events."""
    people.note_activity(facts, who, event.at)
    kind = event.kind
    if kind == "pull_request.merged":
        areas.note_change(facts, touched, paths_of(facts, event), event.at)
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


def count_experience(facts: Facts, event: Event, touched: tuple[str, ...], who: tuple[str, ...]) -> None:
    """What the same event adds to experience after rules were asked. Not for guarded events."""
    if event.kind == "pull_request.merged":
        for person in who:
            for area in touched:
                facts.ledger.count_change(area, person)
    elif event.kind == "review.submitted" and _substantive(facts, event):
        for person in who:
            for area in touched:
                facts.ledger.count_review(area, person)


def count_lifetime(facts: Facts, event: Event, who: tuple[str, ...]) -> None:
    """Merges and reviews of a life, mechanical ones too, as a source that is asked would count. Not a bot's."""
    if event.kind in ("pull_request.merged", "review.submitted"):
        for person in who:
            if person != OTHER:
                row = people.row(facts, person)
                if event.kind == "pull_request.merged":
                    row.merged += 1
                else:
                    row.reviewed += 1


def _substantive(facts: Facts, event: Event) -> bool:
    review = event.review
    return bool(review and review.substantive and review.author and review.author not in authors_of(facts, event))
