"""From a draft to a typed rule: every field checked, all problems at once.

Owns the order in which fields are read (later ones see the names of earlier ones) and the checks between fields.
"""

import json
from collections.abc import Sequence
from hashlib import blake2b

from rules.language.actions import actions
from rules.language.clauses import Counts, clauses
from rules.language.counts import count, measures, possible_of
from rules.language.durations import span
from rules.language.fields import MEANING, OPERATORS, REQUIRED, SETTINGS
from rules.language.listens import cancels, eaches, kinds_of, listens, with_each
from rules.language.names import Roots, measured_roots, paths, roots_of
from rules.language.never import Known
from rules.language.nodes import Node, is_empty
from rules.language.numbers import Numbers, check_shares, numbers_of
from rules.language.packs import Draft
from rules.language.problems import Problems, nearest
from rules.language.rule import After, Clause, Count, Do, Listen, Path, Rule
from rules.language.settings import good_for, guards, mode, scopes, send, text
from rules.language.waiting import cooldown, wait
from rules.model.vocabulary import ENTITIES, ON_THEIR_EVENTS_ONLY

MAX_PER = 4
MAX_TEXT = 300


def build(draft: Draft, problems: Problems) -> Rule | None:
    """The typed rule, or None if anything is wrong with it."""
    before, draft = len(problems), draft.copy()
    for name in draft.fields:
        if name not in OPERATORS and name not in SETTINGS:
            known = [*OPERATORS, *SETTINGS]
            hint = "write the fields out, or extend a pack" if name == "<<" else nearest(name, known)
            problems.add(draft.origins[name], f"unknown field '{name}' of a rule", hint)
    for name in REQUIRED:
        if name not in draft.fields:
            problems.add(draft.place, f"'{name}' is missing in '{draft.id}'")
    for name in ("on", "per", "do", "unless"):
        if name in draft.fields and is_empty(draft.fields[name]):
            problems.add(draft.origins[name], f"'{name}' is empty in '{draft.id}'")
            del draft.fields[name]
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
        self._names_are_new(own)
        self.per = self._per()
        self.doubtful: set[str] = set()
        self.counts: list[Count] = self._counts()
        self.measured: Counts = {one.name: measures(one) for one in self.counts}

    def rule(self) -> Rule:
        draft, fields, problems = self.draft, self.fields, self.problems
        hold = span(fields["hold"], problems, "'hold'") if "hold" in fields else None
        after = wait(fields["after"], self.roots, self.numbers, problems) if "after" in fields else None
        fire = self._clauses("fire", self.measured)
        do = actions(fields["do"], self.roots, measured_roots(self.measured), problems) if "do" in fields else ()
        self._check_hold(hold, after, fire, do)
        shares = tuple(dict.fromkeys(name for clause in fire for name in clause.shares))
        check_shares(fields.get("with"), self.numbers, shares, problems)
        default = "now" if after or any(one.verb == "nudge" for one in do) else "weekly"
        way = send(self._setting("send"), "now" if default == "now" else "weekly", problems)
        by_default = {f"defaults.{name}": one.place for name, one in draft.defaults.items() if name not in fields}
        only, excluding = scopes(self._setting("only"), self._setting("except"), problems)
        rule = Rule(
            id=draft.id,
            title=text(fields.get("title"), "title", problems, needed=True)[:MAX_TEXT],
            pack=draft.pack,
            on=listens(fields["on"], self.each, self.per, self.numbers, problems) if "on" in fields else (),
            per=self.per,
            do=do,
            each=self.each,
            when=self._clauses("when", {}),
            numbers=self.numbers,
            counts=tuple(self.counts),
            after=after,
            unless=self._unless(after),
            fire=fire,
            hold=hold,
            cooldown=cooldown(fields["cooldown"], self.roots, self.numbers, problems) if "cooldown" in fields else None,
            mode=mode(self._setting("mode"), problems),
            owner=text(self._setting("owner"), "owner", problems),
            send=way,
            good_for=good_for(self._setting("good_for"), way, problems),
            only=only,
            excluding=excluding,
            guards=guards(self._setting("guards"), problems),
            meaning=meaning(draft),
            place=draft.place,
            origins=draft.origins | by_default,
        )
        self._forget_what_follows()
        return rule

    def _clauses(self, field: str, counts: Counts) -> tuple[Clause, ...]:
        node = self.fields.get(field)
        possible = {name: limits for one in self.counts for name, limits in possible_of(one).items()}
        known = Known(possible, self.fields["with"].keys if "with" in self.fields else {})
        return clauses(node, self.roots, self.numbers, counts, self.problems, known) if node else ()

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

    def _names_are_new(self, own: Roots) -> None:
        """A name means one thing. Without a right kind of event nobody knows the names of its entities."""
        taken = own if self.kinds else {}
        for field, names in (("with", tuple(self.numbers)), ("each", tuple(one.name for one in self.each))):
            for name in names:
                if name in taken:
                    self.problems.add(self.fields[field].keys[name], f"'{name}' is already a name here")
        for one in self.each:
            if one.name in self.numbers:
                self.problems.add(self.fields["each"].keys[one.name], f"'{one.name}' is a 'with' number already")

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

    def _unless(self, after: After | None) -> tuple[Listen, ...]:
        node = self.fields.get("unless")
        if node is None:
            return ()
        if after is None:
            self.problems.add(self.draft.origins["unless"], "'unless' cancels a wait, and there is no 'after'")
        return cancels(node, self.per, self.numbers, self.problems)

    def _check_hold(self, hold: int | None, after: After | None, fire: Sequence[Clause], do: Sequence[Do]) -> None:
        """With `hold` no single event is 'the' event: only the key, what follows from it, and counts can be named."""
        if hold is None or not self.per:
            return
        if after is not None:
            self.problems.add(self.fields["hold"].place, "'hold' and 'after' cannot stand together")
        named = [(read, "fire") for clause in fire for read in clause.reads]
        named += [(path.text, "count") for count in self.counts for path in count.of or ()]
        named += [(path.text, "do") for one in do for group in one.to for path in group]
        names = {count.name for count in self.counts}
        for name, field in named:
            for part in name.removeprefix("experience(").rstrip(")").split(", "):
                if part.partition(".")[0] not in names and not self._from_key(part):
                    hint = "name only 'per', paths from it, and counts"
                    self.problems.add(self.fields[field].place, f"with 'hold', '{field}' cannot use '{part}'", hint)

    def _from_key(self, text: str) -> bool:
        """A part of the key, or what follows from it: of a review or a thread nothing does, once its event is over."""
        lasting = [path.text + "." for path in self.per if path.type not in ON_THEIR_EVENTS_ONLY]
        return any(text == path.text for path in self.per) or text.startswith(tuple(lasting))


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
