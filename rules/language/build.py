"""From a draft to a typed rule: every field checked, all problems at once.

Owns the order in which fields are read (later ones see the names of earlier ones) and the checks between fields.
"""

import json
from collections.abc import Sequence
from hashlib import blake2b

from rules.language.actions import actions
from rules.language.clauses import Counts, clauses
from rules.language.counts import count, measures, number
from rules.language.durations import LONGEST, duration, span
from rules.language.fields import MEANING, OPERATORS, REQUIRED, SETTINGS
from rules.language.listens import cancels, eaches, kinds_of, listens, with_each
from rules.language.names import Roots, measured_roots, path, paths, roots_of
from rules.language.nodes import Node
from rules.language.numbers import Numbers, check_shares, numbers_of
from rules.language.packs import Draft
from rules.language.problems import Problems, nearest
from rules.language.rule import After, Clause, Cooldown, Count, Do, Listen, Path, Rule
from rules.language.settings import good_for, guards, mode, scope, send
from rules.model.vocabulary import ENTITIES

MAX_PER = 4
MAX_TEXT = 300


def build(draft: Draft, problems: Problems) -> Rule | None:
    """The typed rule, or None if anything is wrong with it."""
    before = len(problems)
    for name in draft.fields:
        if name not in OPERATORS and name not in SETTINGS:
            known = [*OPERATORS, *SETTINGS]
            problems.add(draft.origins[name], f"unknown field '{name}' of a rule", nearest(name, known))
    for name in REQUIRED:
        if name not in draft.fields:
            problems.add(draft.place, f"'{name}' is missing in '{draft.id}'")
    rule = _Builder(draft, kinds_of(draft.fields.get("on"), problems), problems).rule()
    return rule if len(problems) == before and not draft.wrong else None


