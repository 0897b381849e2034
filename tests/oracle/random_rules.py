"""Rules made by chance in the real format: a text that goes through the real loader.

Owns the choices; what fits together is in `random_themes.py`. What the loader refuses is drawn again.
"""

import json
import random
from typing import Any

from oracle.random_story import AREAS, LABELS, REPOSITORIES
from oracle.random_themes import (
    AREA_FACTS,
    KEY_TYPES,
    OF_KEYS,
    OTHER_THEMES,
    OWN_COUNTS,
    OWN_VALUES,
    PULL_IN_AREA,
    THEMES,
    VERBS,
    WINDOWS,
    Shape,
)

from rules.language.load import Source, load_rules
from rules.language.rule import Rule

SCOPES: tuple[tuple[str, tuple[str, ...]], ...] = (
    ("areas", AREAS), ("teams", ("core", "edge")), ("repositories", REPOSITORIES), ("labels", LABELS),
)  # fmt: skip


class Draw:
    """One random rule. Every choice comes from one source of chance, so a seed names a rule."""

    def __init__(self, chance: random.Random, id_: str) -> None:
        self.chance = chance
        self.id = id_
        self.theme = chance.choices(
            (*THEMES, *OTHER_THEMES), [6, 4, 2, 1, 4, 3, 2, 3, 2, 1, 1, 2, 2, 1, 1, *[1] * len(OTHER_THEMES)]
        )[0]
        self.numbers: dict[str, int] = {}
        self.each, self.per = chance.choice(self.theme.keys)

    def maybe(self, likely: float) -> bool:
        return self.chance.random() < likely

    def rule(self) -> Shape:
        chance, theme = self.chance, self.theme
        kinds = chance.sample(theme.kinds, chance.choice((1, 1, 2)) if len(theme.kinds) > 1 else 1)
        found: Shape = {"title": "t", "on": kinds, "per": self.per}
        if len(theme.kinds) == 2 and set(theme.kinds) == {"review.submitted", "comment.created"}:
            found["on"] = list(theme.kinds)
        if self.each:
            found["each"] = self.each
        if self.maybe(0.35):
            found["when"] = self.some(self.conditions(), 2)
        if self.maybe(0.25) and len(found["on"]) == 1:
            found["on"] = [{"kind": found["on"][0], "when": chance.choice(theme.conditions)}]
        if kinds[0].startswith("finding.") and self.id != "r0":  # no finding may cause itself
            earlier = chance.randrange(int(self.id[1:]))
            found["on"] = [{"kind": kinds[0], "when": f'finding.rule == "r{earlier}"'}]
        shape = chance.choice(("count", "count", "count", "hold", "hold", "wait", "wait", "plain"))
        if shape in ("count", "hold") or self.maybe(0.2):
            found["count"] = {name: self.count(found) for name in chance.sample(("a", "b"), chance.choice((1, 1, 2)))}
        if shape == "wait":
            self.wait(found)
        self.fire(found, shape)
        if shape == "hold":
            found["hold"] = chance.choice(("0d", "1d", "7d", "12h", "30d"))
        if self.maybe(0.6):
            found["cooldown"] = self.cooldown()
        found["do"] = self.do(shape)
        found |= self.settings()
        if self.numbers:
            found["with"] = self.numbers
        return found

    def settings(self) -> Shape:
        found: Shape = {}
        for name, likely in (("only", 0.08), ("except", 0.12)):
            if self.maybe(likely):
                where = self.chance.choice(SCOPES)
                found[name] = {where[0]: self.some(where[1], 2)}
        return found | ({"guards": guards(self.chance)} if self.maybe(0.15) else {})

    def do(self, shape: str) -> list[Shape]:
        first: Shape = {self.chance.choice(VERBS): self.recipient(shape), "template": "t"}
        if self.maybe(0.4):
            first["or"] = self.some(self.others(shape), 2)
        if self.maybe(0.15):
            return [first, {self.chance.choice(VERBS): self.recipient(shape), "template": "t"}]
        return [first]

    def others(self, shape: str) -> tuple[str, ...]:
        """Who may be tried next: what follows from the key, and without `hold` also from the event."""
        first = self.per if isinstance(self.per, str) else self.per[0]
        type_ = KEY_TYPES.get(first, first)
        found = {
            "person": (".manager", ".buddy", ".mentor", ".team"), "area": (".carrier", ".codeowners", ".team"), "team": (".manager", ""),
            "pull_request": (".top_reviewer", ".author.manager", ".reviewers", ".author.mentor"), "pair": (".people", ".programme.contact"),
            "service": (".team", ".manager"), "component": (".default_assignees", ".team"),
        }.get(type_, ("",))  # fmt: skip
        paths = tuple(first + one for one in found) if found != ("",) or type_ == "person" else (self.recipient(shape),)
        return paths if shape == "hold" else (*paths, "actor")

    def number(self, name: str, value: int) -> Any:
        """The value, written out or as one of the rule's numbers."""
        if not self.maybe(0.3):
            return value
        self.numbers[name] = value
        return name

    def some(self, values: tuple[str, ...], most: int) -> list[str]:
        return self.chance.sample(values, self.chance.randint(1, min(most, len(values))))

    def conditions(self) -> tuple[str, ...]:
        if "area" not in self.each:
            return self.theme.conditions
        return (
            *self.theme.conditions,
            *(PULL_IN_AREA if self.theme.kinds[0].startswith(("pull", "review")) else AREA_FACTS),
        )

    def wait(self, found: Shape) -> None:
        chance, theme = self.chance, self.theme
        after: Shape = {"for": chance.choice(theme.waits)}
        form = chance.choice(("plain", "plain", "again", "list"))
        if form == "again":
            after |= {"again": chance.choice([one for one in theme.waits if one[0] not in "-0"] or ["3d"])}
            after |= {"times": chance.randint(1, 4)} if self.maybe(0.6) else {}
        elif form == "list":
            after["for"] = chance.sample(theme.waits, 2)
        if theme.start and self.maybe(0.8):
            after["from"] = theme.start
        if theme.calendar and self.maybe(0.5):
            after["calendar"] = theme.calendar
        found["after"] = after
        if theme.unless and self.maybe(0.8):
            found["unless"] = chance.sample(theme.unless, chance.randint(1, min(2, len(theme.unless))))

    def count(self, found: Shape) -> Shape:
        chance, theme = self.chance, self.theme
        own = self.own_count() if self.maybe(0.2) else None
        tally: Shape = own or {}
        lasting = chance.choice(("for", "for", "for", "last", "both", "until" if theme.until and not own else "for"))
        if lasting in ("for", "both"):
            tally["for"] = chance.choice(WINDOWS)
        if lasting in ("last", "both"):
            tally["last"] = self.number("keep", chance.randint(1, 5))
        if lasting == "until":
            tally["until"] = chance.choice(theme.until)
        if own is not None:
            return tally
        if theme.one_per and lasting != "until" and self.maybe(0.25):
            tally["one_per"] = chance.choice(theme.one_per)
        if self.maybe(0.2):
            tally["when"] = chance.choice(self.conditions())
        if self.maybe(0.6):
            tally["top"] = chance.choice(theme.values)
            if self.maybe(0.25):
                tally["top"] = {"of": tally["top"], "people": chance.choice((1, 2))}
        if self.maybe(0.3):
            tally["distinct"] = {
                "of": chance.choice(theme.values),
                "at_least": self.number("often", chance.choice((1, 1, 2))),
            }
        if theme.numbers and self.maybe(0.3):
            tally["percentile"] = {"of": chance.choice(theme.numbers), "rank": chance.choice((50, 85, 1, 100))}
        if self.maybe(0.25):
            tally["matching"] = chance.choice(self.conditions())
        return tally

    def own_count(self) -> Shape | None:
        wanted = KEY_TYPES.get(self.per, self.per) if isinstance(self.per, str) else None
        keys: list[tuple[str | None, Any]] = [(wanted, None)]
        keys += OF_KEYS.get(self.theme.kinds[0].partition(".")[0], ())
        keys += [("area", "area")] if "area" in self.each else []
        type_, of = self.chance.choice(keys)
        fitting = [one for one in OWN_COUNTS if one["_keys"].get(type_)]
        if not fitting:
            return None
        chosen = self.chance.choice(fitting)
        found = {name: value for name, value in chosen.items() if name != "_keys"} | {"by": chosen["_keys"][type_]}
        if of is not None:
            found["of"] = of
        last = chosen["on"][0]
        if last in OWN_VALUES and self.maybe(0.7):
            found["top"] = OWN_VALUES[last]
        if self.maybe(0.4):
            found["distinct"] = {"of": "event.credited", "at_least": self.chance.choice((1, 2))}
        return found

    def fire(self, found: Shape, shape: str) -> None:
        asked = [clause for name, tally in found.get("count", {}).items() for clause in self.asks(name, tally)]
        if asked:
            found["fire"] = self.chance.sample(asked, self.chance.randint(1, min(2, len(asked))))
        if self.maybe(0.3) or (shape == "hold" and not asked):
            fitting = self.conditions() if shape != "hold" else self.from_key()
            if fitting:
                found["fire"] = [*found.get("fire", ()), self.chance.choice(fitting)]

    def from_key(self) -> tuple[str, ...]:
        """What may be asked with `hold`: only what follows from the key."""
        given = (self.per,) if isinstance(self.per, str) else tuple(self.per)
        if "area" in given:
            return AREA_FACTS
        return tuple(c for c in self.theme.conditions if len(given) == 1 and c.startswith(given[0] + "."))

    def asks(self, name: str, tally: Shape) -> list[str]:
        few = self.number("few", self.chance.randint(1, 4))
        found = [f"{name}.n >= {few}", f"{name}.n >= {few}"]
        if "top" in tally:
            found += [f"{name}.top.percent >= {self.chance.choice((34, 50, 66, 75, 100))}", f"{name}.top.n >= 2"]
            if not isinstance(tally["top"], dict):
                found += [
                    f"{name}.second.n <= 1",
                    f"{name}.top.value != {name}.second.value",
                    f"{name}.second.percent < 40",
                ]
        found += [f"{name}.distinct >= 2"] if "distinct" in tally else []
        found += [f"{name}.percentile >= 2"] if "percentile" in tally else []
        return found + ([f"{name}.matching >= 1", f"{name}.n - {name}.matching <= 2"] if "matching" in tally else [])

    def cooldown(self) -> Any:
        span = self.chance.choice(("1d", "3d", "10d", "30d", "once", "12h"))
        if isinstance(self.per, list) and self.maybe(0.6):
            return {"for": span, "per": self.chance.choice(self.per)}
        return span

    def recipient(self, shape: str) -> str:
        """Somebody who can be named for the first part of the key."""
        first = self.per if isinstance(self.per, str) else self.per[0]
        first_type = KEY_TYPES.get(first, first)
        ways = {"person": "", "area": ".manager", "service": ".manager", "component": ".manager", "team": ".manager", "pull_request": ".author",
                "issue": ".assignee", "pair": ".mentor", "incident": ".resolver", "postmortem": ".author", "change": ".person",
                "finding": ".person", "task": ".owner", "programme": ".contact", "thread": ".asker", "nudge": ".to",
                "ownership": ".area.manager", "action_item": ".service.manager"}  # fmt: skip
        return first + ways.get(first_type, "")


