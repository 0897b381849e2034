"""A `.test.yml` file after reading: typed, every part with its place. Nothing here parses or runs.

Owns the shapes that the reader makes and that playing, checking and shuffling look at.
"""

from dataclasses import dataclass, field

from rules.language.rule import Duration, Place
from rules.model.people import Calendar
from rules.model.times import Instant, Span

Said = str | int | bool | tuple[str, ...] | Duration | None
"""A value as a test writes it. A Duration stands for a time that far from the clock; None for unknown."""
Configured = Said | Calendar
Fields = dict[str, Said]
GUARDS = ("warm_up", "small", "new_area")
"""Guards that would silence most small tests: off unless a test asks for them."""


@dataclass(frozen=True, slots=True)
class Happening:
    """An `event` step. `entities`: what is said of each; '' as id is one that is made up. `every`: between repeats."""

    place: Place
    kind: str
    entities: dict[str, Fields]
    times: int = 1
    every: Duration | None = None
    at: Instant | None = None
    late: Span = 0
    actor: str | None = None
    automated: bool = False
    areas: tuple[str, ...] | None = None
    paths: tuple[str, ...] | None = None
    repository: str = ""
    link: str = ""


@dataclass(frozen=True, slots=True)
class Answer:
    """`verb` task or nudge; `about` a rule, an area or another part of the key, 'last' for the newest."""

    place: Place
    verb: str
    about: str
    says: str
    by: str = ""
    until: Said = None
    mentor: str = ""
    learner: str = ""


@dataclass(frozen=True, slots=True)
class Expected:
    """What a finding must be like; only what was written is compared. `actions`: verb → receivers."""

    place: Place
    rule: str
    per: tuple[str, ...] | None = None
    actions: dict[str, tuple[str, ...]] = field(default_factory=dict)
    template: str = ""
    suggest: str = ""
    confidence: str = ""
    case: str = ""
    due_days: int | None = None

    @property
    def size(self) -> int:
        """How much it asks for: the pickiest is matched first."""
        said = (self.per is not None, self.template, self.suggest, self.confidence, self.case, self.due_days)
        return len(self.actions) + sum(bool(one) for one in said)


@dataclass(frozen=True, slots=True)
class Seen:
    """An entry of `resolved`, `withdrawn` or `suppressed`; the last has a reason."""

    place: Place
    rule: str
    per: tuple[str, ...] | None = None
    reason: str = ""


@dataclass(frozen=True, slots=True)
class Why:
    place: Place
    rule: str
    per: tuple[str, ...]
    stage: str
    clause: str = ""
    reason: str = ""


@dataclass(frozen=True, slots=True)
class Wording:
    """What the texts of the findings just expected must be like."""

    place: Place
    contains: tuple[str, ...] = ()
    lacks: tuple[str, ...] = ()
    title: str = ""


@dataclass(frozen=True, slots=True)
class Step:
    """What happens, then how far the clock goes, then what is looked at. `expect` None: it is not looked at.

    `steps` happen `times` times, `every` so often; nothing is looked at in them.
    """

    place: Place
    steps: tuple["Step", ...] = ()
    times: int = 1
    every: Duration | None = None
    happening: Happening | None = None
    answer: Answer | None = None
    advance: Duration | None = None
    until: Instant | None = None
    expect: tuple[Expected, ...] | None = None
    resolved: tuple[Seen, ...] = ()
    withdrawn: tuple[Seen, ...] = ()
    suppressed: tuple[Seen, ...] = ()
    why: tuple[Why, ...] = ()
    text: tuple[Wording, ...] = ()


Given = dict[tuple[str, str, str], Configured]
"""(section, name, field) → value: what a case changes of the world."""


@dataclass(frozen=True, slots=True)
class Case:
    place: Place
    name: str
    steps: tuple[Step, ...]
    given: Given
    guards: frozenset[str]


@dataclass(frozen=True, slots=True)
class World:
    """Everything configured: people, teams, areas, services, components, and the workspace's own settings.

    `areas_said`: the file has a section of areas; otherwise a path's first folder is its area.
    """

    sections: dict[str, dict[str, dict[str, Configured]]]
    areas_said: bool
    default_manager: str | None = None
    programme_contact: str | None = None
    calendar: Calendar = field(default_factory=Calendar)


@dataclass(frozen=True, slots=True)
class Document:
    """`rules`: files or packs as written, with their places. `world`: section → name → field → value."""

    file: str
    rules: tuple[tuple[str, Place], ...]
    start: Instant
    zone: str
    history: Span
    world: World
    cases: tuple[Case, ...]
