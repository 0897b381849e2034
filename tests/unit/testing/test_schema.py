"""The schema of tests takes what the reader takes, and refuses what it refuses."""

import json

import jsonschema
import pytest
from ruamel.yaml import YAML
from testing_kit import CATALOGUE, HEAD, problems_of

from rules.testing.happenings import FIELDS
from rules.testing.reading import CHECKS, HAPPENS, TOP
from rules.testing.schema import schema_of_tests

CASE = "cases: [{name: a, steps: [{event: pull_request.opened, pull_request: {author: ada}, expect: []}]}]\n"
SCHEMA = schema_of_tests()


def plain(text: str) -> object:
    return json.loads(json.dumps(YAML(typ="safe", pure=True).load(text), default=str))


def test_the_schema_is_one() -> None:
    jsonschema.Draft202012Validator.check_schema(SCHEMA)


@pytest.mark.parametrize("file", sorted(CATALOGUE.glob("*.test.yml")), ids=lambda file: file.name)
def test_the_tests_of_the_catalogue_are_right(file: object) -> None:
    jsonschema.validate(plain(file.read_text(encoding="utf-8")), SCHEMA)  # type: ignore[attr-defined]


@pytest.mark.parametrize(
    "wrong",
    [
        "pepole: {}",
        "guards: [smal]",
        "people: {ada: {budy: ben}}",
        "history: soon",
        "areas: {billing: {tier: first}}",
        "calendar: {days: [monday]}",
    ],
)
def test_what_the_reader_refuses_the_schema_refuses(wrong: str) -> None:
    text = HEAD + wrong + "\n" + CASE
    assert problems_of(text)
    with pytest.raises(jsonschema.ValidationError):
        jsonschema.validate(plain(text), SCHEMA)


@pytest.mark.parametrize(
    "step",
    ["{event: pull_request.opend}", "{expect: [{per: a}]}", "{why: {rule: r, per: x, stage: whn}}", "{advance: 3}"],
)
def test_a_wrong_step_is_refused_by_both(step: str) -> None:
    text = HEAD + f"cases: [{{name: a, steps: [{step}]}}]\n"
    assert problems_of(text)
    with pytest.raises(jsonschema.ValidationError):
        jsonschema.validate(plain(text), SCHEMA)


def test_every_key_of_the_file_and_every_entity_is_there() -> None:
    assert set(TOP) == set(SCHEMA["properties"])  # type: ignore[arg-type]
    step = SCHEMA["properties"]["cases"]["items"]["properties"]["steps"]["items"]["properties"]  # type: ignore[index]
    assert {*HAPPENS, *CHECKS, "steps"} - set(FIELDS) <= set(step)
    assert set(FIELDS) & set(step) == set(FIELDS) - {"finding", "area"}
