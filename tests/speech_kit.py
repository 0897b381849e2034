"""What the engine concluded, by hand, and the messages that sinks get of it. The words are the real ones."""

from collections.abc import Sequence
from functools import cache

from connectors.base import Markup, Message, Recipient, Told
from rules.language.load import load_rules
from rules.language.rule import Rule
from rules.model.actions import Action, Suggestion, Value
from rules.model.findings import CountSeen, Evidence, Finding, LeftOut
from rules.model.times import DAY, HOUR, Instant
from rules.speech.digest import Line, digest_text
from rules.speech.nudge import nudge_text
from rules.speech.task import headline, task_text
from rules.speech.templates import Template, parse
from rules.speech.voice import Speaker, Text
from worker import catalog

AT: Instant = 1_759_741_200_000_000
"""Mon 6 Oct 2025 09:00 UTC."""


@cache
def rules() -> dict[str, Rule]:
    loaded = load_rules([catalog.packs()["catalog/all"]], catalog.packs())
    assert not loaded.problems
    return {rule.id: rule for rule in loaded.rules}


@cache
def template(name: str) -> Template:
    return parse(name, catalog.templates()[name])


def finding(area: str = "billing/export", rule: str = "area-single-carrier", **more: object) -> Finding:
    events = tuple(f"git:{n:012x}:merged" for n in range(16))
    seen = CountSeen("changes", 16, AT - 120 * DAY, AT - DAY, {"top.n": 14, "second.n": 2}, events)
    given: dict[str, object] = {
        "evidence": Evidence(counts=(seen,), left_out=LeftOut(5, 3), reviews_known=True),
        "confidence": "medium", "area": area, "case": "C-1", "held": True, **more,
    }  # fmt: skip
    return Finding(
        id="F-7c2e00aa11", rule=rule, meaning="3f9a", key=(area,), per=("area",), ordinal=0, opened_at=AT, **given
    )  # type: ignore[arg-type]


def action(verb: str, name: str, area: str = "billing/export", via: str = "area.manager", **more: object) -> Action:
    values: dict[str, Value] = {
        "area": area, "changes.n": 16, "changes.top.n": 14, "pull_request": area, "pair.days": 30,
    }  # fmt: skip
    return Action(key="A-1c9e02ab3f", verb=verb, to=("p1",), template=name, via=via, values=values, **more)  # type: ignore[arg-type]


HELP = Suggestion("p3", "p2", "p4", (("changes_here", 2), ("reviews_here", 4), ("works_in", "billing/api")))
LONGEST = {"person": "p1", "area": "services/payment-gateway/settlement", "int": 12_345, "bool": True, "time": AT}
"""Values as long as real ones get, by type."""

NAMES = {"p1": "Mara", "p2": "Omar", "p3": "Ana", "p4": "Kim", "p5": "Lea"}


def speaker(markup: Markup, names: dict[str, str] = NAMES) -> Speaker:
    return Speaker(lambda person: names.get(person, ""), markup, "Europe/Berlin")


def a_task(markup: Markup, area: str = "billing/export", names: dict[str, str] = NAMES) -> Message:
    made = action("task", "second-pair-of-hands", area, suggestion=HELP, recheck_days=90)
    found, rule, voice = finding(area), rules()["area-single-carrier"], speaker(markup, names)
    text = task_text(
        found, made, rule, template(made.template), voice,
        ["Also 11 reviews, 9 by one person."], filed_at=AT, answer=made.key,
    )  # fmt: skip
    return message("task", text, made.key, [Recipient("p1", names["p1"], "mara@example.org")])


def a_nudge(markup: Markup, area: str = "billing/export", names: dict[str, str] = NAMES) -> Message:
    made = action("nudge", "walk-through", area, "pull_request.author, area.carrier")
    rule = rules()["first-change-in-carried-area"]
    text = nudge_text(finding(area), made, rule, template(made.template), speaker(markup, names), answer="A-2d00000000")
    to = [Recipient("p5", names["p5"], "lea@example.org"), Recipient("p3", names["p3"], "ana@example.org")]
    return message("nudge", text, "A-2d00000000", to)


def a_digest(markup: Markup, area: str = "billing/export", names: dict[str, str] = NAMES) -> Message:
    made = action("task", "second-pair-of-hands", area)
    voice, name = speaker(markup, names), "second-pair-of-hands"
    title = headline(finding(area), made, rules()["area-single-carrier"], template(name), voice)
    lines = [Line(title, "budget"), Line("Who learns `legacy/reports` next?", "no recipient")]
    return message("digest", digest_text(lines, voice), "D-1", [Recipient("p1", names["p1"], "mara@example.org")])


MAKES = {"task": a_task, "nudge": a_nudge, "digest": a_digest}


def message(what: Told, text: Text, key: str, to: Sequence[Recipient], at: Instant = AT + HOUR) -> Message:
    return Message(key, what, tuple(to), text.title, text.parts, at, text.answers, text.footer)


def of(text: Text, key: str, to: Sequence[Recipient] = (Recipient("p1", "Mara", "mara@example.org"),)) -> Message:
    """A note or a closing of a task."""
    return message("task", text, key, to, AT + 9 * DAY)
