"""What people said about a rule's messages: receivers by their answers, reviewers by letting a draft out or not.

Owns the rows, and the precision of a rule that follows from them. No people: a row says what was judged and how. One
about a finding of another meaning does not count for the rule as it is now.
"""

from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass, field

from sqlalchemy import Connection, select
from sqlalchemy.dialects.sqlite import insert

from rules.language.rule import Rule
from rules.model.times import Instant
from worker.store import rule_modes
from worker.store.outbox import Entry
from worker.store.schema import findings, judgements

READER, REVIEWER = "reader", "reviewer"
APPROVED, REFUSED = "approved", "refused"

WRONG = frozenset({"wrong", "not-useful", REFUSED})
"""What speaks against a rule. A no does not: the question was right."""
NO_JUDGEMENT = frozenset({"later", "not-now"})

LEAST_TOLD = 5
"""Answers to nudges are told, and counted, from so many on: of fewer, one could be read as somebody's."""

OFFER_AFTER, OFFER_PERCENT = 5, 80
"""Drafts that were approved, and their share of those decided, from which on a rule may go live by itself."""


@dataclass(slots=True)
class Record:
    """What counts for one rule: one judgement an action, its receiver's before its reviewer's."""

    says: Counter[str] = field(default_factory=Counter)
    drafts: Counter[str] = field(default_factory=Counter)

    @property
    def judged(self) -> int:
        return self.says.total()

    @property
    def right(self) -> int:
        return self.judged - sum(self.says[one] for one in WRONG)

    @property
    def precision(self) -> int | None:
        """Percent that are not WRONG, rounded down; None where nobody judged."""
        return 100 * self.right // self.judged if self.judged else None

    @property
    def yes_percent(self) -> int:
        decided = self.drafts.total()
        return 100 * self.drafts[APPROVED] // decided if decided else 0

    @property
    def is_ready(self) -> bool:
        return self.drafts[APPROVED] >= OFFER_AFTER and self.yes_percent >= OFFER_PERCENT


def note(connection: Connection, ws: int, entry: Entry, side: str, says: str, at: Instant) -> None:
    """Somebody judges an action; the same side's next word takes the place of its last one."""
    meaning = connection.execute(select(findings.c.meaning).where(findings.c.id == entry.finding)).scalar() or ""
    values = {"ws": ws, "rule": entry.rule, "meaning": meaning, "says": says, "at": at}
    row = insert(judgements).values(action=entry.action, side=side, **values)
    connection.execute(row.on_conflict_do_update(index_elements=["action", "side"], set_=values))


def records(connection: Connection, ws: int, rules: Mapping[str, Rule], since: Instant = 0) -> dict[str, Record]:
    """Of every rule: what was said of what it means now, since somebody, or the rule itself, set its mode."""
    begun = {rule: one.at for rule, one in rule_modes.every(connection, ws, rules).items()}
    found = {rule: Record() for rule in rules}
    last: dict[str, tuple[str, str]] = {}
    rows = [
        (action, side, rule, says)
        for action, side, rule, meaning, says, at in _rows(connection, ws)
        if rule in rules and rules[rule].meaning == meaning and at >= since and at > begun.get(rule, 0)
    ]
    answers = Counter(rule for _, side, rule, _ in rows if side == READER)
    for action, side, rule, says in rows:
        if side == READER and not is_told(rules[rule], answers[rule]):
            continue
        if side == REVIEWER:
            found[rule].drafts[says] += 1
        if says not in NO_JUDGEMENT:
            last[action] = (rule, says)
    for rule, says in last.values():
        found[rule].says[says] += 1
    return found


def is_told(rule: Rule, answers: int) -> bool:
    """Whether so many answers can be told without telling somebody's."""
    return answers >= LEAST_TOLD or all(do.verb != "nudge" for do in rule.do)


def said(connection: Connection, ws: int, side: str, since: Instant) -> dict[str, Counter[str]]:
    """Rule → how often each word was said since then, whatever the rule meant."""
    found: dict[str, Counter[str]] = {}
    for _, one, rule, _, says, at in _rows(connection, ws):
        if one == side and at >= since:
            found.setdefault(rule, Counter())[says] += 1
    return found


def _rows(connection: Connection, ws: int) -> list[tuple[str, str, str, str, str, Instant]]:
    """Reviewers first: what a receiver says later takes the place of it."""
    one = judgements.c
    query = select(one.action, one.side, one.rule, one.meaning, one.says, one.at).where(one.ws == ws)
    return [tuple(row) for row in connection.execute(query.order_by(one.side.desc(), one.action))]
