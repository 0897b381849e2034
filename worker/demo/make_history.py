"""Makes history.jsonl.xz from the public history of kv_engine: `python -m worker.demo.make_history HISTORY OUT`.

Owns which slice the demo plays. Titles are judged and dropped, people are pseudonyms already.
"""

import lzma
import sys
from datetime import UTC, datetime
from pathlib import Path

from connectors.files.normalise import line_of
from connectors.files.source import read
from rules.model.events import order_key
from rules.model.times import instant

FIRST = instant(datetime(2020, 9, 1, tzinfo=UTC))
LAST = instant(datetime(2022, 3, 20, tzinfo=UTC))


def make(history: Path, out: Path) -> int:
    events = [event for event in read(history, lambda account: account.id) if FIRST <= event.at < LAST]
    lines = b"".join(line_of(event) + b"\n" for event in sorted(events, key=order_key))
    out.write_bytes(lzma.compress(lines, preset=9))
    return len(events)


if __name__ == "__main__":
    sys.stdout.write(f"{make(Path(sys.argv[1]), Path(sys.argv[2]))} events\n")
