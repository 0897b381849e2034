"""What a backtest came to, in numbers: per rule and week, per manager and week, and what was held back by what.

Owns the counting. By area and by team; people are a number only, and teams of fewer than five are one line.
"""

from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field

from rules.language.rule import Rule
from rules.model.findings import Finding
from rules.model.times import DAY, WEEK, Instant
from rules.speech.digest import WHY
from worker.backtest.play import Played
from worker.store.outbox import ON_A_TASK, Entry

SMALLEST_TEAM = 5
"""People that a team must have to be shown by itself."""
SMALL_TEAMS = "teams of fewer than 5"
NO_AREA = ""
_MONDAY = 4 * DAY
"""The epoch was a Thursday."""


@dataclass(slots=True)
class RuleSeen:
    """`weeks`: Monday → findings. `areas` holds NO_AREA for what is about none."""

    findings: int = 0
    weeks: Counter[Instant] = field(default_factory=Counter)
    areas: Counter[str] = field(default_factory=Counter)
    teams: Counter[str] = field(default_factory=Counter)
    people: int = 0
    suppressed: Counter[str] = field(default_factory=Counter)
    unknown: int = 0
    errors: int = 0


@dataclass(frozen=True, slots=True)
class ManagerWeek:
    """What one manager got in one week. `lines` of its digests."""

    tasks: int = 0
    notes: int = 0
    digests: int = 0
    lines: int = 0

    @property
    def messages(self) -> int:
        return self.tasks + self.notes + self.digests


@dataclass(frozen=True, slots=True)
class Spread:
    """Of numbers a week."""

    median: int
    p95: int
    worst: int


@dataclass(slots=True)
class Summary:
    """`sent`: Monday → verb → how many. `held_back`: (what, why) → how many. `nudged`: people who got a nudge."""

    weeks: list[Instant]
    rules: dict[str, RuleSeen]
    sent: dict[Instant, Counter[str]]
    managers: int
    manager_weeks: list[ManagerWeek]
    nudged: int
    held_back: Counter[tuple[str, str]]

    def spread(self, name: str) -> Spread:
        return spread([int(getattr(one, name)) for one in self.manager_weeks])

    @property
    def held_back_most_first(self) -> list[tuple[tuple[str, str], int]]:
        return sorted(self.held_back.items(), key=lambda one: (-one[1], one[0]))


def summary(played: Played, rules: Iterable[Rule], since: Instant, until: Instant, contact: str) -> Summary:
    weeks = list(range(monday(since), until + 1, WEEK))
    got = _of_managers(played.rows, weeks, contact)
    return Summary(
        weeks=weeks,
        rules=_rules(played, rules),
        sent=_sent(played.rows, weeks),
        managers=len(got) // len(weeks) if weeks else 0,
        manager_weeks=got,
        nudged=len({one for row in _of(played.rows, "sent", "nudge") for one in row.people}),
        held_back=_held_back(played, {rule.id for rule in rules if rule.mode == "silent"}),
    )


def together(found: Sequence[Summary]) -> Summary:
    """Several workspaces as one; a manager of two of them counts twice."""
    if len(found) == 1:
        return found[0]
    rules: dict[str, RuleSeen] = {}
    sent: dict[Instant, Counter[str]] = {}
    for one in found:
        for id_, seen in one.rules.items():
            rules[id_] = _sum(rules.get(id_, RuleSeen()), seen)
        for week, verbs in one.sent.items():
            sent.setdefault(week, Counter()).update(verbs)
    held: Counter[tuple[str, str]] = Counter()
    for one in found:
        held.update(one.held_back)
    return Summary(
        weeks=sorted({week for one in found for week in one.weeks}),
        rules=rules,
        sent=sent,
        managers=sum(one.managers for one in found),
        manager_weeks=[week for one in found for week in one.manager_weeks],
        nudged=sum(one.nudged for one in found),
        held_back=held,
    )


def monday(at: Instant) -> Instant:
    """00:00 UTC of the Monday of its week."""
    return (at - _MONDAY) // WEEK * WEEK + _MONDAY


