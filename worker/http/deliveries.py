"""What becomes of one delivery, from its bytes to its answer. Knows nothing of servers and sockets.

Owns the order: signature before anything is read, commit before anything is acknowledged. Our own trouble is never a
4xx.
"""

import re
from collections.abc import Callable, Collection, Mapping, Sequence
from dataclasses import dataclass, field

import structlog

from connectors.base import Identify, Ignored
from connectors.errors import BadPayload
from rules.model.events import Event
from rules.speech.harmless import plain
from worker import metrics
from worker.ports import Intake, StoreAway

log = structlog.get_logger()

RETRY_SECONDS = 30
LONGEST_REFERENCE = 100
_EVENT = re.compile(r"[a-z0-9_]{1,60}")
"""What GitHub calls an event; the header is not signed, and may say anything."""

Verify = Callable[[Sequence[str], str, bytes], bool]
Normalise = Callable[[str, bytes, Identify, str, Collection[str]], "list[Event] | Ignored"]


@dataclass(frozen=True, slots=True)
class Connection:
    """One sender. `repositories` are the only ones that are its; `most_bytes` the largest body that is read."""

    name: str
    kind: str
    secrets: tuple[str, ...]
    repositories: frozenset[str]
    workspace: str
    verify: Verify
    events: Normalise
    most_bytes: int


@dataclass(frozen=True, slots=True)
class Answer:
    status: int
    text: str = ""
    headers: Mapping[str, str] = field(default_factory=dict)


async def take(connection: Connection, headers: Mapping[str, str], body: bytes, intake: Intake) -> Answer:
    """Verifies, reads, journals; the answer is true when it is given."""
    if not connection.verify(connection.secrets, headers.get("X-Hub-Signature-256", ""), body):
        return refused(connection, Answer(401))
    name = headers.get("X-GitHub-Event", "")
    if not _EVENT.fullmatch(name):
        wrong = "names no event" if name else "is missing"
        return refused(connection, Answer(400, f"the header X-GitHub-Event {wrong}"))
    reference = f"{name}:{plain(headers.get('X-GitHub-Delivery', ''), LONGEST_REFERENCE)}"
    try:
        return await again(connection, reference, body, intake)
    except StoreAway as error:
        log.error("delivery not taken", connection=connection.name, reference=reference, why=str(error))
    except Exception:  # whatever broke is ours: the sender keeps the delivery and comes again
        log.exception("delivery not taken", connection=connection.name, reference=reference)
    _count(connection, "away")
    return Answer(503, "the store cannot be written now", {"Retry-After": str(RETRY_SECONDS)})


async def again(connection: Connection, reference: str, body: bytes, intake: Intake) -> Answer:
    """The same for a delivery that was verified before: `reference` is its event's name and its id.

    Raises StoreAway where nothing was kept of it.
    """
    name = reference.partition(":")[0]
    try:
        found = connection.events(name, body, intake.identify, connection.workspace, connection.repositories)
    except BadPayload as error:
        if error.reason.startswith("not JSON"):
            return refused(connection, Answer(400, "the body is not JSON"))
        return await _bury(connection, reference, error.reason, body, intake)
    except StoreAway:
        raise
    except Exception as error:  # one delivery that breaks its reader must not take its neighbours along
        log.exception("a delivery broke its reader", connection=connection.name, reference=reference)
        return await _bury(connection, reference, f"{type(error).__name__}: {error}", body, intake)
    if isinstance(found, Ignored):
        _count(connection, "ignored")
        reason = plain(found.reason)
        metrics.ignored(connection.kind, reason)
        return Answer(202, f"ignored: {reason}")
    arrived = await intake.receive(found, "live")
    _count(connection, "accepted")
    log.debug("delivery taken", connection=connection.name, reference=reference, new=arrived.new)
    return Answer(202, f"accepted: {arrived.new} new, {arrived.duplicates} known")


async def _bury(connection: Connection, reference: str, why: str, body: bytes, intake: Intake) -> Answer:
    letter = await intake.dead_letter("normalise", connection.name, reference, why, body)
    _count(connection, "malformed")
    log.warning("delivery kept as a dead letter", connection=connection.name, reference=reference, letter=letter)
    return Answer(202, f"kept as dead letter {letter}: {plain(why)}")


def refused(connection: Connection, answer: Answer) -> Answer:
    """Counted, and told without anything that was in it."""
    _count(connection, "refused" if answer.status < 500 else "away")
    log.warning("delivery refused", connection=connection.name, status=answer.status)
    return answer


def _count(connection: Connection, outcome: str) -> None:
    metrics.deliveries_received.labels(source=connection.kind, outcome=outcome).inc()
