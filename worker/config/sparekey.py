"""sparekey.yml: what runs, where it keeps things, and how it speaks.

Owns the file's model. Secrets are never in it: a token is named by the variable or file that holds it.
"""

from typing import Annotated, Literal

from pydantic import BaseModel, BeforeValidator, ConfigDict, Field

from rules.language.problems import Problem
from rules.model.times import DAY, HOUR, MINUTE, WEEK, Span
from worker.config.people import CalendarFile, Day
from worker.config.validate import Flag, Int, Words, validated

Length = Annotated[str, Field(pattern=r"^[0-9]{1,6}(m|h|d|w)$", description="such as 30m, 12h, 10d or 2w")]


class _Strict(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True)


class Programme(_Strict):
    contact: str


class Digest(_Strict):
    day: Literal["mon", "tue", "wed", "thu", "fri"] = "mon"
    hour: Annotated[Int, Field(ge=0, le=23)] = 9


class Mute(_Strict):
    below_precision: Annotated[Int, Field(ge=0, le=100)] = 40
    of_answers: Annotated[Int, Field(ge=1)] = 10


class Budgets(_Strict):
    """Messages per person in a sliding week."""

    tasks: Annotated[Int, Field(ge=0, le=20)] = 1
    nudges: Annotated[Int, Field(ge=0, le=20)] = 1
    pair: Annotated[Int, Field(ge=0, le=20)] = 1


class Source(_Strict):
    """One connection. `*_env` and `*_file` say where a secret is, never what it is. Two secrets: one is being
    replaced.
    """

    kind: Literal["github", "jira", "pagerduty", "postmortems", "git", "files", "roster"]
    path: str = ""
    url: str = ""
    repositories: tuple[str, ...] = Field(
        (), description="the only ones whose deliveries count, such as [acme/billing]"
    )
    projects: tuple[str, ...] = ()
    services: Words = ()
    every: Length = "10m"
    token_env: str = ""
    token_file: str = ""
    secret_env: Words = Field((), max_length=2, description="one or two names of variables")
    secret_file: Words = Field((), max_length=2, description="one or two files")


class Sink(_Strict):
    """Where messages go. `takes` narrows what it is asked to write; the first sink that takes something gets it."""

    kind: Literal["terminal", "files", "mail", "github", "jira", "slack", "apprise"]
    takes: tuple[Literal["task", "nudge", "digest"], ...] = ("task", "nudge", "digest")
    path: str = ""
    url: str = ""
    host: str = ""
    port: Annotated[Int, Field(ge=1, le=65535)] = 587
    security: Literal["starttls", "tls", "none"] = "starttls"
    sender: str = ""
    user: str = ""
    unsubscribe: str = ""
    token_env: str = ""
    token_file: str = ""


class Http(_Strict):
    """Where webhooks, health and metrics are served; `listen: ''` serves nothing."""

    listen: Annotated[
        str, Field(pattern=r"^([^\s/]+:[0-9]{1,5})?$", description="host:port, such as 127.0.0.1:8350, or ''")
    ] = "127.0.0.1:8350"


class Workday(CalendarFile):
    holidays: tuple[Day, ...] = ()


def _switch(value: object) -> object:
    """`small: false` for `small: {on: false}`."""
    return {"on": value} if isinstance(value, bool) else value


def _young(value: object) -> object:
    """`new_area: false` for no days, true for the usual ones."""
    return ("60d" if value else "0d") if isinstance(value, bool) else value


class Mechanical(_Strict):
    on: Flag = True
    max_files: Annotated[Int, Field(ge=0)] = 60


class Small(_Strict):
    on: Flag = True
    people: Annotated[Int, Field(ge=0)] = 3


class Guards(_Strict):
    """The workspace's defaults for the guards of RULES 'Settings of a rule'; a rules file may say otherwise."""

    bots: Flag = True
    mechanical: Annotated[Mechanical, BeforeValidator(_switch)] = Mechanical()
    small: Annotated[Small, BeforeValidator(_switch)] = Small()
    new_area: Annotated[Length, BeforeValidator(_young)] = "60d"
    warm_up: Flag = True
    open_task: Flag = True


class Reserve(_Strict):
    """Free disk below which nothing more is taken: the larger of the two."""

    megabytes: Annotated[Int, Field(ge=0)] = 200
    percent: Annotated[Int, Field(ge=0, le=50)] = 2


class Settings(_Strict):
    workspace: Annotated[
        str, Field(pattern=r"^[a-z0-9][a-z0-9-]{0,62}$", description="small letters, digits and '-', at most 63")
    ] = "main"
    runtime: Literal["embedded", "streaming"] = "embedded"
    store: str = "sqlite:///sparekey.db"
    broker: str = ""
    sources: dict[str, Source] = {}
    sinks: dict[str, Sink] = {}
    default_manager: str | None = None
    programme: Programme | None = None
    calendar: Workday = Workday()
    http: Http = Http()
    reserve: Reserve = Reserve()
    settle: Length = "15m"
    budgets: Budgets = Budgets()
    digest: Digest = Digest()
    mute: Mute = Mute()
    guards: Guards = Guards()
    rules: tuple[str, ...] = ("rules",)


_UNITS: dict[str, Span] = {"m": MINUTE, "h": HOUR, "d": DAY, "w": WEEK}


def span_of(length: str) -> Span:
    """'15m' as microseconds."""
    return int(length[:-1]) * _UNITS[length[-1]]


def load_settings(text: str, file: str = "sparekey.yml") -> tuple[Settings | None, tuple[Problem, ...]]:
    return validated(Settings, text, file)
