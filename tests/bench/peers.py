"""The other engines at the rules of `bench_peers.py`. Run by their own Python, never by ours: `peers.py TASK.json`.

A task holds `messages`, ten `ranges` of file counts, and `every`, the number of reviews. Prints one JSON object a line:
`{peer, rule, fired, seconds}` or `{peer, skipped}`. `fired` is sorted: [rule, event] of the ten, [author, times] of the
count. Seconds are CPU time, best of three, each on a new rule set; what is asked for is built before.
"""

import importlib
import json
import os
import sys
import time
from collections import Counter
from collections.abc import Callable
from pathlib import Path
from typing import Any

Message = dict[str, Any]
Feed = Callable[[], list[tuple[str, str]]]  # takes every message, gives what fired
ROUNDS = 3


def with_key(message: Message) -> Message:
    """What durable-rules counts by is called sid."""
    return {**message, "sid": message["review"]["author"]}


def durable_rules(task: Message, rule: str, turn: int) -> Feed:
    lang, engine = importlib.import_module("durable.lang"), importlib.import_module("durable.engine")
    fired: list[tuple[str, str]] = []
    m = lang.m

    def noting(id_: str) -> Callable[[Any], None]:
        return lambda c: fired.append((id_, c.m.id))

    with lang.ruleset(name := f"{rule}{turn}"):
        if rule == "ten":
            for n, (low, high) in enumerate(task["ranges"]):
                files = (m.pull_request.files > low) & (m.pull_request.files < high)
                found = (m.kind == "pull_request.merged") & (m.pull_request.decision == False) & files  # noqa: E712 (its language)
                lang.when_all(found)(noting(f"r{n}"))
        else:
            counted = lang.count(task["every"])
            lang.when_all(counted, m.kind == "review.submitted")(lambda c: fired.append((c.s.sid, "")))
    messages = [with_key(one) if rule == "count" and "review" in one else one for one in task["messages"]]
    lang.get_host()

    def feed() -> list[tuple[str, str]]:
        for one in messages:
            try:  # noqa: SIM105 (the other way is slower)
                lang.post(name, one)
            except engine.MessageNotHandledException:
                pass  # what no rule wants is an error there
        return fired

    return feed


def rule_engine(task: Message, rule: str, turn: int) -> Feed | None:
    """Conditions only: it keeps nothing, so it cannot count."""
    if rule == "count":
        return None
    library = importlib.import_module("rule_engine")
    context = library.Context(resolver=library.resolve_item)
    text = (
        "kind == 'pull_request.merged' and not pull_request['decision'] "
        "and pull_request['files'] > {} and pull_request['files'] < {}"
    )
    rules = [(f"r{n}", library.Rule(text.format(*ends), context=context)) for n, ends in enumerate(task["ranges"])]
    return lambda: [(name, one["id"]) for one in task["messages"] for name, test in rules if test.matches(one)]


def drools_jpy(task: Message, rule: str, turn: int) -> Feed:
    drools, rules = importlib.import_module("drools.ruleset"), importlib.import_module("drools.rule")
    fired: list[tuple[str, str]] = []

    def compare(how: str, name: str, kind: str, value: object) -> Message:
        return {how + "Expression": {"lhs": {"Event": name}, "rhs": {kind: value}}}

    def both(*parts: Message) -> Message:
        return parts[0] if len(parts) == 1 else {"AndExpression": {"lhs": both(*parts[:-1]), "rhs": parts[-1]}}

    def made(name: str, *parts: Message, **more: object) -> Message:
        return {
            "Rule": {
                "name": name,
                "condition": {"AllCondition": [both(*parts)]},
                "actions": [],
                "enabled": True,
                **more,
            }
        }

    if rule == "ten":
        merged, plain = compare("Equals", "kind", "String", "pull_request.merged"), "pull_request.decision"
        ten = enumerate(task["ranges"])
        chosen = [
            made(
                f"r{n}", merged, compare("Equals", plain, "Boolean", False),
                compare("GreaterThan", "pull_request.files", "Integer", low), compare("LessThan", "pull_request.files", "Integer", high),
            ) for n, (low, high) in ten
        ]  # fmt: skip
    else:
        throttle = {
            "group_by_attributes": ["event.review.author"],
            "accumulate_within": "10 hours",
            "threshold": task["every"],
        }
        chosen = [made("count", compare("Equals", "kind", "String", "review.submitted"), throttle=throttle)]
    text = json.dumps({"name": f"{rule}{turn}", "hosts": ["all"], "sources": [], "rules": chosen})
    session = drools.Ruleset(name=f"{rule}{turn}", serialized_ruleset=text)
    for one in chosen:
        name = one["Rule"]["name"]
        session.add_rule(rules.Rule(name, lambda found, name=name: fired.append(said(name, found.data))))

    def said(name: str, data: Message) -> tuple[str, str]:
        message = data.get("m", data)
        return (message["review"]["author"], "") if name == "count" else (name, message["id"])

    def feed() -> list[tuple[str, str]]:
        for message in task["messages"]:
            drools.assert_event(f"{rule}{turn}", message)
        return fired

    return feed


PEERS = {"durable-rules": durable_rules, "rule-engine": rule_engine, "drools_jpy": drools_jpy}


def measured(make: Callable[[Message, str, int], Feed | None], task: Message, rule: str) -> Message | None:
    best, found = float("inf"), []
    for turn in range(ROUNDS):
        feed = make(task, rule, turn)
        if feed is None:
            return None
        started = time.process_time()
        found = feed()
        best = min(best, time.process_time() - started)
    fired = sorted(Counter(one for one, _ in found).items()) if rule == "count" else sorted(found)
    return {"rule": rule, "fired": fired, "seconds": best}


def main(path: str) -> None:
    task = json.loads(Path(path).read_text("utf-8"))
    for name, make in PEERS.items():
        try:
            rows = [measured(make, task, rule) for rule in ("ten", "count")]
        except (ImportError, OSError) as problem:
            print(json.dumps({"peer": name, "skipped": str(problem)}), flush=True)
            continue
        for row in rows:
            print(json.dumps({"peer": name, **row} if row else {"peer": name, "skipped": "cannot count"}), flush=True)


if __name__ == "__main__":
    sys.stdout = os.fdopen(os.dup(1), "w")  # a JVM writes to the first one
    os.dup2(2, 1)
    main(sys.argv[1])
