"""Step 5: counts take the event. Owns what enters which tally, and what a guard leaves out of it."""

from rules.engine.compile import primary_id
from rules.engine.frame import Frame
from rules.engine.matches import Match, find
from rules.engine.plans import CountPlan, KindPlan, RulePlan
from rules.engine.state import RuleState, State
from rules.engine.tally import Entry, Tally


def count_own(plan: RulePlan, own: RuleState, frame: Frame, matches: list[Match], guard: str) -> None:
    """Feeds the counts that live on the rule's own matches."""
    for count in plan.counts:
        if count.own:
            _feed(count, own, frame, matches, guard)


def count_others(count: CountPlan, own: RuleState, frame: Frame, kind: str, guard: str) -> None:
    """Feeds a count that listens for itself."""
    for listen in count.listens[kind]:
        found = find(listen, frame)
        if found.matches:
            _feed(count, own, frame, found.matches, guard)
            return


def leave_until(state: State, kind: KindPlan, frame: Frame) -> None:
    """Takes out entries whose primary entity this event ends."""
    ident = primary_id(frame)
    for plan, count in kind.until:
        for tally in state.rule(plan.rule.id).tallies.get(count.count.name, {}).values():
            tally.remove(ident)


def _feed(count: CountPlan, own: RuleState, frame: Frame, matches: list[Match], guard: str) -> None:
    event, tallies = frame.event, own.tallies.get(count.count.name)
    assert event is not None  # only events are counted
    if tallies is None:
        tallies = own.tallies[count.count.name] = {}
    asks, ident, inputs = count.asks, count.ident, count.inputs
    for bound, key in matches:
        frame.bound = bound
        if asks and any(ask(frame) is not True for ask in asks):
            continue
        tally = tallies.get(key)
        if tally is None:
            tally = tallies[key] = Tally(count.shape)
        if guard:
            tally.leave_out(frame.at, guard)
        else:
            seen = tuple([values(frame) for values in inputs]) if inputs else ()
            tally.add(Entry(frame.at, event.id, ident(frame) if ident else "", seen, event.link))
