"""The public histories, whole, through the service's intake and deciding: counts, seconds, and that nothing was lost on the way.

With the rules of the catalogue's core, a folder an area, read quietly as a backfill is.
"""

import sys
import tempfile
import time
from pathlib import Path

from measure import AREAS, histories, say

sys.path.insert(0, str(Path(__file__).resolve().parents[1]))
from desk_kit import Desk  # the folder of the tests is put on the path above

from worker.log import configure
from worker.rulebook import load, rulebook
from worker.store import dead_letters


def main() -> None:
    configure()
    program = rulebook(load()[0]).program
    for name, events in histories():
        with tempfile.TemporaryDirectory() as tmp:
            desk = Desk(Path(tmp) / "s.db", program, events[-1].at + 1)
            desk.status("warming")
            started = time.perf_counter()
            desk.receive([AREAS], "config")
            for place in range(0, len(events), 250):
                desk.receive(events[place : place + 250], "backfill")
            desk.status("quiet")
            desk.decide()
            took = time.perf_counter() - started
            found = desk.findings()
            with desk.store.reading() as connection:
                letters = len(dead_letters.newest(connection, desk.ws))
            drafts = len(desk.actions("draft"))
            open_ones = sum(one.status == "open" for one in found.values())
            say(f"{name}: {len(events):,} events through the service", took, "s", peer=round(len(events) / took))
            say(f"{name}: findings, {open_ones} of them open, {drafts} drafts", len(found), "findings")
            say(f"{name}: dead letters, and workspace {desk.head.status}", letters, "letters", at_least=0)
            desk.close()


main()
