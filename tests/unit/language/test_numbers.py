"""The numbers of a rule (`with`): a misspelt, misplaced or senseless one is an error where it was written."""

import pytest

from rules.language.load import Loaded, Source, load_rules
from worker import catalog

HEAD = "extends: [catalog/core@1]\nrules:\n"
OWN = """rules:
  r:
    title: t
    on: pull_request.merged
    each: {area: event.areas}
    per: area
    with: %s
    count: {changes: {%s, top: pull_request.author}}
    fire: %s
    do: [{task: area.manager, template: t}]
"""


def loaded(text: str, **packs: str) -> Loaded:
    more = {name: Source(f"{name}.yml", pack) for name, pack in packs.items()}
    return load_rules([Source("p.yml", text)], {**catalog.packs(), **more})


def problems(text: str, **packs: str) -> list[str]:
    return [str(one) for one in loaded(text, **packs).problems]


def test_a_misspelt_number_of_an_inherited_rule_is_an_error_with_the_right_name() -> None:
    found = loaded(HEAD + "  area-single-carrier: {with: {min_chnages: 12}}\n")
    assert [str(one) for one in found.problems] == [
        "p.yml:3:32: 'area-single-carrier' has no number 'min_chnages' (did you mean 'min_changes'?)"
    ]
    assert "area-single-carrier" not in [rule.id for rule in found.rules]
    assert len(found.rules) == 11


def test_a_text_that_an_inherited_rule_does_not_know_is_an_error_too() -> None:
    assert problems(HEAD + "  newcomer-waiting: {with: {newcomer_merge: five}}\n") == [
        "p.yml:3:29: 'newcomer-waiting' has no number 'newcomer_merge' (did you mean 'newcomer_merges'?)"
    ]


def test_a_new_number_that_the_overriding_condition_uses_is_right() -> None:
    text = "  area-single-carrier: {with: {at_most: 50}, fire: [changes.n >= min_changes, changes.n < at_most]}\n"
    assert problems(HEAD + text) == []


def test_numbers_that_an_overridden_condition_left_without_use_are_nobodys_error() -> None:
    assert problems(HEAD + "  area-single-carrier: {fire: area.carriers == 1}\n") == []


def test_a_number_that_is_overridden_and_no_longer_used_is_an_error() -> None:
    text = "  area-single-carrier: {with: {min_changes: 3}, fire: area.carriers == 1}\n"
    assert problems(HEAD + text) == ["p.yml:3:32: nothing in 'area-single-carrier' uses 'min_changes'"]


def test_a_number_of_ones_own_that_nothing_uses_is_an_error() -> None:
    text = OWN % ("{min_changes: 8, other: 70}", "for: 9d", "[changes.n >= min_changes]")
    assert problems(text) == ["p.yml:7:28: nothing in 'r' uses 'other' (take it out, or name it in a condition)"]


def test_a_misspelt_number_of_ones_own_is_told_with_the_name_that_is_used() -> None:
    text = OWN % ("{min_chnages: 8}", "for: 9d", "[changes.n >= min_changes]")
    assert problems(text)[0] == "p.yml:7:12: nothing in 'r' uses 'min_chnages' (did you mean 'min_changes'?)"


@pytest.mark.parametrize(
    ("number", "lasting", "fire"),
    [
        ("{x: 8}", "for: 9d", "changes.n >= x"),
        ("{x: 8}", "last: x", "changes.n >= 2"),
        ("{x: 8}", "for: 9d, distinct: {of: pull_request.author, at_least: x}", "changes.distinct >= 2"),
        ("{x: 8}", "for: 9d, when: pull_request.rounds > x", "changes.n >= 2"),
        ("{x: 8}", "for: 9d, matching: pull_request.rounds > x", "changes.matching >= 2"),
        ("{x: 8}", "for: 9d, on: {kind: pull_request.merged, when: pull_request.rounds > x}, each: {area: event.areas}", "changes.n > 2"),
        ("{x: word}", "for: 9d", "changes.n >= 2"),
    ],
)  # fmt: skip
def test_a_number_is_used_wherever_it_can_be_named_and_a_text_may_be_for_the_template(
    number: str, lasting: str, fire: str
) -> None:
    assert problems(OWN % (number, lasting, fire)) == []


@pytest.mark.parametrize(
    "field",
    ["after: days(x)", "after: {for: 1d, again: 1d, times: x}", "cooldown: {for: days(x)}"],
)
def test_a_number_in_a_length_of_time_is_used(field: str) -> None:
    text = OWN % ("{x: 3}", "for: 9d", "changes.n >= 2")
    assert problems(text + f"    {field}\n") == []


def test_a_number_that_stands_only_in_a_quoted_text_or_as_a_field_is_not_used() -> None:
    text = OWN % ("{labels: 3}", "for: 9d", "'\"labels\" in area.open_findings'")
    assert problems(text)[0].startswith("p.yml:7:12: nothing in 'r' uses 'labels'")


def test_a_value_of_another_type_is_told_where_it_overrides() -> None:
    assert problems(HEAD + '  area-single-carrier: {with: {min_changes: "twelve"}}\n') == [
        "p.yml:3:45: 'min_changes' must be a number, 'twelve' is a text"
        " (min_changes is a number in catalog/knowledge.yml)"
    ]


def test_a_value_of_no_type_is_told_once() -> None:
    assert problems(HEAD + "  area-single-carrier: {with: {min_changes: 1.5}}\n") == [
        "p.yml:3:45: 'min_changes' must be a number, '1.5' is neither a whole number nor a text"
        " (min_changes is a number in catalog/knowledge.yml)"
    ]


@pytest.mark.parametrize("value", ["-1", "101"])
def test_a_threshold_of_a_percentage_outside_0_to_100_is_told_at_its_value(value: str) -> None:
    assert problems(HEAD + f"  area-single-carrier: {{with: {{min_percent: {value}}}}}\n") == [
        f"p.yml:3:45: 'min_percent' must be from 0 to 100, this is {value}"
        " (a condition compares min_percent with a percentage)"
    ]


@pytest.mark.parametrize("fire", ["changes.top.percent * 2 >= x", "changes.top.n >= x", "changes.top.percent + x > 3"])
def test_what_is_only_computed_from_a_percentage_may_be_any_number(fire: str) -> None:
    assert problems(OWN % ("{x: 150}", "for: 9d", fire)) == []


@pytest.mark.parametrize("fire", ["x <= changes.top.percent", "changes.n > 3 && !(changes.second.percent == x)"])
def test_a_percentage_is_found_on_either_side_and_inside_a_condition(fire: str) -> None:
    assert problems(OWN % ("{x: 150}", "for: 9d", fire))[0].startswith("p.yml:7:15: 'x' must be from 0 to 100")


def test_each_layer_of_packs_is_asked_for_its_own_numbers() -> None:
    mine = "pack: mine@1\nextends: catalog/core\nrules:\n  area-single-carrier: {with: {min_chnages: 12}}\n"
    found = problems("extends: mine@1\nrules:\n  area-single-carrier: {mode: live}\n", mine=mine)
    assert found == ["mine.yml:4:32: 'area-single-carrier' has no number 'min_chnages' (did you mean 'min_changes'?)"]
