"""What a clause gives: values, unknown, error; and what lies outside the compiled subset."""

import pytest

from rules.language.cel import compile_clause
from rules.language.rule import ERROR

ROOTS = {
    "event": "event",
    "actor": "person",
    "pull_request": "pull_request",
    "area": "area",
    "issue": "issue",
}
COUNTS = {"changes": {"n": "int", "top.percent": "int"}}
DAY = 86_400_000_000
BIGGEST = (1 << 63) - 1


def clause(text, want="bool", **numbers):
    return compile_clause(text, ROOTS, numbers, COUNTS, want)


def both(one, *values):
    """The value, after seeing that the official evaluator gives the same."""
    compiled, official = one.test(*values), one.official(*values)
    assert type(compiled) is type(official) and compiled == official
    return compiled


def test_reads_are_in_the_order_of_the_arguments_and_once_each():
    one = clause("pull_request.rounds > changes.n || experience(actor, area) == 0 && pull_request.rounds == 1")
    assert one.reads == ("pull_request.rounds", "changes.n", "experience(actor, area)")
    assert both(one, 1, 5, 0) is True
    assert both(one, 1, 5, 2) is False


def test_experience_written_with_blanks_and_lines_is_the_same_read():
    one = clause("experience ( pull_request . author ,\n area ) == 0 && experience(pull_request.author,area) < 1")
    assert one.reads == ("experience(pull_request.author, area)",)
    assert both(one, 0) is True


def test_false_and_unknown_is_false_whichever_side_is_unknown():
    one = clause("pull_request.draft && pull_request.rounds > 3")
    assert both(one, False, None) is False
    assert both(one, None, 1) is False
    assert both(one, None, 4) is None
    assert both(one, True, None) is None


def test_true_or_unknown_is_true_whichever_side_is_unknown():
    one = clause("pull_request.draft || pull_request.rounds > 3")
    assert both(one, None, 4) is True
    assert both(one, True, None) is True
    assert both(one, None, 3) is None


def test_a_macro_absorbs_unknown_elements_as_a_chain_of_or():
    one = clause("issue.labels.exists(l, l == 'a' || l == issue.type)")
    assert both(one, ("x", "a"), None) is True
    assert both(one, ("x",), None) is None
    assert both(one, (), None) is False
    assert both(one, None, "x") is None


@pytest.mark.parametrize(
    ("text", "values"),
    [
        ("pull_request.rounds + 1 > 0", (BIGGEST,)),
        ("pull_request.rounds - 1 > 0", (-BIGGEST - 1,)),
        ("pull_request.rounds * 2 > 0", (BIGGEST,)),
        ("-pull_request.rounds > 0", (-BIGGEST - 1,)),
        ("pull_request.rounds / pull_request.files > 0", (1, 0)),
        ("pull_request.rounds / pull_request.files > 0", (-BIGGEST - 1, -1)),
        ("pull_request.rounds % pull_request.files > 0", (1, 0)),
        ("pull_request.rounds % pull_request.files > 0", (-BIGGEST - 1, -1)),
        ("issue.labels[pull_request.rounds] == 'a'", (("a",), 1)),
        ("issue.labels[pull_request.rounds] == 'a'", (("a",), -1)),
        ("days(pull_request.rounds) > days(1)", (3_652_501,)),
        ("hours(pull_request.rounds) > days(1)", (-87_660_001,)),
        ("issue.labels.exists(l, 1 / pull_request.rounds > 0)", (("a",), 0)),
    ],
)
def test_an_operation_without_a_result_is_an_error_and_not_unknown(text, values):
    assert both(clause(text), *values) is ERROR


def test_an_error_is_absorbed_where_the_other_side_decides():
    one = clause("1 / pull_request.rounds > 0 || pull_request.draft")
    assert both(one, 0, True) is True
    assert both(one, 0, False) is ERROR
    assert both(one, 0, None) is ERROR
    assert both(clause("pull_request.draft || 1 / pull_request.rounds > 0"), None, 0) is None


def test_division_and_remainder_go_towards_zero():
    assert both(clause("pull_request.rounds / 2 == -3"), -7) is True
    assert both(clause("pull_request.rounds % 2 == -1"), -7) is True


def test_with_numbers_are_constants_and_no_reads():
    one = clause("changes.n >= least && issue.type == kind", least=8, kind="bug")
    assert one.reads == ("changes.n", "issue.type")
    assert both(one, 8, "bug") is True
    assert both(one, 7, "bug") is False


def test_minimums_are_the_conjuncts_that_compare_a_count_with_a_number():
    one = clause(
        "changes.n >= least && changes.top.percent >= share && pull_request.rounds >= least",
        least=8,
        share=70,
    )
    assert one.minimums == (("changes", "least"),)
    assert clause("changes.n >= least || pull_request.draft", least=8).minimums == ()
    assert clause("changes.n > least", least=8).minimums == ()
    assert clause("changes.n >= 8").minimums == ()