def spread(numbers: Sequence[int]) -> Spread:
    """Nearest rank: of nothing, nothing."""
    ordered = sorted(numbers) or [0]

    def rank(percent: int) -> int:
        return ordered[max(0, -(-len(ordered) * percent // 100) - 1)]

    return Spread(rank(50), rank(95), ordered[-1])


# per rule -----------------------------------------------------------------------------------------------------


def _rules(played: Played, rules: Iterable[Rule]) -> dict[str, RuleSeen]:
    found = {rule.id: RuleSeen() for rule in rules if rule.mode != "off"}
    people: dict[str, set[str]] = {}
    for one in played.findings:
        seen = found[one.rule]
        seen.findings += 1
        seen.weeks[monday(one.opened_at)] += 1
        seen.areas[one.area or NO_AREA] += 1
        if team := played.teams.get(one.id):
            seen.teams[team if played.team_sizes.get(team, 0) >= SMALLEST_TEAM else SMALL_TEAMS] += 1
        if one.person:
            people.setdefault(one.rule, set()).add(one.person)
    for (rule, reason), times in played.suppressed.items():
        found[rule].suppressed[reason] += times
    for rule, seen in found.items():
        seen.unknown, seen.errors = played.unknown.get(rule, 0), played.errors.get(rule, 0)
        seen.people = len(people.get(rule, ()))
    return found


def _sum(a: RuleSeen, b: RuleSeen) -> RuleSeen:
    return RuleSeen(
        a.findings + b.findings, a.weeks + b.weeks, a.areas + b.areas, a.teams + b.teams, a.people + b.people,
        a.suppressed + b.suppressed, a.unknown + b.unknown, a.errors + b.errors,
    )  # fmt: skip


# per week -----------------------------------------------------------------------------------------------------


def _of(rows: Iterable[Entry], status: str, *verbs: str) -> Iterator[Entry]:
    return (row for row in rows if row.status == status and row.verb in verbs)


def _sent(rows: Iterable[Entry], weeks: Sequence[Instant]) -> dict[Instant, Counter[str]]:
    found: dict[Instant, Counter[str]] = {week: Counter() for week in weeks}
    for row in rows:
        if row.status == "sent":
            found.setdefault(monday(row.ended_at), Counter())["note" if row.verb in ON_A_TASK else row.verb] += 1
    return found


def _of_managers(rows: Sequence[Entry], weeks: Sequence[Instant], contact: str) -> list[ManagerWeek]:
    """One entry a manager and week, also where nothing came: a manager is whoever a task was meant for."""
    managers = sorted({one for row in rows if row.verb == "task" for one in row.people} or {contact})
    counted: dict[tuple[str, Instant], Counter[str]] = {(one, week): Counter() for one in managers for week in weeks}
    for row in rows:
        for one in row.people if row.status == "sent" and row.verb != "nudge" else ():
            seen = counted.get((one, monday(row.ended_at)))
            if seen is not None:
                seen["note" if row.verb in ON_A_TASK else row.verb] += 1
                seen["line"] += len(row.planned.items)
    return [ManagerWeek(one["task"], one["note"], one["digest"], one["line"]) for one in counted.values()]


# what did not get through ---------------------------------------------------------------------------------------


def _held_back(played: Played, silent: set[str]) -> Counter[tuple[str, str]]:
    found: Counter[tuple[str, str]] = Counter()
    alone = waited(played.findings)
    for row in played.rows:
        if row.status == "planned":
            found[row.verb, "still waiting at the end"] += 1
        elif row.status in ("expired", "withdrawn", "rejected"):
            found[row.verb, _general(row.why)] += 1
        elif row.status == "digest" and row.why != WHY["digest"]:
            found[row.verb, f"in a digest instead: {_general(row.why)}"] += 1
    for one in played.findings:
        if one.rule in silent:
            found["finding", "its rule is silent"] += 1
        elif _joins(one) and one.case not in alone:
            found["finding", "joined a case that has its task"] += 1
    if alone:
        found["task", "one sign of low confidence: waited for a second"] += len(alone)
    return found


def waited(found: Iterable[Finding]) -> set[str]:
    """Cases that no finding opened: a single sign of low confidence stays on the map."""
    asked = [(one.case, _joins(one)) for one in found if one.case and any(a.verb == "task" for a in one.actions)]
    return {case for case, _ in asked} - {case for case, joins in asked if not joins}


def _joins(one: Finding) -> bool:
    return any(action.verb == "task" and action.joins for action in one.actions)


def _general(why: str) -> str:
    """Without what it is about: 'pull request acme#7 is closed' happens to many."""
    if why.endswith(" is closed") and not why.startswith("its "):
        return "what it was about is closed"
    return why.partition(":")[0]
