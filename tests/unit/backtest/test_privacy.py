"""What people said for themselves is told by no backtest and no diff."""

from dispatch_kit import finding_of
from engine_kit import START, rules_of
from msgspec.structs import replace

from rules.language.rule import Rule
from rules.model.actions import Action
from rules.model.findings import ClauseSeen, Evidence, Finding
from worker.backtest.difference import Change, RuleDifference
from worker.backtest.play import Played
from worker.backtest.summary import Summary, summary
from worker.backtest.why import Wanted, Why
from worker.cli.backtest_document import document as backtest_document
from worker.cli.backtest_run import Result
from worker.cli.backtest_text import screen as backtest_screen
from worker.cli.diff_document import document
from worker.cli.diff_run import Compared, Side
from worker.cli.diff_text import screen
from worker.cli.documents import dump
from worker.cli.say import Say
from worker.people.directory import RunDirectory

(PULSE,) = rules_of("""
  unhappy:
    title: A pulse says that something does not fit
    on: pulse.answered
    per: pair
    with: {most: 2}
    fire: pulse.fit <= most
    do: [{nudge: pair.people, template: praise-share}]
""")
SAID = ClauseSeen("pulse.fit <= most", True, {"pulse.fit": 1})
WHY = Why("", START, (replace(SAID, held=False, values={"pulse.fit": 4}),))


def found() -> Finding:
    action = Action(key="A", verb="nudge", to=(), template="praise-share")
    one = finding_of("F-1", "unhappy", "", START, action)
    return replace(one, key=("pair-1",), evidence=Evidence(event="pulse-1", clauses=(SAID,)))


def numbers(rule: Rule) -> Summary:
    return summary(Played(findings=[found()]), (rule,), START, START, "you")


def test_a_backtest_keeps_the_value_of_a_pulse_to_itself() -> None:
    people = RunDirectory()
    result = Result("main", 1, START, START, Played(findings=[found()]), numbers(PULSE), people, (), 0.1)
    said = dump(backtest_document([result], {"unhappy": PULSE}, names=False))
    shown = "\n".join(backtest_screen([result], {"unhappy": PULSE}, Say(people, False), blocks=True))
    assert "unhappy" in said and "unhappy" in shown
    assert "pulse-1" not in said + shown and "pulse.fit" not in said + shown


def test_a_diff_does_so_too_and_says_policy() -> None:
    change = Change(found(), None)
    side = Side({"unhappy": PULSE}, 1, numbers(PULSE))
    whys = {Wanted("unhappy", ("pair-1",), START): WHY}
    rules = [RuleDifference("unhappy", "changed", 0, [change])]
    compared = Compared(1, START, START, side, side, rules, whys, RunDirectory(), (), 0.1)
    shown = "\n".join(screen(compared, Say(compared.people, False)))
    said = dump(document(compared, names=False))
    assert "now: policy" in shown and '"reason": "policy"' in said
    assert "pulse.fit" not in said + shown
