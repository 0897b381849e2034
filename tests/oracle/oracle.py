"""The second, independent reading of RULES.md: for each decision everything before it is read again.

Owns the order of things, holds, cooldowns, cases and time. Shares with the engine only the contract (events, typed
rules, the official evaluator of a condition); must not import rules/engine or the ledger. Not modelled: the warm-up after a
service was started.
"""

from collections.abc import Sequence
from dataclasses import dataclass, field
from itertools import count as numbers_from
from typing import Any

from oracle.actions import Actions, Told
from oracle.names import Context, Key, Measures, Silent
from oracle.stories import MOMENTS_ONLY, Stories
from oracle.working_days import next_midnight

from rules.language.rule import Rule
from rules.model.entities import FindingSeen
from rules.model.events import Event, order_key
from rules.model.times import DAY, Instant
from rules.model.vocabulary import element


@dataclass(eq=False)
class Said:
    rule: str
    key: Key
    opened_at: Instant
    ordinal: int
    counts: Measures
    area: str | None
    person: str | None
    part: Key  # what its cooldown is about
    context: "Context" = field(repr=False)
    confidence: str = ""
    told: tuple[Told, ...] = ()
    resolved_at: Instant | None = None
    asked_at: Instant = 0


@dataclass(eq=False)
class Hold:
    rule: Rule
    key: Key
    context: Context
    since: Instant
    asked: bool = False  # its due time has passed


def oracle(
    events: Sequence[Event], rules: Sequence[Rule], until: Instant | None = None
) -> tuple[list[Said], list[Silent]]:
    """Findings in the order of opening, and every 'no'. With `until`: also what is due before it."""
    run = _Run(rules)
    for event in sorted(events, key=order_key):
        run.time_passes(event.at)
        run.take(event)
    if until is not None:
        run.time_passes(until)
    return run.said, run.silent


