"""What is wrong with a clause is said in this project's words, at the right characters, all at once."""

import pytest

from rules.language.cel import ClauseProblem, ClauseProblems, compile_clause

ROOTS = {
    "event": "event",
    "actor": "person",
    "pull_request": "pull_request",
    "area": "area",
    "issue": "issue",
}
NUMBERS = {"least": 8, "word": "x"}
COUNTS = {"changes": {"n": "int", "top.value": "person", "top.percent": "int"}}


def problems(text, want="bool"):
    """(marked characters, whole sentence) of each problem."""
    with pytest.raises(ClauseProblems) as raised:
        compile_clause(text, ROOTS, NUMBERS, COUNTS, want)
    return [(text[one.offset : one.offset + one.length], str(one)) for one in raised.value.problems]


NAMES_HERE = "there are: actor, area, changes, event, issue, least, pull_request, word"
ONE_PROBLEM = {
    "pull_request.aditions >= 10": (
        "aditions",
        "unknown field 'aditions' of pull_request (did you mean 'additions'?)",
    ),
    "area.xyzzy == 1": (
        "xyzzy",
        "unknown field 'xyzzy' of area (there are: age_days, archived, carrier, carrier_percent, carriers,"
        " codeowners, days_since_docs_change, domain, manager, open_findings, pairs, past_authors,"
        " present_authors, team)",
    ),
    "pull_request . aditions >= 10": (
        "aditions",
        "unknown field 'aditions' of pull_request (did you mean 'additions'?)",
    ),
    "pull_request.author.team.manger == actor": (
        "manger",
        "unknown field 'manger' of team (did you mean 'manager'?)",
    ),
    "chnges.n > 1": ("chnges", "unknown name 'chnges' (did you mean 'changes'?)"),
    "zot == 1": ("zot", f"unknown name 'zot' ({NAMES_HERE})"),
    "changes > 1": ("changes", "'changes' is a count, not a value (did you mean 'changes.n'?)"),
    "changes.top.percnt > 1": (
        "top.percnt",
        "count 'changes' has no 'top.percnt' (did you mean 'top.percent'?)",
    ),
    "least.n > 1": ("n", "unknown field 'n': least is int"),
    "pull_request.rounds.x == 1": ("x", "unknown field 'x': pull_request.rounds is int"),
    "pull_request.authors.team == 'x'": (
        "team",
        "unknown field 'team': pull_request.authors is list(person)"
        " (ask exists or all, or take one at a time with 'each')",
    ),
    "event == 'x'": ("event", "'event' is no value by itself (name a field, as event.at)"),
    "issue.type == 3": ("==", "cannot compare string == int"),
    "'é' == word && 'é😀' == least": ("==", "cannot compare string == int"),
    "true\n  && word == 3": ("==", "cannot compare string == int"),
    "changes.top.percent >= 66.5": (
        ">=",
        "cannot compare int >= double (counts and percentages are whole numbers)",
    ),
    "pull_request.author == 3": ("==", "cannot compare person == int"),
    "pull_request.author == area": ("==", "cannot compare person == area"),
    "changes.top.value != area": ("!=", "cannot compare person != area"),
    "actor in event.areas": ("in", "cannot compare person in list(area)"),
    "event.areas == pull_request.authors": ("==", "cannot compare list(area) == list(person)"),
    "event.areas.exists(a, a == actor)": ("==", "cannot compare area == person"),
    "event.areas[0] == actor": ("==", "cannot compare area == person"),
    "(true ? actor : pull_request.author) == area": ("==", "cannot compare person == area"),
    "word in [1, 2]": ("in", "cannot look for string in list(int)"),
    "least && true": ("&&", "'&&' joins true or false, not int and bool"),
    "true || word": ("||", "'||' joins true or false, not bool and string"),
    "!least": ("!", "'!' needs true or false, this is int"),
    "least ? true : false": ("?", "before '?' stands true or false, this is int"),
    "(true ? 1 : 'x') == 1": ("?", "both sides of ':' must be of one type, not int and string"),
    "word + 1 == 2": ("+", "cannot compute string + int"),
    "-word == 'x'": ("-", "cannot compute -string"),
    "issue.labels[word] == 'x'": ("[", "cannot take an element of list(string) by string"),
    "size(least) > 1": ("(", "size does not take (int)"),
    "event.at == days(1)": ("==", "cannot compare time == duration"),
    "size() > 1": ("(", "'size' cannot be used like this"),
    "word.matches(3)": ("(", "matches does not take (string, int)"),
    "days(word) > days(2)": ("(", "days does not take (string)"),
    "word.contains(3)": ("(", "contains does not take (string, int)"),
    "least.exists(x, true)": ("l", "a list is needed, this is int"),
    "issue.labels.exists(l, l.foo == 1)": (
        ".",
        "string has no fields (take each element with 'each' to read its fields)",
    ),
    "event.areas.exists(area, area == 'x')": (
        "(",
        "'area' is already a name here (give the macro's variable a name of its own)",
    ),
    "sise(issue.labels) > 1": ("sise", "unknown function 'sise' (did you mean 'size'?)"),
    "frobnicate(1)": ("frobnicate", "unknown function 'frobnicate'"),
    "pull_request.rounds": ("pull_request.rounds", "a condition must be true or false, this is int"),
    "issue.labels": ("issue.labels", "a condition must be true or false, this is list<string>"),
    "has(actor.team)": (
        "(",
        "has() is not needed (a clause that reads a missing value is unknown and does not hold)",
    ),
    "word.matches('a(b')": ("'a(b'", "'a(b' is not a regular expression that RE2 takes"),
    "word.matches(word)": ("w", "a regular expression must be written out as text"),
    "event.at > timestamp('soon')": ("'soon'", "'soon' is not a time as 2026-03-01T09:00:00Z"),
    "duration('soon') > days(1)": ("'soon'", "'soon' is not a length of time as 90m or 1.5h"),
    "least + > 3": (">", "unexpected '>'"),
    "(least > 3": ("3", "the text ends too early (')' is missing)"),
    "least >= 3 &&& true": ("&", "unexpected '&'"),
    "least ! 3": ("!", "unexpected '!'"),
    "": ("", "the text ends too early"),
    "9223372036854775808 == least": ("9", "invalid int literal"),
    "experience(area, actor) == 0": ("(", "experience takes a person and an area, not area and person"),
    "experience(actor, are) == 0": ("are", "unknown name 'are' (did you mean 'area'?)"),
}
TWO_NAMES = (
    "experience takes two names (as experience(pull_request.author, area); for each element of a list use 'each')"
)


