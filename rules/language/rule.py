"""A rule after loading: typed, checked, ready for the engine. Nothing here parses.

Owns the shape that the loader makes and that the engine, the oracle in tests/ and explain read.
Must not know YAML, files or state.
"""

from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Literal

from rules.model.actions import Verb
from rules.model.times import Span

Mode = Literal["silent", "ask", "live", "off"]
Send = Literal["now", "weekly", "digest"]


@dataclass(frozen=True, slots=True)
class Place:
    """Where something stands: file as given, line and column from 1."""

    file: str
    line: int
    column: int

    def __str__(self) -> str:
        return f"{self.file}:{self.line}:{self.column}"


@dataclass(frozen=True, slots=True)
class Path:
    """A dotted name with its type, e.g. 'pull_request.author.team': type 'team', or list(person)."""

    text: str
    type: str

    @property
    def parts(self) -> tuple[str, ...]:
        return tuple(self.text.split("."))


Bound = tuple[str, str, "int | str | bool"]
"""(name, one of == != < <= > >=, value)."""


@dataclass(frozen=True, slots=True)
class Clause:
    """One checked CEL expression.

    `reads` are the names it needs, in the order of `test`'s arguments: dotted names such as
    'pull_request.rounds', count measures such as 'changes.top.percent', and calls of `experience`
    written 'experience(pull_request.author, area)'. `with` numbers are already constants.
    `test(*values)` takes None for an unknown value and gives the value, None for unknown, or ERROR;
    times and durations are whole microseconds on both sides. A clause of type bool holds only if `test` gives True.
    `official(*values)` is the same by the official evaluator: slower, the oracle of `test`.
    """

    text: str
    type: str
    reads: tuple[str, ...]
    types: tuple[str, ...]  # of what it reads, as the vocabulary calls them
    test: Callable[..., object] = field(repr=False)
    official: Callable[..., object] = field(repr=False)
    compiled: bool = True  # False: `test` is the official evaluator, because the expression is outside the subset
    minimums: tuple[tuple[str, str], ...] = ()  # conjuncts of the form `count.n >= name`: (count, name of the number)
    shares: tuple[str, ...] = ()  # names of numbers that it compares with a percentage
    bounds: tuple[Bound, ...] = ()  # conjuncts that compare a name with a value, numbers put in


class Error:
    """The value of an expression that failed (overflow, division by zero, no such index)."""

    __slots__ = ()

    def __repr__(self) -> str:
        return "error"

    def __bool__(self) -> bool:
        raise TypeError("an error is neither true nor false")


ERROR = Error()


@dataclass(frozen=True, slots=True)
class Duration:
    """Exactly one of the three: a span (may be negative), working days, or an expression giving microseconds."""

    span: Span | None = None
    working_days: int | None = None
    expression: Clause | None = None
    text: str = ""


@dataclass(frozen=True, slots=True)
class Listen:
    """One ALT of `on` or `unless`. `by`: paths that give the key on this kind, None where `per` itself does.

    For an alternative of `unless` without `by`, `matches` names the positions of the key that the kind can give
    (the parts of `per` whose root the kind has) and `by` holds those paths, so that `by[i]` belongs to position
    `matches[i]`. With `by` written out, `matches` is every position in order.
    """

    kind: str
    when: tuple[Clause, ...] = ()
    by: tuple[Path, ...] | None = None
    matches: tuple[int, ...] = ()


@dataclass(frozen=True, slots=True)
class Each:
    name: str
    over: Path  # of type list(T), or T: a single value is a list of one


@dataclass(frozen=True, slots=True)
class Top:
    """Most frequent values of `of`. people = 0: the plain top; k > 0: entries wholly covered by the k most frequent."""

    of: Path
    people: int = 0


@dataclass(frozen=True, slots=True)
class Distinct:
    of: Path
    at_least: int = 1


@dataclass(frozen=True, slots=True)
class Percentile:
    of: Path
    rank: int


