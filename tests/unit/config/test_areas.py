"""areas.yml: the typed map of a good file, every fault of a bad one at its place, and hostile texts. Owns no YAML rules."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from rules.model.areas import AreaMap, AreaSettings, ServiceSettings
from worker.config.areas import load_areas

GOOD = """\
areas:
  billing:
    paths: [src/billing/, '*.sql']
    components: Billing
    services: [billing-api]
    repositories: [acme/billing]
    labels: [money]
    docs: docs/billing/
    manager: ada
    team: core
    domain: payments
    tier: 1
    archived: true
    codeowners: ['@acme/billing']
  search: {}
services:
  billing-api: {manager: ben, team: core, rota_people: 4, default_assignee: cem}
components:
  Billing: {}
otherwise: folders-2
"""


def told(text: str) -> list[str]:
    """The problems of a file that must not be used."""
    return [str(one) for one in load_areas(text)[1]]


def test_a_good_file_becomes_the_typed_map_and_a_word_is_a_list_of_one() -> None:
    billing = AreaSettings(
        id="billing", paths=("src/billing/", "*.sql"), components=("Billing",), services=("billing-api",),
        repositories=("acme/billing",), labels=("money",), docs=("docs/billing/",), manager="ada", team="core",
        domain="payments", tier=1, archived=True, codeowners=("@acme/billing",),
    )  # fmt: skip
    service = ServiceSettings(id="billing-api", manager="ben", team="core", rota_people=4, default_assignee="cem")
    assert load_areas(GOOD) == (
        AreaMap((billing, AreaSettings(id="search")), (service,), (ServiceSettings(id="Billing"),), fallback_depth=2),
        (),
    )


@pytest.mark.parametrize("text", ["", "\n\n", "# nothing yet\n", "\ufeff", "{}"])
def test_an_empty_file_is_an_empty_map(text: str) -> None:
    assert load_areas(text) == (AreaMap(), ())


@pytest.mark.parametrize("depth", [1, 2, 3, 4])
def test_otherwise_says_how_many_folders_name_an_area(depth: int) -> None:
    found, problems = load_areas(f"otherwise: folders-{depth}")
    assert (found, problems) == (AreaMap(fallback_depth=depth), ())


def test_all_errors_are_told_at_once_in_the_order_of_the_file() -> None:
    text = """\
areas:
  billing:
    pathz: [a]
    tier: 9
    tean: core
    labels: [ok, {a: b}]
services:
  api: {rota_people: -1}
