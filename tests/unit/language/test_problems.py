"""Every load error has its place and a hint; the right rules still load."""

import pytest

from rules.language.load import Source, load_rules
from worker import catalog

RIGHT = """
  right:
    title: t
    on: pull_request.merged
    per: pull_request
    do: [{nudge: pull_request.author, template: t}]
"""


def problems(rules: str, head: str = "rules:") -> list[str]:
    return [str(one) for one in load_rules([Source("p.yml", head + rules)], catalog.packs()).problems]


def rule(*lines: str, on: str = "pull_request.merged", per: str = "pull_request", do: str = "") -> str:
    action = do or "do: [{nudge: pull_request.author, template: t}]"
    head = ["", "  r:", "    title: t", f"    on: {on}", f"    per: {per}"]
    return "\n".join([*head, *(f"    {line}" for line in lines), f"    {action}", ""])


CASES = {
    "unknown event": (
        rule(on="pull_request.opend"),
        "p.yml:4:9: unknown event 'pull_request.opend' (did you mean 'pull_request.opened'?)",
    ),
    "enrichment": (
        rule(on="pull_request.enriched"),
        "p.yml:4:9: no rule can listen to 'pull_request.enriched' (it is an enrichment)",
    ),
    "tag": (
        rule("when: !actor.bot && x"),
        "p.yml:6:11: '!' at the start of an unquoted value is a YAML tag and would be dropped (put the expression in quotes)",
    ),
    "field in a condition": (
        rule("when: pull_request.aditions > 3"),
        "p.yml:6:24: unknown field 'aditions' of pull_request (did you mean 'additions'?)",
    ),
    "field in quotes": (
        rule("when: ['!pull_request.drafd']"),
        "p.yml:6:27: unknown field 'drafd' of pull_request (did you mean 'draft'?)",
    ),
    "types compared": (rule("when: pull_request.author == 4"), "p.yml:6:31: cannot compare person == int"),
    "double": (
        rule("when: pull_request.rounds >= 1.5"),
        "p.yml:6:31: cannot compare int >= double (counts and percentages are whole numbers)",
    ),
    "unknown operator": (rule("whn: 'true'"), "p.yml:6:5: unknown field 'whn' of a rule (did you mean 'when'?)"),
    "unknown name in the key": (
        rule(per="incident.service"),
        "p.yml:5:10: unknown name 'incident' (there are: actor, event, pull_request)",
    ),
    "list in the key": (
        rule(per="pull_request.authors"),
        "p.yml:5:10: 'pull_request.authors' is a list (use each: {one: pull_request.authors} and per: one)",
    ),
    "too many parts": (
        rule(per="[actor, actor, actor, actor, actor]"),
        "p.yml:5:10: a key has at most 4 parts, this has 5",
    ),
    "bad length": (rule("after: 3x"), "p.yml:6:12: '3x' is not a length of time (such as 30m, 12h, 10d, 2w or 5wd)"),
    "unless without after": (
        rule("unless: pull_request.closed"),
        "p.yml:6:5: 'unless' cancels a wait, and there is no 'after'",
    ),
    "unless without the key": (
        rule("after: 1d", "unless: incident.resolved"),
        "p.yml:7:13: 'incident.resolved' has no 'pull_request' (say which field: {kind: incident.resolved, by: …})",
    ),
    "by of another type": (
        rule("after: 1d", "unless: {kind: review.submitted, by: review.author}"),
        "p.yml:7:42: 'by' has types ['person'], 'per' has ['pull_request']",
    ),
    "hold with after": (
        rule("hold: 1d", "after: 1d", do="do: [{digest: pull_request.author, template: t}]"),
        "p.yml:6:11: 'hold' and 'after' cannot stand together",
    ),
    "hold needs the key": (
        rule("hold: 1d", "fire: actor.merged_before > 3"),
        "p.yml:7:11: with 'hold', 'fire' cannot use 'actor.merged_before' (name only 'per', paths from it, and counts)",
    ),
    "list with again": (
        rule("after: {for: [1d, 2d], again: 3d}"),
        "p.yml:6:35: a list of waits cannot repeat (use either 'again' or a list in 'for')",
    ),
    "count for ever": (
        rule("count: {n: {top: pull_request.author}}"),
        "p.yml:6:16: 'n' would grow for ever (add one of: for: 180d, last: 8, until: pair.closed)",
    ),
    "window longer than retention": (
        rule("count: {changes: {for: 500d}}"),
        "p.yml:6:28: 'for' of 'changes' is longer than events are kept (400 days less 7 for late events: at most 393d)",
    ),
    "unknown key of a count": (
        rule("count: {changes: {for: 5d, tp: actor}}"),
        "p.yml:6:32: unknown key 'tp' of a count (did you mean 'top'?)",
    ),
    "two verbs": (
        rule(do="do: [{task: pull_request.author, nudge: actor, template: t}]"),
        "p.yml:6:10: exactly one of task, nudge, digest or close is needed (it has task and nudge)",
    ),
    "no template": (rule(do="do: [{nudge: actor}]"), "p.yml:6:10: 'template' is missing"),
    "recipient of another type": (
        rule(do="do: [{task: event.areas, template: t}]"),
        "p.yml:6:17: a task goes to a person, 'event.areas' is list(area)",
    ),
    "a key twice": (rule("when: 'true'", "when: 'true'"), "p.yml:7:5: 'when' is written twice (first at line 6)"),
    "an alias": (rule("when: *x"), "p.yml:6:11: aliases (*name) are not allowed (write the value out)"),
    "an unknown mode": (rule("mode: liv"), "p.yml:6:11: 'liv' is not a mode (did you mean 'live'?)"),
}


