"""What `explain` never tells: what people said for themselves. It prints `policy` (PRODUCT, promise 4).

Owns which events and names those are, and takes them out of an answer before anybody words it. That somebody objected
never gets here: their work is another person's from the first fold on.
"""

from dataclasses import replace

from rules.engine.chain import Chain
from rules.engine.explain import Explanation
from rules.engine.trace import Counted, Step
from rules.language.rule import Rule
from rules.model.findings import ClauseSeen
from worker.cli.explain_answer import Answer
from worker.cli.explain_subject import Listing

POLICY = "policy"
PRIVATE_KINDS = frozenset({"pulse.answered", "nudge.answered", "pair.declined"})
PRIVATE_NAMES = ("pulse.", "nudge.answer")


def guarded(answer: Answer) -> Answer:
    """The same without what is private. Of a rule that listens to nothing else: findings, and what became of them."""
    rule = answer.rule
    if _is_secret(rule):
        bare = replace(
            answer.now, stage=POLICY, clauses=(), near=(), counts=(), asked=None, notes=(), unknown=(), suppressed=(),
            reason="", held_since=None, waiting_until=None, holds_at=0, until=0, cooling_until=0,
        )  # fmt: skip
        shown = replace(answer.opened, clauses=(), near=(), counts=()) if answer.opened is not None else None
        return replace(answer, now=bare, opened=shown, chain=Chain(), secret=True)
    counts = _private_counts(rule)
    return replace(
        answer,
        now=_guarded(answer.now, counts),
        opened=_guarded(answer.opened, counts) if answer.opened is not None else None,
        chain=_chain(answer.chain, counts),
    )


def guarded_list(found: Listing) -> Listing:
    """Of a rule that listens to nothing else, nothing."""
    counts = _private_counts(found.rule)
    met = [] if _is_secret(found.rule) else [replace(one, found=_guarded(one.found, counts)) for one in found.met]
    return replace(found, met=met)


def _is_secret(rule: Rule) -> bool:
    return all(listen.kind in PRIVATE_KINDS for listen in rule.on)


def _private_counts(rule: Rule) -> frozenset[str]:
    return frozenset(one.name for one in rule.counts if any(on.kind in PRIVATE_KINDS for on in one.on or rule.on))


def _guarded(found: Explanation, counts: frozenset[str]) -> Explanation:
    hidden = [_is_private(one, counts) for one in found.clauses]
    asked = found.asked
    if asked is not None and asked.kind in PRIVATE_KINDS:
        asked = replace(asked, event="", kind=POLICY, link="", about="")
    if asked is not None:
        asked = replace(asked, clauses=tuple(_clause(one, counts) for one in asked.clauses), unknown=(), counts=())
    return replace(
        found,
        clauses=tuple(_clause(one, counts) for one in found.clauses),
        near=tuple("" if hide else one for one, hide in zip(found.near, hidden, strict=True)),
        counts=tuple(one for one in found.counts if one.name not in counts),
        unknown=tuple(one for one in found.unknown if not one.name.startswith(PRIVATE_NAMES)),
        asked=asked,
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
    return replace(said, detail=POLICY) if private and one.detail else said
