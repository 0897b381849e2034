"""Any text at all gives a clause or located problems: never another exception, never a hang."""

from hypothesis import given, settings
from hypothesis import strategies as st

from rules.language.cel import ClauseProblems, compile_clause

ROOTS = {
    "event": "event",
    "actor": "person",
    "pull_request": "pull_request",
    "area": "area",
    "issue": "issue",
}
TEXT = """
    && || ! ? : ( ) [ ] { } . , == != < <= in + - * / % 1 1.5 1u 'a' "é" b'a' '''a''' true false
    null size exists all map filter has dyn type matches timestamp duration days hours experience
    experience(actor,area) actor area actor.team issue.labels issue.labels.exists(l,l=='a')
    pull_request.rounds pull_request.aditions zot.x x.y() size() l event event.at changes changes.n
    k @result .actor actor. // ` \\ \n int string.x a.b.c {} [] {'a':1} optional.of(1)
    google.protobuf.X
"""
PIECES = TEXT.split()


def check(text):
    try:
        clause = compile_clause(text, ROOTS, {"k": 3}, {"changes": {"n": "int"}})
    except ClauseProblems as raised:
        assert raised.problems
        for problem in raised.problems:
            assert 0 <= problem.offset <= len(text)
            assert problem.length >= 0
            assert "INVALID_ARGUMENT" not in problem.message
        return
    unknown = [None] * len(clause.reads)
    assert clause.test(*unknown) == clause.official(*unknown)


@settings(max_examples=1_500, deadline=None, database=None)
@given(st.lists(st.sampled_from(PIECES), max_size=12), st.sampled_from([" ", ""]))
def test_pieces_of_expressions_in_any_order_give_a_clause_or_problems(pieces, between):
    check(between.join(pieces))


@settings(max_examples=500, deadline=None, database=None)
@given(st.text(max_size=80))
def test_any_characters_give_a_clause_or_problems(text):
    check(text)


def test_characters_that_no_encoding_can_carry_are_a_problem():
    check("actor == '\ud800'")
    check("\x00")
    check("actor == '\x00'")
