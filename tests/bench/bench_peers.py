"""Ten simple rules, and one that counts, beside other rule engines: the same rules, the same events, nothing stored.

Events are those of a public history as we keep them, and the same cut down to what the rules read: the others are
handed messages as dictionaries, ready made, and we our own events. What fired is compared before any time is.
What differs: with every event we fold the facts of people, areas and changes, and we keep evidence for what fired; the
others do none of it. The floor is our own rate without any rule: what is beyond it is what the rules cost.
The peers live in their own environment (peers.txt); without it only our own side is measured.
"""

import gc
import json
import os
import shutil
import subprocess
import sys
import tempfile
from collections import Counter
from pathlib import Path

import msgspec
from measure import histories, say, seconds

from rules.engine.compile import compile_rules
from rules.engine.decide import Engine
from rules.engine.plans import Program
from rules.engine.state import State
from rules.language.load import Source, load_rules
from rules.model.entities import PullRequest, Review
from rules.model.events import Event
from rules.model.findings import Finding

PYTHON = Path(os.environ.get("SPAREKEY_PEERS", Path(__file__).resolve().parent / ".peers" / "bin" / "python"))
MOST, EVERY = 20_000, 20
RANGES = [(n, n + 2) for n in range(10, 30, 2)]  # exactly 11, 13, … files
HEAD = """defaults:
  mode: live
  guards: {bots: false, mechanical: false, small: false, new_area: false, warm_up: false, open_task: false}
rules:
"""
ONE_OF_TEN = """  r%d:
    title: A change of this size
    on: pull_request.merged
    when: "!pull_request.decision && pull_request.files > %d && pull_request.files < %d"
    per: pull_request
    do: [{digest: pull_request.author, template: t}]
"""
COUNT = f"""  count:
    title: Every so many reviews of a person
    on: review.submitted
    per: review.author
    count: {{reviews: {{last: 5000}}}}
    fire: reviews.n % {EVERY} == 0
    do: [{{digest: review.author, template: t}}]
"""
TEXTS = {"ten": HEAD + "".join(ONE_OF_TEN % (n, *ends) for n, ends in enumerate(RANGES)), "count": HEAD + COUNT}
WORDS = {"ten": "ten simple rules", "count": f"every {EVERY}th review of a person"}
Fired = list[list[object]]


def bare(event: Event) -> Event:
    """What the rules read, and nothing else."""
    change, review = event.pull_request, event.review
    assert change is not None
    small = PullRequest(id=change.id, author=change.author, files=change.files, decision=change.decision)
    said = Review(id=review.id, author=review.author) if review else None
    kept = {"id": event.id, "kind": event.kind, "at": event.at, "source": event.source}
    return Event(**kept, pull_request=small, review=said)


def fired(rule: str, found: list[Finding]) -> Fired:
    """As the peers say it: [rule, event] of the ten, [author, times] of the count."""
    if rule == "count":
        return [list(one) for one in sorted(Counter(one.key[0] for one in found).items())]
    return sorted([one.rule, one.evidence.event] for one in found)


def program_of(text: str) -> Program:
    loaded = load_rules([Source("peers.yml", text)])
    assert not loaded.problems, loaded.problems
    return compile_rules(loaded.rules)


def decided(program: Program, events: list[Event]) -> list[Finding]:
    return Engine(State.new("main"), program).decide(events).opened


def theirs(events: list[Event]) -> list[dict[str, object]]:
    if not PYTHON.exists():
        print(f"no peers: {PYTHON} is not there (make bench sets it up from tests/bench/peers.txt)")
        return []
    task = {"messages": [msgspec.to_builtins(event) for event in events], "ranges": RANGES, "every": EVERY}
    with tempfile.NamedTemporaryFile("w", suffix=".json", encoding="utf-8") as file:
        json.dump(task, file)
        file.flush()
        command = [str(PYTHON), str(Path(__file__).with_name("peers.py")), file.name]
        done = subprocess.run(
            command, env=environment(), stdout=subprocess.PIPE, text=True, encoding="utf-8", check=True
        )
    return [json.loads(line) for line in done.stdout.splitlines()]


def environment() -> dict[str, str]:
    """drools_jpy finds its Java by JAVA_HOME alone."""
    java = shutil.which("java")
    home = {"JAVA_HOME": str(Path(java).resolve().parents[1])} if java else {}
    return {**home, **os.environ}


def rate(program: Program, events: list[Event]) -> float:
    return len(events) / seconds(lambda: decided(program, events))


def compare(kind: str, events: list[Event]) -> None:
    programs = {rule: program_of(text) for rule, text in TEXTS.items()}
    mine = {rule: fired(rule, decided(program, events)) for rule, program in programs.items()}
    rates = {rule: rate(program, events) for rule, program in programs.items()}
    floor = round(rate(compile_rules(()), events))
    rows = theirs(events)
    for rule, ours in rates.items() if not rows else ():
        say(f"{WORDS[rule]}, {kind}: {len(mine[rule])} fired", ours, "/s", floor=floor)
    for row in rows:
        if "skipped" in row:
            print(f"{row['peer']}: {row['skipped']}")
            continue
        rule, peer = str(row["rule"]), len(events) / float(str(row["seconds"]))
        assert row["fired"] == mine[rule], f"{row['peer']} fired otherwise: {WORDS[rule]}"
        more = {"peer": round(peer), "ratio": round(rates[rule] / peer, 2), "at_least": round(peer)}
        say(f"{WORDS[rule]}, {kind}, beside {row['peer']}", rates[rule], "/s", floor=floor, **more)


def main() -> None:
    gc.set_threshold(200_000, 20, 50)  # as the service sets it
    events = next(iter(histories()))[1][:MOST]
    events = [one for one in events if one.kind in ("pull_request.merged", "review.submitted")]
    size = sum(len(msgspec.json.encode(one)) for one in events) // len(events)
    compare(f"events as they are ({size} B)", events)
    small = [bare(one) for one in events]
    size = sum(len(msgspec.json.encode(one)) for one in small) // len(small)
    compare(f"cut down ({size} B)", small)


if __name__ == "__main__":
    sys.exit(main())
