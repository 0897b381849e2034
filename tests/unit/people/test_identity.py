"""Who an account is: what people.yml says, and otherwise somebody of their own, for good."""

import random
import threading
from pathlib import Path

import pytest
from desk_kit import Desk
from engine_kit import START, areas, merged, program_of

from rules.model.accounts import OTHER, Account
from worker.people.identity import Configured, Directory
from worker.ports import Face, StoreAway

RULE = "  r:\n    title: T\n    on: pull_request.merged\n    per: pull_request\n    do: [{nudge: pull_request.author, template: talk-live}]\n"
ADA = Configured(
    "ada", (("github", "ada-l"), ("github", "17"), ("git", "ada@example.org")), "ada@example.org", "senior", "core"
)
BEN = Configured("ben", (("git", "ben@example.org"),), team="core")


class Numbers:
    """p1, p2, …"""

    def __init__(self) -> None:
        self.given = 0

    def __call__(self) -> str:
        self.given += 1
        return f"p{self.given}"


@pytest.fixture
def directory() -> Directory:
    found = Directory(Numbers())
    found.configure({"ada": ADA, "ben": BEN})
    return found


@pytest.fixture
def desk(tmp_path: Path) -> Desk:
    return Desk(tmp_path / "s.db", program_of(RULE), START)


def loaded(desk: Desk) -> Directory:
    """As another process would know them."""
    found = Directory(lambda: "fresh")
    with desk.store.reading() as connection:
        found.load(connection)
    return found


# who is who ------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "account",
    [
        Account("github", "17", "somebody"),
        Account("github", "99", "ada-l"),
        Account("github", "98", "Ada-L"),
        Account("git", "ada@example.org", "Ada Lovelace"),
        Account("git", "ADA@Example.org", ""),
    ],
    ids=str,
)
def test_an_account_of_people_yml_is_its_person_by_id_login_or_mail(directory: Directory, account: Account) -> None:
    assert directory.person(account) == directory.of_handle("ada")


@pytest.mark.parametrize(
    "account",
    [
        Account("git", "eve@example.org", "ada-l"),
        Account("git", "eve@example.org", "ada@example.org"),
        Account("git", "eve@example.org", "ada"),
        Account("github", "5", "ada@example.org"),
        Account("github", "5", "ada"),
        Account("github", "5", "17"),
        Account("jira", "17", "ada-l"),
        Account("slack", "ada-l", ""),
    ],
    ids=str,
)
def test_nobody_becomes_somebody_by_a_name(directory: Directory, account: Account) -> None:
    """Anybody can put another's address into the name of a commit."""
    assert directory.person(account) != directory.of_handle("ada")


def test_a_bare_name_is_anybody_and_a_pseudonym_is_itself(directory: Directory) -> None:
    assert directory.person(Account("github", "", "ghost")) == OTHER
    assert directory.person(Account("history", "h7")) == "h7"


def test_two_accounts_of_one_name_are_two_people(directory: Directory) -> None:
    first, second = (directory.person(Account("git", f"kim{n}@example.org", "Kim")) for n in range(2))
    assert first != second
    assert directory.named("kim") is None
    assert directory.name(first) == directory.name(second) == "Kim"


def test_whoever_is_asked_for_at_the_terminal_is_found_by_handle_id_or_only_name(directory: Directory) -> None:
    kim = directory.person(Account("git", "kim@example.org", "Kim K"))
    ada = directory.of_handle("ada")
    assert directory.named("ada") == ada
    assert directory.named(kim) == kim
    assert directory.named("kim k") == kim
    assert directory.named("nobody") is None


def test_a_face_is_what_people_yml_says_else_the_accounts_name(directory: Directory) -> None:
    ada, kim = directory.of_handle("ada"), directory.person(Account("git", "kim@example.org", "Kim"))
    assert directory.face(ada) == Face(ada, "ada", "ada@example.org", "senior")
    assert directory.face(kim) == Face(kim, "Kim")
    assert directory.face("p99") == Face("p99", "p99")
    assert directory.members("core") == (ada, directory.of_handle("ben"))
    assert directory.members("nobody") == ()
    assert directory.knows(kim)
    assert not directory.knows("p99")


