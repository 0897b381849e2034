"""Where a rule applies, how sure a finding is, and who hears of it: RULES `only`, `except`, confidence, `do` and `or:`.

Owns these three readings. Asked at the moment of matching or of opening; remembers nothing.
"""

from collections.abc import Sequence

from oracle.counts import MOST_ENTRIES
from oracle.names import Context, Key, Measures
from oracle.past import within
from oracle.waits import Waits

from rules.language.rule import Do, Rule, Scope
from rules.model.accounts import OTHER

YEAR_OF_REVIEWS, ENOUGH_REVIEWS = 365 * 86_400_000_000, 5
Told = tuple[str, tuple[str, ...], bool]  # verb, to whom, and whether it only joins a task that is there
LOWER = {"high": "medium", "medium": "low", "low": "low"}


class Actions(Waits):
    # ---- only and except ----------------------------------------------------------------------------------------
    def in_scope(self, rule: Rule, key: Key, context: Context) -> bool:
        """`only`: something of what is listed; `except`: nothing outside of it, a label being enough to be out."""
        areas, teams = self.areas_about(rule, key, context), self.teams_about(rule, key, context)
        labels, event = self.labels_about(context), context.seen.event
        repositories = {event.repository} if event.repository else set()
        found = {"areas": areas, "teams": teams, "repositories": repositories, "labels": labels}
        inside = all(not wanted or wanted & found[name] for name, wanted in listed(rule.only).items())
        out = listed(rule.excluding)
        only_out = [bool(found[name]) and found[name] <= out[name] for name in ("areas", "teams", "repositories")]
        return inside and not any(only_out) and not labels & out["labels"]

    def areas_about(self, rule: Rule, key: Key, context: Context) -> set[str]:
        """What the key is about, else what the event touches."""
        area = self.area_of_key(rule, key)
        return {area} if area else set(context.seen.areas)

    def area_of_key(self, rule: Rule, key: Key) -> str | None:
        types = [path.type for path in rule.per]
        return next((a for t, k in zip(types, key, strict=True) if (a := self.world.area_of(t, k))), None)

    def teams_about(self, rule: Rule, key: Key, context: Context) -> set[str]:
        """The team of the key, else those of the areas and people of the event."""
        for path, part in zip(rule.per, key, strict=True):
            team = part if path.type == "team" else None
            if path.type in ("area", "service", "component", "person"):
                team = self.world.field(path.type, part, "team")
            if team:
                return {team}
        teams = {self.world.field("area", area, "team") for area in context.seen.areas}
        return (teams | {self.world.person_team(person) for person in context.seen.credited}) - {None}

    def labels_about(self, context: Context) -> set[str]:
        event = context.seen.event
        about = [(name, getattr(event, name)) for name in ("pull_request", "issue") if getattr(event, name) is not None]
        return {label for name, thing in about for label in self.world.field(name, thing.id, "labels") or ()}

    # ---- confidence ---------------------------------------------------------------------------------------------
    def confidence(self, rule: Rule, key: Key, context: Context, measures: Measures) -> str:
        area = self.area_of_key(rule, key)
        found = self.by_volume(rule, key, context, measures)
        speaks = any("area.carriers" in clause.reads for clause in rule.fire)
        return LOWER[found] if area and speaks and self.only_review(area) else found

    def by_volume(self, rule: Rule, key: Key, context: Context, measures: Measures) -> str:
        world, now = self.world, self.world.now
        window = max((one.window or 0 for one in rule.counts), default=0)
        full = [one for one in rule.counts if one.last is None and measures[f"{one.name}.n"] == MOST_ENTRIES]
        if now - world.began < window or full:
            return "low"
        minimum = next((found for clause in rule.fire for found in clause.minimums), None)
        reviews = [s.at for s in world.history if s.kind == "review.submitted" and not s.bot]
        if minimum is None or not reviews or now - reviews[-1] > window:
            return "medium"
        count, number = minimum
        n = measures[f"{count}.n"]
        return "high" if n is not None and n >= 2 * int(rule.numbers[number]) else "medium"

    def only_review(self, area: str) -> bool:
        """Whether somebody here reviewed enough to carry the area, and changed nothing."""
        world = self.world
        changed = {p for s in world.changes(area) if within(s.at, YEAR_OF_REVIEWS, world.now) for p in s.credited}
        given = [p for s in world.reviews(area) if within(s.at, YEAR_OF_REVIEWS, world.now) for p in s.credited]
        return any(
            given.count(p) >= ENOUGH_REVIEWS and p not in changed and world.present(p) for p in dict.fromkeys(given)
        )

    # ---- recipients ---------------------------------------------------------------------------------------------
    def told(self, rule: Rule, context: Context, measures: Measures, joins: bool) -> tuple[Told, ...]:
        return tuple((do.verb, self.recipients(do, context, measures), joins and do.verb == "task") for do in rule.do)

    def recipients(self, do: Do, context: Context, measures: Measures) -> tuple[str, ...]:
        """The first attempt that gives somebody; the last resort of a task is the default manager."""
        for attempt in do.to:
            values = [self.name(path.text, context, measures) for path in attempt]
            people = flat(values)
            if people:
                return people
        default = self.world.people.default_manager
        return (default,) if do.verb == "task" and default else ()


def flat(values: Sequence[object]) -> tuple[str, ...]:
    """Nobody twice, and nobody in particular never."""
    every = [one for value in values for one in (value if isinstance(value, tuple) else (value,))]
    return tuple(dict.fromkeys(one for one in every if isinstance(one, str) and one and one != OTHER))


def listed(scope: Scope) -> dict[str, set[str]]:
    names = ("areas", "teams", "repositories", "labels")
    return {name: set(getattr(scope, name)) for name in names}
