"""A `.test.yml` text in, a typed document and all its problems out.

Owns the file's outline: its keys, its cases, their steps and what they look at. Tags, duplicate keys and sizes are
`rules/language/nodes`'s, as for rules files.
"""

from collections.abc import Callable, Sequence
from typing import TypeVar

from rules.engine.outcome import days_of
from rules.language.nodes import Node, read
from rules.language.problems import Problem, Problems, nearest
from rules.language.rule import Place
from rules.model.times import DAY
from rules.testing.document import GUARDS, Case, Document, Expected, Seen, Step, Why, Wording, World
from rules.testing.fields import STAGES
from rules.testing.happenings import MAX_TIMES, OF_AN_EVENT, SLOTS, read_answer, read_happening
from rules.testing.words import Words
from rules.testing.world import SHAPES, read_given, read_world

TOP = (
    "rules", "start", "history", "guards", *SHAPES, "calendar", "default_manager", "programme", "cases",
)  # fmt: skip
HAPPENS = (*OF_AN_EVENT, *SLOTS, "answer", "advance", "until")
CHECKS = ("expect", "resolved", "withdrawn", "suppressed", "why", "text")
VERBS = ("task", "nudge", "digest", "close")
EXPECTED = ("rule", "per", *VERBS, "template", "suggest", "confidence", "case", "due")
MAX_CASES, MAX_STEPS = 300, 300
HISTORY = 400 * DAY
Found = TypeVar("Found")


def read_document(file: str, text: str) -> tuple[Document | None, tuple[Problem, ...]]:
    """None where something is wrong."""
    problems = Problems()
    root = read(file, text, problems)
    if root is None:
        return None, problems.sorted()
    words = Words(problems)
    if not words.keys(root, TOP, "a file of tests"):
        return None, problems.sorted()
    found = _document(file, root, words)
    return (None if len(problems) else found), problems.sorted()


def _document(file: str, root: Node, words: Words) -> Document:
    said = root.entries
    for key in ("rules", "start", "cases"):
        if key not in said:
            words.problems.add(root.place, f"'{key}' is missing", _NEEDED[key])
    start, words.zone = words.moment(said["start"]) if "start" in said else (0, words.zone)
    world = read_world(said, words)
    guards = _guards(said["guards"], words) if "guards" in said else frozenset()
    return Document(
        file=file,
        rules=tuple((words.text(one), one.place) for one in said["rules"].listed()) if "rules" in said else (),
        start=start,
        zone=words.zone,
        history=words.span(said["history"]) if "history" in said else HISTORY,
        world=world,
        cases=tuple(_cases(said["cases"], world, guards, words)) if "cases" in said else (),
    )


_NEEDED = {
    "rules": "a file beside this one, or a pack: rules: payments.yml",
    "start": "where the clock starts: start: 2025-10-02 16:00 Europe/Berlin",
    "cases": "cases: [{name: …, steps: […]}]",
}


def _guards(node: Node, words: Words) -> frozenset[str]:
    """`on` is all of them; else a list of names."""
    if node.scalar is True or node.text in ("on", "off"):
        return frozenset(GUARDS) if node.text != "off" else frozenset()
    if node.scalar is False:
        return frozenset()
    return frozenset(words.one_of(one, GUARDS, "guard") for one in node.listed())


def _listed(node: Node, most: int, what: str, words: Words) -> tuple[Node, ...]:
    if node.kind != "list" or not node.items or len(node.items) > most:
        words.problems.add(node.place, f"a list of {what} is needed", f"from 1 to {most}")
        return ()
    return node.items


def _cases(node: Node, world: World, guards: frozenset[str], words: Words) -> list[Case]:
    found: dict[str, Case] = {}
    for one in _listed(node, MAX_CASES, "cases", words):
        case = _case(one, world, guards, words)
        if case is not None and case.name in found:
            words.problems.add(one.place, f"two cases are called '{case.name[:60]}'", "each needs a name of its own")
        elif case is not None:
            found[case.name] = case
    return list(found.values())


def _case(node: Node, world: World, guards: frozenset[str], words: Words) -> Case | None:
    if not words.keys(node, ("name", "given", "guards", "steps"), "a case"):
        return None
    said = node.entries
    if "name" not in said or "steps" not in said:
        words.problems.add(node.place, "a case has a 'name' and 'steps'", "- {name: …, steps: [{event: …}]}")
        return None
    steps = [_step(one, world, words) for one in _listed(said["steps"], MAX_STEPS, "steps", words)]
    if steps and not any(_looks(one) for one in said["steps"].items):
        words.problems.add(node.place, "nothing is looked at: this case cannot fail", "add a step with 'expect'")
    return Case(
        place=node.place,
        name=words.text(said["name"]),
        steps=tuple(one for one in steps if one is not None),
        given=read_given(said["given"], world, words) if "given" in said else {},
        guards=_guards(said["guards"], words) if "guards" in said else guards,
    )


def _looks(step: Node) -> bool:
    return any(key in step.entries for key in CHECKS)


