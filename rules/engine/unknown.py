"""Why a name had no value: where its path broke off, where such a value comes from, and how to make it known.

Owns the table by origin (RULES 'Names': payload, enriched, configured, folded, derived). A top that is *other* gets one
sentence whatever is behind it: who objected must not show.
"""

from collections.abc import Mapping
from dataclasses import dataclass

from rules.engine.frame import Frame
from rules.engine.plans import RulePlan
from rules.engine.readers import Reader
from rules.engine.tally import Tally
from rules.model.accounts import OTHER
from rules.model.events import KINDS
from rules.model.findings import ClauseSeen
from rules.model.vocabulary import ENTITIES, element


@dataclass(frozen=True, slots=True)
class Unknown:
    """`name` as the clause reads it; `part` where it broke off, of the entity `of` (an id, maybe of a person: `of_type`
    says). `origin` is the field's, or 'count', 'call' or 'gone'."""

    name: str
    part: str
    origin: str
    why: str
    how: str = ""
    of: str = ""
    of_type: str = ""


WHY = {
    "payload": "no event said it",
    "enriched": "a second look at its source gives it, and none was taken",
    "configured": "nobody configured it",
    "folded": "nothing was seen yet that it follows from",
    "derived": "what it is derived from is not known",
    "gone": "it closed more than 60 days ago, and what was known of it was let go",
}
FILES = {
    "person": "people.yml: `{field}` of {of}",
    "team": "people.yml: `{field}` of the team {of}",
    "area": "areas.yml: `{field}` of {of}",
    "component": "areas.yml: `{field}` of the area with component {of}",
    "service": "areas.yml: `{field}` of the area with service {of}",
    "issue": "areas.yml: an area with `team` for its components",
    "programme": "sparekey.yml: `programme: {{contact: …}}`",
    "pair": "`{field}` of the pair: the two people say it themselves",
}
HOW = {
    "payload": "sources that say it: {sources}",
    "enriched": "connect {sources} with a token, so that it can be asked there",
    "gone": "ask for a time before: `--at DATE`",
}
SECOND_LOOK = {
    ("pull_request", "authors"): "github",
    ("review", "comments"): "github",
    ("ownership", "after"): "github or jira",
    ("incident", "responders"): "pagerduty or jira",
}
"""Which source gives an enriched field."""

_SEEN = {
    "carrier": "nobody present can carry it; see `sparekey knowledge map`",
    "top_reviewer": "no substantive review was seen: git has reviews only as trailers; connect github",
    "mentor": "no open pair in which they learn",
    "started_at": "it was never seen to start: connect jira",
}
OTHER_ON_TOP = "most of it is by 'another person': accounts that nobody resolved, or policy"
RESOLVE = "people.yml: `accounts` of the people who are missing there"


def unknowns(plan: RulePlan, frame: Frame, clauses: tuple[ClauseSeen, ...]) -> tuple[Unknown, ...]:
    """Every name without a value that these clauses of `fire` read. The frame is asked as they were."""
    names = dict.fromkeys(name for one in clauses for name, value in one.values.items() if value is None)
    if not names:
        return ()
    types = {each.name: element(each.over.type) for each in plan.rule.each}
    reader = Reader({}, plan.rule.per) if plan.rule.hold is not None else Reader(types)
    return tuple(_unknown(name, plan, frame, reader, types) for name in names)


def _unknown(name: str, plan: RulePlan, frame: Frame, reader: Reader, types: Mapping[str, str]) -> Unknown:
    if name.startswith("experience("):
        return Unknown(name, name, "call", "the person or the area in it is not known")
    count = next((one for one in plan.counts if one.count.name == name.partition(".")[0]), None)
    if count is not None:
        return _of_count(name, count.standing(frame))
    return _of_path(name, plan, frame, reader, types)


def _of_count(name: str, tally: Tally | None) -> Unknown:
    if tally is None:
        return Unknown(name, name, "count", "the other key that its `of` looks up is not known")
    if not tally.n:
        return Unknown(name, name, "count", "nothing is counted, so there is no such value")
    if ".top.value" in name and any(OTHER in values for entry in tally.living() for values in entry.inputs):
        return Unknown(name, name, "count", OTHER_ON_TOP, RESOLVE)
    return Unknown(name, name, "count", "what was counted says no such value")


def _of_path(name: str, plan: RulePlan, frame: Frame, reader: Reader, types: Mapping[str, str]) -> Unknown:
    """The shortest beginning of the path that has no value is what is missing."""
    words, start = name.split("."), _root_length(name, plan)
    parts = [".".join(words[:length]) for length in range(start, len(words) + 1)]
    broke = next(place for place, part in enumerate(parts) if part == name or reader.get(part)(frame) is None)
    if not broke:
        return Unknown(name, parts[0], "payload", "the event does not name it")
    type_ = _root_type(name, plan, types)
    for word in words[start : start + broke - 1]:
        type_ = element(ENTITIES[type_][word].type)
    of = reader.get(parts[broke - 1])(frame)
    return _missing(name, parts[broke], type_, words[start + broke - 1], str(of), frame)


def _root_length(name: str, plan: RulePlan) -> int:
    """With `hold` a path begins with one of the key, which may be of several words."""
    if plan.rule.hold is None:
        return 1 if not name.startswith("event.") else 2
    texts = [path.text for path in plan.rule.per if name == path.text or name.startswith(path.text + ".")]
    return max((text.count(".") + 1 for text in texts), default=1)


def _root_type(name: str, plan: RulePlan, types: Mapping[str, str]) -> str:
    for path in plan.rule.per if plan.rule.hold is not None else ():
        if name == path.text or name.startswith(path.text + "."):
            return path.type
    root = name.partition(".")[0]
    return types.get(root) or ("person" if root == "actor" else root)


def _missing(name: str, part: str, type_: str, field: str, of: str, frame: Frame) -> Unknown:
    if frame.facts.forgotten(type_, of):
        return Unknown(name, part, "gone", WHY["gone"], HOW["gone"], of, type_)
    origin = ENTITIES[type_][field].origin
    if origin == "configured":
        how = FILES.get(type_, "").format(field=field, of="{of}")
    else:
        sources = SECOND_LOOK.get((type_, field), "its source") if origin == "enriched" else _sources(type_)
        how = _SEEN.get(field, "") if origin == "folded" else HOW.get(origin, "").format(sources=sources)
    return Unknown(name, part, origin, WHY[origin], how, of, type_)


def _sources(entity: str) -> str:
    """Who emits facts with this entity."""
    kinds = [kind for kind in KINDS.values() if entity in kind.entities and kind.role == "fact"]
    return ", ".join(dict.fromkeys(source for kind in kinds for source in kind.sources)) or "none yet"
