"""Who becomes whom in a first people.yml: joined by address and login, never by name or by what looks alike."""

import re

from hypothesis import given
from hypothesis import strategies as st

from worker.config.gathering import Gathering, owners_of
from worker.config.people import load_people
from worker.config.roster_csv import HANDLE, read_roster
from worker.config.starting import people_yml


def rostered(text: str, manager: str = "boss") -> tuple[Gathering, list[str]]:
    rows, _ = read_roster(text, "r.csv")
    found = Gathering()
    problems = found.roster(rows, "r.csv", manager)
    return found, [f"{one.place.line}: {one.message}" for one in problems]


def test_a_noreply_address_of_github_is_its_login() -> None:
    found = Gathering()
    assert [found.author("12345+ana-r@users.noreply.github.com"), found.owner("@Ana-R")] == ["ana-r", ("ana-r", "")]
    assert found.people == {"ana-r": {"accounts": {"github": "ana-r", "git": "12345+ana-r@users.noreply.github.com"}}}


def test_other_addresses_give_a_handle_of_their_own_and_two_people_are_never_one() -> None:
    found = Gathering()
    assert [found.author(one) for one in ("ana@x.org", "ana@y.org", "ANA@x.org", "Á@x.org", "no mail")] == [
        "ana", "ana-2", "ana", "somebody", "",
    ]  # fmt: skip
    assert found.alike == {"ana-2": "ana"}
    assert "  # The same person as ana?" in people_yml(found)


def test_a_login_that_looks_like_an_address_is_not_joined_to_it() -> None:
    found = Gathering()
    assert (found.author("ana@x.org"), found.owner("@ana")) == ("ana", ("ana-2", ""))


def test_a_roster_joins_what_it_says_is_one_person() -> None:
    found, problems = rostered("handle,mail,team\nana,ana@x.org,payments\n")
    assert (found.owner("@Ana"), found.author("ana@x.org"), problems) == (("ana", ""), "ana", [])
    found.author("1+ana@users.noreply.github.com")
    assert found.people["ana"] == {
        "mail": "ana@x.org",
        "team": "payments",
        "accounts": {"git": "1+ana@users.noreply.github.com", "github": "Ana"},
    }
    assert found.second_addresses == 0
    found.author("2+ana@users.noreply.github.com")
    assert found.second_addresses == 1


def test_managers_of_a_roster_are_handles_or_addresses_of_it_or_the_default_manager() -> None:
    found, problems = rostered("handle,mail,manager\nana,,Boss\nben,b@x.org,ana\ncem,,B@x.org\ndee,,Ana Ruiz\n")
    assert [found.people[one].get("manager") for one in ("ana", "ben", "cem", "dee")] == ["boss", "ana", "ben", None]
    assert problems == ["5: manager 'Ana Ruiz' is nobody's handle or mail address here"]


def test_the_manager_is_somebody_who_is_there_already_whatever_the_letters() -> None:
    found = Gathering()
    found.author("ana@x.org")
    assert (found.manager("Ana"), found.manager("zed")) == ("ana", "zed")
    assert list(found.people) == ["ana", "zed"]


def test_owners_are_logins_teams_and_addresses_and_nothing_else() -> None:
    text = "# @no\n* @acme/all  # @no\n[Docs] @acme/docs\n/x/ @ana a@x.org nobody\n/y/ @ana\n"
    assert owners_of(text) == ["@acme/all", "@acme/docs", "@ana", "a@x.org"]
    found = Gathering()
    assert [found.owner(one) for one in (*owners_of(text), "@", "@a b", "@x/y/z")] == [
        ("", "all"), ("", "docs"), ("ana", ""), ("a", ""), ("", ""), ("", ""), ("", ""),
    ]  # fmt: skip


def test_people_stand_in_the_order_of_the_alphabet() -> None:
    """The order of commits would rank them."""
    found = Gathering()
    for mail in ("zoe@x.org", "ana@x.org", "Ben@x.org"):
        found.author(mail)
    assert re.findall(r"^  (\w+):$", people_yml(found), re.MULTILINE) == ["ana", "ben", "zoe"]


@given(st.lists(st.one_of(st.text(max_size=40), st.emails(), st.from_regex(r"@\w{1,9}(/\w{1,9})?", fullmatch=True))))
def test_whatever_git_and_codeowners_say_the_file_can_be_read(words: list[str]) -> None:
    found = Gathering()
    for word in words:
        found.author(word)
        found.owner(word)
    found.manager("boss")
    people, problems = load_people(people_yml(found))
    assert problems == () and people is not None
    assert {one.id for one in people.people} == set(found.people)
    assert all(HANDLE.fullmatch(one.id) for one in people.people)