def guards(chance: random.Random) -> Shape:
    return {
        "small": chance.choice((False, False, {"people": 2}, {"people": 3})), "new_area": chance.choice((False, False, "5d")),
        "warm_up": chance.random() < 0.15, "open_task": chance.random() < 0.5, "bots": chance.random() < 0.85,
        "mechanical": chance.choice((True, True, {"max_files": 2}, False)),
    }  # fmt: skip


def draw(seed: int) -> tuple[tuple[Rule, ...], str]:
    """One to four rules that the loader takes, and their text."""
    chance = random.Random(f"rules {seed}")
    shared = guards(chance)
    chosen: dict[str, Shape] = {}
    for n in range(chance.randint(1, 4)):
        for _ in range(30):
            shape = Draw(chance, f"r{n}").rule()
            loaded = load_rules([Source("r.yml", text_of({**chosen, f"r{n}": shape}, shared))])
            if not loaded.problems:
                chosen[f"r{n}"] = shape
                break
    text = text_of(chosen, shared)
    return load_rules([Source("r.yml", text)]).rules, text


def text_of(rules: Shape, guards: Shape) -> str:
    """JSON is YAML too."""
    inner = ",\n".join(f"  {json.dumps(id_)}: {json.dumps(rule)}" for id_, rule in rules.items())
    return f'{{"defaults": {{"mode": "live", "guards": {json.dumps(guards)}}},\n"rules": {{\n{inner}}}}}\n'
