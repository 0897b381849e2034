"""Postmortems as people write them: what is recognised, and that none of them breaks anything."""

from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from connectors.errors import BadPayload
from connectors.postmortems.normalise import report

REPORT = b"""# Node rollover broke logins
Service: auth, sessions

All times in CET. On 3rd March 2024 we upgraded the nodes. Only one person knew how to roll them.

## Contributing factors
The certificate expired. There was no runbook for the rollover.

## What went wrong?
- Nobody noticed for an hour
- The alert was silent

## Action items
1. Write a runbook for node rollover
2. Fix the alert

@jane failed to check the certificate.
"""


def test_lessons_actions_gaps_causes_and_services_are_found() -> None:
    found = report("login.md", REPORT)
    *actions, published = found.events
    seen = published.postmortem
    assert seen is not None
    assert (seen.lessons, seen.services, seen.causes) == (2, ("auth", "sessions"), ("certificate",))
    assert set(seen.gaps or ()) == {"no documentation", "one person"}
    assert seen.blame_lines == 1
    assert [one.action_item.learning for one in actions if one.action_item] == [True, False]
    assert published.at == 1_709_467_200_000_000


def test_the_file_name_dates_a_report_first_and_what_is_missing_is_said() -> None:
    found = report("2021-05-06-outage.md", b"# Something\n\nIt broke.")
    assert found.events[-1].at == 1_620_302_400_000_000
    assert found.missing == ["services", "lessons", "actions"]


@pytest.mark.parametrize(
    ("data", "reason"), [(b"# no date", "no date"), (b"\0\1", "not a text"), (b"x" * 2_000_001, "larger")]
)
def test_what_is_no_report_is_a_bad_payload(data: bytes, reason: str) -> None:
    with pytest.raises(BadPayload, match=reason):
        report("x.md", data)


@given(st.text(max_size=600))
def test_any_text_with_a_dated_name_is_a_report(text: str) -> None:
    assert report("2024-01-02.md", b"a" + text.encode("utf-8", "replace").replace(b"\0", b"")).events


def test_every_shared_report_is_read_or_says_that_it_has_no_date(shared: Path) -> None:
    read = undated = 0
    for path in sorted((shared / "postmortems").rglob("*.md")):
        try:
            assert report(path.name, path.read_bytes()).events
            read += 1
        except BadPayload as error:
            undated += error.reason.startswith("no date")
    assert (read, undated) == (55, 1)


def test_reports_of_one_name_in_two_folders_and_actions_that_move_keep_their_own_ids() -> None:
    one, other = report("a/2024-03-03.md", REPORT), report("b/2024-03-03.md", REPORT)
    assert {event.id for event in one.events}.isdisjoint(event.id for event in other.events)
    longer = REPORT.replace(b"1. Write", b"1. Tell the team\n1. Write")
    kept = {event.id for event in report("a/2024-03-03.md", longer).events}
    assert {event.id for event in one.events} < kept


@pytest.mark.parametrize(
    ("name", "at"),
    [
        ("2021-05-06/2022-01-02-report.md", 1_641_124_800_000_000),
        ("2022-01-02/2021-05-06-outage/report.md", 1_620_302_400_000_000),
    ],
)
def test_a_folder_dates_a_report_where_its_file_does_not(name: str, at: int) -> None:
    assert report(name, b"# On 2019-01-01").events[-1].at == at


@pytest.mark.parametrize(
    "later",
    [
        b"- Fix the alert\n- Write a runbook",
        b"1. [x] Write a  RUNBOOK\n2. [ ] Fix\n   the alert",
        b"- Write a runbook\n- Fix the alert\n- Write a runbook",
    ],
)
def test_an_action_keeps_its_id_when_it_moves_or_is_ticked_and_comes_once(later: bytes) -> None:
    start = b"# On 2021-05-06\n\n## Actions\n"
    before, after = (
        [event.id for event in report("a.md", start + one).events]
        for one in (b"- Write a runbook\n- Fix the alert", later)
    )
    assert sorted(before) == sorted(after)


def test_a_file_name_that_is_no_utf_8_gives_ids_that_can_be_written() -> None:
    found = report("caf\udce9.md", REPORT)
    assert found.events[-1].id == "postmortem:caf\\xe9.md:published"