@pytest.mark.parametrize("name", CASES)
def test_the_problem_has_its_place_and_a_hint(name: str) -> None:
    text, expected = CASES[name]
    assert expected in problems(text)


@pytest.mark.parametrize("name", [name for name in CASES if name not in ("tag", "an alias", "a key twice")])
def test_the_other_rules_still_load(name: str) -> None:
    loaded = load_rules([Source("p.yml", "rules:" + CASES[name][0] + RIGHT)])
    assert [one.id for one in loaded.rules] == ["right"]


def test_all_problems_come_at_once_in_the_order_of_the_file() -> None:
    found = problems(rule("when: pull_request.aditions > 3", "after: 3x", "whn: 1") + RIGHT)
    assert [one.split(":")[1] for one in found] == ["6", "7", "8"]


def test_a_rule_that_could_cause_itself_is_refused() -> None:
    text = """
  a: {title: t, on: finding.opened, when: 'finding.rule == "b"', per: finding, do: [{nudge: finding.person, template: t}]}
  b: {title: t, on: finding.opened, when: 'finding.rule == "a"', per: finding, do: [{nudge: finding.person, template: t}]}
"""
    assert problems(text)[0].startswith("p.yml:2:3: 'a' could cause itself")


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("rules: {a: [", "p.yml:1:13: not valid YAML"),
        ("- 1", "p.yml:1:1: a rules file starts with names"),
        ("x" * 1_000_001, "p.yml:1:1: larger than 1 MB"),
        ("[" * 30 + "]" * 30, "p.yml:1:21: nested deeper than 20 levels"),
        ("extends: nowhere", "p.yml:1:10: unknown pack 'nowhere'"),
        ("\x00", "p.yml:1:1: not valid YAML"),
    ],
)
def test_what_is_no_rules_file_gets_one_clear_sentence(text: str, expected: str) -> None:
    assert problems("", head=text)[0].startswith(expected)


def test_packs_are_extended_overridden_field_by_field_and_picked() -> None:
    text = """
extends: [catalog/all@1]
pick: [area-single-carrier, long-review]
rules:
  area-single-carrier: {with: {min_changes: 12}, and_when: 'size(pull_request.authors) > 0', mode: live}
  long-review: {mode: off}
"""
    loaded = load_rules([Source("p.yml", text)], catalog.packs())
    assert loaded.problems == ()
    k1 = next(one for one in loaded.rules if one.id == "area-single-carrier")
    assert k1.numbers == {"min_changes": 12, "min_percent": 70}
    assert [clause.text for clause in k1.when] == ["size(pull_request.authors) > 0"]
    assert (k1.mode, k1.origins["with"].file, k1.origins["hold"].file) == ("live", "p.yml", "catalog/knowledge.yml")


def test_the_meaning_changes_with_what_decides_and_only_with_that() -> None:
    def meaning(text: str) -> str:
        return load_rules([Source("p.yml", "rules:" + text)]).rules[0].meaning

    assert meaning(rule("cooldown: 3d")) == meaning(rule("cooldown: 5d"))
    assert meaning(rule("when: 'true'")) != meaning(rule())
