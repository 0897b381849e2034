"""What is so now, for whoever is about to say it.

Owns the answers from the newest decided state. While there is none nothing is said.
"""

from collections.abc import Callable, Sequence

from rules.engine import cases
from rules.engine.calendars import calendar_of
from rules.engine.facts.registry import READS
from rules.engine.state import State
from rules.model.people import Calendar
from rules.model.times import Instant


class Standing:
    """`state` gives the newest decided state, or None while it is being recovered."""

    def __init__(self, state: Callable[[], State | None]) -> None:
        self._state = state

    @property
    def is_known(self) -> bool:
        return self._state() is not None

    def gone(self, finding: str, held: bool, watched: Sequence[tuple[str, str]]) -> str:
        """Why a message about this finding would no longer be true; '' while it is."""
        state = self._state()
        if state is None:
            return ""
        if held and finding not in state.findings and not _told_by_others(state, finding):
            return "no longer so"
        for entity, id_ in watched:
            if READS[entity, "closed"](state.facts, id_, state.watermark) is not False:
                return f"{entity.replace('_', ' ')} {id_} is closed"
        return ""

    def urgency(self, case: str) -> tuple[int, int, int, int, str]:
        state = self._state()
        found = next((one for one in state.cases.values() if one.id == case), None) if state else None
        if state is None or found is None:
            return (1, 0, 0, 0, case)
        return cases.consequence(state.facts, found, state.watermark)

    def hours(self, person: str) -> tuple[Calendar, tuple[tuple[Instant, Instant], ...]]:
        state = self._state()
        return calendar_of(state.facts, person) if state is not None else (Calendar(), ())


def _told_by_others(state: State, finding: str) -> bool:
    """Whether the finding's case goes on with other findings."""
    return any(finding in case.findings and case.open_findings for case in state.cases.values())
