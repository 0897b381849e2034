"""The screen of `rules backtest`: what each rule would have found, and what would have reached a manager.

Owns its wording. Areas and teams are named, people are a number; everything from outside is made harmless.
"""

from collections import Counter
from collections.abc import Iterator, Mapping, Sequence

from rules.language.rule import Rule
from rules.model.findings import Finding
from rules.speech.amounts import count, day
from rules.speech.evidence import counted
from rules.speech.harmless import plain
from worker.backtest.summary import NO_AREA, RuleSeen, Summary, together
from worker.cli.backtest_run import Result
from worker.cli.chart import chart, weeks_a_sign
from worker.cli.policy import guarded_finding
from worker.cli.say import Say, cut

MOST_SAMPLES, MOST_PLACES, MOST_REASONS = 3, 4, 5
WIDEST_RULE = 30


def screen(found: Sequence[Result], rules: Mapping[str, Rule], say: Say, blocks: bool) -> Iterator[str]:
    """Lines, without their ends. `blocks`: the terminal takes more than ASCII."""
    whole = together([one.summary for one in found])
    yield from _head(found, rules)
    yield ""
    yield from _rules(found, whole, rules, say, blocks)
    yield ""
    yield from _managers(whole)
    yield ""
    yield from _held_back(whole)


def _head(found: Sequence[Result], rules: Mapping[str, Rule]) -> Iterator[str]:
    events = sum(one.events for one in found)
    where = f" in {len(found)} workspaces" if len(found) > 1 else ""
    yield f"{count(len(rules), 'rule')} over {count(events, 'event')}{where}. Nothing stored, nothing sent."
    for one in found:
        name = f"{plain(one.name, 40)}: " if len(found) > 1 else ""
        yield f"{name}{day(one.since)} to {day(one.until)}, {count(len(one.summary.weeks), 'week')}, {one.seconds:.1f} s"
        yield from (plain(line, 200) for line in one.warnings)


# rules --------------------------------------------------------------------------------------------------------


def _rules(found: Sequence[Result], whole: Summary, rules: Mapping[str, Rule], say: Say, blocks: bool) -> Iterator[str]:
    a_sign = weeks_a_sign(len(whole.weeks))
    yield f"WHAT EACH RULE WOULD HAVE FOUND    one sign is {count(a_sign, 'week')}"
    spoke = sorted((id_ for id_, seen in whole.rules.items() if seen.findings), key=lambda id_: _rank(whole, id_))
    for id_ in spoke:
        seen = whole.rules[id_]
        drawn = chart([seen.weeks[week] for week in whole.weeks], blocks)
        yield f"  {cut(plain(id_, 60), WIDEST_RULE):<{WIDEST_RULE}} {seen.findings:>6,}  {drawn}"
        yield from (f"      {line}" for line in _about(seen, say))
        samples = [one for result in found for one in result.played.findings if one.rule == id_]
        yield from (f"      {_sample(one, rules[id_], say)}" for one in _spread_out(samples))
    yield from _quiet(whole, bool(spoke))


def _rank(whole: Summary, id_: str) -> tuple[int, str]:
    return (-whole.rules[id_].findings, id_)


def _about(seen: RuleSeen, say: Say) -> Iterator[str]:
    areas = Counter({area: n for area, n in seen.areas.items() if area != NO_AREA})
    if areas:
        people = f"   {count(seen.people, 'person', 'people')} concerned" if seen.people else ""
        yield f"areas: {_most(areas, say.area)}{people}"
    if seen.teams:
        yield f"teams: {_most(seen.teams, lambda team: plain(team, 40))}"
    if said := _kept(seen):
        yield said


def _kept(seen: RuleSeen) -> str:
    said = [f"{reason} {n:,}" for reason, n in seen.suppressed.most_common(MOST_REASONS)]
    parts = [f"did not speak: {', '.join(said)}"] if said else []
    parts += [f"unknown: {seen.unknown:,}"] if seen.unknown else []
    parts += [f"errors: {seen.errors:,}"] if seen.errors else []
    return ". ".join(parts)


def _most(counted_: Counter[str], word: object) -> str:
    shown = [f"{word(name)} {n:,}" for name, n in sorted(counted_.items(), key=lambda one: (-one[1], one[0]))]  # type: ignore[operator]  # a function of a name
    more = len(shown) - MOST_PLACES
    return ", ".join(shown[:MOST_PLACES]) + (f", and {more:,} more" if more > 0 else "")


def _spread_out(found: list[Finding]) -> list[Finding]:
    """The first, the middle and the newest."""
    if len(found) <= MOST_SAMPLES:
        return found
    return [found[0], found[len(found) // 2], found[-1]]


def _sample(one: Finding, rule: Rule, say: Say) -> str:
    evidence = guarded_finding(one, rule).evidence
    seen = [counted(seen, rule) for seen in evidence.counts if seen.n]
    links = [link for seen in evidence.counts for url in seen.links[-1:] if (link := say.link(url))]
    said = "; ".join([*seen[:2], *links[:1]])
    return f"{day(one.opened_at)}  {subject(one, rule, say)}" + (f": {said}" if said else "") + f"   {one.id}"


def subject(one: Finding, rule: Rule | None, say: Say) -> str:
    """What it is about; nobody is named."""
    types = [path.type for path in rule.per] if rule is not None else [""] * len(one.key)
    parts = zip(one.key, types, strict=False)
    return ", ".join("somebody" if type_ == "person" or part == one.person else say.area(part) for part, type_ in parts)


def _quiet(whole: Summary, some: bool) -> Iterator[str]:
    quiet = {id_: seen for id_, seen in whole.rules.items() if not seen.findings}
    kept = {id_: seen for id_, seen in quiet.items() if _kept(seen)}
    for id_, seen in sorted(kept.items()):
        yield f"  {cut(plain(id_, 60), WIDEST_RULE):<{WIDEST_RULE}}      0  {_kept(seen)}"
    rest = len(quiet) - len(kept)
    if rest:
        more = "more " if some or kept else ""
        yield f"  {count(rest, more + 'rule')} never came so far: `sparekey rules show ID` says which events one needs"


# people -------------------------------------------------------------------------------------------------------


def _managers(whole: Summary) -> Iterator[str]:
    weeks = len(whole.weeks)
    yield f"WHAT A MANAGER WOULD HAVE GOT A WEEK    {count(whole.managers, 'manager')}, {count(weeks, 'week')}"
    yield "  Drafts count as approved at once, and nobody answered."
    yield f"  {'':<14}{'median':>8}{'95 of 100':>11}{'worst':>7}"
    for word, name in (("tasks", "tasks"), ("notes on them", "notes"), ("digests", "digests"), ("all", "messages")):
        found = whole.spread(name)
        yield f"  {word:<14}{found.median:>8,}{found.p95:>11,}{found.worst:>7,}"
    sent = sent_in_all(whole)
    yield (
        f"  In all {count(sent['task'], 'task')}, {count(sent['note'], 'note')}, {count(sent['digest'], 'digest')}; "
        f"{count(sent['nudge'], 'nudge')} to {count(whole.nudged, 'person', 'people')}."
    )


def sent_in_all(whole: Summary) -> Counter[str]:
    found: Counter[str] = Counter()
    for verbs in whole.sent.values():
        found.update(verbs)
    return found


def _held_back(whole: Summary) -> Iterator[str]:
    yield "HELD BACK"
    for (what, why), n in whole.held_back_most_first:
        yield f"  {count(n, what):<14} {plain(why, 100)}"
    if not whole.held_back:
        yield "  Nothing: all of it got through."
