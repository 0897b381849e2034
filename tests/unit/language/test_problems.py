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
    "hold needs the key, also to look a count up": (
        rule("hold: 1d", "count: {n: {on: review.submitted, by: review.author, of: actor, for: 30d}}", "fire: n.n > 3"),
        "p.yml:7:12: with 'hold', 'count' cannot use 'actor' (name only 'per', paths from it, and counts)",
    ),
    "hold knows nothing of what is only on its event": (
        rule(
            "hold: 1d",
            "fire: thread.asker != thread.answerer",
            on="thread.answered",
            per="thread",
            do="do: [{digest: thread.asker, template: t}]",
        ),
        "p.yml:7:11: with 'hold', 'fire' cannot use 'thread.asker' (name only 'per', paths from it, and counts)",
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


CORE = "extends: [catalog/core@1]\nrules:\n"


def test_a_misspelt_id_of_an_inherited_rule_is_one_error() -> None:
    assert problems("  area-single-carier: {with: {min_changes: 12}}\n", head=CORE) == [
        "p.yml:3:3: no inherited rule 'area-single-carier' (did you mean 'area-single-carrier'?)"
    ]


def test_an_override_of_a_rule_that_is_not_inherited_names_those_that_are() -> None:
    found = problems("  quite-another: {mode: off}\n", head=CORE)
    assert len(found) == 1
    assert found[0].startswith("p.yml:3:3: no inherited rule 'quite-another' (there are: all-authors-left,")


def test_a_rule_of_its_own_that_resembles_an_inherited_one_is_told_what_it_lacks() -> None:
    found = problems("  area-single-carier: {title: t, on: pull_request.merged, per: pull_request}\n", head=CORE)
    assert found == ["p.yml:3:3: 'do' is missing in 'area-single-carier'"]


@pytest.mark.parametrize(
    ("extends", "expected"),
    [
        (
            "[catalog/start-small@9]",
            "p.yml:1:31: pack 'catalog/start-small' has version 1, not '9' (write catalog/start-small@1)",
        ),
        ("catalog/core@", "p.yml:1:23: pack 'catalog/core' has version 1, not '' (write catalog/core@1)"),
        ("mine@2", "p.yml:1:15: pack 'mine' has no version, not '2' (write mine)"),
    ],
)
def test_the_version_of_a_pack_is_checked_against_its_own_line(extends: str, expected: str) -> None:
    packs = {**catalog.packs(), "mine": Source("mine.yml", "pack: mine\nrules:" + RIGHT)}
    found = load_rules([Source("p.yml", f"extends: {extends}\n")], packs)
    assert [str(one) for one in found.problems] == [expected]


@pytest.mark.parametrize("extends", ["catalog/start-small@1", "catalog/start-small"])
def test_a_file_that_only_extends_a_pack_is_right(extends: str) -> None:
    loaded = load_rules([Source("p.yml", f"extends: {extends}\n")], catalog.packs())
    assert (loaded.problems, len(loaded.rules)) == ((), 6)


@pytest.mark.parametrize("text", ["", "# nothing yet\n", "pack: p@1\n", "rules:\n", "rules: {}\n"])
def test_a_file_without_rules_is_an_error(text: str) -> None:
    assert problems("", head=text) == ["p.yml:1:1: no rules in p.yml (it needs 'rules:' or 'extends:')"]


def test_a_pick_of_nothing_is_an_error() -> None:
    assert problems("", head="extends: catalog/core\npick: []\n") == [
        "p.yml:1:1: no rules in p.yml ('pick' keeps none of them)"
    ]


def test_an_unknown_event_hides_no_other_error_of_its_rule() -> None:
    text = """
  r:
    on: {kind: pull_request.opend, when: pull_request.drafd}
    when: [pull_request.aditions > 3, incidnt.test]
    per: pull_request
    count: {n: {for: 5x, top: pull_request.autor}}
    cooldown: 3x
    mode: liv
    guards: {smal: false}
    do: [{nudge: pull_request.author, templat: t}]
"""
    assert [one.removeprefix("p.yml:").partition(" (")[0] for one in problems(text)] == [
        "2:3: 'title' is missing in 'r'",
        "3:16: unknown event 'pull_request.opend'",
        "3:55: unknown field 'drafd' of pull_request",
        "4:25: unknown field 'aditions' of pull_request",
        "4:39: unknown name 'incidnt'",
        "6:22: '5x' is not a length of time",
        "6:44: unknown field 'autor' of pull_request",
        "7:15: '3x' is not a length of time",
        "8:11: 'liv' is not a mode",
        "9:14: unknown key 'smal'",
        "10:10: 'template' is missing",
        "10:39: unknown key 'templat' of an action",
    ]


@pytest.mark.parametrize(
    "lines",
    [
        ("on: [pull_request.opend, review.submitted]", "per: pull_request", "when: review.substantive"),
        ("on: issue.dne", "each: {component: issue.components}", "per: component", "when: component.manager == actor"),
        ("on: pull_request.opend", "per: pull_request", "after: 1d", "unless: pull_request.closed"),
        ("on: pull_request.opend", "per: pull_request", "hold: 1d", "fire: pull_request.rounds > 3"),
    ],
)
def test_an_unknown_event_is_the_only_error_where_the_rest_is_right(lines: tuple[str, ...]) -> None:
    nudged = "issue.assignee" if "issue" in lines[0] else "pull_request.author"
    action = f"do: [{{nudge: {nudged}, template: t}}]"
    found = problems("\n".join(["", "  r:", "    title: t", *(f"    {line}" for line in (*lines, action)), ""]))
    assert len(found) == 1 and "unknown event" in found[0]


@pytest.mark.parametrize(
    ("text", "told"),
    [
        (rule("each: {one: event.arias}", "when: one.manager == actor", per="one"), ["6:23"]),
        (rule("count: {n: {for: 5x, top: actr}}", "fire: [n.n > 3, n.top.percent > 5]"), ["6:22", "6:31"]),
        (rule("count: {n: [1]}", "fire: n.n > 3"), ["6:16"]),
        (rule("with: {x: 1.5}", "when: pull_request.rounds > x"), ["6:15"]),
        (rule("count: {task: {for: 9d}}", "fire: task.n > 3", on="pull_request.opend"), ["4:9"]),
        (rule("when: 'pull_request.labels.exists(issue, issue == \"a\")'", on="pull_request.opend"), ["4:9"]),
        (
            rule(
                "after: 1d", "unless: [{kind: review.submitted, by: actor}, incident.opened]", per="pull_request.autor"
            ),
            ["5:23"],
        ),
        (rule("count: {n: {for: 9d, on: review.submitted, by: actor, of: pull_request.autor}}"), ["6:76"]),
        (rule("count: {n: {for: 9d, on: review.submitted, each: {a: event.arias}, by: a}}"), ["6:64"]),
    ],
)
def test_what_only_follows_from_another_error_is_not_told(text: str, told: list[str]) -> None:
    assert [":".join(one.split(":")[1:3]) for one in problems(text)] == told


def test_files_beside_one_that_is_not_yaml_are_checked() -> None:
    files = [
        Source("a.yml", "rules: {a: ["),
        Source("b.yml", "rules:" + rule(on="issue.dne")),
        Source("c.yml", "rules:" + RIGHT),
    ]
    loaded = load_rules(files)
    assert [one.place.file for one in loaded.problems] == ["a.yml", "b.yml"]
    assert [one.id for one in loaded.rules] == ["right"]


def test_the_meaning_changes_with_what_decides_and_only_with_that() -> None:
    def meaning(text: str) -> str:
        return load_rules([Source("p.yml", "rules:" + text)]).rules[0].meaning

    assert meaning(rule("cooldown: 3d")) == meaning(rule("cooldown: 5d"))
    assert meaning(rule("when: 'true'")) != meaning(rule())


def test_a_number_that_makes_an_inherited_rule_impossible_is_told_where_it_was_written() -> None:
    found = problems("  area-single-carrier: {with: {min_changes: 6000}}\n", head=CORE)
    assert found == [
        "p.yml:3:32: 'changes.n >= min_changes' is never true (changes.n is from 0 to 5000; min_changes is 6000)"
    ]


def test_what_always_holds_is_a_warning_and_the_rule_loads() -> None:
    loaded = load_rules([Source("p.yml", "rules:" + rule("with: {least: 0}", "when: least < 1"))])
    assert [str(one) for one in loaded.warnings] == ["p.yml:7:11: 'least < 1' is always true (least is 0)"]
    assert (loaded.problems, len(loaded.rules)) == ((), 1)


@pytest.mark.parametrize(
    "clauses",
    [
        "[pull_request.rounds > 3, pull_request.rounds < 5]",
        "[pull_request.rounds >= 3, pull_request.rounds <= 3]",
        "[pull_request.rounds > 3 || pull_request.draft, pull_request.rounds < 2]",
        "[pull_request.rounds != 3, pull_request.rounds > 2]",
        "[pull_request.draft, pull_request.closed]",
        "[event.source != 'a', event.source == 'b']",
        "[5 > pull_request.rounds, 3 < pull_request.rounds]",
        "[pull_request.rounds == 4, pull_request.rounds >= 4]",
    ],
)
def test_what_can_hold_is_not_called_impossible(clauses: str) -> None:
    assert problems(rule(f"when: {clauses}")) == []


@pytest.mark.parametrize(
    "clauses",
    [
        "[3 > pull_request.rounds, 3 < pull_request.rounds]",
        "[pull_request.rounds == 4, pull_request.rounds > 4]",
        "[pull_request.rounds == 4, pull_request.rounds == 5]",
        "[pull_request.rounds == 4, pull_request.rounds != 4]",
        "[pull_request.rounds >= 4, pull_request.rounds <= 4, pull_request.rounds != 4]",
        "[event.source == 'a', event.source != 'a']",
        "[pull_request.draft == false, pull_request.draft]",
        "['pull_request.draft && false']",
    ],
)
def test_what_contradicts_itself_is_never_true(clauses: str) -> None:
    (found,) = problems(rule(f"when: {clauses}"))
    assert "is never true" in found
