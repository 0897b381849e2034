"""What names stand for, and which combinations of an event a rule matches: RULES 'Names', `on`, `each`, `when`, `per`.

Owns reading a name at the moment of asking. Knows the world and one rule at a time; remembers nothing but the 'no's.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from oracle.past import Seen
from oracle.world import World

from rules.language.rule import Clause, Each, Listen, Path, Rule
from rules.model.accounts import OTHER
from rules.model.events import KINDS
from rules.model.times import Instant
from rules.model.vocabulary import ENTITIES, ON_THEIR_EVENTS_ONLY, element

MOST_COMBINATIONS = 50
Key = tuple[str, ...]
Measures = dict[str, Any]  # 'changes.top.percent' → value


@dataclass(frozen=True)
class Silent:
    rule: str
    key: Key
    reason: str
    at: Instant


@dataclass(frozen=True)
class Context:
    """One combination: the event and what the names stand for, as (type, value)."""

    seen: Seen
    names: dict[str, tuple[str, Any]]  # also the paths of the key, with `hold`: there no event is 'the' event


class Names:
    def __init__(self) -> None:
        self.world = World()
        self.silent: list[Silent] = []

    def no(self, rule: Rule, key: Key, reason: str) -> None:
        self.silent.append(Silent(rule.id, key, reason, self.world.now))

    # ---- matching -----------------------------------------------------------------------------------------------
    def ignored(self, rule: Rule, seen: Seen) -> bool:
        return seen.guarded(rule.guards.bots, rule.guards.mechanical, rule.guards.max_files)

    def matches(self, rule: Rule, seen: Seen) -> list[tuple[Key | None, Context]]:
        listen = self.listening(rule.on, rule, seen)
        if listen is None:
            return []
        shared = set.intersection(*[set(KINDS[one.kind].entities) for one in rule.on])
        found = []
        for context in self.combinations(rule, self.bare(seen, shared), rule.each):
            if self.all_true(rule.when, context):
                found.append(self.keyed(rule, self.key(listen.by or rule.per, context), context))
        return found

    @staticmethod
    def keyed(rule: Rule, key: Key | None, context: Context) -> tuple[Key | None, Context]:
        if rule.hold is None or key is None:
            return key, context
        given = {path.text: (path.type, part) for path, part in zip(rule.per, key, strict=True)}
        return key, Context(context.seen, {**context.names, **given})

    def listening(self, alternatives: Sequence[Listen], rule: Rule, seen: Seen) -> Listen | None:
        """The first alternative that hears the event."""
        if not self.ignored(rule, seen):
            for one in alternatives:
                if one.kind == seen.kind and self.all_true(one.when, self.bare(seen)):
                    return one
        return None

    def bare(self, seen: Seen, entities: set[str] | None = None) -> Context:
        names: dict[str, tuple[str, Any]] = {"event": ("event", seen.event.id)}
        names["actor"] = ("person", self.world.canon(seen.event.actor) if seen.event.actor else None)
        for name in KINDS[seen.kind].entities if entities is None else entities:
            thing = getattr(seen.event, name)
            names[name] = (name, thing.id if thing is not None else None)
        return Context(seen, names)

    def combinations(self, rule: Rule, context: Context, each: Sequence[Each]) -> list[Context]:
        found = [context]
        for one in each:
            wider = []
            for so_far in found:
                value = self.path(one.over, so_far)
                values = value if isinstance(value, tuple) else (value,) if value is not None else ()
                wider += [Context(so_far.seen, {**so_far.names, one.name: (element(one.over.type), v)}) for v in values]
            found = wider
        if len(found) > MOST_COMBINATIONS:
            self.no(rule, (), "too many")
        return found[:MOST_COMBINATIONS]

    def key(self, paths: Sequence[Path], context: Context) -> Key | None:
        parts = [self.path(path, context) for path in paths]
        if any(
            part in (None, "") or (part == OTHER and p.type == "person") for part, p in zip(parts, paths, strict=True)
        ):
            return None
        return tuple(parts)

    # ---- reading names ------------------------------------------------------------------------------------------
    def path(self, path: Path, context: Context) -> Any:
        return self.name(path.text, context)

    def name(self, text: str, context: Context, measures: Measures | None = None) -> Any:
        if measures and text in measures:
            return measures[text]
        if text.startswith("experience("):
            person, area = (self.name(part, context) for part in text[11:-1].split(", "))
            return None if person is None or area is None else self.world.experience(person, area)
        parts = text.split(".")
        known = max(n for n in range(1, len(parts) + 1) if ".".join(parts[:n]) in context.names)
        type_, value = context.names[".".join(parts[:known])]
        for one in parts[known:]:
            if value is None:
                return None
            value = self.own(type_, one, context.seen) if self.is_own(type_) else self.world.field(type_, value, one)
            type_ = ENTITIES[type_][one].type
        return value

    @staticmethod
    def is_own(type_: str) -> bool:
        return type_ == "event" or type_ in ON_THEIR_EVENTS_ONLY

    def own(self, type_: str, name: str, seen: Seen) -> Any:
        if type_ == "event":
            return getattr(seen, name) if name in ("areas", "credited") else getattr(seen.event, name)
        value = getattr(getattr(seen.event, type_), name, None)
        if (type_, name) == ("comment", "recipient") and value is None and seen.event.pull_request is not None:
            value = self.world.field("pull_request", seen.event.pull_request.id, "author")
        declared = ENTITIES[type_][name]
        if declared.type == "person" and value:
            return self.world.canon(value)
        return declared.zero if value is None else value

    def value(self, clause: Clause, context: Context, measures: Measures | None = None) -> Any:
        return clause.official(*[self.name(text, context, measures) for text in clause.reads])

    def all_true(self, clauses: Sequence[Clause], context: Context, measures: Measures | None = None) -> bool:
        return all(self.value(clause, context, measures) is True for clause in clauses)
