"""Until when one may complain about an answer."""

from dataclasses import dataclass
from datetime import date, datetime, timedelta, tzinfo


@dataclass(frozen=True, slots=True, kw_only=True)
class Deadline:
    """The last day for a complaint, seen from the day on which somebody writes."""

    # The last day; it counts whole, until midnight.
    last: date
    # Days that are left: 5 on the day of the answer, 0 on the last day, less than 0 when it is over.
    left: int

    @property
    def over(self) -> bool:
        """Whether the last day has passed."""
        return self.left < 0


def complaint_deadline(answered_at: datetime, written_at: datetime, *, days: int, timezone: tzinfo) -> Deadline:
    """The deadline of a complaint.

    Published is "within 5 days of the answer", without a word on how they are counted. So, in favour of whoever
    complains, and as Polish law counts days elsewhere (Civil Code art. 111 § 2, KPA art. 57 § 1): calendar days in the
    desk's time zone, the day of the answer not counted, the last day whole. Days off count like any other.

    Args:
        answered_at: when the ticket was closed; aware.
        written_at: when the complaint was received; aware.
        days: as published.
        timezone: the desk's.
    """
    last = answered_at.astimezone(timezone).date() + timedelta(days=days)
    return Deadline(last=last, left=(last - written_at.astimezone(timezone).date()).days)
