"""From typed rules to plans: what can be worked out before the first event.

Owns how names are rooted (event, `each` name, key, count) and where a clause is asked.
"""

from collections.abc import Callable, Mapping, Sequence

from rules.engine.frame import Frame
from rules.engine.measures.registry import INPUTS, Inputs, wanted
from rules.engine.plans import Ask, CountPlan, DoPlan, EachPlan, KindPlan, ListenPlan, Program, RulePlan
from rules.engine.readers import Get, Reader, follow
from rules.engine.tally import Shape, Tally
from rules.language.rule import Clause, Count, Do, Duration, Each, Guards, Listen, Path, Rule, Scope
from rules.model.actions import Value
from rules.model.events import KINDS
from rules.model.vocabulary import element

Placeholders = Mapping[tuple[str, str], Sequence[str]]
"""(rule, template) → paths."""


def compile_rules(rules: Sequence[Rule], placeholders: Placeholders | None = None) -> Program:
    """`placeholders`: the paths whose values are captured when a finding opens, because its template prints them."""
    ordered = sorted((rule for rule in rules if rule.mode != "off"), key=lambda rule: rule.id)
    plans = {rule.id: _rule(rule, placeholders or {}) for rule in ordered}
    return Program(
        rules=plans,
        kinds={kind: _kind(kind, tuple(plans.values())) for kind in KINDS},
        smallest_mechanical=min(guards.max_files for guards in (Guards(), *(rule.guards for rule in ordered))),
    )


def _kind(kind: str, plans: Sequence[RulePlan]) -> KindPlan:
    counts = [(plan, count) for plan in plans for count in plan.counts]
    return KindPlan(
        unless=tuple(plan for plan in plans if kind in plan.unless),
        counts=tuple((plan, count) for plan, count in counts if kind in count.listens),
        until=tuple((plan, count) for plan, count in counts if count.count.until == kind),
        on=tuple(plan for plan in plans if kind in plan.on),
    )


def _rule(rule: Rule, placeholders: Placeholders) -> RulePlan:
    reader = Reader({each.name: element(each.over.type) for each in rule.each})
    decided = Reader({}, rule.per) if rule.hold is not None else reader
    counts = tuple(_count(rule, count, reader, decided) for count in rule.counts)
    asked = _Asked(counts, decided)
    after, cooldown = rule.after, rule.cooldown
    return RulePlan(
        rule=rule,
        on=_by_kind(rule.on, lambda listen: _listen(listen, rule.each, rule.when, listen.by or rule.per)),
        unless=_by_kind(rule.unless, lambda listen: _listen(listen, (), (), listen.by or ())),
        counts=counts,
        fire=tuple(_ask(clause, asked.get) for clause in rule.fire),
        fire_reads=tuple({name: asked.get(name) for name in clause.reads} for clause in rule.fire),
        do=tuple(_do(do, asked.get, placeholders.get((rule.id, do.template), ())) for do in rule.do),
        start=reader.get(after.start.text) if after and after.start else None,
        calendar=reader.get(after.calendar.text) if after and after.calendar else None,
        spans={clause.text: _value(clause, reader.get) for clause in _expressions(rule)},
        cooldown_per=tuple(asked.get(path.text) for path in cooldown.per) if cooldown else (),
        scoped=rule.only != Scope() or rule.excluding != Scope(),
    )


class _Asked:
    """Getters for `fire` and `do`: counts by name; with `hold`, paths from the key."""

    def __init__(self, counts: Sequence[CountPlan], reader: Reader) -> None:
        self._counts = {plan.count.name: plan for plan in counts}
        self._reader = reader

    def get(self, text: str) -> Get:
        root, _, rest = text.partition(".")
        plan = self._counts.get(root)
        if plan is None or not rest:
            return self._reader.get(text)
        measure, steps = _split_measure(rest)
        return follow(_measure(plan, measure), _value_type(plan.count, measure), steps)


def _split_measure(rest: str) -> tuple[str, list[str]]:
    """'top.value.team' → ('top.value', ['team'])."""
    words = rest.split(".")
    size = 2 if words[0] in ("top", "second") else 1
    return ".".join(words[:size]), words[size:]


def _value_type(count: Count, measure: str) -> str:
    return element(count.top.of.type) if count.top and measure.endswith(".value") else "int"


def _measure(plan: CountPlan, measure: str) -> Get:
    def read(frame: Frame) -> Value:
        tally = plan.standing(frame)
        return tally.read(measure) if tally is not None else None

    return read


def _by_kind(listens: Sequence[Listen], make: Callable[[Listen], ListenPlan]) -> dict[str, tuple[ListenPlan, ...]]:
    found: dict[str, tuple[ListenPlan, ...]] = {}
    for listen in listens:
        found[listen.kind] = (*found.get(listen.kind, ()), make(listen))
    return found