servises: {}
otherwise: folders-9
"""
    assert [one.split(" (")[0] for one in told(text)] == [
        "areas.yml:3:5: unknown key 'pathz'",
        "areas.yml:4:11: 'tier': input should be less than or equal to 5",
        "areas.yml:5:5: unknown key 'tean'",
        "areas.yml:6:18: 'labels', value 2: input should be a valid string",
        "areas.yml:8:22: 'rota_people': input should be greater than or equal to 0",
        "areas.yml:9:1: unknown key 'servises'",
        "areas.yml:10:12: 'otherwise': string should match pattern '^folders-[1-4]$'",
    ]
    assert load_areas(text)[0] is None


@pytest.mark.parametrize(
    ("text", "line"),
    [
        ("aeras: {}", "areas.yml:1:1: unknown key 'aeras' (did you mean 'areas'?)"),
        ("areas: {a: {pathz: x}}", "areas.yml:1:13: unknown key 'pathz' (did you mean 'paths'?)"),
        ("services: {s: {rota_pepole: 3}}", "areas.yml:1:16: unknown key 'rota_pepole' (did you mean 'rota_people'?)"),
        ("components:\n  c:\n    mananger: x", "areas.yml:3:5: unknown key 'mananger' (did you mean 'manager'?)"),
        ("areas: {<<: {}, b: {<<: x}}", "areas.yml:1:21: unknown key '<<'"),
        ("zzz: 1", "areas.yml:1:1: unknown key 'zzz' (there are: areas, components, otherwise, services)"),
    ],
)
def test_an_unknown_key_is_told_at_the_key_with_the_nearest_one(text: str, line: str) -> None:
    assert len(told(text)) == 1
    assert told(text)[0].startswith(line)


@pytest.mark.parametrize("name", ["archived", "domain", "tier", "manager", "paths", "docs"])
def test_an_area_may_be_named_like_a_setting_and_keeps_its_hint(name: str) -> None:
    assert told(f"areas: {{{name}: {{pathz: x}}}}")[0].endswith("unknown key 'pathz' (did you mean 'paths'?)")


WRONG_TYPES = {
    "areas is a number": ("areas: 7", "1:8: 'areas'"),
    "areas is a list": ("areas: [a]", "1:8: 'areas'"),
    "an area is a word": ("areas: {a: src/}", "1:12: 'a'"),
    "a pattern is a number": ("areas: {a: {paths: [x, 1]}}", "1:24: 'paths', value 2"),
    "patterns are a map": ("areas: {a: {paths: {b: c}}}", "1:20: 'paths'"),
    "a manager is a number": ("areas: {a: {manager: 42}}", "1:22: 'manager'"),
    "a tier has a fraction": ("areas: {a: {tier: 2.5}}", "1:19: 'tier'"),
    "a tier is nought": ("areas: {a: {tier: 0}}", "1:19: 'tier'"),
    "a tier is endless": (f"areas: {{a: {{tier: {'9' * 4000}}}}}", "1:19: 'tier'"),
    "archived is a word": ("areas: {a: {archived: perhaps}}", "1:23: 'archived'"),
    "a pattern is too long": (f"areas: {{a: {{paths: [x, {'y' * 301}]}}}}", "1:24: 'paths', value 2"),
    "too many patterns": (f"areas: {{a: {{paths: [{'x,' * 501}]}}}}", "1:20: 'paths'"),
    "too many areas": ("areas:\n" + "".join(f"  a{i}: {{}}\n" for i in range(2001)), "2:3: 'areas'"),
    "a fallback deeper than four": ("otherwise: folders-5", "1:12: 'otherwise'"),
    "a fallback with a line end": ('otherwise: "folders-2\\n"', "1:12: 'otherwise'"),
}  # fmt: skip


@pytest.mark.parametrize("name", WRONG_TYPES)
def test_a_wrong_value_is_one_problem_at_the_value(name: str) -> None:
    text, place = WRONG_TYPES[name]
    found, problems = load_areas(text)
    assert found is None
    assert [str(one).startswith(f"areas.yml:{place}: ") for one in problems] == [True]


def test_a_wrong_value_comes_with_a_hint() -> None:
    (problem,) = load_areas("otherwise: folders-9")[1]
    assert problem.hint


HOSTILE = {
    "a python object": ("areas: !!python/object:os.system {}", "1:8: '!' at the start"),
    "a python call": ("areas: !!python/object/apply:os.system ['id']", "1:8: '!' at the start"),
    "a private tag": ("areas: {a: {manager: !env HOME}}", "1:22: '!' at the start"),
    "an alias": ("areas:\n  a: &x {}\n  b: *x\n", "2:6: anchors (&name)"),
    "two documents": ("areas: {}\n---\nareas: {}\n", "2:1: not valid YAML"),
    "a tab": ("areas:\n\ta: {}\n", "2:1: not valid YAML"),
    "an open bracket": ("areas: {a: [b\n", "2:1: not valid YAML"),
    "another version": ("%YAML 9.9\n---\nareas: {}", "1:1: not valid YAML"),
    "too deep": ("areas: " + "[" * 100_000, "1:27: nested deeper than 20 levels"),
    "too deep in braces": ("{a: " * 50_000, "1:81: nested deeper than 20 levels"),
    "a control character": ('areas: {a: "\x00"}', "1:1: not valid YAML"),
    "half a character": ("areas: {a: \udcff}", "1:1: not valid YAML"),
    "half a character, escaped": ('"\\ud800": 1', "1:1: "),
    "the bytes of Latin-1": (b"areas: {a: {manager: J\xf6rg}}".decode("utf-8", "surrogateescape"), "1:1: not valid"),
    "a huge file": ("#" * 1_000_001, "1:1: larger than 1 MB (split it into several files)"),
    "a huge file in few characters": ("#" + "ü" * 500_000, "1:1: larger than 1 MB"),
    "a list": ("[]", "1:1: "),
    "a word": ("areas", "1:1: "),
    "null": ("null", "1:1: "),
}


@pytest.mark.parametrize("name", HOSTILE)
def test_a_hostile_file_is_a_located_problem_of_one_line(name: str) -> None:
    text, start = HOSTILE[name]
    found, problems = load_areas(text)
    assert found is None
    assert str(problems[0]).startswith(f"areas.yml:{start}")
    assert all("\n" not in str(one) and len(str(one)) < 300 for one in problems)


@pytest.mark.parametrize(
    ("text", "line"),
    [
        ("areas: {a: {}, a: {}}", "areas.yml:1:16: 'a' is written twice (first at line 1)"),
        ("areas:\n  a:\n    tier: 1\n    tier: 2\n", "areas.yml:4:5: 'tier' is written twice (first at line 3)"),
        ("areas: {}\nareas: {a: {}}", "areas.yml:2:1: 'areas' is written twice (first at line 1)"),
        ("? [a]\n: b\n", "areas.yml:1:3: a key must be a word"),
    ],
)
def test_a_key_that_cannot_stand_is_a_problem(text: str, line: str) -> None:
    assert told(text) == [line]


def test_a_file_with_a_key_written_twice_gives_no_map() -> None:
    assert load_areas("areas: {a: {tier: 1}, a: {tier: 5}}")[0] is None


def test_a_key_without_a_value_is_told_in_its_own_line() -> None:
    (problem,) = load_areas("areas:\n  a:\n  b: {}\n")[1]
    assert problem.place.line == 2


def test_a_root_that_is_no_map_is_told_in_words_for_people() -> None:
    assert "''" not in told("[]")[0] and "AreasFile" not in told("[]")[0]


@given(st.text(alphabet="areas:tipk -{}[]\n\t'\"#&*!|>%\\\u202eü0129", max_size=120))
def test_any_text_is_a_map_or_located_problems(text: str) -> None:
    found, problems = load_areas(text)
    assert found is not None or problems
    assert all(one.place.file == "areas.yml" and one.place.line >= 1 and one.place.column >= 1 for one in problems)


def test_a_file_of_endless_values_is_one_problem_and_no_long_wait() -> None:
    """A legal megabyte of list items took 25 seconds to build."""
    (problem,) = load_areas("areas: [" + "a," * 400_000 + "]")[1]
    assert problem.message == "more than 200,000 values" and problem.hint == "split it into several files"


def test_an_empty_pattern_is_a_problem_because_it_takes_nothing() -> None:
    (problem,) = load_areas("areas: {a: {paths: [src/, '']}}")[1]
    assert str(problem).startswith("areas.yml:1:27: 'paths', value 2: string should have at least 1 character")
