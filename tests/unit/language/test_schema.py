"""The schema of rules files says everything, and never refuses what the loader takes."""

import json
from collections.abc import Iterator
from typing import Any

import jsonschema
import pytest
from oracle.random_rules import draw
from ruamel.yaml import YAML

from rules.language.listens import LISTENABLE
from rules.language.load import Source, load_rules
from rules.language.schema import rules_schema
from rules.model.kinds import ABOUT
from rules.testing.schema import schema_of_tests

SCHEMA = rules_schema()
CHECKS = jsonschema.Draft202012Validator(SCHEMA)


def plain(text: str) -> Any:
    return json.loads(json.dumps(YAML(typ="safe", pure=True).load(text), default=str))


def keys(schema: Any) -> Iterator[tuple[str, Any]]:
    if isinstance(schema, dict):
        yield from schema.get("properties", {}).items()
        for one in schema.values():
            yield from keys(one)
    elif isinstance(schema, list):
        for one in schema:
            yield from keys(one)


def test_the_schema_is_one() -> None:
    jsonschema.Draft202012Validator.check_schema(SCHEMA)


@pytest.mark.parametrize("schema", [SCHEMA, schema_of_tests()], ids=["rules", "tests"])
def test_every_key_and_every_word_that_has_a_meaning_is_told(schema: Any) -> None:
    assert [name for name, one in keys(schema) if isinstance(one, dict) and not one.get("description")] == []
    assert all(ABOUT.values()) and set(ABOUT) == set(LISTENABLE)


def test_every_example_is_right() -> None:
    for name, one in keys(SCHEMA):
        for example in one.get("examples", ()):
            found = jsonschema.Draft202012Validator({**one, "$defs": SCHEMA["$defs"]}).is_valid(example)
            assert found, f"{name}: {example}"


@pytest.mark.parametrize("seed", range(60))
def test_what_the_loader_takes_the_schema_takes(seed: int) -> None:
    _, text = draw(seed)
    assert [error.message for error in CHECKS.iter_errors(plain(text))] == []


@pytest.mark.parametrize(
    "field",
    [
        "cooldown: 3 days",
        "after: [1d, 2d]",
        "after: {for: 1d, form: event.at}",
        "count: {c: {top: actor}}",
        "count: {c: {last: 9000}}",
        "guards: {small: {pepole: 3}}",
        "guards: {small: 4}",
        "only: {area: billing}",
        "only: [billing]",
        "send: nw",
        "do: [{task: actor, nudge: actor, template: t}]",
        "do: [{nudge: actor, template: t, evidence: al}]",
        "do: []",
        "per: []",
        "per: [actor, actor, actor, actor, actor]",
        "title: ''",
        "unless: {kind: pull_request.closd}",
        "when: 5",
    ],
)
def test_what_the_schema_refuses_the_loader_refuses(field: str) -> None:
    base = {"title": "t", "on": "pull_request.merged", "per": "pull_request", "after": "1d"}
    base |= {"do": "[{nudge: actor, template: t}]"}
    name, _, value = field.partition(": ")
    if name == "count":
        del base["after"]
    text = "rules:\n  r:\n" + "".join(f"    {key}: {one}\n" for key, one in {**base, name: value}.items())
    assert not CHECKS.is_valid(plain(text))
    assert load_rules([Source("p.yml", text)]).problems
