"""A rule that is put together from a pack and what a file changes of it is the rule written out whole."""

import json
import random
import re
from dataclasses import replace
from typing import Any

from oracle.random_rules import draw

from rules.language.load import Source, load_rules
from rules.language.rule import Rule

Shape = dict[str, Any]


def taken_apart(chance: random.Random, shape: Shape) -> tuple[Shape, Shape]:
    """What the pack says, other than the rule in some fields, and what a file has to say to have the rule again."""
    base, mine = dict(shape), {}
    if isinstance(shape.get("when"), list) and len(shape["when"]) > 1:
        base["when"], mine["and_when"] = shape["when"][:1], shape["when"][1:]
    if shape.get("with"):
        name = chance.choice(sorted(shape["with"]))
        base["with"], mine["with"] = {**shape["with"], name: 7}, {name: shape["with"][name]}
    if shape.get("count") and chance.random() < 0.5:
        name = chance.choice(sorted(shape["count"]))
        base["count"] = {**shape["count"], name: {**shape["count"][name], "when": "event.source != 'nowhere'"}}
        mine["count"] = {name: shape["count"][name]}
    for name, other in (
        ("cooldown", "77d"),
        ("title", "another"),
        ("only", {"areas": ["far"]}),
        ("guards", {"bots": False}),
    ):
        if name in shape and chance.random() < 0.6:
            base[name], mine[name] = other, shape[name]
    return base, mine


def whole(rules: tuple[Rule, ...]) -> list[str]:
    """Without where it was written; `meaning` is a hash of how."""
    bare = [replace(one, origins={}, pack="", meaning="") for one in rules]
    return [re.sub(r"Place\([^)]*\)", "", repr(one)) for one in bare]


def test_a_pack_and_its_overrides_give_the_rule_written_out() -> None:
    changed = 0
    for seed in range(25):
        chance, (rules, text) = random.Random(f"packs {seed}"), draw(seed)
        said = json.loads(text)
        parts = {id_: taken_apart(chance, shape) for id_, shape in said["rules"].items()}
        pack = {
            "pack": "base@1",
            "defaults": said["defaults"],
            "rules": {id_: base for id_, (base, _) in parts.items()},
        }
        mine = {"extends": ["base@1"], "rules": {id_: own for id_, (_, own) in parts.items() if own}}
        mine = mine if mine["rules"] else {"extends": ["base@1"]}
        packs = {"base": Source("base.yml", json.dumps(pack))}
        loaded = load_rules([Source("mine.yml", json.dumps(mine))], packs)
        assert not loaded.problems, (seed, loaded.problems)
        assert whole(loaded.rules) == whole(rules), seed
        changed += sum(bool(own) for _, own in parts.values())
    assert changed > 25
