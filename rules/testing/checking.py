"""What a step looks at, compared with what the play came to, each difference with the reason beside it.

Owns the comparing; texts are made harmless where they are shown. 'New' is what opened since the last `expect`.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field

from rules.language.rule import Place
from rules.model.actions import Action
from rules.model.findings import Finding, Suppressed
from rules.model.times import Instant
from rules.testing.document import Expected, Seen, Step, Why, Wording
from rules.testing.moments import clauses, entry, when
from rules.testing.playing import Play
from rules.testing.texts import whole
from rules.testing.why import account, keys_met

MOST_KEYS = 3


@dataclass(frozen=True, slots=True)
class Difference:
    """`line` says what differs, `because` why it is so."""

    place: Place
    at: Instant
    line: str
    because: tuple[str, ...] = ()


@dataclass(slots=True)
class Look:
    """What the last `expect` had seen already; and what it found, for `text`."""

    opened: frozenset[str] = frozenset()
    resolved: frozenset[str] = frozenset()
    withdrawn: frozenset[str] = frozenset()
    suppressed: int = 0
    found: list[Finding] = field(default_factory=list)


def look(play: Play, step: Step, last: Look) -> list[Difference]:
    """Everything that differs at this step."""
    found = [*_expect(play, step, last), *_listed(play, step, last), *_why(play, step), *_texts(play, step, last)]
    if step.expect is not None:
        last.opened = frozenset(play.past.findings)
        last.resolved = frozenset(_resolved(play))
        last.withdrawn = frozenset(play.past.withdrawn)
        last.suppressed = len(play.past.suppressed)
    return found


# expect -------------------------------------------------------------------------------------------------------


def _expect(play: Play, step: Step, last: Look) -> list[Difference]:
    if step.expect is None:
        return []
    new = [one for one in play.past.findings.values() if one.id not in last.opened]
    missing: list[Expected] = []
    last.found = []
    for wanted in sorted(step.expect, key=lambda one: -one.size):
        fitting = next((one for one in new if not differs(wanted, one, play)), None)
        if fitting is None:
            missing.append(wanted)
        else:
            new.remove(fitting)
            last.found.append(fitting)
    found = []
    for wanted in sorted(missing, key=lambda one: (one.place.line, one.place.column)):
        near = next((one for one in new if one.rule == wanted.rule and wanted.per in (None, one.key)), None)
        found.append(_missed(play, wanted, near))
        if near is not None:
            new.remove(near)
    return found + [_unexpected(play, one, step.place) for one in new]


def differs(wanted: Expected, finding: Finding, play: Play) -> str:
    """What of a finding is not as wanted; '' where it fits."""
    if finding.rule != wanted.rule or (wanted.per is not None and finding.key != wanted.per):
        return "another rule or key"
    for verb, people in wanted.actions.items():
        there = [_named(one, play) for one in finding.actions if one.verb == verb]
        everybody = [one for to in there for one in to]
        if sorted(people) not in [*(sorted(to) for to in there), sorted(everybody)]:
            return f"{verb}: {_people(there)}"
    for name, one, said in _said(wanted, finding, play):
        if one and one not in said:
            return f"{name}: {', '.join(said) or 'none'}"
    return ""


def _said(wanted: Expected, finding: Finding, play: Play) -> list[tuple[str, str, list[str]]]:
    """(field, what is wanted, what there is)"""
    actions = finding.actions
    return [
        ("template", wanted.template, [one.template for one in actions]),
        ("suggest", wanted.suggest, [one.suggest for one in actions if one.suggest]),
        ("confidence", wanted.confidence, [finding.confidence]),
        ("case", wanted.case, [_subject(finding, play)]),
        ("due", _days(wanted.due_days), [_days(one.due_days) for one in actions if one.due_days]),
    ]


def _days(days: int | None) -> str:
    return "" if days is None else f"{days}d"


def _named(action: Action, play: Play) -> Sequence[str]:
    """Who gets it; of `close` what the task is about, as its id means nothing to a reader."""
    if action.verb != "close":
        return action.to
    tasks = play.past.state.facts.seen.task
    return [(seen.area or seen.rule or one) if (seen := tasks.get(one)) else one for one in action.to]


def _people(there: Sequence[Sequence[str]]) -> str:
    return " and ".join(f"[{', '.join(to)}]" for to in there) or "none"


def _subject(finding: Finding, play: Play) -> str:
    """What the finding's case is about: an area, or a rule and its key."""
    found = next((one.subject for one in play.past.state.cases.values() if one.id == finding.case), "")
    return found.removeprefix("area:")


def _missed(play: Play, wanted: Expected, near: Finding | None) -> Difference:
    said = _written(wanted)
    if near is not None:
        return Difference(wanted.place, play.clock, f"{said}   expected, but it was {differs(wanted, near, play)}")
    told = play.past.findings.values()
    earlier = next((one for one in told if one.rule == wanted.rule and one.key == wanted.per), None)
    keys = [wanted.per] if wanted.per is not None else keys_met(play, wanted.rule)[:MOST_KEYS]
    because = [account(play, wanted.rule, one).text for one in keys]
    if earlier is not None:
        because.insert(0, f"it opened before, at {when(earlier.opened_at, play.document.zone)}")
    elif not keys:
        because = [f"no event that {wanted.rule} listens to has happened"]
    return Difference(wanted.place, play.clock, f"{said}   expected, did not happen", tuple(because))


