"""Templates: what is read from a text, which placeholders a rule can give, and how they are filled. Owns no lint."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from rules.language.load import Source, load_rules
from rules.language.rule import Rule
from rules.model.actions import Verb
from rules.speech.templates import OWN_WORDS, Template, check, fill, parse, paths_of, types

RULE_TEXT = """
rules:
  only-one:
    title: t
    on: pull_request.merged
    each: {area: event.areas}
    per: area
    with: {min_changes: 8, word: often}
    count: {changes: {for: 180d, top: pull_request.authors}}
    fire: changes.n >= min_changes
    do: [{task: area.manager, template: t}]
"""

TASK = """\
# A second person for `{area}`

## Why now
{changes.n} changes, {changes.top.percent}% by one person. Who else could?

## Goal
Two people.

## First three sessions
- Pair.
- Shadow.

## Success
One change by somebody else.
"""


@pytest.fixture(scope="module")
def rule() -> Rule:
    loaded = load_rules([Source("t.yml", RULE_TEXT)])
    assert loaded.problems == ()
    return loaded.rules[0]


def told(template: Template, rule: Rule, verb: Verb) -> list[str]:
    return [flaw.text for flaw in check(template, rule, verb)]


def wrong(text: str, rule: Rule) -> list[str]:
    """What is wrong with a nudge of this body."""
    return told(parse("t", f"A title\n\n{text}"), rule, "nudge")


def test_a_task_is_a_title_and_its_parts() -> None:
    found = parse("t", TASK)
    assert (found.name, found.title, found.body) == ("t", "A second person for `{area}`", "")
    assert list(found.parts) == ["Why now", "Goal", "First three sessions", "Success"]
    assert found.parts["First three sessions"] == "- Pair.\n- Shadow."


def test_a_nudge_is_one_paragraph_and_may_have_other_words_for_a_level() -> None:
    found = parse("t", "Hello\n\nOne\nline,  and\n\nmore.\n\n## junior\nFor\n  you.\n")
    assert (found.body, found.parts) == ("One line, and more.", {"junior": "For you."})
    assert (found.body_for("junior"), found.body_for("senior"), found.body_for("")) == (
        "For you.",
        found.body,
        found.body,
    )


def test_placeholders_are_those_of_every_part_once_and_in_order() -> None:
    found = parse("t", "{b} and {a}\n\n{a} {c.d}\n\n## junior\n{e} {{f}}")
    assert found.placeholders == ("b", "a", "c.d", "e")


def test_the_words_that_every_finding_has_need_not_be_captured() -> None:
    found = parse("t", "T\n\n{area} since {since}, in {window_days} days")
    assert paths_of(found) == ("area",)
    assert OWN_WORDS == {"since": "time", "window_days": "int"}


def test_a_right_task_has_no_problem(rule: Rule) -> None:
    assert told(parse("t", TASK), rule, "task") == []


TYPES = {
    "area": "area",
    "area.manager": "person",
    "pull_request.author": "person",
    "changes.n": "int",
    "changes.top.value": "person",
    "changes.top.value.team": "team",
    "changes.top.percent": "int",
    "changes.second.n": "int",
    "min_changes": "int",
    "word": "str",
    "since": "time",
}


@pytest.mark.parametrize("path", TYPES)
def test_a_placeholder_has_the_type_of_what_it_names(path: str, rule: Rule) -> None:
    assert types(parse("t", f"T\n\n{{{path}}}"), rule)[path] == TYPES[path]
    assert wrong(f"{{{path}}}", rule) == []


@pytest.mark.parametrize(
    "path",
    [
        "arae",
        "area.mangaer",
        "incident.id",
        "changes",
        "changes.top",
        "changes.m",
        "changes.n.x",
        "other.n",
        "min_changes.x",
        "since.x",
    ],
)
def test_a_placeholder_that_the_rule_cannot_give_is_told_with_the_rules_name(path: str, rule: Rule) -> None:
    found = wrong(f"{{{path}}} changed", rule)
    assert found == [f"'{{{path}}}' is nothing that rule 'only-one' can give"]
    assert path not in types(parse("t", f"T\n\n{{{path}}}"), rule)


@pytest.mark.parametrize(
    "path",
    ["area.id()", "a b", "A", "area!r", "area:>40", "0", "area[0]", "__class__", " area", "a..b", "1+1", ".", "a\nb"],
)
def test_a_placeholder_holds_a_name_and_nothing_to_evaluate(path: str, rule: Rule) -> None:
    (line,) = wrong(f"{{{path}}} changed", rule)
    assert "is not a name: templates hold names only" in line or "is nothing that rule" in line


def test_a_placeholder_is_checked_in_the_title_and_in_the_words_for_a_level(rule: Rule) -> None:
    found = told(parse("t", "On {arae}\n\nHello.\n\n## senior\n{areaa}"), rule, "nudge")
    assert found == [
        "'{arae}' is nothing that rule 'only-one' can give",
        "'{areaa}' is nothing that rule 'only-one' can give",
    ]


@pytest.mark.parametrize("part", ["Why now", "Goal", "First three sessions", "Success"])
def test_a_missing_or_empty_part_of_a_task_is_told(part: str, rule: Rule) -> None:
    start, _, rest = TASK.partition(f"## {part}\n")
    _, _, after = rest.partition("\n## ")
    for text in (start + (f"## {after}" if after else ""), start + f"## {part}\n\n" + (f"## {after}" if after else "")):
        assert told(parse("t", text), rule, "task") == [f"the part '## {part}' is missing"]


def test_all_that_is_wrong_is_told_at_once(rule: Rule) -> None:
    assert told(parse("t", ""), rule, "task") == [
        "the first line must be a title",
        "the part '## Why now' is missing",
        "the part '## Goal' is missing",
        "the part '## First three sessions' is missing",
        "the part '## Success' is missing",
    ]
    assert told(parse("t", "# \n"), rule, "nudge") == ["the first line must be a title", "there is no text"]


@pytest.mark.parametrize("path", ["pull_request.author", "pull_request.authors", "changes.top.value", "area.manager"])
def test_a_title_names_no_person(path: str, rule: Rule) -> None:
    assert told(parse("t", f"For {{{path}}}\n\nHello."), rule, "nudge") == [
        "the title names a person: it is about the work"
    ]
    assert wrong(f"Hello {{{path}}}.", rule) == []


def test_words_stand_where_the_placeholders_stood() -> None:
    assert fill("{a.b} of {n}, {a.b}", {"a.b": "3", "n": "9"}) == "3 of 9, 3"
    assert fill("no placeholder", {"a": "b"}) == "no placeholder"


def test_a_missing_word_is_an_ellipsis_and_no_error() -> None:
    assert fill("{a} and {b}", {"a": "x"}) == "x and …"


def test_double_braces_are_braces() -> None:
    assert fill("{{a}} {a} {{", {"a": "x"}) == "{a} x {"


@pytest.mark.parametrize("word", ["{b}", "{{b}}", "\\1", "\\g<0>", "%s", "{0.__class__}", "$b"])
def test_words_from_outside_are_never_read_as_placeholders(word: str) -> None:
    assert fill("<{a}>", {"a": word, "b": "secret"}) == f"<{word}>"


@given(st.text(max_size=200))
def test_any_text_is_a_template_and_can_be_checked_and_filled(rule: Rule, text: str) -> None:
    found = parse("t", text)
    assert isinstance(found, Template)
    assert all(isinstance(one, str) for verb in ("task", "nudge") for one in told(found, rule, verb))
    assert isinstance(fill(text, {}), str)


@pytest.mark.parametrize("text", ["{} changed", "{area changed", "area} changed"])
def test_a_broken_placeholder_is_told(text: str, rule: Rule) -> None:
    assert wrong(text, rule)


def test_a_heading_that_means_nothing_is_told(rule: Rule) -> None:
    assert wrong("Hello.\n\n## junor\nFor you.", rule)
