"""What is wrong with a file of tests: everything at once, each at its place, with a hint."""

import random
import re

import pytest
from testing_kit import CATALOGUE, HEAD, document, problems_of, shipped

from rules.testing.reading import read_document
from rules.testing.running import run_case

CASES = "cases: [{name: a, steps: [{event: pull_request.opened, pull_request: {author: ada}, expect: []}]}]\n"


def test_a_small_file_has_no_problems() -> None:
    assert problems_of(HEAD + CASES) == []


def test_all_problems_come_at_once_with_place_and_hint() -> None:
    text = HEAD.replace("Europe/Berlin", "Europe/Berln") + (
        "pepole: {}\n"
        "people: {ada: {budy: ben}}\n"
        "cases:\n"
        "  - name: a\n"
        "    given: {ada.merged: 5, adda.team: x}\n"
        "    steps:\n"
        "      - event: pull_request.opend\n"
        "      - {event: pull_request.opened, pull_request: {autor: ada, rounds: 3, draft: maybe}}\n"
        "      - {advance: soon, expect: [{rul: x}]}\n"
    )
    assert problems_of(text) == [
        "x.test.yml:2:8: 'Europe/Berln' is no time zone (such as Europe/Berlin)",
        "x.test.yml:3:1: unknown key 'pepole' of a file of tests (did you mean 'people'?)",
        "x.test.yml:4:16: unknown key 'budy' of one of people (did you mean 'buddy'?)",
        "x.test.yml:7:13: unknown field 'merged' of one of people (did you mean 'merged_before'?)",
        "x.test.yml:7:28: nobody and nothing is called 'adda' (did you mean 'ada'?)",
        "x.test.yml:9:16: unknown event 'pull_request.opend' (did you mean 'pull_request.opened'?)",
        "x.test.yml:10:53: unknown field 'autor' of pull_request (did you mean 'author'?)",
        "x.test.yml:10:65: unknown field 'rounds' of pull_request (it is folded: it follows from events and "
        "configuration, and is never said)",
        "x.test.yml:10:83: true or false is needed",
        "x.test.yml:11:19: 'soon' is not a length of time (such as 30m, 12h, 10d, 2w or 5wd)",
        "x.test.yml:11:34: a finding needs a 'rule'",
        "x.test.yml:11:35: unknown key 'rul' of a finding (did you mean 'rule'?)",
    ]


@pytest.mark.parametrize(
    ("wrong", "said"),
    [
        ("guards: [smal]\n", "unknown guard 'smal' (did you mean 'small'?)"),
        ("people: {ada: {calendar: {hours: 9 to 5}}}\n", "working hours are needed"),
        ("people: {ada: {calendar: {away: [2025-13-01]}}}\n", "is no day"),
        ("history: 5wd\n", "this length cannot be in working days"),
        ("areas: {billing: {}}\nareas: {}\n", "'areas' is written twice"),
        ("people: &p {}\n", "anchors"),
        ("default_manager: !x mona\n", "YAML tag"),
        ("areas: [billing]\n", "'areas' needs names"),
        ("people: {ada: [x]}\n", "one of people needs names with values"),
        ("people: {ada: {merged_before: many}}\n", "a whole number from 0 to 1,000,000 is needed"),
        ("people: {ada: {calendar: soon}}\n", "a calendar needs names with values"),
        ("people: {ada: {team: [a, b]}}\n", "a text is needed"),
        ("calendar: {zone: Mars}\n", "'Mars' is no time zone"),
        ("calendar: {days: [monday]}\n", "unknown day 'monday' (did you mean 'mon'?)"),
        ("programme: {contct: x}\n", "did you mean 'contact'?"),
    ],
)
def test_what_is_wrong_at_the_top_is_told(wrong: str, said: str) -> None:
    (found,) = problems_of(HEAD + wrong + CASES)
    assert said in found


