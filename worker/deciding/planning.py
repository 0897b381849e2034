"""From a finding to rows of the outbox: who would hear of it, in which mode, until when it makes sense.

Owns that step. A pure function of the finding, the state and the mode: budgets, quiet hours and mutes are applied
when something is sent, not here. Findings of a quiet fold (history, a rebuild) plan nothing by themselves; what still
stands at its end becomes drafts, so that nothing about the past leaves without a person.
"""

from collections.abc import Iterable, Mapping

from msgspec.structs import replace

from rules.engine import cases
from rules.engine.calendars import add_working_days, calendar_of
from rules.engine.facts.registry import READS
from rules.engine.state import State
from rules.language.rule import Duration, Mode, Rule
from rules.model.actions import Action
from rules.model.findings import Finding
from rules.model.times import WEEK, Instant
from worker.store.outbox import Planned, Row, key_of

MOMENT_DAYS = 2
"""Working days after which a moment is past, where its rule does not say otherwise."""

NO_SLOT = frozenset({"pair-trial-pulse", "pair-not-fitting", "second-person-active", "praise-share"})
"""Rules whose messages take no slot of a budget: thanks, pulses asked at set days, a pair that asked for help."""
PAIR_UPKEEP = frozenset(
    {"first-session-unbooked", "pair-silent", "action-stays-open", "pair-goal-unclear", "pair-day-90", "pair-goal-met"}
)
"""Rules that share the one bundled message a week of a pair."""
ANY_TIME = frozenset({"planned-absence-handover"})
"""Rules that may take a manager's slot at any time: an absence does not wait."""


class Planner:
    """Plans for one state. `modes`: the mode that each rule has."""

    def __init__(self, state: State, rules: Mapping[str, Rule], modes: Mapping[str, Mode]) -> None:
        self._state = state
        self._rules = rules
        self._modes = modes
        self._cases = {case.id: case for case in state.cases.values()}

    def rows(self, found: Iterable[Finding]) -> list[Row]:
        """Rows for findings that opened just now, in their order."""
        return [row for finding in found for row in self._rows(finding, drafts=False)]

    def of_history(self, found: Iterable[Finding]) -> list[Row]:
        """Drafts for what stands at the end of a quiet fold: one task a case, told by its first finding.

        A finding whose confidence was low because the history began shortly before it is no longer alone with that: the
        history covers its window now, and it still stands.
        """
        rows: dict[str, Row] = {}
        for finding in found:
            actions = tuple(map(_opening, finding.actions))
            for row in self._rows(replace(finding, actions=actions), drafts=True, covered=self._covered(finding)):
                rows.setdefault(finding.case or row.action, row)
        return list(rows.values())

    def mode(self, rule: Rule) -> Mode:
        return self._modes[rule.id]

    def _covered(self, finding: Finding) -> bool:
        rule, facts = self._rules.get(finding.rule), self._state.facts
        windows = [count.window or 0 for count in rule.counts] if rule is not None else []
        return self._state.watermark - facts.first_at >= max(windows, default=0)

    def _rows(self, finding: Finding, drafts: bool, covered: bool = False) -> Iterable[Row]:
        rule = self._rules.get(finding.rule)
        if rule is None:
            return
        mode = self.mode(rule)
        if mode in ("silent", "off"):
            return
        status = "draft" if drafts or mode == "ask" else "planned"
        for action in finding.actions:
            if action.verb == "task":
                yield from self._task(finding, rule, action, status, covered)
            else:
                yield from self._message(finding, rule, action, status)

    def _task(self, finding: Finding, rule: Rule, action: Action, status: str, covered: bool) -> Iterable[Row]:
        case = self._cases.get(finding.case or "")
        if case is not None and case.status == "waiting" and not covered:
            return  # one finding of low confidence alone stays on the map
        if action.joins and case is not None:
            key = key_of(case.id, "comment", str(finding.opened_at // WEEK))  # at most one a week
            yield self._row(finding, rule, action, status, key, "comment", ())
        else:
            budget = "" if rule.id in NO_SLOT else "task"
            yield self._row(finding, rule, action, status, action.key, "task", action.to, budget)

    def _message(self, finding: Finding, rule: Rule, action: Action, status: str) -> Iterable[Row]:
        """One row a receiver: each has budgets and hours of their own. Nobody resolved: the owner's digest."""
        if action.verb == "close":
            yield self._row(finding, rule, action, status, action.key, "close", action.to)
            return
        verb = "digest" if action.verb == "digest" or not action.to else "nudge"
        budget = "" if rule.id in NO_SLOT or verb == "digest" else "pair" if rule.id in PAIR_UPKEEP else "nudge"
        for person in action.to or ("",):
            to = (person,) if person else ()
            yield self._row(finding, rule, action, status, key_of(action.key, person), verb, to, budget)

    def _row(
        self, finding: Finding, rule: Rule, action: Action, status: str, key: str, verb: str, to: tuple[str, ...],
        budget: str = "",
    ) -> Row:  # fmt: skip
        planned = Planned(
            action=action,
            verb=verb,  # type: ignore[arg-type]  # one of the literals above
            finding=finding.id,
            rule=rule.id,
            case=finding.case or "",
            held=finding.held,
            watched=self._open_subjects(finding, rule),
            budget=budget,
            any_time=rule.id in ANY_TIME,
        )
        good_until = self._good_until(finding, rule, to) if verb == "nudge" else 0
        return Row(key, status, action.send, finding.opened_at, good_until, planned, to)

    def _open_subjects(self, finding: Finding, rule: Rule) -> tuple[tuple[str, str], ...]:
        """Pull requests of the key that are open now: when they close, the message is no longer true."""
        found = [
            (path.type, part)
            for path, part in zip(rule.per, finding.key, strict=False)
            if path.type == "pull_request" and READS["pull_request", "closed"](self._state.facts, part, 0) is False
        ]
        return tuple(found)

    def _good_until(self, finding: Finding, rule: Rule, to: tuple[str, ...]) -> Instant:
        length = rule.good_for or Duration(working_days=MOMENT_DAYS)
        if length.span is not None:
            return finding.opened_at + length.span
        hours, away = calendar_of(self._state.facts, to[0] if to else None)
        return add_working_days(hours, away, finding.opened_at, length.working_days or MOMENT_DAYS)


def standing(state: State) -> list[Finding]:
    """Findings about a lasting state that are open, most urgent case first: what a quiet fold leaves to be told."""
    by_id = {case.id: subject for subject, case in state.cases.items()}
    at = state.watermark

    def urgency(finding: Finding) -> tuple[object, ...]:
        subject = by_id.get(finding.case or "")
        first = cases.consequence(state.facts, state.cases[subject], at) if subject else (1, 0, 0, 0, "")
        return (*first, finding.opened_at, finding.id)

    return sorted((one for one in state.findings.values() if one.held), key=urgency)


def _opening(action: Action) -> Action:
    return replace(action, joins=False) if action.joins else action
