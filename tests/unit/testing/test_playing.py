"""Tests of rules as a team lead writes them: clock, events, answers, and what a difference says."""

from testing_kit import one, played, said

WAITING = """
  waiting:
    title: A newcomer's change waits
    on: [{kind: pull_request.opened, when: '!pull_request.draft'}]
    when: pull_request.author.merged_before < newcomers
    per: pull_request
    with: {newcomers: 5}
    after: {for: DAYS, calendar: pull_request.author}
    unless: [{kind: review.submitted, when: review.author != pull_request.author}, pull_request.closed]
    cooldown: 30d
    do: [{nudge: pull_request.author.buddy, template: t}]
"""
ONE_DAY, TWO_DAYS = WAITING.replace("DAYS", "1wd"), WAITING.replace("DAYS", "2wd")
PEOPLE = "people:\n  ada: {merged_before: 1, buddy: ben, calendar: {away: [2025-10-03]}}\n  ben: {}\n"
OPENED = "      - {event: pull_request.opened, pull_request: {id: b#7, author: ada}}\n"
BUSY = """
  busy:
    title: An area changes a lot
    on: pull_request.merged
    each: {area: event.areas}
    per: area
    with: {least: 3}
    count: {changes: {for: 30d}}
    fire: changes.n >= least
    hold: 7d
    cooldown: 90d
    do: [{task: area.manager, template: t}]
"""
MERGED = "      - {event: pull_request.merged, pull_request: {author: ada}, areas: billing, times: N, every: 1d}\n"


def test_working_days_pass_over_a_day_away_and_the_weekend() -> None:
    steps = OPENED + (
        "      - {advance: 3d, expect: []}\n"
        "      - {advance: 1d, expect: [{rule: waiting, per: [b#7], nudge: [ben], template: t}]}\n"
    )
    assert one(ONE_DAY, steps, PEOPLE).passed


def test_what_did_not_happen_is_told_with_the_days_it_waits_for() -> None:
    found = one(
        TWO_DAYS, OPENED + "      - {advance: 4d, expect: [{rule: waiting, per: [b#7], nudge: [ben]}]}\n", PEOPLE
    )
    assert "- {rule: waiting, per: [b#7], nudge: [ben]}   expected, did not happen" in said(found)
    assert "Thu 02 Oct 16:00 waiting for b#7: due Tue 07 Oct 16:00 (2wd: Mon 06, Tue 07; away: Fri 03)" in said(found)


def test_what_was_not_expected_is_told_with_its_evidence() -> None:
    found = one(BUSY, MERGED.replace("N", "3") + "      - {advance: 8d, expect: []}\n")
    assert "- {rule: busy, per: [billing], task: [], template: t}   happened, was not expected" in said(found)
    assert "changes.n >= least   changes.n = 3   true" in said(found)


def test_an_expectation_that_is_nearly_right_says_what_it_was_instead() -> None:
    steps = OPENED + "      - {advance: 4d, expect: [{rule: waiting, nudge: [cem]}]}\n"
    assert "expected, but it was nudge: [ben]" in said(one(ONE_DAY, steps, PEOPLE))
    assert one(ONE_DAY, steps.replace("cem", "ben"), PEOPLE).passed


def test_the_order_of_expected_findings_does_not_matter() -> None:
    both = OPENED + OPENED.replace("b#7", "b#8")
    expected = "      - {advance: 4d, expect: [{rule: waiting}, {rule: waiting, per: b#7}]}\n"
    assert one(ONE_DAY, both + expected, PEOPLE).passed


def test_why_names_the_stage_and_the_clause() -> None:
    first = "    given: {ada.merged_before: 5}\n"
    why = "          - {rule: waiting, per: b#7, stage: when, clause: pull_request.author.merged_before < newcomers}\n"
    text = f"{PEOPLE}cases:\n  - name: it\n{first}    steps:\n{OPENED}      - why:\n{why}"
    (found,) = played(ONE_DAY, text)
    assert found.passed
    (found,) = played(ONE_DAY, text.replace("stage: when", "stage: fire"))
    assert "it is when, pull_request.author.merged_before < newcomers" in said(found)
    assert "pull_request.author.merged_before = 5   FALSE" in said(found)


