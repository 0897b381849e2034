"""Generated expressions: the compiled clause and the official evaluator give the same value, unknown or
error."""

import os

from hypothesis import HealthCheck, assume, event, given, settings
from hypothesis import strategies as st

from rules.language.cel import ClauseProblems, compile_clause
from rules.language.cel.agreement import same

LONG = os.environ.get("SPAREKEY_LONG") == "1"
ROOTS = {
    "event": "event",
    "actor": "person",
    "pull_request": "pull_request",
    "area": "area",
    "issue": "issue",
}
NUMBERS = {"k": 3, "least": -(1 << 63), "word": "ab"}
COUNTS = {"c": {"n": "int", "places": "list(int)", "span": "duration", "sure": "bool"}}
LISTS = ("issue.labels", "pull_request.topics")
PEOPLE = ("actor", "pull_request.author", "pull_request.top_reviewer")
TYPES = {
    **dict.fromkeys(("c.n", "pull_request.rounds", "pull_request.files", "experience(actor, area)"), "int"),
    **dict.fromkeys(("event.kind", "issue.type"), "str"),
    **dict.fromkeys(("pull_request.draft", "issue.waiting_external", "c.sure"), "bool"),
    **dict.fromkeys(("event.at", "pull_request.opened_at"), "time"),
    **dict.fromkeys((*PEOPLE, *LISTS, "pull_request.authors"), ""),
    **dict.fromkeys(LISTS, "list(str)"),
    "pull_request.authors": "list(person)",
    "c.places": "list(int)",
    "c.span": "duration",
    **dict.fromkeys(PEOPLE, "person"),
}
NAMES = {type_: [name for name, of in TYPES.items() if of == type_] for type_ in set(TYPES.values())}


def names(type_):
    return st.sampled_from(NAMES[type_])


def infix(left, signs, right):
    return st.builds("({} {} {})".format, left, st.sampled_from(signs), right)


def numbers(depth):
    written = st.sampled_from(["0", "1", "2", "-1", "3", "k", "least", "9223372036854775807", "3652500"])
    plain = written | names("int")
    if not depth:
        return plain
    inner = numbers(depth - 1)
    return st.one_of(
        plain,
        infix(inner, "+-*/%", inner),
        st.builds("size({})".format, lists(depth - 1) | texts()),
        st.builds("{}.size()".format, lists(depth - 1)),
        st.builds("({} ? {} : {})".format, truths(depth - 1), inner, inner),
        st.builds("c.places[{}]".format, inner),
        st.builds("-({})".format, inner),
    )


def texts():
    return st.sampled_from(['""', '"a"', '"b"', "'é'", "word", '(word + "b")']) | names("str")


def lists(depth):
    written = st.lists(texts(), min_size=1, max_size=3).map(lambda parts: "[" + ", ".join(parts) + "]")
    return st.sampled_from(LISTS) if not depth else st.sampled_from(LISTS) | written


def lengths(depth):
    inner = numbers(depth)
    return st.one_of(names("duration"), st.builds("days({})".format, inner), st.builds("hours({})".format, inner))


def macros(depth, level):
    """`level` numbers the variables, so that macros can stand in one another."""
    own = f"m{level}"
    outer = st.sampled_from([f"m{one}" for one in range(level + 1)])
    inside = st.one_of(
        infix(outer, ["==", "!=", "<"], texts() | outer),
        st.builds("{} in {}".format, outer, lists(1)),
        infix(outer.map(lambda name: f"{name} == word"), ["&&", "||"], truths(max(0, depth - 1))),
    )
    if level < 2 and depth:
        inside = inside | macros(depth - 1, level + 1)
    every = st.sampled_from(["exists", "all"])
    return st.builds(lambda over, which, body: f"{over}.{which}({own}, {body})", lists(1), every, inside)


def truths(depth):
    base = st.sampled_from(["true", "false"]) | names("bool")
    if not depth:
        return base
    inner, whole = truths(depth - 1), numbers(depth - 1)
    relations = ["<", "<=", ">", ">=", "==", "!="]
    return st.one_of(
        base,
        infix(whole, relations, whole),
        infix(texts(), relations, texts()),
        infix(names("time"), relations, names("time")),
        infix(lengths(depth - 1), relations, lengths(depth - 1)),
        infix(inner, ["&&", "||"], inner),
        infix(inner, ["&&", "||", "==", "!="], inner),
        inner.map("!({})".format),
        st.builds("({} in {})".format, texts(), lists(1)),
        st.builds("({} in [1, k, {}])".format, whole, whole),
        st.builds("{}.{}({})".format, texts(), st.sampled_from(["startsWith", "endsWith", "contains"]), texts()),
        st.builds("({} ? {} : {})".format, inner, inner, inner),
        infix(names("person"), ["==", "!="], names("person")),
        st.builds("({} in pull_request.authors)".format, names("person")),
        macros(depth - 1, 0),
        st.builds("c.places.{}(p, p < {})".format, st.sampled_from(["exists", "all"]), whole),
    )


SHAPES = (truths(1), truths(2), truths(3), macros(2, 0), macros(1, 0))


@st.composite
def conditions(draw):
    return draw(SHAPES[draw(st.integers(0, len(SHAPES) - 1))])


ints = st.integers(-3, 3) | st.sampled_from([(1 << 63) - 1, -(1 << 63), 10**12, 3_652_500, 3_652_501])
words = st.sampled_from(["", "a", "b", "ab", "é", "😀"])
people = st.sampled_from(["p1", "p2"])
many = st.sampled_from([("a",) * 99, ("b",) * 300, ("a",) * 301])
VALUES = {
    "int": ints,
    "str": words,
    "bool": st.booleans(),
    "person": people,
    "time": st.sampled_from([0, -1, 1_767_225_600_000_001, 1_767_225_600_000_002]),
    "duration": st.sampled_from([0, 1, -86_400_000_000, 2 * 86_400_000_000, 315_576_000_000_000_000]),
    "list(str)": st.lists(words, max_size=3).map(tuple) | st.lists(words, max_size=3).map(tuple) | many,
    "list(person)": st.lists(people, max_size=3).map(tuple),
    "list(int)": st.lists(st.integers(-3, 3), max_size=3).map(tuple),
}


@settings(
    max_examples=20_000 if LONG else 1_000,
    deadline=None,
    database=None,
    suppress_health_check=[HealthCheck.too_slow, HealthCheck.filter_too_much, HealthCheck.data_too_large],
)
@given(text=conditions(), data=st.data())
def test_compiled_and_official_agree_on_generated_expressions(text, data):
    try:
        clause = compile_clause(text, ROOTS, NUMBERS, COUNTS)
    except ClauseProblems as refused:
        # Only the limits of length and nesting may refuse what is generated here.
        assert all("allowed" in str(one) or "nested" in str(one) for one in refused.problems), refused
        assume(False)
    assert clause.compiled
    for unknown in (st.nothing(), st.none(), st.nothing(), st.none()):
        values = [data.draw(unknown | VALUES[TYPES[name]] | VALUES[TYPES[name]]) for name in clause.reads]
        compiled, official = clause.test(*values), clause.official(*values)
        event(f"official: {official!r}")
        assert same(compiled, official), (text, clause.reads, values, compiled, official)
