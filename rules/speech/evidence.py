"""What a finding rests on, in words: counts, where to look, what was left out, how sure it is.

Owns the names of what is counted. No person is named here.
"""

from rules.language.rule import Rule, Top
from rules.model.findings import CountSeen, Finding
from rules.model.vocabulary import element
from rules.speech.amounts import count
from rules.speech.voice import Voice

MOST_LINKS = 5
_WHAT = {
    "pull_request.merged": ("change", "changes"),
    "reviewed": ("reviewed change", "reviewed changes"),
    "review.submitted": ("review", "reviews"),
    "incident.resolved": ("incident", "incidents"),
    "issue.done": ("issue", "issues"),
    "pair.started": ("pair", "pairs"),
    "session.logged": ("session", "sessions"),
    "postmortem.published": ("postmortem", "postmortems"),
}


def evidence(finding: Finding, rule: Rule, voice: Voice, newest: bool = True) -> str:
    """Counts, the newest events unless they are to stay out, and what was left out."""
    said = [f"{counted(one, rule)}" for one in finding.evidence.counts if one.n]
    found = _newest(finding.evidence.counts[0], voice) if newest and finding.evidence.counts else []
    out = finding.evidence.left_out
    said += [f"newest: {', '.join(found)}"] if found else []
    said += [f"left out: {count(out.bot, 'bot change')}, {count(out.mechanical, 'mechanical one')}"]
    return ". ".join(said)


def counted(one: CountSeen, rule: Rule) -> str:
    """'36 reviews, 30 by one person, 3 by the next'."""
    own = next((own for own in rule.counts if own.name == one.name), None)
    kind = next((listen.kind for listen in (own.on or rule.on if own else ())), "")
    single, many = _WHAT.get(one.name) or _WHAT.get(kind, (one.name, one.name))
    said = count(one.n, single, many) + _most(one, own.top if own else None)
    return said + (" (the oldest are cut)" if one.truncated else "")


def _most(one: CountSeen, of: Top | None) -> str:
    """', 30 by one person, 3 by the next'; of anything but a person only how many have the same."""
    top, second = one.measures.get("top.n"), one.measures.get("second.n")
    if not isinstance(top, int) or not top:
        return ""
    if of is not None and of.people:
        return f", {top} by the same {of.people} people at most"
    if of is not None and element(of.of.type) != "person":
        name = of.of.parts[-1].replace("_", " ")
        return f", {top} with the same {name.removesuffix('s') if of.of.type.startswith('list(') else name}"
    return f", {top} by one person" + (f", {second} by the next" if isinstance(second, int) and second else "")


def _newest(one: CountSeen, voice: Voice) -> list[str]:
    """Links where the source gave any, else the part of an event id that a person can look up."""
    links = [link for url in one.links[-MOST_LINKS:] if (link := voice.link(url))]
    return links or [voice.safe(_short(event)) for event in one.events[-MOST_LINKS:]]


def _short(event: str) -> str:
    """A commit or a number."""
    words = event.split(":")
    return words[-2][:12] if len(words) > 1 else event[:24]


def confidence(finding: Finding) -> str:
    seen = finding.evidence
    why = (
        "reviews are known; chat and calls are not"
        if seen.reviews_known
        else "no review data; chat and calls are not seen"
    )
    if seen.reviewers_only:
        more = f"{count(seen.reviewers_only, 'person reviews', 'people review')} here without changing anything"
        why += f". {more}: could a reviewer ship a fix alone?"
    return f"{finding.confidence} ({why})"