def test_every_stage_can_be_asked_for() -> None:
    def stage(rules: str, steps: str, word: str, per: str, more: str = PEOPLE) -> bool:
        rule = "busy" if rules is BUSY else "waiting"
        return one(rules, f"{steps}      - why: {{rule: {rule}, per: {per}, stage: {word}}}\n", more).passed

    review = "      - {event: review.submitted, review: {author: ben}}\n"
    merged = MERGED.replace("N", "3")
    assert stage(ONE_DAY, OPENED, "waiting", "b#7")
    assert stage(ONE_DAY, OPENED, "never asked", "b#9")
    assert stage(ONE_DAY, OPENED + review, "cancelled", "b#7")
    assert stage(ONE_DAY, OPENED + "      - advance: 4d\n", "fired", "b#7")
    assert stage(ONE_DAY, OPENED.replace("ada}", "ada, draft: true}"), "when", "b#7")
    assert stage(BUSY, MERGED.replace("N", "2"), "fire", "billing")
    assert stage(BUSY, merged, "hold", "billing")
    assert stage(BUSY, merged + "      - advance: 7d\n", "open", "billing")
    bot = "people: {ada: {bot: true}}\n"
    assert stage(BUSY, merged, "left out", "billing", bot)


def test_a_second_finding_is_suppressed_with_its_reason() -> None:
    again = "      - {event: pull_request.opened, pull_request: {id: b#7, author: ada}}\n      - advance: 4d\n"
    steps = OPENED + "      - advance: 4d\n" + again
    wanted = "        suppressed: {rule: waiting, per: b#7, reason: REASON}\n"
    assert one(ONE_DAY, steps + wanted.replace("REASON", "cooldown"), PEOPLE).passed
    assert "it was suppressed: cooldown" in said(one(ONE_DAY, steps + wanted.replace("REASON", "task open"), PEOPLE))


def test_guards_that_would_silence_a_small_test_are_off_unless_asked_for() -> None:
    steps = MERGED.replace("N", "3") + "      - {advance: 8d, expect: [{rule: busy}]}\n"
    assert one(BUSY, steps).passed
    found = one(BUSY, steps, "guards: [small]\n")
    assert "suppressed: fewer than 3 active people" in said(found)
    assert "suppressed: area young" in said(one(BUSY, steps, "guards: [new_area]\n"))
    assert "suppressed: history too short" in said(one(BUSY, steps, "guards: on\nhistory: 0d\n"))


def test_a_late_event_withdraws_what_was_told_too_early() -> None:
    late = "      - {event: review.submitted, review: {author: ben}, late: 5d}\n"
    steps = OPENED + late + "      - {advance: 4d, expect: [{rule: waiting}]}\n"
    steps += "      - {advance: 1d, expect: [], withdrawn: {rule: waiting, per: b#7}}\n"
    assert one(ONE_DAY, steps, PEOPLE).passed
    found = one(ONE_DAY, OPENED + late + "      - {advance: 1d, expect: []}\n", PEOPLE)
    assert "a late event has not arrived yet: advance further" in said(found)


def test_a_task_is_filed_at_once_and_an_answer_reaches_the_rules() -> None:
    thanks = """
  asked-again:
    title: A task is checked again
    on: task.recheck_due
    when: task.answer == "yes"
    per: task.area
    do: [{nudge: task.owner, template: t}]
"""
    steps = MERGED.replace("N", "3") + "      - {advance: 7d, expect: [{rule: busy, task: mona}]}\n"
    answer = "      - answer: {task: billing, says: yes}\n"
    later = "      - {advance: 90d, expect: [{rule: asked-again, per: billing, nudge: mona}]}\n"
    areas = "areas: {billing: {manager: mona}}\n"
    assert one(BUSY + thanks, steps + answer + later, areas).passed
    assert "- {rule: asked-again, per: [billing], nudge: [mona]}   expected, did not happen" in said(
        one(BUSY + thanks, steps + later, areas)
    )
    none = one(BUSY, "      - answer: {task: search, says: yes}\n      - expect: []\n")
    assert "no task was asked for that fits 'search'" in said(none)


