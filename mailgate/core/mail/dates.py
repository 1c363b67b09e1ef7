"""The Date header (RFC 5322 section 3.3), in the shapes in which it is sent."""

from datetime import UTC, datetime, timedelta, timezone
from email.utils import parsedate_tz

# Names that the standard library does not know, in minutes east of Greenwich.
_ZONES = {
    "CET": 60,
    "CEST": 120,
    "MEZ": 60,
    "MESZ": 120,
    "EET": 120,
    "EEST": 180,
    "WET": 0,
    "WEST": 60,
    "BST": 60,
    "MSK": 180,
}
# RFC 5322 section 3.3: two digits, and the world turns by less than a day.
_MAX_OFFSET = timedelta(hours=24)
_MAX_LENGTH = 200


# Outside of these a date is damage, and some of what is done with dates would fail.
_YEARS = range(1900, 9999)


def read_date(field: str) -> datetime | None:
    """The date, aware; without a usable zone it is taken for UTC. None when it cannot be read."""
    field = field[:_MAX_LENGTH].strip()
    try:
        parsed = parsedate_tz(field)
        if parsed is None:
            found = datetime.fromisoformat(field)
            return found if found.tzinfo else found.replace(tzinfo=UTC)
        year, month, day, hour, minute, second = parsed[:6]
        if year not in _YEARS:
            return None
        return datetime(year, month, day, hour, minute, min(second, 59), tzinfo=_zone(field, parsed[9]))
    except (ValueError, IndexError, OverflowError, TypeError):  # the parser of the standard library stumbles on some
        return None


def _zone(field: str, seconds: int | None) -> timezone:
    if not seconds:
        seconds = next((_ZONES[word] for word in field.upper().split() if word in _ZONES), 0) * 60
    offset = timedelta(seconds=seconds)
    return timezone(offset) if offset and abs(offset) < _MAX_OFFSET else UTC
