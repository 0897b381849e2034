"""The people of one run: pseudonyms in the order of first appearance. Names stay in memory and are never stored.

Owns the mapping from accounts to person ids while nothing is installed (`try`, `demo`, `explain --in`). The store's
directory, with random ids, takes its place in the service. Never merges by name: only a mail address or a source's
own id makes two accounts one person.
"""

from rules.model.accounts import OTHER, Account

_PSEUDONYMOUS = frozenset({"history"})
"""Sources whose account ids are pseudonyms already."""


class RunDirectory:
    def __init__(self) -> None:
        self._people: dict[tuple[str, str], str] = {}
        self._names: dict[str, str] = {}
        self.unresolved: dict[str, int] = {}  # bare names, how often

    def person(self, account: Account) -> str:
        """The person of an account; OTHER for a bare name, which may be anybody."""
        if not account.id:
            self.unresolved[account.name] = self.unresolved.get(account.name, 0) + 1
            return OTHER
        if account.source in _PSEUDONYMOUS:
            return account.id
        key = (account.source, account.id)
        found = self._people.get(key)
        if found is None:
            found = self._people[key] = f"u{len(self._people) + 1}"
            self._names[found] = account.name or account.id
        return found

    def knows(self, person: str) -> bool:
        return person in self._names

    def name(self, person: str) -> str:
        """The name an account gave, for the person at the terminal; the pseudonym where there is none."""
        return self._names.get(person, person)