def test_a_no_silences_the_story_of_an_area() -> None:
    steps = (
        MERGED.replace("N", "3")
        + "      - {advance: 7d, expect: [{rule: busy}]}\n      - answer: {task: last, says: no}\n"
    )
    steps += "      - advance: 100d\n" + MERGED.replace("N", "3") + "      - advance: 8d\n        expect: []\n"
    wanted = "        suppressed: {rule: busy, reason: silenced by an answer}\n"
    assert one(BUSY, steps + wanted).passed


def test_an_answer_to_a_nudge_is_an_event_for_rules() -> None:
    helped = """
  help-asked:
    title: Somebody asked for help
    on: nudge.answered
    when: [nudge.rule == "waiting", nudge.answer == "help"]
    per: nudge
    do: [{nudge: nudge.to, template: t}]
"""
    steps = OPENED + "      - {advance: 4d, expect: [{rule: waiting}]}\n"
    steps += "      - {answer: {nudge: b#7, says: help}, expect: [{rule: help-asked, nudge: ben}]}\n"
    assert one(ONE_DAY + helped, steps, PEOPLE).passed


def test_a_state_that_ends_is_resolved() -> None:
    steps = MERGED.replace("N", "3") + "      - {advance: 7d, expect: [{rule: busy}]}\n"
    steps += "      - {advance: 30d, expect: [], resolved: {rule: busy, per: billing}}\n"
    assert one(BUSY, steps).passed


def test_texts_are_compared_as_their_people_would_read_them() -> None:
    steps = OPENED + "      - advance: 4d\n        expect: [{rule: waiting}]\n        text: {WANTED}\n"
    assert one(
        ONE_DAY, steps.replace("WANTED", "title: A change waits, contains: [b#7, ben], lacks: ada"), PEOPLE
    ).passed
    found = said(one(ONE_DAY, steps.replace("WANTED", "contains: cem, lacks: ben"), PEOPLE))
    assert "'ben' is there; 'cem' is not there" in found and "Your change b#7 waits. Does ben know?" in found


def test_an_entity_that_is_left_out_is_the_one_the_test_spoke_of_last() -> None:
    steps = OPENED + "      - event: pull_request.closed\n      - {advance: 9d, expect: []}\n"
    assert one(ONE_DAY, steps, PEOPLE).passed


def test_null_leaves_unknown_what_a_source_would_say() -> None:
    steps = OPENED.replace("ada}", "ada, draft: null}") + "      - why: {rule: waiting, per: b#7, stage: when}\n"
    found = one(ONE_DAY, steps.replace("stage: when", "stage: fired"), PEOPLE)
    assert one(ONE_DAY, steps, PEOPLE).passed
    assert "pull_request.draft = ?   UNKNOWN" in said(found)


def test_the_clock_never_goes_back() -> None:
    found = one(BUSY, "      - {until: 2025-10-01, expect: []}\n")
    assert "x.test.yml:6:9 this lies before the clock, which never goes back" in said(found)


def test_moments_of_entities_can_be_said_as_far_from_the_clock() -> None:
    leave = """
  leaving:
    title: Somebody will be away
    on: person.change_announced
    per: change
    after: {from: change.starts_at, for: -30d}
    do: [{nudge: change.person, template: t}]
"""
    steps = "      - {event: person.change_announced, change: {person: ada, type: leave, starts_at: 40d, working_days: 10}}\n"
    steps += "      - {advance: 9d, expect: []}\n      - {advance: 1d, expect: [{rule: leaving, nudge: ada}]}\n"
    assert one(leave, steps).passed


def test_steps_of_a_step_happen_again_and_again() -> None:
    inner = "          - {event: pull_request.opened, pull_request: {author: ada}}\n          - event: pull_request.closed\n"
    steps = f"      - times: 3\n        every: 1d\n        steps:\n{inner}"
    waits = steps.replace("          - event: pull_request.closed\n", "")
    assert one(ONE_DAY, steps + "      - {advance: 9d, expect: []}\n", PEOPLE).passed
    three = "[{rule: waiting}, {rule: waiting}, {rule: waiting}]"
    assert one(ONE_DAY, waits + f"      - {{advance: 9d, expect: {three}}}\n", PEOPLE).passed


