"""The people of a store: who an account is, kept between runs. Person ids are random, so that they lead nowhere.

Owns the mapping in memory and its rows. Accounts that people.yml gives to one handle are one person; nothing is ever
guessed from names. New people are written with the next commit of intake, however often that takes: an id that was
given out stays. Long readings ask from a thread of their own, hence the lock.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from threading import Lock

from sqlalchemy import Connection, insert, select
from sqlalchemy.dialects.sqlite import insert as upsert

from rules.model.accounts import OTHER, Account
from worker.ports import Face
from worker.store.schema import identities, mutes, people

PSEUDONYMOUS = frozenset({"history"})
"""Sources whose account ids are pseudonyms already: they stand for themselves."""

LOGINS = frozenset({"github"})
"""Sources where an account's name is a login, which is one person's; elsewhere anybody may take any name."""

HANDLE = "handle"
"""The source under which a handle of people.yml is known."""


@dataclass(frozen=True, slots=True)
class Configured:
    """What people.yml says of one handle: accounts as (source, account or login in small letters)."""

    handle: str
    accounts: tuple[tuple[str, str], ...] = ()
    mail: str = ""
    level: str = ""
    team: str = ""


@dataclass(slots=True)
class _Fresh:
    people: list[tuple[str, str, str]] = field(default_factory=list)  # person, handle, name
    identities: list[tuple[str, str, str]] = field(default_factory=list)


class Directory:
    """`make` gives a new random person id. Known to the one thread that writes."""

    def __init__(self, make: Callable[[], str]) -> None:
        self._make = make
        self._persons: dict[tuple[str, str], str] = {}
        self._names: dict[str, str] = {}
        self._handles: dict[str, str] = {}  # person → handle
        self._configured: dict[str, Configured] = {}
        self._claims: dict[tuple[str, str], str] = {}  # account → handle
        self._mutes: set[tuple[str, str]] = set()
        self._fresh = _Fresh()
        self._writing = _Fresh()
        self._lock = Lock()

    # what is kept ----------------------------------------------------------------------------------------------

    def load(self, connection: Connection) -> None:
        """As it is committed: once, when the store is opened."""
        rows = connection.execute(select(identities.c.source, identities.c.account, identities.c.person))
        self._persons = {(source, account): person for source, account, person in rows}
        known = connection.execute(select(people.c.person, people.c.handle, people.c.name)).all()
        self._names = {person: name for person, _, name in known}
        self._handles = {person: handle for person, handle, _ in known if handle}
        self._mutes = {(person, scope) for person, scope in connection.execute(select(mutes.c.person, mutes.c.scope))}

    def write(self, connection: Connection) -> None:
        """People and accounts that were met since the last commit. `written` or `failed` follows."""
        with self._lock:
            self._writing, self._fresh = self._fresh, _Fresh()
        if self._writing.people:
            said = [{"person": person, "handle": handle, "name": name} for person, handle, name in self._writing.people]
            connection.execute(insert(people), said)
        if self._writing.identities:
            accounts = [{"source": s, "account": a, "person": p} for s, a, p in self._writing.identities]
            connection.execute(upsert(identities).on_conflict_do_nothing(), accounts)

    def written(self) -> None:
        self._writing = _Fresh()

    def failed(self) -> None:
        """The commit did not happen: they are written with the next one."""
        with self._lock:
            self._fresh.people[:0], self._fresh.identities[:0] = self._writing.people, self._writing.identities
        self._writing = _Fresh()

    # what is configured ----------------------------------------------------------------------------------------

    def configure(self, said: Mapping[str, Configured]) -> list[tuple[str, str]]:
        """Takes people.yml. Gives (person, person it turns out to be) for accounts that were somebody else's before."""
        self._configured = dict(said)
        self._claims = {account: one.handle for one in said.values() for account in one.accounts}
        merged = []
        for (source, account), person in list(self._persons.items()):
            handle = self._claimed(Account(source, account, self._names.get(person, "")))
            if handle and self.of_handle(handle) != person and source != HANDLE:
                merged.append((person, self.of_handle(handle)))
        return list(dict.fromkeys(merged))

    def join(self, connection: Connection, before: str, after: str) -> None:
        """All accounts of one person are another's from now on. `written` or `failed` follows."""
        self.write(connection)
        connection.execute(identities.update().where(identities.c.person == before).values(person=after))
        connection.execute(people.delete().where(people.c.person == before))
        for account, person in list(self._persons.items()):  # a reading's thread may add to it
            if person == before:
                self._persons[account] = after

    # who is who ------------------------------------------------------------------------------------------------

    def of_handle(self, handle: str) -> str:
        """The person that a handle of people.yml stands for; made where it is new."""
        with self._lock:
            return self._of_handle(handle)

    def _of_handle(self, handle: str) -> str:
        found = self._persons.get((HANDLE, handle))
        return found if found is not None else self._add(HANDLE, handle, handle, handle)

    def person(self, account: Account) -> str:
        """The person of an account; OTHER for a bare name, which may be anybody."""
        if not account.id:
            return OTHER
        if account.source in PSEUDONYMOUS:
            return account.id
        found = self._persons.get((account.source, account.id))
        if found is not None:
            return found
        with self._lock:
            return self._met(Account(account.source, _writable(account.id), _writable(account.name)))

    def _met(self, account: Account) -> str:
        """The same, where it seemed to be new: another thread may have been quicker."""
        found = self._persons.get((account.source, account.id))
        if found is not None:
            return found
        handle = self._claimed(account)
        if not handle:
            return self._add(account.source, account.id, "", account.name or account.id)
        person = self._of_handle(handle)
        self._link(account.source, account.id, person)
        return person

    def _claimed(self, account: Account) -> str:
        """The handle that people.yml gives this account to: by its id (in git an address), or by its login. A login
        of digits is nobody's: it may be another account's id."""
        by_login = account.source in LOGINS and not account.name.isdigit()
        for name in (account.id, account.name) if by_login else (account.id,):
            handle = self._claims.get((account.source, name.lower()))
            if handle:
                return handle
        return ""

    def _add(self, source: str, account: str, handle: str, name: str) -> str:
        person = self._make()
        self._names[person] = name[:100]
        if handle:
            self._handles[person] = handle
        self._fresh.people.append((person, handle, name[:100]))
        self._link(source, account, person)
        return person

    def _link(self, source: str, account: str, person: str) -> None:
        self._persons[source, account] = person
        self._fresh.identities.append((source, account, person))

    # faces -----------------------------------------------------------------------------------------------------

    def face(self, person: str) -> Face:
        said = self._configured.get(self._handles.get(person, ""))
        name = said.handle if said else self._names.get(person, person)
        return Face(person, name, said.mail if said else "", said.level if said else "")

    def name(self, person: str) -> str:
        return self.face(person).name

    def knows(self, person: str) -> bool:
        return person in self._names

    def members(self, team: str) -> tuple[str, ...]:
        found = [one.handle for one in self._configured.values() if one.team == team]
        return tuple(self.of_handle(handle) for handle in sorted(found))

    def muted(self, person: str, rule: str, sink: str) -> bool:
        return any((person, scope) in self._mutes for scope in ("all", f"rule:{rule}", f"sink:{sink}"))

    def mute(self, connection: Connection, person: str, scope: str) -> None:
        """Somebody wants no more of this: 'all', 'rule:ID' or 'sink:NAME'. Counts from the next message on."""
        said = upsert(mutes).values(person=person, scope=scope, until=0).on_conflict_do_nothing()
        connection.execute(said)
        self._mutes.add((person, scope))

    def named(self, text: str) -> str | None:
        """The person whom somebody at the terminal calls so: a handle, a person id, or a known name."""
        if (HANDLE, text) in self._persons:
            return self._persons[HANDLE, text]
        if text in self._names:
            return text
        found = [person for person, name in self._names.items() if name.lower() == text.lower()]
        return found[0] if len(found) == 1 else None


def _writable(text: str) -> str:
    """Half characters fit in no file: one of them must not keep the next commits from happening."""
    return text.encode("utf-8", "backslashreplace").decode()
