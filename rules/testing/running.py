"""All cases of a document, in order: which passed, and what differed.

Owns the result of a run. A case ends at the first step at which something differs.
"""

from dataclasses import dataclass

from rules.testing import shuffling
from rules.testing.bench import Bench
from rules.testing.checking import Difference, Look, look
from rules.testing.document import Case, Document, Step
from rules.testing.playing import CannotPlay, Play

MAX_EVENTS = 3000


@dataclass(frozen=True, slots=True)
class Result:
    file: str
    zone: str
    name: str
    differences: tuple[Difference, ...]

    @property
    def passed(self) -> bool:
        return not self.differences


def run_case(document: Document, case: Case, bench: Bench, shuffle: bool = False) -> Result:
    """`shuffle`: a case that passes is also played with other orders of arrival."""
    play = Play(document, case, bench)
    try:
        differences = _steps(play)
    except CannotPlay as found:
        differences = [Difference(found.place, play.clock, str(found))]
    if shuffle and not differences:
        differences = shuffling.differences(play)
    return Result(document.file, document.zone, case.name, tuple(differences))


def _happens(play: Play, step: Step) -> None:
    """Everything of a step but what it looks at."""
    if len(play.past.journal) > MAX_EVENTS:
        raise CannotPlay(step.place, f"more than {MAX_EVENTS:,} events in one case")
    for number in range(step.times if step.steps else 0):
        if number and step.every is not None:
            play.advance(play.later(step.every), step.place)
        for inner in step.steps:
            _happens(play, inner)
    if step.happening is not None:
        play.happen(step.happening)
    if step.answer is not None:
        play.answer(step.answer)
    if step.advance is not None:
        play.advance(play.later(step.advance), step.place)
    if step.until is not None:
        play.advance(step.until, step.place)


def _steps(play: Play) -> list[Difference]:
    last = Look()
    for step in play.case.steps:
        _happens(play, step)
        differences = look(play, step, last)
        if differences:
            return differences
    if not play.arrived_all():
        raise CannotPlay(play.case.steps[-1].place, "a late event has not arrived yet: advance further")
    return []