def _step(node: Node, world: World, words: Words) -> Step | None:
    if not words.keys(node, (*HAPPENS, *CHECKS, "steps"), "a step"):
        return None
    said = node.entries
    _belongs(node, words)
    inner = [_step(one, world, words) for one in _repeated(said["steps"], words)] if "steps" in said else []

    def each(key: str, one: Callable[[Node, Words], Found | None]) -> tuple[Found, ...]:
        listed = said[key].listed() if key in said else ()
        return tuple(found for found in (one(entry, words) for entry in listed) if found is not None)

    return Step(
        place=node.place,
        steps=tuple(one for one in inner if one is not None),
        times=words.number(said["times"], 1, MAX_TIMES) if inner and "times" in said else 1,
        every=words.length(said["every"]) if inner and "every" in said else None,
        happening=read_happening(node, world, words) if "event" in said else None,
        answer=read_answer(said["answer"], words) if "answer" in said else None,
        advance=words.length(said["advance"]) if "advance" in said else None,
        until=words.moment(said["until"])[0] if "until" in said else None,
        expect=each("expect", _expected) if "expect" in said else None,
        resolved=each("resolved", _seen),
        withdrawn=each("withdrawn", _seen),
        suppressed=each("suppressed", _suppressed),
        why=each("why", _why),
        text=each("text", _wording),
    )


def _repeated(node: Node, words: Words) -> tuple[Node, ...]:
    """Steps within a step: things that happen again and again."""
    found = _listed(node, MAX_STEPS, "steps", words)
    for step in found:
        for key in step.entries:
            if key in CHECKS or key == "steps":
                words.problems.add(step.keys[key], f"'{key}' cannot stand in steps of a step", "put it behind them")
    return tuple(step for step in found if "steps" not in step.entries)


def _belongs(node: Node, words: Words) -> None:
    """What makes no sense together, or alone."""
    said = node.entries
    if "event" not in said:
        for key in said:
            if (key in OF_AN_EVENT or key in SLOTS) and not ("steps" in said and key in ("times", "every")):
                words.problems.add(node.keys[key], f"'{key}' belongs to an 'event'")
    elif "steps" in said:
        words.problems.add(node.keys["steps"], "a step has an 'event' or 'steps'", "put the event into the steps")
    if "advance" in said and "until" in said:
        words.problems.add(node.keys["until"], "'advance' and 'until' cannot stand in one step")
    if "every" in said and "times" not in said:
        words.problems.add(node.keys["every"], "'every' needs 'times'", "times: 8, every: 1d")


def _rule(node: Node, keys: Sequence[str], what: str, words: Words) -> dict[str, Node] | None:
    """The entries of a mapping that names a rule."""
    if not words.keys(node, keys, what):
        return None
    if "rule" not in node.entries:
        words.problems.add(node.place, f"{what} needs a 'rule'")
        return None
    return {key: one for key, one in node.entries.items() if key in keys}


def _per(said: dict[str, Node], words: Words) -> tuple[str, ...] | None:
    return words.texts(said["per"]) if "per" in said else None


def _expected(node: Node, words: Words) -> Expected | None:
    said = _rule(node, EXPECTED, "a finding", words)
    if said is None:
        return None
    due = words.length(said["due"]) if "due" in said else None
    texts = {key: words.text(said[key]) if key in said else "" for key in ("template", "suggest", "confidence", "case")}
    return Expected(
        place=node.place,
        rule=words.text(said["rule"]),
        per=_per(said, words),
        actions={
            verb: words.texts(said[verb]) if said[verb].text or said[verb].items else ()
            for verb in VERBS
            if verb in said
        },
        due_days=None if due is None else days_of(due),
        **texts,
    )


def _seen(node: Node, words: Words) -> Seen | None:
    said = _rule(node, ("rule", "per"), "an entry", words)
    return None if said is None else Seen(node.place, words.text(said["rule"]), _per(said, words))


def _suppressed(node: Node, words: Words) -> Seen | None:
    said = _rule(node, ("rule", "per", "reason"), "an entry", words)
    if said is None:
        return None
    if "reason" not in said:
        words.problems.add(node.place, "'reason' is missing", "such as reason: cooldown")
        return None
    return Seen(node.place, words.text(said["rule"]), _per(said, words), words.text(said["reason"]))


def _why(node: Node, words: Words) -> Why | None:
    said = _rule(node, ("rule", "per", "stage", "clause", "reason"), "'why'", words)
    if said is None:
        return None
    if "per" not in said or "stage" not in said:
        words.problems.add(node.place, "'why' needs 'per' and 'stage'", f"stages: {', '.join(STAGES)}")
        return None
    clause, reason = (words.text(said[key]) if key in said else "" for key in ("clause", "reason"))
    stage = words.one_of(said["stage"], STAGES, "stage")
    return Why(node.place, words.text(said["rule"]), _per(said, words) or (), stage, clause, reason)


def _wording(node: Node, words: Words) -> Wording | None:
    if not words.keys(node, ("contains", "lacks", "title"), "'text'"):
        return None
    said = node.entries
    lists = {key: words.texts(said[key]) if key in said else () for key in ("contains", "lacks")}
    return Wording(node.place, title=words.text(said["title"]) if "title" in said else "", **lists)


def unknown_rules(document: Document, known: Sequence[str]) -> list[Problem]:
    """Rules that a test names and its rules files do not have."""
    found: dict[Place, str] = {}
    for case in document.cases:
        for step in case.steps:
            named = [(one.place, one.rule) for one in step.expect or ()]
            named += [(one.place, one.rule) for one in step.why]
            named += [(one.place, one.rule) for one in (*step.resolved, *step.withdrawn, *step.suppressed)]
            found |= {place: rule for place, rule in named if rule not in known}
    return [Problem(place, f"no rule '{rule[:60]}'", nearest(rule, known)) for place, rule in found.items()]
