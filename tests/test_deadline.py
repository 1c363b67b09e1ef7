"""Until when one may complain about an answer."""

from datetime import UTC, date, datetime
from zoneinfo import ZoneInfo

import pytest

from mailgate.core.deadline import complaint_deadline

WARSAW = ZoneInfo("Europe/Warsaw")
# A Friday, half past midnight in Warsaw.
ANSWERED = datetime(2026, 3, 26, 23, 30, tzinfo=UTC)


@pytest.mark.parametrize(
    ("written_at", "left"),
    [
        (ANSWERED, 5),
        (datetime(2026, 3, 27, 22, 59, tzinfo=UTC), 5),
        (datetime(2026, 3, 27, 23, 0, tzinfo=UTC), 4),
        # The clocks go forward in the night to Sunday 29 March: from now on midnight is 22:00 UTC.
        (datetime(2026, 3, 29, 22, 0, tzinfo=UTC), 2),
        (datetime(2026, 4, 1, 21, 59, tzinfo=UTC), 0),
        (datetime(2026, 4, 1, 22, 0, tzinfo=UTC), -1),
    ],
)
def test_days_are_those_of_the_calendar_in_warsaw_and_the_day_of_the_answer_does_not_count(
    written_at: datetime, left: int
) -> None:
    deadline = complaint_deadline(ANSWERED, written_at, days=5, timezone=WARSAW)

    assert (deadline.last, deadline.left, deadline.over) == (date(2026, 4, 1), left, left < 0)