class _Builder:
    """Reads on after a problem, so that all of them are told; what only follows from another problem is not."""

    def __init__(self, draft: Draft, kinds: Sequence[str], problems: Problems) -> None:
        self.draft = draft
        self.fields = draft.fields
        self.problems = problems
        self.kinds = kinds
        self.before = len(problems)
        self.numbers: Numbers = numbers_of(self.fields.get("with"), problems)
        own = roots_of(kinds)
        self.each = eaches(self.fields["each"], own, problems) if "each" in self.fields else ()
        self.roots: Roots = with_each(own, self.each)
        self._each_names_are_new(own)
        self.per = self._per()
        self.doubtful: set[str] = set()
        self.counts: list[Count] = self._counts()
        self.measured: Counts = {one.name: measures(one) for one in self.counts}

    def rule(self) -> Rule:
        draft, fields, problems = self.draft, self.fields, self.problems
        hold = span(fields["hold"], problems, "'hold'") if "hold" in fields else None
        after = self._after()
        fire = clauses(fields["fire"], self.roots, self.numbers, self.measured, problems) if "fire" in fields else ()
        do = actions(fields["do"], self.roots, measured_roots(self.measured), problems) if "do" in fields else ()
        self._check_hold(hold, after, fire, do)
        shares = tuple(dict.fromkeys(name for clause in fire for name in clause.shares))
        check_shares(fields.get("with"), self.numbers, shares, problems)
        default = "now" if after or any(one.verb == "nudge" for one in do) else "weekly"
        way = send(self._setting("send"), "now" if default == "now" else "weekly", problems)
        rule = Rule(
            id=draft.id,
            title=fields["title"].text[:MAX_TEXT] if "title" in fields else "",
            pack=draft.pack,
            on=listens(fields["on"], self.each, self.per, self.numbers, problems) if "on" in fields else (),
            per=self.per,
            do=do,
            each=self.each,
            when=clauses(fields["when"], self.roots, self.numbers, {}, problems) if "when" in fields else (),
            numbers=self.numbers,
            counts=tuple(self.counts),
            after=after,
            unless=self._unless(after),
            fire=fire,
            hold=hold,
            cooldown=self._cooldown(),
            mode=mode(self._setting("mode"), problems),
            owner=owner.text if (owner := self._setting("owner")) else "",
            send=way,
            good_for=good_for(self._setting("good_for"), way, problems),
            only=scope(self._setting("only"), problems),
            excluding=scope(self._setting("except"), problems),
            guards=guards(self._setting("guards"), problems),
            meaning=meaning(draft),
            place=draft.place,
            origins=dict(draft.origins),
        )
        self._forget_what_follows()
        return rule

    def _forget_what_follows(self) -> None:
        """A name that could not be read is not unknown as well."""
        written = {
            name for field in ("with", "each", "count") if field in self.fields for name in self.fields[field].entries
        }
        unread = written - self.numbers.keys() - self.roots.keys() - self.measured.keys()
        follows = [f"unknown name '{name}'" for name in unread]
        if not self.kinds:
            follows += [f"'{name}' is already a name here" for name in self.roots]
        follows += [f"count '{name}' has no '" for name in self.doubtful]
        self.problems.forget(self.before, tuple(follows))

    def _setting(self, name: str) -> Node | None:
        return self.fields.get(name) or self.draft.defaults.get(name)

    def _each_names_are_new(self, own: Roots) -> None:
        for one in self.each:
            if one.name in self.numbers:
                node = self.fields["each"]
                self.problems.add(node.keys[one.name], f"'{one.name}' is a 'with' number already")

    def _per(self) -> tuple[Path, ...]:
        """The key; empty where a part of it is wrong, because nothing can be compared with it then."""
        node = self.fields.get("per")
        if node is None:
            return ()
        found = paths(node, self.roots, self.problems)
        if len(node.listed()) > MAX_PER:
            self.problems.add(node.place, f"a key has at most {MAX_PER} parts, this has {len(node.listed())}")
        for one in found:
            if one.type.startswith("list("):
                self.problems.add(node.place, f"'{one.text}' is a list", f"use each: {{one: {one.text}}} and per: one")
            elif one.type not in ENTITIES and one.type != "str":
                self.problems.add(node.place, f"'{one.text}' is {one.type}: a key is about a thing, or a text")
        return found if len(found) == len(node.listed()) else ()

    def _counts(self) -> list[Count]:
        node = self.fields.get("count")
        if node is None:
            return []
        if node.kind != "map":
            self.problems.add(node.place, "'count' needs names: {changes: {for: 180d}}")
            return []
        found = []
        taken = {*self.numbers, *(one.name for one in self.each), *(self.roots if self.kinds else ())}
        for name, value in node.entries.items():
            if name in taken or not name.isidentifier():
                self.problems.add(node.keys[name], f"'{name}' cannot name a count", "it is a name already")
                continue
            before = len(self.problems)
            one = count(name, value, self.kinds, self.each, self.per, self.numbers, self.problems)
            if one is not None:
                found.append(one)
            if len(self.problems) > before:
                self.doubtful.add(name)
        return found

    def _after(self) -> After | None:
        node = self.fields.get("after")
        if node is None:
            return None
        if node.kind != "map":
            one = duration(node, self.problems, self.roots, self.numbers)
            return After((one,)) if one else None
        for key in node.entries:
            if key not in ("for", "from", "calendar", "again", "times"):
                hint = nearest(key, ("for", "from", "calendar", "again", "times"))
                self.problems.add(node.keys[key], f"unknown key '{key}' of 'after'", hint)
        return self._after_parts(node)

    def _after_parts(self, node: Node) -> After | None:
        entries, problems = node.entries, self.problems
        if "for" not in entries:
            problems.add(node.place, "'for' is missing", "after: {for: 5wd}")
            return None
        waits = [duration(one, problems, self.roots, self.numbers) for one in entries["for"].listed()]
        for one, place in zip(waits, entries["for"].listed(), strict=True):
            if one is not None and one.span is not None and one.span > LONGEST:
                problems.add(place.place, "a wait longer than events are kept", "at most 393d")
        again = duration(entries["again"], problems, self.roots, self.numbers) if "again" in entries else None
        if again and len(waits) > 1:
            problems.add(
                entries["again"].place,
                "a list of waits cannot repeat",
                "use either 'again' or a list in 'for'",
            )
        times = number(entries["times"], self.numbers, problems) if "times" in entries else None
        if "times" in entries and not again:
            problems.add(entries["times"].place, "'times' needs 'again'")
        if times is not None and not 1 <= times <= 50:
            problems.add(entries["times"].place, "'times' must be from 1 to 50")
        return After(
            waits=tuple(one for one in waits if one is not None),
            start=self._typed("from", node, "time"),
            calendar=self._typed("calendar", node, "person"),
            again=again,
            times=times or (3 if again else 1),
        )

    def _typed(self, key: str, node: Node, type_: str) -> Path | None:
        if key not in node.entries:
            return None
        found = path(node.entries[key], self.roots, self.problems)
        if found is not None and found.type != type_:
            self.problems.add(node.entries[key].place, f"'{key}' needs a {type_}, '{found.text}' is {found.type}")
        return found

    def _unless(self, after: After | None) -> tuple[Listen, ...]:
        node = self.fields.get("unless")
        if node is None:
            return ()
        if after is None:
            self.problems.add(self.draft.origins["unless"], "'unless' cancels a wait, and there is no 'after'")
        return cancels(node, self.per, self.numbers, self.problems)

    def _cooldown(self) -> Cooldown | None:
        node = self.fields.get("cooldown")
        if node is None:
            return None
        entries = node.entries if node.kind == "map" else {"for": node}
        for key in entries:
            if key not in ("for", "per"):
                self.problems.add(node.keys[key], f"unknown key '{key}' of 'cooldown'", nearest(key, ("for", "per")))
        if "for" not in entries:
            self.problems.add(node.place, "'for' is missing", "cooldown: {for: 14d, per: pair}")
            return None
        per = paths(entries["per"], self.roots, self.problems) if "per" in entries else ()
        if entries["for"].text == "once":
            return Cooldown(None, per)
        found = duration(entries["for"], self.problems, self.roots, self.numbers)
        if found is not None and found.working_days is not None:
            self.problems.add(entries["for"].place, "'cooldown' cannot be in working days")
        return Cooldown(found, per) if found else None

    def _check_hold(self, hold: int | None, after: After | None, fire: Sequence[Clause], do: Sequence[Do]) -> None:
        """With `hold` no single event is 'the' event: only the key, what follows from it, and counts can be named."""
        if hold is None or not self.per:
            return
        if after is not None:
            self.problems.add(self.fields["hold"].place, "'hold' and 'after' cannot stand together")
        named = [(read, "fire") for clause in fire for read in clause.reads]
        named += [(path.text, "do") for one in do for group in one.to for path in group]
        names = {count.name for count in self.counts}
        for text, field in named:
            for part in text.removeprefix("experience(").rstrip(")").split(", "):
                if part.partition(".")[0] not in names and not self._from_key(part):
                    hint = "name only 'per', paths from it, and counts"
                    self.problems.add(self.fields[field].place, f"with 'hold', '{field}' cannot use '{part}'", hint)

    def _from_key(self, text: str) -> bool:
        return any(text == path.text or text.startswith(path.text + ".") for path in self.per)


def meaning(draft: Draft) -> str:
    """16 hex digits over what decides: a change of them rebuilds the rule's state."""
    content = {name: plain(draft.fields[name]) for name in MEANING if name in draft.fields}
    return blake2b(json.dumps(content, sort_keys=True).encode(), digest_size=8).hexdigest()


def plain(node: Node) -> object:
    """A node without places."""
    if node.kind == "map":
        return {name: plain(value) for name, value in node.entries.items()}
    if node.kind == "list":
        return [plain(one) for one in node.items]
    return node.text
