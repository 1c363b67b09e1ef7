"""The pure parts of numbers: bars, quantiles, cures, and days as a place has them."""

from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from mailgate.core.cure import Written, cures
from mailgate.core.localtime import midnight, offsets
from mailgate.core.sparkline import merge, sparkline
from mailgate.core.waits import in_words, sum_up

WARSAW = ZoneInfo("Europe/Warsaw")
MONDAY = datetime(2026, 11, 23, 8, 0, tzinfo=UTC)
DAY = timedelta(days=1)


@pytest.mark.parametrize(
    ("numbers", "width", "line"),
    [
        ((0, 1, 2, 3, 4, 5, 6, 7, 8), 20, "·▁▂▃▄▅▆▇█"),
        ((0, 0), 20, "··"),
        ((), 20, ""),
        ((1, 1_000_000), 20, "▁█"),
        ((1, 1, 4, 0), 2, "▄█"),
    ],
)
def test_bars_stand_as_high_as_their_numbers(numbers: tuple[int, ...], width: int, line: str) -> None:
    assert sparkline(numbers, width) == line


@given(st.lists(st.integers(0, 10**9)), st.integers(1, 40))
def test_a_row_of_bars_fits_and_loses_nothing(numbers: list[int], width: int) -> None:
    assert sum(merge(numbers, width)) == sum(numbers)
    assert len(sparkline(numbers, width)) <= width


def test_quantiles_are_of_those_who_waited() -> None:
    waits = sum_up({4: 50, 20: 40, 410: 9, 3001: 1}, limit=300.0)

    assert (waits.number, waits.median, waits.p90, waits.p99) == (100, 0.4, 2.0, 41.0)
    assert waits.late == 1


def test_who_waited_exactly_as_long_as_the_limit_is_not_late() -> None:
    assert sum_up({3000: 1}, limit=300.0).late == 0


def test_where_nobody_waited_there_is_no_quantile() -> None:
    assert (sum_up({}, limit=300.0).median, sum_up({}, limit=300.0).number) == (None, 0)


@given(st.dictionaries(st.integers(0, 10**6), st.integers(1, 50), min_size=1))
def test_quantiles_are_those_of_the_sorted_list(pile: dict[int, int]) -> None:
    everybody = sorted(tenths for tenths, count in pile.items() for _ in range(count))

    assert sum_up(pile, limit=300.0).p90 == everybody[-(-len(everybody) * 90 // 100) - 1] / 10


@pytest.mark.parametrize(
    ("seconds", "words"),
    [(0.0, "0.0 s"), (0.4, "0.4 s"), (41, "41 s"), (300, "5 min"), (18_000, "5 h"), (200_000, "2 days")],
)
def test_durations_are_told_as_people_say_them(seconds: float, words: str) -> None:
    assert in_words(seconds) == words


def written(number: int, author: str, days: float, became: str) -> Written:
    return Written(
        message=number,
        author=author,
        received_at=MONDAY + days * DAY,
        has_ticket=became == "ticket",
        is_refused=became == "reject",
    )


def test_a_refusal_is_cured_by_the_next_ticket_of_the_same_author_in_time() -> None:
    mails = [
        written(1, "ewa@sklad.example", 0, "reject"),
        written(2, "jan@opal.example", 0, "reject"),
        written(3, "ewa@sklad.example", 1, "reject"),
        written(4, "ewa@sklad.example", 2, "ticket"),
        written(5, "ewa@sklad.example", 3, "ticket"),
        written(6, "jan@opal.example", 8, "ticket"),
        written(7, "jan@opal.example", 9, "reject"),
        written(8, "", 10, "reject"),
        written(9, "", 11, "ticket"),
    ]

    found = {mail.message: cure for mail, cure in cures(reversed(mails), 7 * DAY)}

    assert found == {1: 4, 2: None, 3: 4, 7: None, 8: None}


def test_offsets_change_when_the_clocks_do() -> None:
    found = list(offsets(datetime(2026, 1, 1, tzinfo=UTC), datetime(2026, 12, 1, tzinfo=UTC), WARSAW))

    assert found == [
        (datetime(2026, 1, 1, tzinfo=UTC), timedelta(hours=1)),
        (datetime(2026, 3, 29, 1, tzinfo=UTC), timedelta(hours=2)),
        (datetime(2026, 10, 25, 1, tzinfo=UTC), timedelta(hours=1)),
    ]


@given(st.datetimes(datetime(2024, 1, 1), datetime(2029, 1, 1)), st.sampled_from(["Europe/Warsaw", "Asia/Kolkata"]))  # noqa: DTZ001  (hypothesis wants them so)
def test_offsets_tell_the_local_time(moment: datetime, place: str) -> None:
    zone, at = ZoneInfo(place), moment.replace(tzinfo=UTC)
    holding = [offset for begin, offset in offsets(datetime(2024, 1, 1, tzinfo=UTC), at + DAY, zone) if begin <= at]

    assert at + holding[-1] == at.astimezone(zone).replace(tzinfo=UTC)


def test_a_day_that_begins_at_one_oclock_begins_then() -> None:
    assert midnight(date(2026, 4, 24), ZoneInfo("Africa/Cairo")).astimezone(UTC) == datetime(
        2026, 4, 23, 22, tzinfo=UTC
    )
