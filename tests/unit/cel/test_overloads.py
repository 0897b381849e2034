"""Pins what the compiled subset takes from the official library: its overload ids and the shape of its tree.

A new version of the library that changes one of them must be seen here, not in a rule that became slow or
wrong.
"""

import dataclasses

import pytest

from rules.language.cel import official, subset, wire
from rules.language.cel.operations import CONNECTIVES, OPERATIONS
from rules.language.rule import ERROR

TYPES = {
    "i": "int",
    "s": "str",
    "ok": "bool",
    "at": "time",
    "span": "duration",
    "texts": "list(str)",
    "ints": "list(int)",
}
OVERLOADS = {
    "-i": "negate_int64",
    "!ok": "logical_not",
    "i == i": "equals",
    "texts == texts": "equals",
    "span != span": "not_equals",
    "ok && ok": "logical_and",
    "ok || ok": "logical_or",
    "ok ? i : i": "conditional",
    "i + i": "add_int64",
    "i - i": "subtract_int64",
    "i * i": "multiply_int64",
    "i / i": "divide_int64",
    "i % i": "modulo_int64",
    "s + s": "add_string",
    "s in texts": "in_list",
    "ints[i]": "index_list",
    "size(texts)": "size_list",
    "texts.size()": "list_size",
    "size(s)": "size_string",
    "s.size()": "string_size",
    "s.contains(s)": "contains_string",
    "s.startsWith(s)": "starts_with_string",
    "s.endsWith(s)": "ends_with_string",
    "days(i)": "days_declared",
    "hours(i)": "hours_declared",
}
RELATIONS = {
    f"{name} {sign} {name}": f"{word}_{type_}"
    for sign, word in {"<": "less", "<=": "less_equals", ">": "greater", ">=": "greater_equals"}.items()
    for name, type_ in {
        "i": "int64",
        "s": "string",
        "ok": "bool",
        "at": "timestamp",
        "span": "duration",
    }.items()
}


def checked_tree(text):
    return wire.tree(official.Checked(text, TYPES, {}).serialized)


@pytest.mark.parametrize(("text", "overload"), (OVERLOADS | RELATIONS).items())
def test_the_library_calls_an_operation_by_this_overload(text, overload):
    tree = checked_tree(text)
    assert tree.overloads == (overload,)
    assert subset.inside(tree, TYPES)


def test_every_compiled_overload_is_pinned():
    assert set((OVERLOADS | RELATIONS).values()) == OPERATIONS.keys() | CONNECTIVES


@pytest.mark.parametrize("kind", ["exists", "all"])
def test_the_library_expands_these_macros_as_expected(kind):
    tree = checked_tree(f"texts.{kind}(t, t == s)")
    assert (tree.kind, tree.text) == (kind, "t")
    assert [part.kind for part in tree.args] == ["name", "call"]


@pytest.mark.parametrize(
    "text", ["texts.exists_one(t, t == s)", "texts.map(t, t) == texts", "texts.filter(t, t == s) == texts"]
)
def test_other_macros_are_outside_the_subset(text):
    tree = checked_tree(text)
    assert any(part.kind == "loop" for part in tree.walk())
    assert not subset.inside(tree, TYPES)


def test_an_overload_that_is_not_known_is_left_to_the_official_evaluator():
    tree = checked_tree("i < i")
    assert subset.inside(tree, TYPES)
    assert not subset.inside(dataclasses.replace(tree, overloads=("less_int128",)), TYPES)
    assert not subset.inside(dataclasses.replace(tree, overloads=("less_int64", "less_double")), TYPES)


def test_a_part_of_dynamic_type_is_outside_the_subset():
    assert not subset.inside(checked_tree("1 in [true, 'a']"), TYPES)
    assert not subset.inside(checked_tree("dyn(i) == 's'"), TYPES)
    assert subset.inside(checked_tree("texts == []"), TYPES)


def test_experience_is_declared_but_only_its_given_value_is_ever_used():
    checked = official.Checked("experience(s, s) == 0", TYPES, {})
    assert checked.evaluator({"s": "str"})("p1") is ERROR


def test_places_in_the_tree_are_characters_and_not_bytes():
    tree = wire.tree(official.parse("'é😀' == s"))
    assert tree.at == 5


def test_constants_of_every_kind_are_read():
    texts = {
        "0": 0,
        "-1": -1,
        "-9223372036854775808": -(1 << 63),
        "true": True,
        "1.5": 1.5,
        "'é'": "é",
        "b'a'": b"a",
    }
    for text, value in texts.items():
        node = wire.tree(official.parse(text))
        assert (node.kind, node.value) == ("constant", value)
    assert wire.tree(official.parse("null")).text == "null"
    assert wire.tree(official.parse("18446744073709551615u")).value == (1 << 64) - 1
