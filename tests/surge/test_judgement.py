"""What is a surge, what is none, and when it is over."""

import math
import random
from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from mailgate.core.surge import Alertness, PastDay, Report, Subject, Usual, is_calm, is_surge, learn
from mailgate.core.surge.judgement import notice, suspects
from mailgate.core.surge.record import parties
from mailgate.core.surge.tail import chance

NOON = datetime(2026, 11, 23, 11, 0, tzinfo=UTC)
ALERT = Alertness(shared=frozenset({"wp.pl"}))
SHORT, LONG = ALERT.windows
QUIET = Usual(mean=0.5, spread=1.3, days=40)
MEANS = st.floats(min_value=0.01, max_value=200)
SPREADS = st.floats(min_value=1, max_value=20)
REPORTS = st.lists(
    st.builds(
        Report,
        at=st.just(NOON),
        service=st.sampled_from(["", "aes-wywoz", "sent-rmpd"]),
        system=st.sampled_from(["", "aes", "sent"]),
        author=st.sampled_from([f"{who}@{firm}" for who in "abc" for firm in ("wp.pl", "one.pl", "two.pl", "tri.pl")]),
        proven=st.booleans(),
    ),
    max_size=30,
)


def report(author: str, *, minutes: float = 1, service: str = "aes-wywoz", proven: bool = True) -> Report:
    return Report(at=NOON - timedelta(minutes=minutes), service=service, system="aes", author=author, proven=proven)


def firms(count: int, **more: object) -> list[Report]:
    return [report(f"ann@firma{number}.pl", **more) for number in range(count)]  # type: ignore[arg-type]  # as above


def noticed(reports: list[Report], usual: Usual = QUIET) -> list[tuple[str, int]]:
    counts = suspects(reports, ALERT, NOON)
    found = notice(reports, counts, dict.fromkeys(counts, usual), ALERT, NOON)
    return [(surge.subject.name, surge.authors) for surge in found]


def test_the_chance_is_that_of_poisson_where_the_spread_is_one() -> None:
    below = sum(math.exp(-3) * 3**k / math.factorial(k) for k in range(8))

    assert chance(8, 3, 1) == pytest.approx(1 - below)
    assert chance(2, 3, 1) == pytest.approx(1 - 4 * math.exp(-3))


def test_the_chance_of_a_wider_spread_is_that_of_a_negative_binomial() -> None:
    # Mean 4 and variance 8: four tosses' worth of a coin, of which the fourth head comes after k tails.
    below = sum(math.comb(k + 3, k) / 2 ** (k + 4) for k in range(12))

    assert chance(12, 4, 2) == pytest.approx(1 - below)


@settings(deadline=None)
@given(st.integers(0, 300), MEANS, SPREADS)
def test_more_is_never_more_likely_by_chance(count: int, mean: float, spread: float) -> None:
    less = chance(count + 1, mean, spread)
    assert 0 <= less <= chance(count, mean, spread) + 1e-9 <= 1 + 2e-9


@settings(deadline=None)
@given(st.integers(0, 300), st.integers(1, 50), MEANS, SPREADS)
def test_more_people_never_end_a_surge_and_never_unmake_one(count: int, more: int, mean: float, spread: float) -> None:
    usual = Usual(mean=mean, spread=spread, days=20)
    if is_surge(count, usual, SHORT, ALERT):
        assert is_surge(count + more, usual, SHORT, ALERT)
        assert not is_calm(count, usual, ALERT)
    if not is_calm(count, usual, ALERT):
        assert not is_calm(count + more, usual, ALERT)


@settings(deadline=None)
@given(REPORTS, REPORTS)
def test_more_reports_are_never_fewer_people(reports: list[Report], more: list[Report]) -> None:
    assert parties(reports, ALERT.shared) <= parties([*reports, *more], ALERT.shared)


def test_one_impatient_person_and_one_company_are_no_surge() -> None:
    assert noticed([report("ann@firma.pl") for _ in range(200)]) == []
    assert noticed([report(f"ann{number}@firma.pl") for number in range(200)]) == []
    assert noticed([report(f"ann{number}@wp.pl") for number in range(12)]) == [("aes-wywoz", 12)]