def test_why_knows_events_that_the_engine_makes_itself() -> None:
    again = """
  asked-again:
    title: A task is checked again
    on: task.recheck_due
    when: task.answer == "yes"
    per: task.area
    do: [{nudge: task.owner, template: t}]
  beside:
    title: A finding is open
    on: finding.opened
    when: finding.rule == "other"
    per: finding.area
    do: [{nudge: finding.person, template: t}]
"""
    steps = MERGED.replace("N", "3") + "      - {advance: 100d, expect: [{rule: busy}]}\n"
    for rule, clause in (("asked-again", 'task.answer == "yes"'), ("beside", 'finding.rule == "other"')):
        why = f"      - why: {{rule: {rule}, per: billing, stage: when, clause: '{clause}'}}\n"
        found = one(BUSY + again, steps + why)
        assert found.passed, said(found)


def test_a_task_that_is_closed_is_named_by_its_area() -> None:
    closes = """
  over:
    title: A task is checked again
    on: task.recheck_due
    per: task.area
    do: [{close: task, template: t}]
"""
    steps = MERGED.replace("N", "3") + "      - {advance: 7d, expect: [{rule: busy}]}\n"
    assert one(BUSY + closes, steps + "      - {advance: 90d, expect: [{rule: over, close: billing}]}\n").passed


PROPOSED = """
  proposed:
    title: A pair is proposed
    on: pair.proposed
    per: pair
    do: [{nudge: [pair.mentor, pair.mentee], template: t}]
  answered:
    title: A task is known
    on: task.answered
    when: task.answer == "known"
    per: task.area
    do: [{nudge: task.owner, template: t}]
"""


def test_another_pair_can_be_named_in_an_answer_and_known_needs_its_date() -> None:
    steps = MERGED.replace("N", "3") + "      - {advance: 7d, expect: [{rule: busy}]}\n"
    other = "      - {answer: {task: last, says: other, mentor: cem, learner: dee}, expect: [{rule: proposed, nudge: [cem, dee]}]}\n"
    assert one(BUSY + PROPOSED, steps + other).passed
    for until in ("30d", "2025-12-01"):
        known = f"      - {{answer: {{task: busy, says: known, until: {until}}}, expect: [{{rule: answered}}]}}\n"
        assert one(BUSY + PROPOSED, steps + known).passed


def test_a_task_that_waits_for_a_second_signal_is_filed_when_it_is_answered() -> None:
    """A finding of low confidence alone stays on the map, until somebody who has it before them says something."""
    steps = MERGED.replace("N", "3") + "      - {advance: 7d, expect: [{rule: busy, confidence: low}]}\n"
    answer = "      - {answer: {task: billing, says: known, until: 30d}, expect: [{rule: answered}]}\n"
    found = one(BUSY + PROPOSED, steps + answer, "history: 0d\n")
    assert found.passed, said(found)


def test_one_of_several_receivers_of_a_nudge_can_answer() -> None:
    both = ONE_DAY.replace(
        "nudge: pull_request.author.buddy", "nudge: [pull_request.author, pull_request.author.buddy]"
    )
    helped = """
  helped:
    title: Somebody wants help
    on: nudge.answered
    when: nudge.rule == "waiting"
    per: nudge.to
    do: [{nudge: nudge.to, template: t}]
"""
    steps = OPENED + "      - {advance: 4d, expect: [{rule: waiting, nudge: [ada, ben]}]}\n"
    steps += "      - {answer: {nudge: last, says: help, by: ben}, expect: [{rule: helped, per: ben}]}\n"
    assert one(both + helped, steps, PEOPLE).passed