@pytest.mark.parametrize("text", ONE_PROBLEM)
def test_a_mistake_is_said_once_at_its_place(text):
    assert problems(text) == [ONE_PROBLEM[text]]


@pytest.mark.parametrize(
    "text",
    [
        "experience(actor) == 0",
        "experience(actor, area, area) == 0",
        "experience(actor, 'payments') == 0",
        "event.areas.exists(a, experience(actor, a) == 0)",
        "experience((actor), area) == 0",
    ],
)
def test_experience_takes_two_plain_names(text):
    assert problems(text) == [("(", TWO_NAMES)]


def test_every_mistake_of_a_clause_is_reported_in_the_order_of_the_text():
    text = "foo.bar == 1 || pull_request.aditions == 's' && word == 4 && sise(issue.labels) == 's'"
    assert [marked for marked, _ in problems(text)] == ["foo", "aditions", "==", "sise"]


def test_numbers_without_a_sign_are_left_out_of_the_language():
    sentence = "whole numbers are written without u"
    assert problems("1u == 2u") == [("1", sentence), ("2", sentence)]


def test_null_bytes_and_maps_are_left_out_of_the_language():
    assert (
        "n",
        "there is no null (a missing value is unknown, and a clause that is unknown does not hold)",
    ) in (problems("actor == null"))
    assert ("b", "bytes have no use here (write text without the b)") in problems("b'a' == b'a'")
    assert ("{", "maps have no use here (for a choice of texts write x in ['a', 'b'])") in problems("{'a': 1}.a == 1")


def test_a_clause_longer_than_the_limit_is_refused_before_it_is_parsed():
    at_the_limit = "true" + " " * 296
    assert compile_clause(at_the_limit, ROOTS).test() is True
    found = problems(at_the_limit + " ")
    assert found == [(at_the_limit + " ", "301 characters, 300 are allowed (split it into several clauses)")]


def test_nesting_is_limited_to_six_levels_and_a_chain_of_one_operator_is_one_level():
    six = "!(1 in [size([size(['x'])])])"  # ! in [] size [] size, and the innermost list makes seven
    assert problems(six) == [(six, "nested deeper than 6 (split it into several clauses)")]
    assert compile_clause("!(1 in [size([size('x')])])", ROOTS).test() is False
    chain = " && ".join(["true"] * 30)
    assert compile_clause(chain, ROOTS).test() is True


def test_brackets_deeper_than_the_library_goes_are_a_problem_and_no_crash():
    text = "(" * 140 + "true" + ")" * 140
    ((marked, sentence),) = problems(text)
    assert marked == text
    assert sentence.startswith("not a CEL expression")


def test_the_wanted_type_is_checked_for_lengths_of_time():
    assert problems("least", want="duration") == [("least", "a length of time is needed, this is int")]
    assert problems("days(2) > days(1)", want="duration") == [
        ("days(2) > days(1)", "a length of time is needed, this is bool")
    ]


def test_problems_are_data_with_message_and_hint_apart():
    with pytest.raises(ClauseProblems) as raised:
        compile_clause("chnges.n > 1", ROOTS, NUMBERS, COUNTS)
    assert raised.value.problems == (ClauseProblem("unknown name 'chnges'", 0, 6, "did you mean 'changes'?"),)
    assert str(raised.value) == "unknown name 'chnges' (did you mean 'changes'?)"


def test_a_number_beyond_64_bits_is_refused():
    with pytest.raises(ClauseProblems, match="'big' is 9223372036854775808, which is beyond 64 bits"):
        compile_clause("pull_request.rounds > big", ROOTS, {"big": 1 << 63})


def test_text_inside_quotes_is_never_read_as_a_name_or_a_call():
    clause = compile_clause("word == 'experience(actor, area) && zot.n > 1'", ROOTS, NUMBERS)
    assert clause.reads == ()
    assert clause.test() is False