def test_a_hundred_forged_addresses_alone_are_no_surge() -> None:
    forged = firms(100, proven=False)

    assert noticed(forged) == []
    assert noticed([*forged, report("borys@inna.pl")]) == []
    assert noticed([*forged, *(report(f"ola@inna{number}.pl") for number in range(6))]) == [("aes-wywoz", 12)]


def test_many_at_once_are_noticed_and_the_same_many_in_a_busy_hour_are_not() -> None:
    assert noticed(firms(12)) == [("aes-wywoz", 12)]
    assert noticed(firms(12), Usual(mean=8, spread=1.5, days=40)) == []
    assert noticed(firms(4)) == []


def test_what_lies_before_the_window_does_not_count() -> None:
    assert noticed(firms(12, minutes=61)) == []


def test_a_surge_is_of_the_service_when_most_write_about_it_and_else_of_the_system() -> None:
    others = [report(f"ola@inna{number}.pl", service="") for number in range(10)]

    assert noticed([*firms(20), *others[:5]]) == [("aes-wywoz", 20)]
    assert noticed([*firms(12), *others]) == [("aes", 22)]


def test_without_a_day_to_compare_with_only_the_shortest_window_counts() -> None:
    unknown = replace(QUIET, days=0)

    assert noticed(firms(12, minutes=30), unknown) == []
    assert noticed(firms(12, minutes=30), QUIET) == [("aes-wywoz", 12)]


def test_what_nobody_ever_wrote_about_has_a_floor() -> None:
    usual = learn([PastDay(weekday=day % 7, authors=0) for day in range(56)], weekday=0, assumed=1, worth=3)

    assert 0 < usual.mean < 0.1
    assert learn([], weekday=0, assumed=1, worth=3).mean == 1


def test_an_outage_of_last_week_does_not_hide_the_one_of_today() -> None:
    days = [PastDay(weekday=day % 7, authors=2) for day in range(56)]
    odd = [replace(day, authors=300) if place == 49 else day for place, day in enumerate(days)]

    assert learn(odd, weekday=0, assumed=1, worth=3) == learn(days, weekday=0, assumed=1, worth=3)


def test_workdays_are_compared_with_workdays_and_the_same_weekday_counts_twice() -> None:
    days = [PastDay(weekday=day % 7, authors={0: 30, 5: 1, 6: 1}.get(day % 7, 10)) for day in range(56)]

    assert learn(days, weekday=5, assumed=1, worth=3).mean == pytest.approx(1)
    assert 15 < learn(days, weekday=0, assumed=1, worth=3).mean < 20
    assert learn(days, weekday=1, assumed=1, worth=3).mean < learn(days, weekday=0, assumed=1, worth=3).mean


def test_ordinary_days_cry_no_wolf_and_a_planted_outage_is_noticed() -> None:
    dice = random.Random(7)  # noqa: S311  (dice, not keys)
    past = [PastDay(weekday=day % 7, authors=poisson(2.0, dice)) for day in range(56)]
    usual = learn(past, weekday=0, assumed=ALERT.assumed(SHORT), worth=ALERT.assumed_days)

    ordinary = [is_surge(poisson(2.0, dice), usual, SHORT, ALERT) for _ in range(30_000)]
    outages = [is_surge(poisson(20.0, dice), usual, SHORT, ALERT) for _ in range(100)]

    assert sum(ordinary) == 0
    assert sum(outages) > 80


def poisson(mean: float, dice: random.Random) -> int:
    """One throw (Knuth's way)."""
    left, count = math.exp(-mean), -1
    product = 1.0
    while product > left:
        product *= dice.random()
        count += 1
    return count


def test_a_subject_covers_its_own_reports_only() -> None:
    one = report("ann@firma.pl")

    assert Subject(service="aes-wywoz").covers(one)
    assert Subject(system="aes").covers(one)
    assert not Subject(service="aes").covers(one)
