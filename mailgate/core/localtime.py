"""Days as a place has them: which offset from UTC holds when, and where a day begins."""

from collections.abc import Iterator
from datetime import UTC, date, datetime, timedelta, tzinfo

_STEP = timedelta(days=1)


def offsets(since: datetime, until: datetime, zone: tzinfo) -> Iterator[tuple[datetime, timedelta]]:
    """The offsets from UTC that hold between two moments: each with the moment from which it holds, the first first."""
    known = since.astimezone(zone).utcoffset() or timedelta()
    yield since, known
    at = since.astimezone(UTC)
    while at < until:
        after = min(at + _STEP, until.astimezone(UTC))
        found = after.astimezone(zone).utcoffset() or timedelta()
        if found != known:
            yield _change(at, after, zone), found
        at, known = after, found


def midnight(day: date, zone: tzinfo) -> datetime:
    """When a day begins there; where clocks go forward at midnight, the moment of that."""
    return datetime(day.year, day.month, day.day, tzinfo=zone).astimezone(UTC).astimezone(zone)


def _change(before: datetime, after: datetime, zone: tzinfo) -> datetime:
    """The moment, to the second, between two others from which the offset of the latter holds."""
    wanted = after.astimezone(zone).utcoffset()
    while after - before > timedelta(seconds=1):
        middle = before + timedelta(seconds=(after - before) // timedelta(seconds=2))
        before, after = (before, middle) if middle.astimezone(zone).utcoffset() == wanted else (middle, after)
    return after.replace(microsecond=0)
