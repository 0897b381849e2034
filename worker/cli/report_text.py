"""The screen and the JSON of `rules report`. Owns their wording and order."""

from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path

from rules.model.times import Instant, iso
from rules.speech.amounts import count, day
from rules.speech.harmless import plain
from worker.cli import standing_of_rules
from worker.cli.folder import to_type
from worker.cli.reports import Report
from worker.config.sparekey import Mute

NAMES = {
    "draft": "waiting for a person",
    "planned": "planned",
    "digest": "for a digest",
    "rejected": "refused or not deliverable",
}


def screen(found: Sequence[Report], mute: Mute, since: Instant, zone: str, folder: Path) -> Iterator[str]:
    told = [one for one in found if _says_something(one)]
    for one in told:
        yield from _rule(one, mute, zone, folder)
    period = f"since {day(since, zone)}" if since else "as long as it is kept"
    rest = len(found) - len(told)
    yield f"{count(len(found), 'rule')}; {rest} of them did nothing yet. Findings, messages and answers {period};"
    yield "what a rule was asked and kept quiet: since its state began."
    yield f"Next: {to_type(folder, 'findings')}   or sparekey explain RULE SUBJECT: why it did or did not fire"


def _says_something(one: Report) -> bool:
    asked = one.state is not None and (one.state.evaluated or one.suppressed or one.state.errors)
    return bool(asked or one.fired or one.actions or one.drafts or one.answers or one.standing.told)


def _rule(one: Report, mute: Mute, zone: str, folder: Path) -> Iterator[str]:
    standing = one.standing
    yield f"{standing.rule.id}  {mode(one, zone)}"
    yield f"  asked       {_asked(one)}"
    if one.fired:
        yield f"  fired       {one.fired.total()}: {_counts(one.fired)}"
    if one.suppressed:
        yield f"  kept quiet  {_counts(one.suppressed)}"
    if one.actions:
        yield f"  messages    {_counts(one.actions)}"
    if one.drafts:
        yield f"  drafts      {_counts(one.drafts)}"
    if one.answers:
        yield f"  answers     {_counts(one.answers)}"
    if standing.record.judged:
        yield f"  precision   {standing_of_rules.precision(standing.record, mute)}"
    if one.is_off:
        yield "  OFF         it broke too often; an edit of its meaning starts it anew"
    if standing.is_offered:
        yield f"  may go live {standing_of_rules.offer(standing.rule.id, standing.record, folder)}"
    yield ""


def mode(one: Report, zone: str) -> str:
    """'live since Mon 3 Mar 2026, set by a command', 'ask (rules/team.yml:3)'."""
    standing = one.standing
    if standing.told is not None:
        who = "it silenced itself" if standing.told.by_itself else "set by a command"
        return f"{standing.mode} since {day(standing.told.at, zone)}: {who}"
    place = standing.rule.origins.get("mode")
    return f"{standing.mode} ({plain(f'{place.file}:{place.line}', 120)})" if place else f"{standing.mode} (by default)"


def _asked(one: Report) -> str:
    state = one.state
    if state is None:
        return "not known: the rules mean something else than what was decided; sparekey run brings it up to date"
    unknown = f", {state.unknown:,} unknown" if state.unknown else ""
    errors = f", {count(state.errors, 'error')}" if state.errors else ""
    return f"{count(state.evaluated, 'event')}, {state.matched:,} matched{unknown}{errors}"


def _counts(found: Mapping[str, int]) -> str:
    return ", ".join(f"{n:,} {NAMES.get(name, name)}" for name, n in sorted(found.items()) if n)


# for scripts ----------------------------------------------------------------------------------------------------


def document(one: Report, mute: Mute) -> dict[str, object]:
    standing, state, record = one.standing, one.state, one.standing.record
    return {
        "rule": standing.rule.id,
        "mode": standing.mode,
        "mode_from": _mode_from(one),
        "evaluated": state.evaluated if state is not None else None,
        "matched": state.matched if state is not None else None,
        "fired": dict(sorted(one.fired.items())),
        "suppressed": dict(sorted(one.suppressed.items())) if state is not None else None,
        "unknown": state.unknown if state is not None else None,
        "errors": state.errors if state is not None else None,
        "actions": dict(sorted(one.actions.items())),
        "drafts": dict(sorted(one.drafts.items())),
        "answers": dict(sorted(one.answers.items())),
        "precision": {
            "percent": record.precision,
            "right": record.right,
            "answers": record.judged,
            "silent_below_percent": mute.below_precision,
            "of_answers": mute.of_answers,
        },
        "off": one.is_off,
        "may_go_live": standing.is_offered,
    }


def _mode_from(one: Report) -> dict[str, object]:
    told, place = one.standing.told, one.standing.rule.origins.get("mode")
    if told is not None:
        return {"by": "itself" if told.by_itself else "command", "since": iso(told.at)}
    if place is None:
        return {"by": "default"}
    return {"by": "file", "file": place.file, "line": place.line}
