"""Time as the domain counts it: whole microseconds since the epoch, UTC.

Owns the unit, the constants and the two conversions. Knows nothing of clocks: time is always a parameter.
"""

from datetime import UTC, datetime, timedelta

Instant = int
"""Microseconds since 1970-01-01T00:00:00Z."""

Span = int
"""A length of time in microseconds."""

MINUTE: Span = 60_000_000
HOUR: Span = 60 * MINUTE
DAY: Span = 24 * HOUR
WEEK: Span = 7 * DAY

_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
_MICROSECOND = timedelta(microseconds=1)


def instant(moment: datetime) -> Instant:
    """The instant of an aware datetime. Raises ValueError for a naive one."""
    if moment.tzinfo is None:
        raise ValueError("a time without a zone is not an instant")
    return (moment - _EPOCH) // _MICROSECOND


def moment(at: Instant) -> datetime:
    """The aware UTC datetime of an instant."""
    return _EPOCH + timedelta(microseconds=at)


def iso(at: Instant) -> str:
    """RFC 3339 text in UTC, to the second where nothing is lost: '2026-03-01T09:00:00Z'."""
    return moment(at).isoformat().replace("+00:00", "Z")