def _listen(listen: Listen, each: Sequence[Each], when: Sequence[Clause], key: Sequence[Path]) -> ListenPlan:
    reader = Reader({one.name: element(one.over.type) for one in each})
    order = {one.name: position for position, one in enumerate(each)}
    clauses = (*listen.when, *when)
    ready_at = [max((order[name] for name in _roots(clause) if name in order), default=-1) for clause in clauses]

    def asks(position: int) -> tuple[Ask, ...]:
        return tuple(_ask(c, reader.get) for c, at in zip(clauses, ready_at, strict=True) if at == position)

    return ListenPlan(
        asks=asks(-1),
        each=tuple(EachPlan(one.name, reader.get(one.over.text), asks(i)) for i, one in enumerate(each)),
        key=tuple(reader.get(path.text) for path in key),
        matches=listen.matches,
    )


def _count(rule: Rule, count: Count, rule_reader: Reader, decided: Reader) -> CountPlan:
    """`decided` reads what a decision may use, `rule_reader` what a match may."""
    own = count.on is None
    reader = rule_reader if own else Reader({one.name: element(one.over.type) for one in count.each})
    listens = count.on or ()
    shape = Shape(count)
    return CountPlan(
        count=count,
        shape=shape,
        own=own,
        asks=tuple(_ask(clause, reader.get) for clause in count.when) if own else (),
        inputs=tuple(_inputs(INPUTS[name](count), reader) for name in wanted(count)),
        ident=_ident(count, reader),
        listens=_by_kind(listens, lambda one: _listen(one, count.each, count.when, one.by or count.by or rule.per)),
        of=tuple(decided.get(path.text) for path in count.of or ()),
        nothing=Tally(shape),
    )


def _inputs(source: Path | Clause | None, reader: Reader) -> Callable[[Frame], Inputs]:
    """What an entry brings to a measure: each value once; nothing where it is unknown or empty."""
    if isinstance(source, Clause):
        ask = _ask(source, reader.get)
        return lambda frame: (1,) if ask(frame) is True else (0,)
    get = reader.get(source.text) if source else (lambda frame: None)

    def values(frame: Frame) -> Inputs:
        value = get(frame)
        if isinstance(value, tuple):
            if len(value) == 1:
                return value if value[0] != "" else ()
            return tuple(dict.fromkeys([part for part in value if part != ""]))
        return () if value is None or value == "" else (value,)

    return values


def _ident(count: Count, reader: Reader) -> Callable[[Frame], str] | None:
    """What a newer entry replaces, or what `until` takes out. Blank parts replace nothing."""
    if count.until:
        return primary_id
    gets = tuple(reader.get(path.text) for path in count.one_per)
    if not gets:
        return None

    def ident(frame: Frame) -> str:
        parts = [get(frame) for get in gets]
        return "" if any(part is None or part == "" for part in parts) else "\x1f".join(map(str, parts))

    return ident


def primary_id(frame: Frame) -> str:
    """The id of the entity that the frame's event is first of all about."""
    event = frame.event
    entities = KINDS[event.kind].entities if event else ()
    found = getattr(event, entities[0]) if entities else None
    return found.id if found is not None else ""


def _do(do: Do, get: Callable[[str], Get], paths: Sequence[str]) -> DoPlan:
    return DoPlan(
        to=tuple(tuple(get(path.text) for path in group) for group in do.to),
        vias=tuple(", ".join(path.text for path in group) for group in do.to),
        values={path: get(path) for path in paths},
    )


def _expressions(rule: Rule) -> list[Clause]:
    """Durations that are expressions, of `after`, `again` and `cooldown`."""
    spans: list[Duration | None] = []
    if rule.after:
        spans += [*rule.after.waits, rule.after.again]
    if rule.cooldown:
        spans.append(rule.cooldown.span)
    return [span.expression for span in spans if span and span.expression]


def _roots(clause: Clause) -> set[str]:
    found: set[str] = set()
    for name in clause.reads:
        inner = name[len("experience(") : -1].split(",") if name.startswith("experience(") else [name]
        found |= {part.strip().partition(".")[0] for part in inner}
    return found


def _ask(clause: Clause, get: Callable[[str], Get]) -> Ask:
    return _call(clause.test, tuple(get(name) for name in clause.reads))


def _value(clause: Clause, get: Callable[[str], Get]) -> Get:
    """For expressions that give a duration; a failure is unknown."""
    ask = _ask(clause, get)

    def value(frame: Frame) -> Value:
        found = ask(frame)
        return found if isinstance(found, int) else None

    return value


def _call(test: Callable[..., object], gets: tuple[Get, ...]) -> Ask:
    """One call without building a list for the common numbers of names."""
    if len(gets) == 1:
        (one,) = gets
        return lambda frame: test(one(frame))
    if len(gets) == 2:
        one, two = gets
        return lambda frame: test(one(frame), two(frame))
    return lambda frame: test(*[get(frame) for get in gets])
