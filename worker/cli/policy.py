"""What `explain` and `findings` never tell: what people said for themselves. It prints `policy` (PRODUCT, promise 4).

Owns which events and names those are, and takes them out of an answer before anybody words it. That somebody objected
never gets here: their work is another person's from the first fold on.
"""

from dataclasses import replace

from msgspec import structs

from rules.engine.chain import Chain
from rules.engine.explain import Explanation
from rules.engine.trace import Counted, Step
from rules.language.rule import Rule
from rules.model.findings import ClauseSeen, CountSeen, Finding
from worker.cli.explain_answer import Answer
from worker.cli.explain_subject import Listing

POLICY = "policy"
PRIVATE_KINDS = frozenset({"pulse.answered", "nudge.answered", "pair.declined"})
PRIVATE_NAMES = ("pulse.", "nudge.answer")


def guarded(answer: Answer) -> Answer:
    """The same without what is private. Of a rule that listens to nothing else: findings, and what became of them. Of a
    finding about a person, not their events one by one."""
    rule = answer.rule
    now, opened, chain = _guarded(answer.now, rule), answer.opened, _chain(answer.chain, _private_counts(rule))
    if _is_secret(rule):
        now = replace(_undecided(now), asked=None, unknown=(), waiting_until=None, cooling_until=0)
    if _is_secret(rule) or _is_personal(rule):
        now, chain = replace(now, asked=None), Chain()
    return replace(
        answer,
        now=now,
        opened=_guarded(opened, rule) if opened is not None else None,
        finding=guarded_finding(answer.finding, rule) if answer.finding is not None else None,
        chain=chain,
        secret=_is_secret(rule),
        personal=_is_personal(rule),
    )


def _undecided(found: Explanation) -> Explanation:
    """Without what would tell whether it was true."""
    return replace(found, stage=POLICY, notes=(), suppressed=(), reason="", held_since=None, holds_at=0, until=0)


def guarded_finding(one: Finding, rule: Rule | None) -> Finding:
    """Its evidence without what is private, and of one about a person without their events."""
    if rule is None:
        return one
    seen = one.evidence
    clauses = () if _is_secret(rule) else tuple(_clause(clause, _private_counts(rule)) for clause in seen.clauses)
    event = "" if _is_secret(rule) or _is_personal(rule) else seen.event
    return structs.replace(
        one, evidence=structs.replace(seen, event=event, counts=_counts(seen.counts, rule), clauses=clauses)
    )


def guarded_clauses(clauses: tuple[ClauseSeen, ...], rule: Rule) -> tuple[ClauseSeen, ...] | None:
    """The same without what is private; None of a rule that listens to nothing else."""
    return None if _is_secret(rule) else tuple(_clause(clause, _private_counts(rule)) for clause in clauses)


def _counts(counts: tuple[CountSeen, ...], rule: Rule) -> tuple[CountSeen, ...]:
    private = _private_counts(rule)
    kept = tuple(one for one in counts if one.name not in private and not _is_secret(rule))
    return tuple(structs.replace(one, events=(), links=()) for one in kept) if _is_personal(rule) else kept


def guarded_list(found: Listing) -> Listing:
    """Of a rule that listens to nothing else, nothing."""
    met = [] if _is_secret(found.rule) else [replace(one, found=_guarded(one.found, found.rule)) for one in found.met]
    return replace(found, met=met)


def _is_secret(rule: Rule) -> bool:
    return all(listen.kind in PRIVATE_KINDS for listen in rule.on)


def _is_personal(rule: Rule) -> bool:
    return any(path.type == "person" for path in rule.per)


def _private_counts(rule: Rule) -> frozenset[str]:
    return frozenset(one.name for one in rule.counts if any(on.kind in PRIVATE_KINDS for on in one.on or rule.on))


def _guarded(found: Explanation, rule: Rule) -> Explanation:
    counts = _private_counts(rule)
    hidden = [_is_private(one, counts) for one in found.clauses]
    asked = found.asked
    if asked is not None and asked.kind in PRIVATE_KINDS:
        asked = replace(asked, event="", kind=POLICY, link="", about="")
    if asked is not None:
        asked = replace(asked, clauses=tuple(_clause(one, counts) for one in asked.clauses), unknown=(), counts=())
    secret = _is_secret(rule)
    if any(hidden) and found.finding is None:
        found = _undecided(found)
    return replace(
        found,
        clauses=() if secret else tuple(_clause(one, counts) for one in found.clauses),
        near=() if secret else tuple("" if hide else one for one, hide in zip(found.near, hidden, strict=True)),
        counts=_counts(found.counts, rule),
        unknown=tuple(one for one in found.unknown if not one.name.startswith(PRIVATE_NAMES)),
        asked=asked,
        finding=guarded_finding(found.finding, rule) if found.finding is not None else None,
    )


def _clause(one: ClauseSeen, counts: frozenset[str]) -> ClauseSeen:
    return ClauseSeen(one.text, None, {}, POLICY) if _is_private(one, counts) else one


def _is_private(one: ClauseSeen, counts: frozenset[str]) -> bool:
    return any(name.startswith(PRIVATE_NAMES) or name.partition(".")[0] in counts for name in one.values)


def _chain(chain: Chain, counts: frozenset[str]) -> Chain:
    kept = tuple(
        replace(count, counted=tuple(_unnamed(one) for one in count.counted))
        for count in chain.counts
        if count.name not in counts
    )
    return replace(chain, counts=kept, steps=tuple(_step(one, counts) for one in chain.steps))


def _unnamed(one: Counted) -> Counted:
    return replace(one, event="", kind=POLICY, link="", about="", who=()) if one.kind in PRIVATE_KINDS else one


def _step(one: Step, counts: frozenset[str]) -> Step:
    said = replace(one, clauses=tuple(_clause(clause, counts) for clause in one.clauses))
    if one.kind in PRIVATE_KINDS:
        said = replace(said, event="", kind=POLICY, link="", about="")
    private = any(_is_private(clause, counts) for clause in one.clauses)
    return replace(said, detail=POLICY) if private else said