class _Run(Actions):
    def __init__(self, rules: Sequence[Rule]) -> None:
        super().__init__()
        self.rules = {rule.id: rule for rule in rules}
        self.said: list[Said] = []
        self.holds: list[Hold] = []
        self.rechecks: list[tuple[Instant, str, Key]] = []
        self.cases = Stories()
        self.derived: list[Event] = []
        self.serial = numbers_from()

    # ---- one event, in the order of RULES ----------------------------------------------------------------------
    def take(self, event: Event) -> None:
        seen = self.world.see(event)
        if event.kind == "people.changed":  # midnight may be elsewhere now
            for rule in self.rules.values():
                for said in self.standing_findings(rule):
                    said.asked_at = seen.at
        if event.kind == "task.opened" and event.task:
            self.cases.task_opened(event.task)
        elif event.kind == "task.answered" and event.task:
            self.close(self.cases.answered(event.task, seen.at))
        self.world.current = seen
        for rule in self.rules.values():
            self.cancel(rule, seen)
        matched = {rule.id: self.matches(rule, seen) for rule in self.rules.values()}
        for rule in self.rules.values():
            for one in rule.counts:
                self.enter(rule, one, seen, matched[rule.id])
        for rule in self.rules.values():
            missing = False  # said once an event
            for key, context in matched[rule.id]:
                if key is None:
                    if not missing:
                        self.no(rule, (), "no key")
                    missing = True
                elif not self.in_scope(rule, key, context):
                    self.no(rule, key, "out of scope")
                elif rule.after is not None:
                    self.start(rule, key, context)
                else:
                    self.ask(rule, key, context)
        self.world.current = None
        if event.kind == "task.opened" and event.task and event.task.recheck_at is not None:
            self.rechecks.append((event.task.recheck_at, "", (event.task.id,)))
        self.tell()

    def tell(self) -> None:
        """The engine's own events come right after their cause."""
        while self.derived:
            self.take(self.derived.pop(0))

    # ---- deciding -----------------------------------------------------------------------------------------------
    def ask(self, rule: Rule, key: Key, context: Context) -> None:
        measures = self.measures(rule, key, context)
        true = self.all_true(rule.fire, context, measures)
        if rule.hold is not None:
            hold = next((h for h in self.holds if (h.rule, h.key) == (rule, key)), None)
            if not true:
                self.holds = [h for h in self.holds if h is not hold]
                self.resolve([f for f in self.standing_findings(rule) if f.key == key])
                return
            if hold is None:
                hold = Hold(rule, key, context, self.world.now)
                self.holds.append(hold)
            if self.world.now - hold.since < rule.hold:
                return
        if true:
            self.conclude(rule, key, context, measures)

    def standing_findings(self, rule: Rule) -> list[Said]:
        return [f for f in self.said if f.rule == rule.id and f.resolved_at is None and rule.hold is not None]

    def conclude(self, rule: Rule, key: Key, context: Context, measures: Measures) -> None:
        types, area = [path.type for path in rule.per], self.area_of_key(rule, key)
        part = self.cooldown_part(rule, key, context)
        reason = self.why_not(rule, key, types, area, part, context)
        if reason:
            self.no(rule, key, reason)
            return
        ordinal = 1 + sum(1 for f in self.said if (f.rule, f.key) == (rule.id, key))
        person = self.person(rule, key, types, measures)
        said = Said(rule.id, key, self.world.now, ordinal, measures, area, person, part, context)
        said.asked_at = self.world.now
        said.confidence = self.confidence(rule, key, context, measures)
        joins, in_case = False, wants_task(rule)
        if in_case:
            joins = self.cases.of(subject_of(rule, key, area), self.world.now).join(said)
        said.told = self.told(rule, context, measures, joins)
        self.said.append(said)
        self.announce("finding.opened", said)
        if not in_case and rule.hold is None:
            self.resolve([said])

    def person(self, rule: Rule, key: Key, types: Sequence[str], measures: Measures) -> str | None:
        for one in rule.counts:
            if one.top and element(one.top.of.type) == "person":
                return measures[f"{one.name}.top.value"]
        return next((k for t, k in zip(types, key, strict=True) if t == "person"), None)

    def cooldown_part(self, rule: Rule, key: Key, context: Context) -> Key:
        if rule.cooldown is None or not rule.cooldown.per:
            return key
        return tuple(self.path(path, context) for path in rule.cooldown.per)

    def why_not(self, rule: Rule, key: Key, types: Sequence[str], area: str | None, part: Key, context: Context) -> str:
        """The first reason that applies, in the order of RULES."""
        world, now, guards = self.world, self.world.now, rule.guards
        wanted = max((one.window or 0 for one in rule.counts), default=0)
        if guards.warm_up and rule.counts and now - world.began < min(wanted, 30 * DAY):
            return "history too short"
        age = world.area_age_days(area) if area else None
        if area and world.field("area", area, "archived"):
            return "area archived"
        if age is not None and age < guards.new_area_days:
            return "area young"
        if guards.small_people and self.people_around(key, types) < guards.small_people:
            return f"fewer than {guards.small_people} active people"
        told_off = self.in_its_case(rule, subject_of(rule, key, area)) if wants_task(rule) else ""
        if told_off:
            return told_off
        if any(f.key == key for f in self.standing_findings(rule)):
            return "still open"
        if rule.cooldown is not None:
            earlier = [f for f in self.said if f.rule == rule.id and f.part == part]
            span = None if rule.cooldown.span is None else self.length(rule.cooldown.span, context)
            if earlier and (rule.cooldown.span is None or now - earlier[-1].opened_at < (span or 0)):
                return "cooldown"
        return ""

    def in_its_case(self, rule: Rule, subject: str) -> str:
        if self.world.now < self.cases.quiet_until.get(subject, 0):
            return "silenced by an answer"
        story = self.cases.open.get(subject)
        has_task = story is not None and story.task and any(f.rule == rule.id for f in story.members)
        return "task open" if has_task and rule.guards.open_task else ""

    def people_around(self, key: Key, types: Sequence[str]) -> int:
        for type_, part in zip(types, key, strict=True):
            team = part if type_ == "team" else None
            if type_ in ("area", "service", "component", "person"):
                team = self.world.field(type_, part, "team")
            if team:
                return self.world.team_active_people(team)
        return len(self.world.active())

    def announce(self, kind: str, said: Said) -> None:
        finding = FindingSeen(f"{said.rule} {said.key} {said.ordinal}", said.rule, said.area, said.person)
        id_ = f"{kind} {next(self.serial)}"
        self.derived.append(Event(id=id_, kind=kind, at=self.world.now, source="engine", finding=finding))

    def resolve(self, findings: Sequence[Said]) -> None:
        for said in findings:
            said.resolved_at = self.world.now
            self.holds = [h for h in self.holds if (h.rule.id, h.key) != (said.rule, said.key)]
            self.announce("finding.resolved", said)
        for subject, story in list(self.cases.open.items()):
            held = [f for f in story.members if self.rules[f.rule].hold is not None]
            if held and all(f.resolved_at is not None for f in held):
                self.close(subject)

    def close(self, subject: str) -> None:
        """Moments end with their case; states go on."""
        story = self.cases.open.pop(subject, None)
        moments = [f for f in story.members if self.rules[f.rule].hold is None] if story else []
        self.resolve([f for f in moments if f.resolved_at is None])

    # ---- time ---------------------------------------------------------------------------------------------------
    def time_passes(self, until: Instant) -> None:
        """Everything due before `until`, one by one in the order (due, rule id, key)."""
        while True:
            coming = [
                (max(due, self.world.now), rule, key, n, do) for n, (due, rule, key, do) in enumerate(self.timers())
            ]
            coming = [one for one in coming if one[0] < until]
            if not coming:
                return
            at, _, _, _, do = min(coming, key=lambda one: one[:4])
            self.world.now = at
            do()
            self.tell()

    def timers(self) -> list[tuple[Instant, str, Key, Any]]:
        found: list[tuple[Instant, str, Key, Any]] = []
        for wait in self.waits:
            found.append((self.due(wait), wait.rule.id, wait.key, lambda w=wait: self.decide_wait(w)))
        for hold in self.holds:
            if (
                hold.rule.hold
                and not hold.asked
                and not any(f.key == hold.key for f in self.standing_findings(hold.rule))
            ):
                due = hold.since + (hold.rule.hold or 0)
                found.append((due, hold.rule.id, hold.key, lambda h=hold: self.due_hold(h)))
        for rule in self.rules.values():
            for said in self.standing_findings(rule):
                tick = next_midnight(self.world.people.calendar, said.asked_at)
                found.append((tick, rule.id, said.key, lambda f=said: self.re_ask(f)))
        for one in self.rechecks:
            found.append((*one, lambda r=one: self.recheck(r)))
        for subject, story in self.cases.open.items():
            if all(self.rules[f.rule].hold is None for f in story.members):
                found.append((story.opened_at + MOMENTS_ONLY, "", (subject,), lambda s=subject: self.close(s)))
        return found

    def due_hold(self, hold: Hold) -> None:
        hold.asked = True
        self.ask(hold.rule, hold.key, hold.context)

    def re_ask(self, said: Said) -> None:
        rule = self.rules[said.rule]
        said.asked_at = self.world.now
        if not self.all_true(rule.fire, said.context, self.measures(rule, said.key, said.context)):
            self.resolve([said])

    def recheck(self, one: tuple[Instant, str, Key]) -> None:
        """A task that was answered with no is not asked about again."""
        self.rechecks.remove(one)
        answers = [
            seen.event.task.answer for seen in self.world.about["task", one[2][0]] if seen.kind == "task.answered"
        ]
        if "no" in answers:
            return
        task = self.world.about["task", one[2][0]][-1].event.task
        self.derived.append(
            Event(id=f"recheck {task.id}", kind="task.recheck_due", at=self.world.now, source="engine", task=task)
        )


def wants_task(rule: Rule) -> bool:
    return any(one.verb == "task" for one in rule.do)


def subject_of(rule: Rule, key: Key, area: str | None) -> str:
    return f"area {area}" if area else f"{rule.id} {key}"