def test_an_account_that_is_taken_out_of_people_yml_stays_who_it_was(directory: Directory) -> None:
    ada = directory.person(Account("github", "17", "ada-l"))
    directory.configure({"ben": BEN})
    assert directory.person(Account("github", "17", "ada-l")) == ada


# what is kept ----------------------------------------------------------------------------------------------------


def test_people_are_known_to_the_next_process_after_the_commit_that_named_them(desk: Desk) -> None:
    kim = desk.receiver.identify(Account("git", "kim@example.org", "Kim"))
    assert not loaded(desk).knows(kim)
    desk.receive([areas()])
    assert loaded(desk).person(Account("git", "kim@example.org", "other name")) == kim
    assert loaded(desk).name(kim) == "Kim"
    desk.close()


def test_people_of_a_commit_that_failed_are_written_with_the_next(desk: Desk) -> None:
    """However often it fails, and whoever comes in between."""
    kim = desk.receiver.identify(Account("git", "kim@example.org", "Kim"))
    for n in range(3):
        with desk.read_only(), pytest.raises(StoreAway):
            desk.receive([merged(n, kim, 0)])
        desk.receiver.identify(Account("git", f"lou{n}@example.org"))
    assert desk.receiver.identify(Account("git", "kim@example.org")) == kim
    desk.receive([merged(1, kim, 0)])
    known = loaded(desk)
    assert known.person(Account("git", "kim@example.org")) == kim
    assert all(known.knows(f"p{n}") for n in range(1, 5))
    desk.close()


def test_a_name_that_fits_in_no_file_keeps_nobody_from_being_written(desk: Desk) -> None:
    """It would be tried again with every commit from then on."""
    odd = Account("git", "half\ud800@example.org", "Half \udfff " + "x" * 1000)
    person = desk.receiver.identify(odd)
    assert desk.receive([merged(1, person, 0)]).new == 1
    assert desk.receive([merged(2, person, 0)]).new == 1
    assert desk.receiver.identify(odd) == person
    assert loaded(desk).person(odd) == person
    desk.close()


def test_a_poison_event_does_not_take_new_people_along(desk: Desk) -> None:
    kim = desk.receiver.identify(Account("git", "kim@example.org", "Kim"))
    bad = merged(1, "half \ud800", 0)
    assert desk.receive([merged(2, kim, 0), bad]).new == 1
    assert loaded(desk).person(Account("git", "kim@example.org")) == kim
    desk.close()


# threads ---------------------------------------------------------------------------------------------------------


def test_an_account_that_two_threads_meet_at_once_is_one_person() -> None:
    """The second comes while the first is being made."""
    found: list[str] = []
    other = threading.Thread(target=lambda: found.append(directory.person(Account("git", "kim@example.org"))))
    numbers = Numbers()

    def make() -> str:
        if not numbers.given:
            numbers.given = 10
            other.start()
            other.join(0.3)  # it waits for the lock by now
        return numbers()

    directory = Directory(make)
    first = directory.person(Account("git", "kim@example.org"))
    other.join()
    assert found == [first]


def test_a_long_reading_and_deliveries_name_people_at_the_same_time(desk: Desk) -> None:
    """Every id that was given out is kept, and leads to one person."""
    given: dict[str, set[str]] = {f"a{n}@example.org": set() for n in range(60)}

    def read(seed: int) -> None:
        accounts = random.Random(seed).sample(sorted(given), len(given))
        for account in accounts * 3:
            given[account].add(desk.receiver.identify(Account("git", account)))

    threads = [threading.Thread(target=read, args=(seed,)) for seed in range(4)]
    for thread in threads:
        thread.start()
    n = 0
    while any(thread.is_alive() for thread in threads) or n < 3:
        desk.receive([merged(n, "ada", 0)])
        n += 1
    desk.receive([merged(n, "ada", 0)])
    known = loaded(desk)
    assert {account: {known.person(Account("git", account))} for account in given} == given
    assert len({next(iter(people)) for people in given.values()}) == 60
    desk.close()
