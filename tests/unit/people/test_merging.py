"""An account that people.yml gives to somebody after it was seen: what was journalled of it is theirs."""

from pathlib import Path

from desk_kit import Desk
from engine_kit import START, areas, merged, program_of, review

from rules.model.accounts import Account
from worker.people import merging
from worker.people.identity import Configured, Directory

RULE = """
  merged:
    title: Something was merged
    on: pull_request.merged
    per: pull_request
    do: [{nudge: pull_request.author, template: talk-live}]
"""


def test_two_people_become_one_in_the_journal_and_in_the_tables(tmp_path: Path) -> None:
    desk = Desk(tmp_path / "s.db", program_of(RULE), START)
    by_mail = desk.directory.person(Account("git", "ada@example.org", "Ada"))
    by_login = desk.directory.person(Account("github", "17", "ada"))
    assert by_mail != by_login
    desk.take([areas(), merged(1, by_mail, 0), review(2, by_login, by_mail, 1), merged(3, "ben", 2)])
    said = {"ada": Configured("ada", (("github", "ada"), ("git", "ada@example.org")))}
    joined = desk.directory.configure(said)
    assert {before for before, _ in joined} == {by_mail, by_login}
    with desk.store.writing("admin") as connection:
        changed = sum(merging.merge(connection, desk.ws, desk.directory, *one) for one in joined)
    desk.directory.written()
    ada = desk.directory.of_handle("ada")
    assert changed == 3
    people = {row.event.actor for row in desk.journalled()} - {None}
    assert people == {ada, "ben"}
    again = Directory(lambda: "new")
    with desk.store.reading() as connection:
        again.load(connection)
    again.configure(said)
    assert again.person(Account("github", "17", "ada")) == again.person(Account("git", "ada@example.org")) == ada
    assert again.configure(said) == []
    desk.close()


def test_nobody_is_joined_by_a_name(tmp_path: Path) -> None:
    directory = Directory(iter("abcdef").__next__)
    directory.configure({"ada": Configured("ada", (("github", "ada"),))})
    assert directory.person(Account("git", "ada@elsewhere.org", "ada")) != directory.of_handle("ada")
    assert directory.person(Account("git", "", "ada")) == "other"
