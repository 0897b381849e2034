"""A past, decided with dispatch beside it: what the rules would have found, and what would have reached people.

Owns the one clock of both: the time of the events. The engine, the planner and the dispatcher are the service's own, on
a store in memory and a sink that keeps nothing, so that budgets, cases, digest days, quiet hours and what is no longer
so are judged here exactly as they are there. Nobody answers, and what was sent is no event: rules do not hear of it.
"""

from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field, replace

from connectors.base import Markup, Message, Told
from rules.engine.decide import Engine
from rules.engine.outcome import team_of
from rules.language.rule import Mode
from rules.model.events import Event
from rules.model.findings import Decision, Finding
from rules.model.people import ONE_TEAM
from rules.model.times import HOUR, Instant
from rules.speech.templates import parse
from worker.backtest.past import Past
from worker.deciding.commit import Change, say
from worker.deciding.memory import Outcome
from worker.deciding.planning import Planner
from worker.deciding.standing import Standing
from worker.dispatch.dispatcher import STATUSES, Dispatcher
from worker.rulebook import Rulebook
from worker.store import findings, heads, outbox
from worker.store.database import in_memory
from worker.store.outbox import Entry

Progress = Callable[[int], None]
EVERYTHING = 1_000_000_000
_NO_WORDS = "Nothing\n\nNothing."


@dataclass(slots=True)
class Played:
    """`findings` in the order of opening, with their newest status; `teams`: of those about one.

    `rows`: everything that was planned, and how it ended.
    """

    events: int = 0
    findings: list[Finding] = field(default_factory=list)
    teams: dict[str, str] = field(default_factory=dict)
    team_sizes: dict[str, int] = field(default_factory=dict)
    suppressed: Counter[tuple[str, str]] = field(default_factory=Counter)
    unknown: dict[str, int] = field(default_factory=dict)
    errors: Counter[str] = field(default_factory=Counter)
    rows: list[Entry] = field(default_factory=list)


class Nowhere:
    """A sink that takes everything and keeps nothing."""

    markup: Markup = "plain"
    takes: frozenset[Told] = frozenset({"task", "nudge", "digest"})
    lists = False
    timeout = 1.0

    def send(self, message: Message) -> str:
        return message.key

    def find(self, key: str, since: Instant) -> list[str]:
        return []

    def note(self, remote: str, message: Message) -> None:
        """Taken."""

    def close(self, remote: str, message: Message) -> None:
        """Taken."""

    def describe(self) -> str:
        return "nowhere"


async def play(past: Past, book: Rulebook, since: Instant, progress: Progress | None = None) -> Played:
    """Rules speak from `since` on. Drafts count as approved at once; rules that are silent tell nobody."""
    return (await together(past, (book,), since, progress))[0]


async def together(
    past: Past, books: Sequence[Rulebook], since: Instant, progress: Progress | None = None
) -> list[Played]:
    """Several rulebooks over one reading of the past, each with a state and an outbox of its own."""
    players = [_Player(past, book, since) for book in books]
    try:
        for batch in players[0].batches():
            for player in players:
                await player.take(batch)
            if progress is not None:
                progress(len(batch))
        return [await player.end() for player in players]
    finally:
        for player in players:
            player.close()


class _Player:
    def __init__(self, past: Past, book: Rulebook, since: Instant) -> None:
        self._past = past
        self._book = _with_words(book)
        self._since = since
        self._state = past.begin(book.program)
        self._state.live_from = max(self._state.live_from, since)
        self._engine = Engine(self._state, book.program)
        self._store = in_memory()
        with self._store.writing("admin") as connection:
            self._ws = heads.create(connection, past.name).ws
        self._dispatcher = Dispatcher(
            self._store, self._ws, {"nowhere": Nowhere()}, past.settings, Standing(lambda: self._state), past,
            lambda: self._book, lambda connection, events: None, lambda: None, lambda: past.contact,
        )  # fmt: skip
        self._due: Instant | None = None
        self._found = Played()
        self._known: dict[str, Finding] = {}
        self._unknown: dict[str, int] = {}

    def close(self) -> None:
        self._store.close()

    def batches(self) -> Iterator[Sequence[Event]]:
        return self._past.batches(self._state)

    async def take(self, batch: Sequence[Event]) -> None:
        early = [event for event in batch if event.at < self._since]
        if early:
            self._take(self._engine.decide(early))
            self._unknown = self._unknown_so_far()
        for event in batch[len(early) :]:
            await self._until(event.at)
            self._take(self._engine.decide((event,)))

    async def end(self) -> Played:
        await self._until(self._past.ends_at + 1)
        self._take(self._engine.decide((), self._past.ends_at + 1))
        return self._ended()

    async def _until(self, at: Instant) -> None:
        """Time comes to `at`, in the steps in which something is due: for the rules, or for dispatch."""
        while (due := self._next()) is not None and due < at:
            self._take(self._engine.decide((), due + 1))
            while self._due is not None and self._due <= due:
                moved = await self._dispatcher.step(due)
                self._due = self._dispatcher.next_due(due) if moved else due + HOUR

    def _next(self) -> Instant | None:
        times = [time for time in (self._due, self._engine.next_due()) if time is not None]
        return max(min(times), self._state.watermark) if times else None

    def _take(self, decision: Decision) -> None:
        self._found.events += decision.events
        self._found.errors.update(decision.errors)
        self._found.suppressed.update((one.rule, one.reason) for one in decision.suppressed if one.at >= self._since)
        outcome = Outcome()
        outcome.take(self._spoken(decision), 0)
        self._known.update(outcome.findings)
        for one in outcome.opened:
            team = team_of(self._state, self._book.rules[one.rule], one.key)
            if team and team != ONE_TEAM:
                self._found.teams[one.id] = team
        if outcome.findings:
            self._plan(outcome)

    def _spoken(self, decision: Decision) -> Decision:
        """Without what opened before the rules could speak."""
        opened = [one for one in decision.opened if one.opened_at >= self._since]
        ours = {one.id for one in opened} | self._known.keys()
        return Decision(opened=opened, resolved=[one for one in decision.resolved if one.id in ours])

    def _plan(self, outcome: Outcome) -> None:
        now = self._state.watermark
        rules = self._book.rules
        modes: dict[str, Mode] = {id_: "live" if rule.mode == "ask" else rule.mode for id_, rule in rules.items()}
        rows = Planner(self._state, rules, modes).rows(outcome.opened)
        with self._store.writing("c2") as connection:
            findings.put(connection, self._ws, ((one, 0) for one in outcome.findings.values()))
            say(connection, self._ws, self._state, Change(0, rows=rows, ended=outcome.ended), now)
        self._due = self._dispatcher.next_due(now)

    def _ended(self) -> Played:
        found = self._found
        found.findings = list(self._known.values())
        found.unknown = {
            rule: more for rule, n in self._unknown_so_far().items() if (more := n - self._unknown.get(rule, 0))
        }
        found.team_sizes = {team: len(self._past.members(team)) for team in set(found.teams.values())}
        with self._store.reading() as connection:
            found.rows = outbox.ended_or_waiting(connection, self._ws, *STATUSES, most=EVERYTHING)
        return found

    def _unknown_so_far(self) -> dict[str, int]:
        return {rule: own.unknown for rule, own in self._state.rules.items()}


def _with_words(book: Rulebook) -> Rulebook:
    """What a rule would say is not shown here: a template that is still to be written holds nothing back."""
    named = {do.template for rule in book.rules.values() for do in rule.do}
    missing = {name: parse(name, _NO_WORDS) for name in named if name not in book.templates}
    return replace(book, templates={**missing, **book.templates})