@dataclass(frozen=True, slots=True)
class Count:
    """A TALLY. `on` None: the rule's own matches (same each, when and key as the rule, then `when` on top).

    Otherwise `on`, `each`, `when` and `by` say which events enter and under which key. `of`: the other key of the
    rule to look up; None = the rule's key. Exactly one or more of window, last, until is set.
    """

    name: str
    on: tuple[Listen, ...] | None = None
    each: tuple[Each, ...] = ()
    when: tuple[Clause, ...] = ()
    by: tuple[Path, ...] | None = None
    of: tuple[Path, ...] | None = None
    window: Span | None = None
    last: int | None = None
    until: str | None = None
    one_per: tuple[Path, ...] = ()
    top: Top | None = None
    distinct: Distinct | None = None
    percentile: Percentile | None = None
    matching: Clause | None = None


@dataclass(frozen=True, slots=True)
class After:
    """`waits` has several entries only without `again`. `times` in all, at least 1."""

    waits: tuple[Duration, ...]
    start: Path | None = None  # `from`: a time; None = the event's time
    calendar: Path | None = None  # whose working days; None = the workspace's
    again: Duration | None = None
    times: int = 1


@dataclass(frozen=True, slots=True)
class Cooldown:
    span: Duration | None  # None = once
    per: tuple[Path, ...] = ()  # empty: the whole key


@dataclass(frozen=True, slots=True)
class Do:
    """One action. `to` are tried in order: each group of paths is one attempt; the first that gives anybody wins."""

    verb: Verb
    to: tuple[tuple[Path, ...], ...]
    template: str
    suggest: Literal["", "pair", "mentor", "learner"] = ""
    due: Duration | None = None
    recheck: Duration | None = None
    evidence: Literal["full", "counts", "none"] = "full"
    place: Place = field(default=Place("", 0, 0), compare=False)  # where its template is named


@dataclass(frozen=True, slots=True)
class Scope:
    """`only` and `except`: empty means no limit."""

    areas: tuple[str, ...] = ()
    teams: tuple[str, ...] = ()
    repositories: tuple[str, ...] = ()
    labels: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Guards:
    """Defaults as in RULES 'Settings of a rule'. `small_people` 0 = off; `new_area_days` 0 = off."""

    bots: bool = True
    mechanical: bool = True
    max_files: int = 60
    small_people: int = 3
    new_area_days: int = 60
    warm_up: bool = True
    open_task: bool = True


@dataclass(frozen=True, slots=True)
class Rule:
    id: str
    title: str
    pack: str
    on: tuple[Listen, ...]
    per: tuple[Path, ...]
    do: tuple[Do, ...]
    each: tuple[Each, ...] = ()
    when: tuple[Clause, ...] = ()
    numbers: dict[str, int | str] = field(default_factory=dict)  # `with`
    counts: tuple[Count, ...] = ()
    after: After | None = None
    unless: tuple[Listen, ...] = ()
    fire: tuple[Clause, ...] = ()
    hold: Span | None = None
    cooldown: Cooldown | None = None
    mode: Mode = "ask"
    owner: str = ""
    send: Send = "now"
    good_for: Duration | None = None
    only: Scope = Scope()
    excluding: Scope = Scope()
    guards: Guards = Guards()
    meaning: str = ""  # hash of on each when per with count after unless fire hold
    place: Place = Place("", 0, 0)
    origins: dict[str, Place] = field(default_factory=dict)
    """Field → where it was written last; also 'with.NAME' and 'count.NAME', and 'defaults.mode' for what it has from
    there. 'when' is where the conditions stand that 'and_when' adds to."""

    def number(self, name: int | str) -> int:
        """A number written out, or the `with` number of that name. Raises KeyError."""
        value = self.numbers[name] if isinstance(name, str) else name
        return int(value)


Rules = tuple[Rule, ...]
