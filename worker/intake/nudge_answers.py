"""Answers to nudges: one word becomes an event for the rules that ask for it; `stop` is a mute, and nothing else.

Owns the words. That somebody wants no more of a rule is in no journal, no log and no audit: only dispatch looks at it.
"""

from typing import Literal, get_args

from connectors.errors import ConfigError
from rules.language.problems import nearest
from rules.model.entities import Nudge
from rules.model.events import Event
from rules.model.times import Instant
from worker import metrics
from worker.intake.receive import Receiver
from worker.people.identity import Directory
from worker.store import judgements
from worker.store.database import Store
from worker.store.outbox import Entry

Says = Literal["yes", "not-now", "not-useful", "help", "stop"]
WORDS: tuple[str, ...] = get_args(Says)


def sent(found: list[Entry], beginning: str) -> Entry | None:
    """The nudge whose key begins so; None where a task is meant. Raises ConfigError where that is not clear."""
    nudges = [entry for entry in found if entry.verb == "nudge"]
    if not nudges or len(nudges) < len(found):
        return None
    if len(nudges) > 1:
        raise ConfigError(f"several nudges begin with {beginning}", "write more of the key")
    if nudges[0].status != "sent":
        raise ConfigError(f"nudge {nudges[0].action} was not sent", "only what was sent can be answered")
    return nudges[0]


def receiver_of(entry: Entry, by: str | None) -> str:
    """Whose answer it is. Raises ConfigError where several got it and nobody is named, or somebody else is."""
    if by is None and len(entry.people) == 1:
        return entry.people[0]
    if by is None:
        raise ConfigError(f"{len(entry.people)} people got {entry.action}: whose answer is it?", "--by HANDLE")
    if by not in entry.people:
        raise ConfigError(f"whoever --by names did not get {entry.action}")
    return by


async def journal(
    store: Store, receiver: Receiver, directory: Directory, ws: int, workspace: str, entry: Entry, person: str,
    says: str, now: Instant,
) -> None:  # fmt: skip
    """Raises ConfigError for a word that is none."""
    if says not in WORDS:
        raise ConfigError(f"'{says[:40]}' is no answer to a nudge", nearest(says, WORDS))
    if says == "stop":
        with store.writing("admin") as connection:
            directory.mute(connection, person, f"rule:{entry.rule}")
        return
    await receiver.receive([_event(entry, person, says, workspace, now)], "answer")
    with store.writing("admin") as connection:
        judgements.note(connection, ws, entry, judgements.READER, says, now)
    metrics.answers.labels(rule=entry.rule, says="a nudge").inc()  # which word it was is nobody else's business


def _event(entry: Entry, person: str, says: str, workspace: str, now: Instant) -> Event:
    """About the nudge as `nudge.sent` told it: its own for each of several receivers."""
    id_ = entry.action if len(entry.people) == 1 else f"{entry.action}:{person}"
    nudge = Nudge(id=id_, rule=entry.rule, to=person, answer=says)
    return Event(
        id=f"nudge.answered:{id_}:{says}:{now}", kind="nudge.answered", at=now, source="answers", workspace=workspace,
        actor=person, nudge=nudge,
    )  # fmt: skip