@pytest.mark.parametrize(
    ("step", "said"),
    [
        ("{expect: [], late: 2d}", "'late' belongs to an 'event'"),
        ("{expect: [], advance: 1d, until: 2025-11-01}", "cannot stand in one step"),
        ("{expect: [], advance: 9999d}", "a length from 0d to 3660d is needed"),
        ("{expect: [], event: people.changed}", "unknown event 'people.changed'"),
        ("{expect: [], event: pull_request.opened, review: {}}", "'pull_request.opened' has no 'review'"),
        ("{expect: [], event: pull_request.opened, times: 0}", "a whole number from 1 to 300"),
        ("{expect: [], answer: {task: last, says: maybe}}", "unknown answer 'maybe'"),
        ("{expect: [], answer: {task: last, says: known}}", "'known' needs 'until'"),
        ("{expect: [], answer: {says: yes}}", "an answer has 'task' or 'nudge'"),
        ("{expect: [], until: next week}", "a moment is needed"),
        ("{expect: [], until: 2025-02-30}", "'2025-02-30' is no moment"),
        ("{expect: [], until: 9999-01-01}", "'9999-01-01' is no moment"),
        ("{expect: [], event: pull_request.opened, pull_request: [a]}", "'pull_request' needs fields"),
        ("{expect: [], event: pull_request.merged, times: 2, every: 1wd, late: 1wd}", "cannot be in working days"),
        ("{expect: [], event: pull_request.merged, every: 1d}", "'every' needs 'times'"),
        ("{expect: [], answer: yes}", "an answer needs names with values"),
        ("{expect: now}", "a finding needs names with values"),
        ("{suppressed: now}", "an entry needs names with values"),
        ("{resolved: {per: x}}", "an entry needs a 'rule'"),
        ("{why: {rule: r}}", "'why' needs 'per' and 'stage'"),
        ("{text: now}", "'text' needs names with values"),
        ("{why: {rule: r, per: x, stage: whn}}", "unknown stage 'whn' (did you mean 'when'?)"),
        ("{suppressed: {rule: r}}", "'reason' is missing"),
        ("{expect: [], text: {contain: x}}", "did you mean 'contains'?"),
        ("{expect: [], steps: [{event: person.left, expect: []}]}", "'expect' cannot stand in steps of a step"),
        ("{expect: [], event: person.left, steps: [{advance: 1d}]}", "a step has an 'event' or 'steps'"),
        ("{advance: 1d}", "nothing is looked at: this case cannot fail"),
    ],
)
def test_what_is_wrong_with_a_step_is_told(step: str, said: str) -> None:
    (found,) = problems_of(HEAD + f"cases: [{{name: a, steps: [{step}]}}]\n")
    assert said in found


def test_an_area_that_the_file_does_not_have_is_an_error() -> None:
    text = HEAD + "areas: {billing: {}}\n" + CASES.replace("expect: []", "areas: biling, expect: []")
    (found,) = problems_of(text)
    assert "unknown area 'biling' (did you mean 'billing'?)" in found


def test_two_cases_need_two_names() -> None:
    one = "{name: a, steps: [{expect: []}]}"
    (found,) = problems_of(HEAD + f"cases: [{one}, {one}]\n")
    assert "two cases are called 'a'" in found


@pytest.mark.parametrize("missing", ["rules", "start", "cases"])
def test_what_every_file_needs_is_asked_for(missing: str) -> None:
    lines = [line for line in (HEAD + CASES).splitlines() if not line.startswith(missing)]
    assert any(f"'{missing}' is missing" in one for one in problems_of("\n".join(lines)))


def test_a_case_needs_a_name_steps_and_given_by_name() -> None:
    for case, said in (
        ("{steps: [{expect: []}]}", "a case has a 'name' and 'steps'"),
        ("{name: a, steps: []}", "a list of steps is needed"),
        ("now", "a case needs names with values"),
        ("{name: a, given: x, steps: [{expect: []}]}", "'given' needs names with values"),
        ("{name: a, steps: [now]}", "a step needs names with values"),
    ):
        assert any(said in one for one in problems_of(HEAD + f"cases: [{case}]\n")), case
    assert any("a list of cases is needed" in one for one in problems_of(HEAD + "cases: {}\n"))
    assert any("needs names with values" in one for one in problems_of("- a\n"))
    assert any("YAML" in one for one in problems_of("a: [\n"))


@pytest.mark.parametrize("guards", ["on", "off", "true", "false", "[]", "small"])
def test_guards_can_be_said_in_a_word_or_by_name(guards: str) -> None:
    on = document(HEAD + f"guards: {guards}\n" + CASES).cases[0].guards
    assert on == ({"warm_up", "small", "new_area"} if guards in ("on", "true") else {"small"} & {guards})


@pytest.mark.parametrize("count", [40, pytest.param(2000, marks=pytest.mark.long)])
def test_mutated_files_are_read_or_get_located_problems(count: int) -> None:
    """Small accidents of typing: nothing raises, neither while reading nor while playing."""
    text = (CATALOGUE / "knowledge.test.yml").read_text(encoding="utf-8").partition("  # K2,")[0]
    (bench,) = (one.bench for one in shipped() if one.document.file.endswith("knowledge.test.yml"))
    fine = 0
    for seed in range(count):
        chance = random.Random(seed)
        lines = text.splitlines()
        for _ in range(chance.randint(1, 3)):
            at = chance.randrange(len(lines))
            word = chance.choice(re.findall(r"\w+", lines[at]) or [" "])
            lines[at] = lines[at].replace(
                word, chance.choice(["", "x", "ada", "9", "null", "{}", "-1d", "on", "\u202e"]), 1
            )
        found, problems = read_document("m.test.yml", "\n".join(lines))
        assert (found is None) == bool(problems)
        assert all(one.place.line >= 1 and one.message for one in problems)
        if found is not None:
            fine += 1
            run_case(found, chance.choice(found.cases), bench)
    assert 0 < fine < count
