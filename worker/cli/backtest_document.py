"""The JSON of `rules backtest`. Owns its shape: what PRODUCT promises, with weeks, managers and what was held back."""

from collections import Counter
from collections.abc import Mapping, Sequence

from rules.language.rule import Rule
from rules.model.times import Instant, iso
from worker.backtest.summary import RuleSeen, Summary, together
from worker.cli import documents
from worker.cli.backtest_run import Result
from worker.cli.policy import guarded_finding
from worker.cli.say import Say

_KINDS = ("tasks", "notes", "digests", "lines", "messages")


def document(found: Sequence[Result], rules: Mapping[str, Rule], names: bool) -> dict[str, object]:
    whole = together([one.summary for one in found])
    return {
        "events": sum(one.events for one in found),
        "seconds": round(max(one.seconds for one in found), 2),
        "since": iso(min(one.since for one in found)),
        "until": iso(max(one.until for one in found)),
        "workspaces": [_workspace(one) for one in found],
        "rules": {id_: _rule(seen, rules[id_].mode) for id_, seen in sorted(whole.rules.items())},
        "findings": [finding for one in found for finding in _findings(one, rules, names)],
        "weeks": [_week(whole, week) for week in whole.weeks],
        "managers": managers(whole),
        "held_back": _held_back(whole),
    }


def _workspace(one: Result) -> dict[str, object]:
    return {
        "name": one.name,
        "events": one.events,
        "since": iso(one.since),
        "until": iso(one.until),
        "findings": len(one.played.findings),
        "seconds": round(one.seconds, 2),
        "warnings": list(one.warnings),
    }


def _rule(seen: RuleSeen, mode: str) -> dict[str, object]:
    return {
        "findings": seen.findings,
        "suppressed": dict(sorted(seen.suppressed.items())),
        "unknown": seen.unknown,
        "errors": seen.errors,
        "mode": mode,
        "people": seen.people,
        "weeks": {_day(week): n for week, n in sorted(seen.weeks.items())},
        "areas": dict(sorted(seen.areas.items())),
        "teams": dict(sorted(seen.teams.items())),
    }


def _findings(one: Result, rules: Mapping[str, Rule], names: bool) -> list[dict[str, object]]:
    say, found = Say(one.people, names), one.played.findings
    told = [documents.finding(guarded_finding(finding, rules.get(finding.rule)), say) for finding in found]
    return [{**finding, "workspace": one.name} for finding in told]


def _week(whole: Summary, week: Instant) -> dict[str, object]:
    sent = whole.sent.get(week, Counter())
    return {
        "week": _day(week),
        "findings": sum(seen.weeks[week] for seen in whole.rules.values()),
        "tasks": sent["task"],
        "notes": sent["note"],
        "digests": sent["digest"],
        "nudges": sent["nudge"],
    }


def managers(whole: Summary) -> dict[str, object]:
    spreads = {kind: whole.spread(kind) for kind in _KINDS}
    return {
        "managers": whole.managers,
        "weeks": len(whole.weeks),
        "people_nudged": whole.nudged,
        **{kind: {"median": one.median, "p95": one.p95, "worst": one.worst} for kind, one in spreads.items()},
    }


def _held_back(whole: Summary) -> list[dict[str, object]]:
    return [{"what": what, "why": why, "times": n} for (what, why), n in whole.held_back_most_first]


def _day(at: Instant) -> str:
    return iso(at)[:10]
