"""What is done once a night: events that came too late are folded, and what is too old is let go.

Owns when, and that it is done once. A crash in between does it again.
"""

import structlog
from sqlalchemy import text

from rules.engine.calendars import local_time
from worker.config.load import workspace_calendar
from worker.runtimes.service import Service
from worker.store import cursors, retention

log = structlog.get_logger()

HOUR_OF_NIGHT = 3
JOB = "nightly"


async def turn(service: Service) -> None:
    """Does the night's work if it is night, or later, and it was not done today."""
    local = local_time(workspace_calendar(service.configuration.settings), service.now())
    today = local.date().isoformat()
    with service.store.reading() as connection:
        done = cursors.cursor_of(connection, JOB)
    if local.hour < HOUR_OF_NIGHT or (done is not None and done.etag >= today):
        return
    await work(service)
    with service.store.writing("admin") as connection:
        cursors.put_cursor(connection, cursors.Cursor(JOB, "", etag=today), service.now())


async def work(service: Service) -> None:
    now = service.now()
    await service.decider.rebuild_if_stale()
    events = await service.decider.cut(now - retention.JOURNAL)
    with service.store.writing("admin") as connection:
        rows = retention.forget(connection, now)
    with service.store.reading() as connection:
        connection.execute(text("PRAGMA optimize"))
    log.info("night's work done", events_let_go=events, **{name: n for name, n in rows.items() if n})
