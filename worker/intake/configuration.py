"""People and areas as events, so that a replay decides with what was known then.

Owns when they are journalled and from when they count. As long as nothing was ever sent, the newest word counts from
the beginning: history is read with the areas somebody is still trying out. Afterwards it counts from when it was
said.
"""

from hashlib import blake2b

import msgspec
from sqlalchemy import Connection, select

from rules.model.areas import AreaMap
from rules.model.events import Event
from rules.model.people import PeopleMap
from rules.model.times import Instant
from worker.intake.receive import Receiver
from worker.store.cursors import Cursor, cursor_of
from worker.store.database import Store
from worker.store.schema import baselines, deliveries, sinks

SOURCE = "configuration"

_LATER = (deliveries, sinks, baselines)
"""A row in one of them: something was sent (deliveries are forgotten, rows of sinks are not), or history was cut."""


async def journal(
    store: Store, receiver: Receiver, workspace: str, people: PeopleMap, areas: AreaMap, now: Instant
) -> tuple[int, bool]:
    """Journals what changed. Gives how many events that were, and whether they count from the beginning."""
    with store.reading() as connection:
        from_beginning = not any(connection.execute(select(table).limit(1)).first() for table in _LATER)
        changed = [
            made
            for kind, said in (("areas.changed", areas), ("people.changed", people))
            if (made := _changed(connection, workspace, kind, said, from_beginning, now)) is not None
        ]
    for event, cursor in changed:
        await receiver.receive([event], "config", cursor)
    return len(changed), from_beginning


def _changed(
    connection: Connection, workspace: str, kind: str, said: PeopleMap | AreaMap, from_beginning: bool, now: Instant
) -> tuple[Event, Cursor] | None:
    etag = blake2b(msgspec.msgpack.encode(said), digest_size=8).hexdigest()
    known = cursor_of(connection, SOURCE, kind)
    if known is not None and known.etag == etag:
        return None
    number = int(known.position) + 1 if known else 1
    event = Event(
        id=f"{kind}:{number}:{etag}",
        kind=kind,
        at=number if from_beginning else now,
        source=SOURCE,
        workspace=workspace,
        people_map=said if isinstance(said, PeopleMap) else None,
        area_map=said if isinstance(said, AreaMap) else None,
    )
    return event, Cursor(SOURCE, kind, str(number), event.at, etag)