def _written(wanted: Expected) -> str:
    parts = [f"rule: {wanted.rule}"] + ([f"per: [{', '.join(wanted.per)}]"] if wanted.per is not None else [])
    parts += [f"{verb}: [{', '.join(people)}]" for verb, people in wanted.actions.items()]
    for name in ("template", "suggest", "confidence", "case"):
        said = getattr(wanted, name)
        parts += [f"{name}: {said}"] if said else []
    parts += [f"due: {wanted.due_days}d"] if wanted.due_days is not None else []
    return "- {" + ", ".join(parts) + "}"


def _unexpected(play: Play, finding: Finding, place: Place) -> Difference:
    because = clauses(finding.evidence.clauses)
    because += [f"{one.name}: {one.n}" for one in finding.evidence.counts]
    opened = f"it opened at {when(finding.opened_at, play.document.zone)}"
    return Difference(place, play.clock, f"- {entry(finding)}   happened, was not expected", (opened, *because))


# resolved, withdrawn, suppressed ----------------------------------------------------------------------------------


def _resolved(play: Play) -> dict[str, Finding]:
    return {id_: one for id_, one in play.past.findings.items() if one.status == "resolved"}


def _listed(play: Play, step: Step, last: Look) -> list[Difference]:
    resolved = [one for id_, one in _resolved(play).items() if id_ not in last.resolved]
    withdrawn = [one for id_, one in play.past.withdrawn.items() if id_ not in last.withdrawn]
    suppressed = play.past.suppressed[last.suppressed :]
    found = [_not_there(play, one, "resolved") for one in step.resolved if not _is_among(one, resolved)]
    found += [_not_there(play, one, "withdrawn") for one in step.withdrawn if not _is_among(one, withdrawn)]
    for one in step.suppressed:
        reasons = [said.reason for said in suppressed if _fits(one, said)]
        if one.reason not in reasons:
            what = f"suppressed: {one.reason}"
            found.append(_not_there(play, one, what, f"it was suppressed: {', '.join(reasons)}" if reasons else ""))
    return found


def _fits(wanted: Seen, said: Finding | Suppressed) -> bool:
    return said.rule == wanted.rule and wanted.per in (None, said.key)


def _is_among(wanted: Seen, there: Iterable[Finding]) -> bool:
    return any(_fits(wanted, one) for one in there)


def _not_there(play: Play, wanted: Seen, what: str, because: str = "") -> Difference:
    keys = [wanted.per] if wanted.per is not None else keys_met(play, wanted.rule)[:MOST_KEYS]
    said = [because] if because else [account(play, wanted.rule, key).text for key in keys]
    per = f", per: [{', '.join(wanted.per)}]" if wanted.per is not None else ""
    line = f"- {{rule: {wanted.rule}{per}}}"
    return Difference(wanted.place, play.clock, f"{line}   expected {what}, was not", tuple(said))


# why and text -----------------------------------------------------------------------------------------------------


def _why(play: Play, step: Step) -> list[Difference]:
    return [one for wanted in step.why if (one := _differing_why(play, wanted)) is not None]


def _differing_why(play: Play, wanted: Why) -> Difference | None:
    found = account(play, wanted.rule, wanted.per)
    right = found.stage == wanted.stage and wanted.clause in ("", found.clause) and wanted.reason in ("", found.reason)
    if right:
        return None
    said = ", ".join(one for one in (found.stage, found.clause, found.reason) if one)
    asked = ", ".join(one for one in (wanted.stage, wanted.clause, wanted.reason) if one)
    line = f"why {wanted.rule} [{', '.join(wanted.per)}]   expected {asked}, it is {said}"
    return Difference(wanted.place, play.clock, line, (found.text,))


def _texts(play: Play, step: Step, last: Look) -> list[Difference]:
    if not step.text:
        return []
    texts = [one for found in last.found for one in play.texts(found)]
    shown = [(text.title, whole(text)) for text in texts]
    return [one for wanted in step.text if (one := _differing_text(play, wanted, shown)) is not None]


def _differing_text(play: Play, wanted: Wording, shown: Sequence[tuple[str, str]]) -> Difference | None:
    """Some text has to be all of what is wanted; none may hold what has to be lacking."""
    wrong = [f"'{one}' is there" for one in wanted.lacks if any(one in text for _, text in shown)]
    asked = [*wanted.contains, *([wanted.title] if wanted.title else [])]
    if any(all(one in text for one in wanted.contains) and wanted.title in ("", title) for title, text in shown):
        asked = []
    if not wrong and not asked and shown:
        return None
    missing = [f"'{one}' is not there" for one in asked if not any(one in text for _, text in shown)]
    line = f"text   {'; '.join([*wrong, *missing]) or 'there is none'}"
    because = [line for _, text in shown for line in text.split("\n")]
    return Difference(
        wanted.place, play.clock, line, tuple(because) or ("no finding was just expected whose template has a text",)
    )
