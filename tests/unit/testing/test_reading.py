"""What is wrong with a file of tests: everything at once, each at its place, with a hint."""

import pytest
from testing_kit import HEAD, problems_of

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
