"""Which areas a history is read with: given by a person, or the proposal that would have raised a sensible number of
findings.

Owns measuring the proposals with the rule that area size matters to most: one story an area.
"""

from dataclasses import dataclass
from pathlib import Path

from connectors.errors import ConfigError
from rules.engine.compile import compile_rules
from rules.knowledge.propose import Measured, Proposal, choose, proposals
from rules.model.areas import AreaMap
from rules.model.events import Event
from rules.model.times import DAY
from worker.config.areas import load_areas
from worker.deciding.rehearse import rehearse
from worker.rulebook import at_a_terminal, load
from worker.wiring.histories import WORKSPACE, History

MEASURED_BY = "area-single-carrier"
"""Who else reviews depends on a team's habits more than on how large its areas are (docs/decisions/0013)."""
LOOK_BACK = 730 * DAY
YEAR = 365 * DAY


@dataclass(frozen=True, slots=True)
class Choice:
    """The area map, in which words it can be said, and what the other choices would have raised."""

    area_map: AreaMap
    name: str
    about: str
    measured: tuple[Measured, ...] = ()


def choose_areas(history: History, wanted: str | None) -> Choice:
    """`wanted`: a proposal's name, or an areas.yml. Raises ConfigError for what is neither."""
    recent = [event for event in history.events if event.at > history.ends_at - LOOK_BACK]
    paths = {path for event in recent for path in event.paths or ()}
    offered = proposals(paths, history.codeowners)
    if wanted is not None:
        return _given(wanted, offered)
    measured = tuple(_measure(one, recent, history) for one in offered)
    best = choose(measured)
    return Choice(best.proposal.area_map, best.proposal.name, best.proposal.about, measured)


def _given(wanted: str, offered: list[Proposal]) -> Choice:
    for one in offered:
        if one.name == wanted:
            return Choice(one.area_map, one.name, one.about)
    path = Path(wanted)
    if not path.is_file():
        names = ", ".join(one.name for one in offered)
        raise ConfigError(f"--areas {wanted}: no such file, and no such choice", f"here there are: {names}")
    area_map, problems = load_areas(path.read_text(encoding="utf-8", errors="replace"), str(path))
    if area_map is None or problems:
        raise ConfigError("\n".join(str(problem) for problem in problems))
    return Choice(area_map, path.name, f"the areas of {path.name}")


def _measure(proposal: Proposal, recent: list[Event], history: History) -> Measured:
    rules = tuple(rule for rule in at_a_terminal(load()[0]) if rule.id == MEASURED_BY)
    events = [area_event(proposal.area_map, recent), *recent]
    found = rehearse(events, compile_rules(rules), WORKSPACE, since=history.ends_at - YEAR)
    areas = sum(1 for row in found.state.facts.area.values() if row.last_change > history.ends_at - YEAR)
    stories = {finding.area for finding in found.opened_since(history.ends_at - YEAR)}
    return Measured(proposal, len(stories), areas)


def area_event(area_map: AreaMap, events: list[Event]) -> Event:
    """The area map as the event that stands before all others."""
    at = events[0].at - 1 if events else 0
    return Event(
        id="areas.changed:start",
        kind="areas.changed",
        at=at,
        source="configuration",
        workspace=WORKSPACE,
        area_map=area_map,
    )