def test_a_length_of_time_is_given_in_microseconds():
    one = clause("days(2 * pull_request.rounds)", want="duration")
    assert (one.type, one.reads, one.compiled) == ("duration", ("pull_request.rounds",), True)
    assert both(one, 7) == 14 * DAY
    assert both(one, None) is None
    assert both(clause("hours(-1)", want="duration")) == -DAY // 24


def test_times_are_compared_in_microseconds():
    one = clause("event.at > pull_request.opened_at")
    assert one.compiled
    assert both(one, 1_767_225_600_000_001, 1_767_225_600_000_000) is True
    assert both(one, 1_767_225_600_000_000, 1_767_225_600_000_000) is False


def test_texts_are_measured_in_characters():
    assert both(clause("size(issue.type) == 2"), "é😀") is True


@pytest.mark.parametrize(
    ("text", "values", "expected"),
    [
        ("event.at > timestamp('2026-01-01T00:00:00Z')", (1_767_225_600_000_001,), True),
        ("event.at - pull_request.opened_at > days(3)", (5 * DAY, DAY), True),
        ("event.at + days(1) > pull_request.opened_at", (5 * DAY, None), None),
        ("event.at.getFullYear() == 1970", (0,), True),
        ("issue.type.matches('^b.g$')", ("bug",), True),
        ("double(pull_request.rounds) / 2.0 > 1.4", (3,), True),
        ("string(pull_request.rounds) == '3'", (3,), True),
        ("issue.labels.filter(l, l == 'a').size() == 1", (("a", "b"),), True),
        ("issue.labels.exists_one(l, l == 'a')", (("a", "a"),), False),
        ("issue.labels.map(l, size(l)) == [1, 2]", (("a", "ab"),), True),
        ("1 in [true, 'a']", (), False),
        ("duration('90m') > hours(pull_request.rounds)", (1,), True),
    ],
)
def test_outside_the_subset_the_official_evaluator_decides(text, values, expected):
    one = clause(text)
    assert not one.compiled
    assert one.test is one.official
    assert one.test(*values) is expected


def test_values_of_wanted_lists_times_and_texts_come_back_as_they_went_in():
    assert both(clause("issue.type + '!'", want="str"), "bug") == "bug!"
    assert clause("event.at + days(1)", want="time").test(5 * DAY) == 6 * DAY
    labels = clause("issue.labels", want="list<string>")
    assert labels.test(("a", "b")) == labels.official(("a", "b")) == ("a", "b")


def test_a_list_longer_than_the_limit_is_unknown():
    one = clause("size(issue.labels) > 0")
    assert both(one, ("a",) * 300) is True
    assert both(one, ("a",) * 301) is None
    assert both(clause("pull_request.draft && size(issue.labels) > 0"), False, ("a",) * 301) is False


def test_too_many_iterations_are_unknown_and_end_at_once():
    """A hundred elements in two nested macros is more than the library's 10,000 iterations; 99 are not."""
    one = clause("issue.labels.exists(l, issue.labels.exists(m, m == 'z'))")
    assert one.compiled
    assert both(one, ("a",) * 99) is False
    assert both(one, ("a",) * 100) is None
    deep = clause("issue.labels.all(l, issue.labels.all(m, issue.labels.all(o, o == 'a')))")
    assert both(deep, ("a",) * 300) is None


@pytest.mark.parametrize(
    "text",
    [
        "issue.labels.all(l, issue.labels.exists(m, issue.labels.all(o, o == 'a')))",
        "issue.labels.all(l, issue.labels.exists(m, issue.labels.exists(o, o == 'z')))",
        "issue.labels.exists(l, issue.labels.all(m, issue.labels.exists(o, m == 'z')))",
        "issue.labels.exists(l, issue.labels.all(m, m == 'a') && issue.labels.all(o, o == 'z'))",
        "issue.labels.all(l, issue.labels.exists(m, m == 'z') || issue.labels.exists(o, o == 'a'))",
        "issue.labels.exists(l, issue.labels.exists(m, m == l && l == 'z'))",
    ],
)
def test_the_iterations_run_out_at_the_same_length_of_list_in_both_ways(text):
    one = clause(text)
    answers = {both(one, ("a",) * size + last) for size in range(60, 131) for last in ((), ("z",))}
    assert None in answers
    assert len(answers) > 1


def test_macros_side_by_side_may_use_one_variable_name():
    one = clause("issue.labels.exists(l, l == 'a') && pull_request.topics.all(l, l != 'a')")
    assert both(one, ("a",), ("b",)) is True
    assert both(one, ("a",), ("a",)) is False


def test_quotes_and_backslashes_in_a_text_stay_text():
    one = clause(r"""issue.type == "a'\"\\ \n" || issue.type == '__import__("os")'""")
    assert both(one, "a'\"\\ \n") is True
    assert both(one, '__import__("os")') is True
    assert both(one, "") is False


def test_measures_given_as_a_bare_set_are_whole_numbers_or_texts():
    measures = {"changes": frozenset({"n", "top.value"})}
    one = compile_clause("changes.n > 1 && changes.top.value == 'p1'", {}, {}, measures)
    assert both(one, 2, "p1") is True
