"""Crontab lines: what they mean, also in the two nights in which clocks change, and when a job is due."""

from datetime import UTC, datetime, timedelta
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from mailgate.config import BadConfig, read_config
from mailgate.core.crontab import is_due, mistake_in, next_after

WARSAW = ZoneInfo("Europe/Warsaw")
MINUTE, HOUR, DAY = timedelta(minutes=1), timedelta(hours=1), timedelta(days=1)


def at(text: str) -> datetime:
    """A moment on Warsaw's clocks."""
    return datetime.fromisoformat(text).replace(tzinfo=WARSAW)


def runs(line: str, after: datetime, number: int) -> list[str]:
    """The next runs, on Warsaw's clocks."""
    found = []
    for _ in range(number):
        after = next_after(line, after, WARSAW)
        found.append(f"{after.astimezone(WARSAW):%a %Y-%m-%d %H:%M %z}")
    return found


@pytest.mark.parametrize(
    ("line", "first"),
    [
        ("0 7 * * 0", "Sun 2026-11-29 07:00 +0100"),
        ("0 7 * * 7", "Sun 2026-11-29 07:00 +0100"),
        ("0 7 * * 1", "Mon 2026-11-23 07:00 +0100"),
        ("0 7 * * 1-5", "Mon 2026-11-23 07:00 +0100"),
        ("0 7 * * 6", "Sat 2026-11-28 07:00 +0100"),
        ("0 7 * * sun", "Sun 2026-11-29 07:00 +0100"),
        ("15 3 * * *", "Mon 2026-11-23 03:15 +0100"),
        ("@weekly", "Sun 2026-11-29 00:00 +0100"),
        ("0 7 1 * 2", "Tue 2026-11-24 07:00 +0100"),
    ],
)
def test_weekdays_are_those_of_cron(line: str, first: str) -> None:
    assert runs(line, at("2026-11-22T12:00"), 1) == [first]


def test_what_falls_into_the_hour_that_is_missing_runs_once_right_after_it() -> None:
    assert runs("30 2 * * *", at("2026-03-28T12:00"), 2) == ["Sun 2026-03-29 03:00 +0200", "Mon 2026-03-30 02:30 +0200"]


def test_what_falls_into_the_hour_that_comes_twice_runs_once() -> None:
    assert runs("30 2 * * *", at("2026-10-24T12:00"), 2) == ["Sun 2026-10-25 02:30 +0200", "Mon 2026-10-26 02:30 +0100"]


def test_what_runs_every_half_an_hour_runs_on_in_the_hour_that_comes_twice() -> None:
    assert runs("*/30 * * * *", at("2026-10-25T01:45"), 4) == [
        "Sun 2026-10-25 02:00 +0200",
        "Sun 2026-10-25 02:30 +0200",
        "Sun 2026-10-25 02:00 +0100",
        "Sun 2026-10-25 02:30 +0100",
    ]


@pytest.mark.parametrize(
    ("line", "says"),
    [
        ("61 * * * *", "mistake in its minute"),
        ("15 25 * * *", "mistake in its hour"),
        ("0 7 * * 8", "mistake in its day-of-week"),
        ("0 0 31 2 *", "mistake in its day-of-month"),
        ("0 7 * *", "must have five fields"),
        ("* * * * * *", "must have five fields"),
        ("every day", "must have five fields"),
        ("@sometimes", "must have five fields"),
    ],
)
def test_a_mistake_is_told_with_its_cure(tmp_path: Path, line: str, says: str) -> None:
    assert says in (mistake_in(line) or "")
    file = tmp_path / "config.toml"
    file.write_text(f'[desk]\nname = "X"\n[schedule]\nretention = "{line}"\n', encoding="utf-8")

    with pytest.raises(BadConfig) as told:
        read_config(file)

    [problem] = told.value.problems
    assert (problem.file, problem.line) == (str(file), 4)
    assert "0 7 * * 1-5" in problem.message


def due(line: str, now: str, *, begun: str | None, again: bool = False, since: str = "2026-01-01T00:00") -> bool:
    return is_due(line, WARSAW, since=at(since), begun=at(begun) if begun else None, again=again, now=at(now))


def test_a_job_is_due_when_its_time_has_come_since_it_ran() -> None:
    assert due("15 3 * * *", "2026-11-23T03:15", begun="2026-11-22T03:15")
    assert not due("15 3 * * *", "2026-11-23T03:14", begun="2026-11-22T03:15")
    assert not due("15 3 * * *", "2026-11-23T03:16", begun="2026-11-23T03:15")


def test_what_was_missed_runs_once_and_only_if_it_was_due_within_a_day() -> None:
    assert due("15 3 * * *", "2026-11-23T11:00", begun="2026-11-10T03:15")
    assert not due("15 3 * * *", "2026-11-23T11:01", begun="2026-11-23T11:00")
    assert not due("0 7 * * 1", "2026-11-25T08:00", begun="2026-11-16T07:00")


def test_what_was_due_before_anybody_knew_of_the_job_is_not_missed() -> None:
    assert not due("15 3 * * *", "2026-11-23T11:00", begun=None, since="2026-11-23T10:59")
    assert due("15 3 * * *", "2026-11-24T03:15", begun=None, since="2026-11-23T10:59")


def test_what_did_not_end_is_tried_again_after_five_minutes() -> None:
    assert not due("15 3 * * *", "2026-11-23T03:19", begun="2026-11-23T03:15", again=True)
    assert due("15 3 * * *", "2026-11-23T03:20", begun="2026-11-23T03:15", again=True)


@given(
    st.datetimes(datetime(2026, 1, 1), datetime(2028, 1, 1)),  # noqa: DTZ001  (hypothesis wants them so)
    st.sampled_from(["30 2 * * *", "*/15 * * * *", "0 7 * * 1-5", "15 3 1 * *"]),
)
def test_a_job_that_ran_at_its_time_is_not_due_until_the_next_one(moment: datetime, line: str) -> None:
    ran = next_after(line, moment.replace(tzinfo=UTC), WARSAW)
    after = next_after(line, ran, WARSAW)

    assert moment.replace(tzinfo=UTC) < ran < after
    assert not is_due(line, WARSAW, since=ran, begun=ran, again=False, now=after - MINUTE)
    assert is_due(line, WARSAW, since=ran, begun=ran, again=False, now=after) is (after <= after + DAY)