def test_an_event_has_its_own_moment_and_services_follow_from_a_service() -> None:
    down = """
  down:
    title: A service is down
    on: incident.opened
    each: {service: incident.services}
    per: service
    do: [{nudge: incident.resolver, template: t}]
"""
    steps = "      - {event: incident.opened, incident: {service: pay}, at: 2025-10-04 09:00, expect: [{rule: down, per: pay}]}\n"
    found = one(
        down, steps + "      - {event: incident.opened, incident: {services: [a, b]}, expect: [{rule: down}]}\n"
    )
    assert found.differences[0].line == "- {rule: down, per: [b], nudge: [], template: t}   happened, was not expected"
    assert "it opened at Sat 04 Oct 09:00" in said(found)


def test_a_case_is_bounded() -> None:
    inner = "          - {event: pull_request.merged, pull_request: {author: ada}, times: 300}\n" * 2
    found = one(BUSY, f"      - times: 300\n        steps:\n{inner}      - expect: []\n")
    assert "more than 3,000 events in one case" in said(found)
    found = one(BUSY, "      - times: 300\n        steps:\n          - advance: 3660d\n      - expect: []\n")
    assert "the clock ends with the year 2199" in said(found)


def test_expected_fields_that_are_not_so_are_named() -> None:
    steps = MERGED.replace("N", "3") + "      - {advance: 7d, expect: [{rule: busy, WANTED}]}\n"
    areas = "areas: {billing: {manager: mona}}\n"
    for wanted, was in (
        ("template: u", "template: t"),
        ("suggest: pair", "suggest: none"),
        ("confidence: low", "confidence: medium"),
        ("case: search", "case: billing"),
        ("due: 5wd", "due: none"),
        ("task: [ben]", "task: [mona]"),
        ("nudge: [ben]", "nudge: none"),
    ):
        assert f"expected, but it was {was}" in said(one(BUSY, steps.replace("WANTED", wanted), areas)), wanted


def test_what_a_rule_that_is_off_should_have_done_says_that_it_is_off() -> None:
    off = BUSY.replace("    title:", "    mode: 'off'\n    title:", 1)
    steps = MERGED.replace("N", "3") + "      - {advance: 7d, expect: [{rule: busy, per: billing}]}\n"
    assert "busy is off" in said(one(off, steps))


def test_what_is_expected_twice_happened_before() -> None:
    steps = MERGED.replace("N", "3") + "      - {advance: 7d, expect: [{rule: busy}]}\n"
    found = one(BUSY, steps + "      - {advance: 5wd, expect: [{rule: busy, per: billing}]}\n")
    assert "it opened before, at Sat 11 Oct 16:00" in said(found) and "it is open since" in said(found)


def test_a_rule_that_heard_nothing_at_all_says_so() -> None:
    assert "no event that busy listens to has happened" in said(
        one(BUSY, "      - {advance: 5wd, expect: [{rule: busy}]}\n")
    )


def test_configured_people_of_the_workspace_are_recipients() -> None:
    asks = """
  asks:
    title: A pair asks
    on: pulse.answered
    per: [pair, actor]
    fire: pulse.switch
    do: [{task: pair.programme.contact, template: t}]
"""
    steps = "      - {event: pair.started, pair: {mentor: ada, mentee: ben, area: billing}}\n"
    pulse = "      - {event: pulse.answered, pulse: {switch: true}, actor: ben, expect: [{rule: asks, task: WHO}]}\n"
    assert one(asks, steps + pulse.replace("WHO", "po"), "programme: {contact: po}\ndefault_manager: mona\n").passed
    assert one(asks, steps + pulse.replace("WHO", "mona"), "default_manager: mona\npeople: {ben: }\n").passed
    assert one(asks, steps + pulse.replace("WHO", "[]")).passed


def test_a_nudge_is_read_as_its_receiver_s_level_has_it() -> None:
    steps = OPENED + "      - advance: 4d\n        expect: [{rule: waiting}]\n        text: {contains: WANTED}\n"
    people = PEOPLE.replace("ben: {}", "ben: {level: junior}")
    assert one(ONE_DAY, steps.replace("WANTED", "A first look is enough"), people).passed
    assert not one(ONE_DAY, steps.replace("WANTED", "A first look is enough"), PEOPLE).passed
