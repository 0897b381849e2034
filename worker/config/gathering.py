"""People and teams gathered for a first people.yml: from a roster, CODEOWNERS and the authors of a clone.

Owns handles, and which accounts are one person: by mail address or login, never by name. Holds no names.
"""

import re
from collections.abc import Iterable, Iterator, Sequence

from rules.language.problems import Problem
from rules.language.rule import Place
from rules.speech.harmless import plain
from worker.config.roster_csv import ACCOUNTS, HANDLE, MAIL, Row

MAX_OWNERS = 1000
PLAIN_FIELDS = ("mail", "team", "role", "level")
_NOREPLY = re.compile(r"(?:[0-9]+\+)?([a-z0-9][a-z0-9_-]{0,62})@users\.noreply\.github\.com")
_LOGIN = re.compile(r"@[A-Za-z0-9][A-Za-z0-9_-]{0,62}")
_TEAM = re.compile(r"@[A-Za-z0-9][A-Za-z0-9_.-]{0,62}/([A-Za-z0-9][A-Za-z0-9_.-]{0,99})")
_COMMENT = re.compile(r"(^|\s)#.*$")


def owners_of(codeowners: str) -> list[str]:
    """Everybody whom CODEOWNERS names, once: @login, @org/team or a mail address."""
    lines = (_COMMENT.sub("", line[:10_000]).split()[:50] for line in codeowners.splitlines()[:5000])
    found = (word for words in lines for word in words[1:] if "@" in word)
    return [owner for owner, _ in zip(dict.fromkeys(found), range(MAX_OWNERS), strict=False)]


class Gathering:
    """Entries of people.yml by handle, in the order of joining. `alike` maps a handle to one it looks like."""

    def __init__(self) -> None:
        self.people: dict[str, dict[str, object]] = {}
        self.teams: dict[str, None] = {}
        self.alike: dict[str, str] = {}
        self.second_addresses = 0
        self._handles: dict[str, str] = {}  # in small letters → as written
        self._chosen: set[str] = set()  # handles that a roster gives
        self._by_account: dict[tuple[str, str], str] = {}

    def roster(self, rows: Sequence[Row], file: str, manager: str) -> list[Problem]:
        """Takes a roster; the first, because its handles are somebody's choice. Problems: managers that are nobody."""
        handles = [self._from_row(row) for row in rows]
        known = {handle.lower(): handle for handle in (manager, *self.people)}
        known |= {mail: handle for (source, mail), handle in self._by_account.items() if source == "git"}
        problems = []
        for row, handle in zip(rows, handles, strict=True):
            for field in ("manager", "buddy"):
                said = row.said.get(field, "")
                if said and said.lower() in known:
                    self.people[handle][field] = known[said.lower()]
                elif said:
                    why = f"{field} '{plain(said, 60)}' is nobody's handle or mail address here"
                    problems.append(Problem(Place(file, row.line, 1), why))
        return problems

    def _from_row(self, row: Row) -> str:
        said = row.said
        mail = said.get("git", said.get("mail", ""))
        handle = self._new(said.get("handle") or _local(mail))
        self._chosen |= {handle} if "handle" in said else set()
        self.people[handle] |= {name: said[name] for name in PLAIN_FIELDS if name in said}
        accounts = {name: said[name] for name in ACCOUNTS if name in said} | ({"git": mail} if mail else {})
        for source, account in sorted(accounts.items()):
            self._link(handle, source, account)
        if "mail" in said:
            self._by_account.setdefault(("git", said["mail"]), handle)
        if "zone" in said:
            self.people[handle]["calendar"] = {"zone": said["zone"]}
        if "team" in said:
            self.teams[said["team"]] = None
        return handle

    def owner(self, owner: str) -> tuple[str, str]:
        """(handle, team) of an owner in CODEOWNERS; one of them is '', or both where it is neither."""
        if team := _TEAM.fullmatch(owner):
            self.teams[team[1]] = None
            return "", team[1]
        if _LOGIN.fullmatch(owner):
            return self._of_login(owner[1:]), ""
        return (self.author(owner) if MAIL.fullmatch(owner) and plain(owner) == owner else ""), ""

    def author(self, mail: str) -> str:
        """The handle of a mail address that git gives; '' where it is none."""
        mail = mail.lower()
        if not MAIL.fullmatch(mail) or plain(mail) != mail:
            return ""
        if ("git", mail) in self._by_account:
            return self._by_account["git", mail]
        login = _NOREPLY.fullmatch(mail)
        handle = self._of_login(login[1]) if login else self._new(_local(mail))
        self._link(handle, "git", mail)
        return handle

    def manager(self, handle: str) -> str:
        """The handle under which the default manager stands in the file."""
        return self._handles.get(handle.lower()) or self._new(handle)

    def _of_login(self, login: str) -> str:
        """A roster's handle that is this login is this person: the roster said so."""
        known = self._by_account.get(("github", login.lower()))
        if known is None:
            same = self._handles.get(login.lower())
            known = same if same in self._chosen and "github" not in self._accounts(same) else self._new(login)
            self._link(known, "github", login)
        return known

    def _link(self, handle: str, source: str, account: str) -> None:
        """people.yml has room for one account a source, beside the mail address; a .mailmap joins further ones."""
        owner = self._by_account.setdefault((source, account.lower()), handle)
        if owner == handle and self._accounts(handle).get(source) in (None, self.people[handle].get("mail")):
            self.people[handle]["accounts"] = {**self._accounts(handle), source: account}
        else:
            self.second_addresses += source == "git"

    def _accounts(self, handle: str) -> dict[str, str]:
        found = self.people[handle].get("accounts", {})
        assert isinstance(found, dict)
        return found

    def _new(self, wanted: str) -> str:
        handle = next(name for name in _numbered(wanted) if name.lower() not in self._handles)
        if handle != wanted:
            self.alike[handle] = self._handles[wanted.lower()]
        self._handles[handle.lower()] = handle
        self.people[handle] = {}
        return handle


def _numbered(name: str) -> Iterator[str]:
    yield name
    number = 2
    while True:
        yield f"{name[:58]}-{number}"
        number += 1


def _local(mail: str) -> str:
    """A handle of the part before the @."""
    found = re.sub(r"[^a-z0-9._-]+", "-", mail.partition("@")[0].partition("+")[0].lower())[:40].strip("-._")
    return found if HANDLE.fullmatch(found) else "somebody"


def in_order(names: Iterable[str]) -> list[str]:
    """By the alphabet: any other order of people would say something about them."""
    return sorted(names, key=lambda name: (name.lower(), name))
