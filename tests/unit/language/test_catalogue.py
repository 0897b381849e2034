"""The shipped catalogue: all of it loads, its typed form is what the text says, its templates fit."""

import json
import random
import time

import jsonschema
import pytest
from ruamel.yaml import YAML

from rules.language.load import Source, load_rules
from rules.language.rule import Rule
from rules.language.schema import rules_schema, vocabulary
from rules.model.times import DAY
from rules.speech import lint
from rules.speech.templates import check, fill, parse
from worker import catalog

RULES: dict[str, Rule] = {one.id: one for one in load_rules([catalog.packs()["catalog/all"]], catalog.packs()).rules}


@pytest.mark.parametrize(("pack", "count"), [("all", 54), ("core", 12), ("start-small", 6)])
def test_every_rule_of_a_pack_loads(pack: str, count: int) -> None:
    loaded = load_rules([catalog.packs()[f"catalog/{pack}"]], catalog.packs())
    assert loaded.problems == ()
    assert len(loaded.rules) == count


def test_every_clause_is_compiled_not_interpreted() -> None:
    clauses = [clause for rule in RULES.values() for clause in (*rule.when, *rule.fire)]
    assert len(clauses) > 80
    assert all(clause.compiled for clause in clauses)


def test_the_single_carrier_rule_reads_as_written() -> None:
    rule = RULES["area-single-carrier"]
    assert [clause.text for clause in rule.fire] == [
        "changes.n >= min_changes",
        "changes.top.percent >= min_percent",
        "area.carriers == 1",
    ]
    assert (rule.hold, rule.counts[0].window, rule.numbers) == (
        7 * DAY,
        180 * DAY,
        {"min_changes": 8, "min_percent": 70},
    )
    assert rule.fire[0].minimums == (("changes", "min_changes"),)


def test_distinct_takes_its_number_and_a_count_its_own_key() -> None:
    touches = RULES["second-person-active"].counts[0]
    assert touches.distinct is not None and touches.distinct.at_least == 3
    assert touches.on is not None and [listen.kind for listen in touches.on] == [
        "pull_request.merged",
        "review.submitted",
    ]
    team = RULES["always-same-reviewer"].counts[1]
    assert team.of is not None and team.of[0].text == "pull_request.author.team"


def test_partial_cancels_know_which_part_of_the_key_they_give() -> None:
    rule = RULES["small-issue-in-goal-area"]
    assert [(listen.kind, listen.matches) for listen in rule.unless] == [
        ("issue.assigned", (0,)),
        ("issue.done", (0,)),
        ("pair.closed", (1,)),
        ("pair.paused", (1,)),
    ]


CORE = load_rules([catalog.packs()["catalog/core"]], catalog.packs()).rules
ACTIONS = [(rule, do) for rule in CORE for do in rule.do]


@pytest.mark.parametrize(("rule", "do"), ACTIONS, ids=[f"{rule.id}-{do.verb}" for rule, do in ACTIONS])
def test_templates_of_the_core_fit_their_rule_and_pass_the_lint(rule: Rule, do: object) -> None:
    template = parse(do.template, catalog.templates()[do.template])  # type: ignore[attr-defined]
    assert check(template, rule, do.verb) == []  # type: ignore[attr-defined]
    longest = dict.fromkeys(template.placeholders, "integration-platform/billing-export-service")
    if do.verb == "task":  # type: ignore[attr-defined]
        assert (
            lint.check_task(fill(template.title, longest), {k: fill(v, longest) for k, v in template.parts.items()})
            == []
        )
    else:
        assert lint.check_nudge(fill(template.body, longest)) == []


def _plain(text: str) -> object:
    return json.loads(json.dumps(YAML(typ="safe", pure=True).load(text)))


@pytest.mark.parametrize("pack", catalog.PACKS)
def test_the_schema_accepts_the_catalogue(pack: str) -> None:
    jsonschema.validate(_plain(catalog.packs()[f"catalog/{pack}"].text), rules_schema())


@pytest.mark.parametrize(
    "wrong",
    ["whn: 'true'", "on: pull_request.opend", "hold: soon", "do: [{nudge: a}]", "mode: liv", "count: {n: {fro: 3d}}"],
)
def test_the_schema_refuses_what_the_loader_refuses(wrong: str) -> None:
    text = f"rules:\n  r:\n    title: t\n    {wrong}\n"
    with pytest.raises(jsonschema.ValidationError):
        jsonschema.validate(_plain(text), rules_schema())


def test_the_vocabulary_names_every_kind_with_its_entities() -> None:
    found = vocabulary()
    assert len(found["kinds"]) == 55  # type: ignore[arg-type]
    assert found["functions"].keys() == {"days", "hours", "experience"}  # type: ignore[attr-defined]


def _mutated(text: str, chance: random.Random) -> str:
    """One to three small accidents."""
    for _ in range(chance.randint(1, 3)):
        lines = text.splitlines()
        at = chance.randrange(len(lines))
        kind = chance.randrange(9)
        if kind == 0:
            del lines[at]
        elif kind == 1:
            lines.insert(at, lines[chance.randrange(len(lines))])
        elif kind == 2:
            lines[at] = " " * chance.randrange(9) + lines[at].strip()
        elif kind == 3:
            words = lines[at].split(" ")
            chance.shuffle(words)
            lines[at] = " ".join(words)
        elif kind == 4:
            position = chance.randrange(len(lines[at]) + 1)
            lines[at] = (
                lines[at][:position] + chance.choice("'\"{}[]:!&*#@|>%\t\x00\u202e\ud7ff9") + lines[at][position:]
            )
        elif kind == 5:
            lines[at] = lines[at].replace(chance.choice("aeiou.:"), chance.choice("aeiou.:"), 1)
        elif kind == 6:
            lines[at] = lines[at] + chance.choice(["9" * 40, "(" * 60, " && " * 50, "[" * 25, "é" * 400])
        elif kind == 7:
            lines[at] = lines[at][: chance.randrange(len(lines[at]) + 1)]
        else:
            other = chance.randrange(len(lines))
            lines[at], lines[other] = lines[other], lines[at]
        text = "\n".join(lines)
    return text


@pytest.mark.parametrize("count", [150, pytest.param(2000, marks=pytest.mark.long)])
def test_mutated_files_load_or_get_located_problems(count: int) -> None:
    themes = [catalog.packs()[f"catalog/{name}"].text for name in catalog.PACKS[:6]]
    loaded = with_problems = 0
    slowest = 0.0
    for seed in range(count):
        chance = random.Random(seed)
        text = _mutated(chance.choice(themes), chance)
        started = time.process_time()
        found = load_rules([Source("m.yml", text)], catalog.packs())
        slowest = max(slowest, time.process_time() - started - 0.01 * len(found.rules))
        assert all(one.place.line >= 1 and one.place.column >= 1 and one.message for one in found.problems)
        loaded, with_problems = loaded + (not found.problems), with_problems + bool(found.problems)
    assert with_problems > count / 3
    assert loaded > 0
    print(
        f"{count} mutated files: {loaded} load, {with_problems} get problems, slowest {slowest * 1000:.0f} ms beyond 10 ms a rule"
    )
