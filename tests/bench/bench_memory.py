"""Memory of one workspace over a million events: the histories again and again, each time later and with new ids.

People and areas stay the same, everything else is new, so what grows from one round to the next is what is not forgotten.
"""

import gc
import os
import resource
from collections.abc import Iterator
from pathlib import Path

from measure import AREAS, catalogue, histories, say
from msgspec.structs import replace

from rules.engine.codec import encode
from rules.engine.decide import Engine
from rules.engine.state import State
from rules.model.events import Event
from rules.model.times import DAY

EVENTS = 1_000_000


def resident() -> float:
    """MB now; the peak where the system does not tell."""
    try:
        pages = int(Path("/proc/self/statm").read_text().split()[1])
    except OSError:
        return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
    return pages * os.sysconf("SC_PAGE_SIZE") / 1e6


def again_and_again(events: list[Event]) -> Iterator[Event]:
    span, n, round_ = events[-1].at - events[0].at + DAY, 0, 0
    while True:
        for event in events:
            pull = event.pull_request
            said = replace(pull, id=f"{round_}/{pull.id}") if pull else None
            yield replace(event, id=f"{round_}/{event.id}", at=event.at + round_ * span, pull_request=said)
            n += 1
            if n == EVENTS:
                return
        round_ += 1


def main() -> None:
    program = catalogue()
    name, events = max(histories(), key=lambda one: len(one[1]))
    gc.collect()
    before, seen = resident(), []
    state = State.new("main")
    engine = Engine(state, program)
    engine.decide([AREAS])
    source, opened = again_and_again(events), 0
    for _ in range(10):
        batch = (next(source) for _ in range(EVENTS // 10))
        opened += len(engine.decide(batch).opened)
        seen.append(resident() - before)
        engine.decide([])  # the decision of the batch goes
    say(f"memory after 200,000 of a million events ({name}), state", seen[1], "MB")
    say(f"memory after a million events ({name}), state", seen[-1], "MB", at_least=300)
    say("of it new per 100,000 events, over the last half", (seen[-1] - seen[4]) / 5, "MB")
    say("the same state, encoded", len(encode(state)) / 1e6, "MB")
    say("findings in them", opened, "findings")
    say("peak of the process, history included", resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024, "MB")


main()
